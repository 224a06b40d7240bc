"""In a container: its share counts, not what the machine around it has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from longvid_tui import allotted

MB = 1 << 20
KEPT = f"anon {300 * MB}\ninactive_file {100 * MB}\nactive_file {50 * MB}\n"
SECOND = {
    "a/cpu.max": "max 100000\n",
    "cpu.max": "50000 100000\n",
    "a/memory.max": "max\n",
    "memory.max": f"{500 * MB}\n",
    "memory.current": f"{450 * MB}\n",
    "memory.stat": KEPT,
}
FIRST = {
    "cpu/a/cpu.cfs_quota_us": "50000\n",
    "cpu/a/cpu.cfs_period_us": "100000\n",
    "memory/memory.limit_in_bytes": f"{500 * MB}\n",
    "memory/memory.usage_in_bytes": f"{450 * MB}\n",
    "memory/memory.stat": KEPT.replace("inactive", "inactive_file 1\ntotal_inactive").replace(
        "\nactive", "\ntotal_active"
    ),
}


@pytest.mark.parametrize(
    ("own", "files"),
    [("0::/a\n", SECOND), ("0::/docker/0f9a\n", SECOND), ("5:cpu:/a\n4:memory:/docker/0f9a\n0::/\n", FIRST)],
)
def test_a_container_has_what_its_groups_are_given(tmp_path: Path, own: str, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = tmp_path / "groups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "own").write_text(own)
    where = tmp_path / "own", tmp_path / "groups"
    assert (allotted.cores(*where), allotted.memory(*where)) == (1, 200 * MB)


@pytest.mark.parametrize("own", ["", "nothing of the kind\n", "0::/gone\n"])
def test_where_no_group_tells_it_is_what_the_machine_has(tmp_path: Path, own: str) -> None:
    (tmp_path / "own").write_text(own)
    where = tmp_path / "own", tmp_path / "groups"
    assert allotted.cores(*where) >= 1
    assert 0 < allotted.memory(*where) <= psutil.virtual_memory().total
