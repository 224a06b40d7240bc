"""Messages, lines and the differences that keep a client's snapshot current."""

from __future__ import annotations

import copy
import os
import stat
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui import wire

names = st.sampled_from(["a", "b", "c"])
scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
items = st.lists(names, unique=True).flatmap(
    lambda ids: st.tuples(*(st.fixed_dictionaries({"id": st.just(i), "v": scalars}) for i in ids)).map(list)
)
values = st.recursive(
    scalars | items, lambda inner: st.dictionaries(names, inner) | st.lists(inner), max_leaves=8
)


@given(st.dictionaries(names, values), st.dictionaries(names, values))
def test_a_difference_applied_gives_the_new_value_and_leaves_the_old_one_alone(before, after):
    kept = copy.deepcopy(before)
    assert wire.apply(before, wire.difference(before, after)) == after
    assert before == kept


def test_a_difference_of_lists_with_ids_holds_only_what_changed():
    before = {"segments": [{"id": f"s{i}", "status": "missing"} for i in range(200)]}
    after = copy.deepcopy(before)
    after["segments"][7]["status"] = "ready"
    change = wire.difference(before, after)
    assert change == {"+": {"segments": {"items": [{"id": "s7", "status": "ready"}]}}}


@given(st.lists(st.dictionaries(names, scalars), max_size=5), st.integers(1, 40))
def test_lines_come_out_whole_however_they_are_cut(messages, step):
    stream = b"".join(wire.encode(message) for message in messages)
    lines = wire.Lines()
    cut = [line for at in range(0, len(stream), step) for line in lines.feed(stream[at : at + step])]
    assert [wire.decode(line) for line in cut] == [{"jsonrpc": "2.0", **message} for message in messages]


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_message_is_refused_by_a_code(line):
    with pytest.raises(wire.WireError) as refused:
        wire.decode(line)
    assert refused.value.code in (wire.PARSE, wire.INVALID)


def test_socket_moves_to_tmp_where_its_path_would_be_too_long(monkeypatch, tmp_path):
    monkeypatch.setenv("LONGVID_STATE_DIR", str(tmp_path / ("x" * 120)))
    assert str(wire.socket_path()).startswith(f"/tmp/longvid-{os.getuid()}/")
    assert len(os.fsencode(wire.socket_path())) <= 107


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        ("LONGVID_RUN__RETRIES", True),
        ("OPENAI_API_KEY", True),
        ("CUDA_VISIBLE_DEVICES", True),
        ("PYTHONPATH", True),
        ("https_proxy", True),
        ("SSL_CERT_FILE", True),
        ("COLUMNS", False),
        ("SSH_CONNECTION", False),
    ],
)
def test_surroundings_differ_by_what_jobs_depend_on_alone(monkeypatch, name, matters):
    monkeypatch.delenv(name, raising=False)
    usual = wire.surroundings()
    monkeypatch.setenv(name, "another")
    assert (wire.surroundings() != usual) is matters


def test_folder_of_the_socket_is_private_and_never_a_link(tmp_path):
    loose = tmp_path / "run"
    loose.mkdir(mode=0o777)
    loose.chmod(0o777)
    assert stat.S_IMODE(wire.private_dir(loose).stat().st_mode) == 0o700
    (tmp_path / "link").symlink_to(loose)
    with pytest.raises(wire.WireError, match="not a folder of yours"):
        wire.private_dir(tmp_path / "link")


def test_client_imports_the_standard_library_only():
    listing = (
        "import sys; before = set(sys.modules); import longvid_tui.client; print(*set(sys.modules) - before)"
    )
    said = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True).stdout
    foreign = {name.partition(".")[0] for name in said.split()} - sys.stdlib_module_names - {"longvid_tui"}
    assert not foreign
