"""Strict YAML: what people mean is what is read, and whatever surprises is refused at its place, soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.strict_yaml import MAX_BYTES, Problems, parse


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((word, word) for word in ("no", "Yes", "on", "y", "1:30", "16:9", "2001-01-01", "0o14", "0x1F", "1_000", ".nan", ".inf", "1e999")),
        ("12", 12), ("-0", 0), ("+5", 5), ("007", 7), ("9" * 40, "9" * 40),
        ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("'12'", "12"), ('"null"', "null"), ("two  words # said", "two  words"), ("a#b", "a#b"),
        ("|\n  x\n\n  y\n", "x\n\ny\n"), (">-\n  x\n  y\n", "x y"), ("[a, 1, {b: c}]", ["a", 1, {"b": "c"}]),
    ],
)  # fmt: skip
def test_values_are_what_a_person_means(written, meant):
    read = parse(f"key: {written}\n", "f.yaml").data["key"]
    assert (read, type(read)) == (meant, type(meant))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: a stands twice: keep one"),
        ("a: &x 1\n", "1:4: anchors and aliases are not used here: write the value out"),
        ("a: *x\n", "1:4: anchors and aliases are not used here: write the value out"),
        ("a: !!python/object:os.system x\n", "1:4: tags are not used here: delete it"),
        ("a: !!str 1\n", "1:4: tags are not used here: delete it"),
        ("a: ! [b]\n", "1:4: tags are not used here: delete it"),
        ("a: 1\n---\nb: 2\n", "2:1: another document starts here: a file holds one"),
        ("%YAML 1.1\n---\na: 1\n", "2:1: directives are not used here: delete the lines with %"),
        ("? [a]\n: 1\n", "1:3: a key must be a plain word"),
        ("a: {b: [c\n", "1:8: is not YAML: a bracket that is opened here is never closed"),
        ("a: 'b\nc: d\n", "1:4: is not YAML: a quote that is opened here is never closed"),
        ("a: b: c\n", "1:5: is not YAML: text with a colon and a space in it needs quotes"),
        ("a: 1\n\tb: 2\n", "2:1: is not YAML: indent with spaces, not tabs"),
        ("p: colour #ff0000 dress\n", "1:4: loses #ff0000, which starts a comment here: put the text in quotes"),
        ("a: x\x1b[2J\n", "1:5: holds the control character U+001B: delete it"),
        ("a: b\nc: d\x85\n", "2:5: holds the control character U+0085: delete it"),
        ("a: b\ufeff\n", "1:5: holds the control character U+FEFF: delete it"),
        ('a: "\\ud800"\n', "1:4: holds half of a surrogate pair: write the character itself"),
        (b"a: 1\nb: \xff\n", "2:4: is not UTF-8 here: save it as UTF-8"),
        (b"a: \xc3\x28", "1:4: is not UTF-8 here: save it as UTF-8"),
        ("a: " + "[" * 30, "1:24: is nested more than 20 deep"),
    ],
)  # fmt: skip
def test_what_surprises_is_refused_at_its_place(text, told):
    with pytest.raises(Problems) as caught:
        parse(text, "f.yaml")
    assert str(caught.value) == f"f.yaml:{told}"


def test_all_refusals_come_at_once_and_very_many_are_counted():
    with pytest.raises(
        Problems, match=r"(?s)^f.yaml:1:4: anchors.*f.yaml:2:4: tags.*f.yaml:3:1: a stands twice"
    ):
        parse("a: &x 1\nb: !t 2\na: 3\n", "f.yaml")
    with pytest.raises(Problems) as caught:
        parse("a: 1\n" * 1000, "f.yaml")
    assert str(caught.value).endswith("\nand 979 more like these")


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x]\n" + "".join(f"{name}: &{name} [*{last},*{last}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)),
        "[" * 1_000_000, "{a: " * 500_000, "- " * 900_000, "? " * 900_000, "]" * 1_000_000, ": " * 900_000,
        "".join(" " * depth + "a:\n" for depth in range(1500)),
        "[" + "a," * 900_000 + "]", "a: 1\n" * 300_000,
        "!" * 1_900_000, "&a " * 600_000, "*" * 1_900_000, "%" * 1_900_000, "--- a\n" * 300_000, "a: 'x" * 400_000,
        "x" * (MAX_BYTES + 1), "\t" * 1_900_000,
    ],
    ids=lambda bomb: f"{bomb[:8]!r}",
)  # fmt: skip
def test_a_bomb_is_refused_in_one_sentence_and_soon(bomb):
    start = time.process_time()
    with pytest.raises(Problems) as caught:
        parse(bomb, "f.yaml")
    assert time.process_time() - start < 5, "reading must stop at the first sign; it takes about a second"
    assert len(str(caught.value)) < 8000


def test_positions_are_those_of_the_nearest_thing_that_exists():
    parsed = parse("a:\n  - x: 1\n    y:\n\nb: 2\n", "f.yaml")
    places = [(), ("a", 0), ("a", 0, "y"), ("a", 0, "z"), ("a", 5), ("b",), ("c",)]
    assert [parsed.at(place) for place in places] == [(1, 1), (2, 5), (3, 5), (2, 5), (1, 1), (5, 1), (1, 1)]


@given(st.text(st.sampled_from("ab:-#[]{}'\"|>?&*!%@`,\n \t\\~0."), max_size=40) | st.binary(max_size=30))
def test_any_bytes_are_read_or_refused_and_nothing_else(text):
    try:
        parse(text, "f.yaml")
    except Problems as problems:
        assert all(problem.line and problem.column for problem in problems.problems)  # noqa: PT017
