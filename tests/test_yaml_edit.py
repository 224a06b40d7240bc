"""Writing and changing YAML whatever it holds; how project.yaml fares is told in project/test_document.py."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.strict_yaml import parse
from longvid_tui.yaml_edit import change
from longvid_tui.yaml_write import write

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(
        ("no", "1:30", "a: b", "a #b", " x", "x\n", "two\nlines", "\n\nx", "- x", "word " * 20, "\t")
    )
)
keys = st.text(string.ascii_lowercase, min_size=1, max_size=3) | st.sampled_from(
    ("prompt", "no", "1", "a: b", "")
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=5,
)
files = st.dictionaries(keys, values, min_size=1, max_size=4)


@given(files)
def test_any_data_reads_back_equal(data):
    assert parse(write(data, apart=1), "f.yaml").data == data


@given(files, files, st.booleans())
def test_any_change_is_made_or_refused_never_made_wrong(old, new, deep):
    new = {**old, **new}
    text = change(parse(write(old), "f.yaml"), old, new, deep=deep)
    assert parse(text, "f.yaml").data == new


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("", {"a": 1}, "a: 1\n"),
        ("# nothing yet", {"a": {"b": 1}}, "# nothing yet\na:\n  b: 1\n"),
        ("a: 1", {"a": 1, "b": 2}, "a: 1\n\nb: 2\n"),
        ("a:  # one\n# two\n", {"a": "x"}, "a: x  # one\n# two\n"),
        ("a:\nb: 1\n", {"a": [1], "b": 1}, "a: [1]\nb: 1\n"),
        ("a: [1, 2]  # two\n", {"a": [2, 3]}, "a: [2, 3]  # two\n"),
        ("a: [\n  1, # one\n  2, # two\n]\n", {"a": [2, 1, 3]}, "a: [\n  2, # two\n  1, # one\n  3,\n]\n"),
        ("a:\n- 1  # one\n- 2\n", {"a": [2, 1]}, "a:\n- 2\n- 1  # one\n"),
        ("a:\n  - 1\n", {"a": []}, "a: []\n"),
        ("a:\n  b: 1  # one\n  c: 2\n", {"a": {"c": 2}}, "a:\n  c: 2\n"),
        ("a: 'x'   # said\n", {"a": {"b": 1}}, "a:   # said\n  b: 1\n"),
        ("a: 1\n...\n# after\n", {"a": 1, "b": 2}, "a: 1\n\nb: 2\n...\n# after\n"),
        ("- a: 1\n", None, None),
    ],
)  # fmt: skip
def test_a_change_keeps_what_stands_around_it(before, new, after):
    parsed = parse(before, "f.yaml")
    if new is None:
        with pytest.raises(ValueError, match="only a file of"):
            change(parsed, {}, {"a": 1})
    else:
        assert change(parsed, parsed.data or {}, new) == after
