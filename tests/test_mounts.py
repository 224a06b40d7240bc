"""Which file system holds a path."""

from __future__ import annotations

from pathlib import Path

import pytest

from longvid_tui.mounts import kind_of, mounted_kind


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/", "ext4"), ("/home/eve/film", "nfs4"), ("/home/evelyn", "ext4"), ("/tmp/a", "tmpfs"),
        ("/mnt/with space/x", "cifs"), ("/mnt/covered", "ext4"),
    ],
)  # fmt: skip
def test_the_filesystem_of_a_place_is_that_of_its_longest_mount(place, kind):
    table = (
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / /tmp rw - tmpfs tmpfs rw\n"
        "3 1 0:8 / /home/eve rw shared:1 master:2 - nfs4 host:/eve rw\n"
        "4 1 0:7 / /mnt/with\\040space rw - cifs //host/x rw\n"
        "5 1 0:6 / /mnt/covered rw - tmpfs tmpfs rw\n6 1 0:5 / /mnt/covered rw - ext4 /dev/sdb rw\n"
    )
    assert mounted_kind(Path(place), table) == kind


def test_the_kernel_names_the_filesystem_of_a_place_that_is_there(tmp_path):
    assert kind_of(tmp_path)
    assert kind_of(Path("/proc")) == "proc"
