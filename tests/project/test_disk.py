"""Writing to disk: every operation is made to fail in turn, and at every moment we are killed or the power goes."""

from __future__ import annotations

import errno
import hashlib
import os
import resource
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from powercut import Power

from longvid_tui.project.disk import (
    Disk,
    DiskBroken,
    DiskError,
    DiskFull,
    LeavesProject,
    inside,
    read_file,
    sha256_file,
)
from longvid_tui.project.folder import Folder, NoProject
from longvid_tui.project.journal import Journal, read
from longvid_tui.project.model import Keyframe, Plan, Project, Segment

FILM = Project(prompt="Rain.", seed=7)
PLAN = Plan(
    keyframes=(Keyframe(id="k1", prompt="a street"), Keyframe(id="k2", prompt="a door")),
    segments=(Segment(id="s1", first="k1", last="k2", prompt="she walks"),),
)
BYTES = {"k1": b"picture one", "k2": b"picture two", "s1": b"clip " * 50}


def create(root: Path, disk: Disk, told: list[str]) -> None:
    Folder.create(root, FILM, disk)
    told.append("created")


def work(root: Path, disk: Disk, told: list[str]) -> None:
    """Whatever is missing of a small film, in the order of a run; `told` notes what was acknowledged."""
    folder = Folder(root, disk)
    with folder.writing("test"):
        if not folder.history.order:
            folder.record("run", until="film", approve=False)
            told.append("run")
        if folder.history.plan_sha is None:
            folder.write_plan(PLAN, by={})
            told.append("plan")
        for target, data in BYTES.items():
            if not folder.history.record(target).takes:
                sha = hashlib.sha256(data).hexdigest()
                path = _store(folder, target, data, sha)
                folder.record("take", target=target, key=target, sha=sha, path=path, bytes=len(data), recipe={})
                told.append("take")
        if not folder.history.record("s1").approved:
            folder.record("approve", target="s1", sha="x")
            told.append("approve")


def _store(folder: Folder, target: str, data: bytes, sha: str) -> str:
    if target.startswith("k"):
        return folder.keep(target, data, ".png", sha)
    raw = folder.directory(f"attempts/{target}-0123456789") / "out.mp4"
    if not (folder.root / f"segments/{target}/{sha[:12]}.mp4").exists():
        raw.write_bytes(data)  # the generator's own doing
    return folder.publish(target, raw, sha)


def check(root: Path, told: list[str]) -> None:
    """All that was told is there, and nothing is there by halves; then the work goes on to its end."""
    if "created" not in told:
        try:
            Folder(root)
        except NoProject:
            return
    folder = Folder(root)
    assert folder.project.segments in ((), PLAN.segments)
    assert "plan" not in told or folder.project.segments == PLAN.segments
    kinds = [event.kind for event in read(root / "journal.jsonl").events]
    acknowledged = [word for word in told if word != "created"]
    assert kinds[: len(acknowledged)] == acknowledged
    assert len(kinds) <= len(acknowledged) + 1
    for target, record in folder.history.records.items():
        for take in record.takes:
            assert read_file(folder.path(take.path)) == BYTES[target]
    work(root, Disk(), [])
    kinds = [event.kind for event in read(root / "journal.jsonl").events]
    assert kinds == ["run", "plan", "take", "take", "take", "approve"]


class Faulty(Disk):
    """Its `at`-th operation fails, before it happened or after it did. A write is two operations, so that it can
    fail half-way."""

    def __init__(self, at: int = 0, code: int = errno.EIO, *, after: bool = False) -> None:
        super().__init__()
        self.count, self._at, self._code, self._after = 0, at, code, after

    def write(self, fd: int, data: bytes, path: Path) -> None:
        super().write(fd, data[: len(data) // 2], path)
        super().write(fd, data[len(data) // 2 :], path)

    def step(self, path: Path, size: int, call: Callable[[], Any]) -> Any:
        return super().step(path, size, lambda: self._perform(call))

    def _flushing(self, path: Path, call: Callable[[], None]) -> None:
        super()._flushing(path, lambda: self._perform(call))

    def _perform(self, call: Callable[[], Any]) -> Any:
        self.count += 1
        if self.count != self._at:
            return call()
        if self._after and isinstance(done := call(), int):
            return done  # a file that was opened or written is never told to have failed
        raise OSError(self._code, os.strerror(self._code))


def _run(root: Path, disk: Disk, told: list[str]) -> DiskError | None:
    try:
        if "created" not in told:
            create(root, disk, told)
        work(root, disk, told)
    except DiskError as failure:
        return failure
    return None


def _operations(folder: Path) -> int:
    disk = Faulty()
    create(folder / "film", disk, [])
    work(folder / "film", disk, [])
    return disk.count


@pytest.mark.parametrize(
    ("code", "after"),
    [(errno.ENOSPC, False), (errno.EIO, False), (errno.ENOSPC, True)],
    ids=["ENOSPC", "EIO", "ENOSPC-after"],
)
def test_whichever_operation_fails_nothing_told_is_lost_and_work_goes_on(memory, code, after):
    count = _operations(memory / "counted")
    assert count > 80
    for at in range(1, count + 1):
        root, told, disk = memory / str(at) / "film", [], Faulty(at, code, after=after)
        failure = _run(root, disk, told)
        assert failure or after
        assert failure is None or str(memory) in str(failure), "it says which file"
        if "created" not in told:
            create(root, Disk(), told)
        check(root, told)
        assert not _parts(root)


def test_after_the_disk_failed_nothing_more_is_written(memory):
    count = _operations(memory / "counted")
    broken = 0
    for at in range(1, count + 1):
        root, disk = memory / str(at) / "film", Faulty(at, errno.EIO)
        assert isinstance(_run(root, disk, []), DiskBroken)
        if (root / "project.yaml").exists():
            before = _contents(root)
            assert "nothing more is written" in str(_run(root, disk, ["created"]))
            with pytest.raises(DiskBroken):
                disk.replace(root / "x", b"x")
            assert _contents(root) == before
            broken += 1
    assert broken > count / 2


def test_killed_at_any_moment_nothing_told_is_lost_nor_half_made(memory):
    moments: list[tuple[Path, int]] = []
    told: list[str] = []
    root = memory / "film"

    class Killed(Faulty):
        def _perform(self, call: Callable[[], Any]) -> Any:
            copy = memory / "moments" / str(len(moments)) / "film"
            if root.exists():
                shutil.copytree(root, copy)
            moments.append((copy, len(told)))
            return call()

    disk = Killed()
    create(root, disk, told)
    work(root, disk, told)
    for copy, count in moments:
        check(copy, told[:count])


def test_whenever_the_power_goes_nothing_told_is_lost_nor_half_made(memory, monkeypatch):
    told: list[str] = []
    top = memory / "disk"
    top.mkdir()
    power = Power(top / "film", told)
    with monkeypatch.context() as watched:
        power.watch(watched)
        create(power.root, Disk(), told)
        work(power.root, Disk(), told)
        power.note()
    assert len(power.moments) > 25
    for number, moment in enumerate(power.moments):
        for eager in (False, True):
            root = memory / f"after-{number}-{eager}"
            power.rebuild(moment, root, eager=eager)
            check(root / "film", told[: moment.told])


def test_short_writes_are_gone_on_with_and_undone_when_they_fail(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal.open(path, Disk())
    journal.append("whole")
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))  # the next write is cut after 10 bytes
    try:
        with pytest.raises(DiskError, match="File too large"):
            journal.append("cut")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert journal.append("next").seq == 2


def test_modes_keep_others_out_and_takes_unchanged(tmp_path):
    root = tmp_path / "new" / "film"
    create(root, Disk(), [])
    work(root, Disk(), [])
    modes = {
        path.relative_to(root).as_posix(): oct(stat.S_IMODE(path.stat().st_mode)) for path in root.rglob("*")
    }
    folders = {name for name in modes if (root / name).is_dir()}
    takes = {name for name in modes if name.endswith((".png", ".mp4"))}
    assert {modes[name] for name in folders} == {"0o700"} == {oct(stat.S_IMODE(root.stat().st_mode))}
    assert {modes[name] for name in takes} == {"0o400"}
    assert {modes[name] for name in modes.keys() - folders - takes} == {"0o600"}


def test_a_replaced_file_is_the_old_one_until_it_is_the_new_one(tmp_path):
    path = tmp_path / "f"
    for at in range(1, 7):
        path.write_bytes(b"old")
        with pytest.raises(DiskError):
            Faulty(at, errno.ENOSPC).replace(path, b"new!")
        assert path.read_bytes() in (b"old", b"new!")
        assert at == 6 or path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_can_only_be_read_is_told_with_what_to_do(tmp_path):
    with pytest.raises(DiskError, match="lock is on a disk that can only be read: work on a copy"):
        Faulty(1, errno.EROFS).make_dir(tmp_path / "lock")


def test_publishing_twice_is_harmless_and_a_vanished_file_is_told(tmp_path):
    source, target = tmp_path / "raw", tmp_path / "take"
    source.write_bytes(b"x")
    Disk().publish(source, target)
    Disk().publish(source, target)
    assert target.read_bytes() == b"x"
    with pytest.raises(DiskError, match="raw: No such file"):
        Disk().publish(source, tmp_path / "other")


@pytest.mark.parametrize(
    "relative", ["", "/etc/passwd", "../x", "a/../../x", "a\0b", "link/x", "a/link", "x" * 300 + "/.."]
)
def test_names_that_lead_out_are_refused(tmp_path, relative):
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("/etc")
    (tmp_path / "a" / "link").symlink_to("nowhere")
    with pytest.raises(LeavesProject):
        inside(tmp_path, relative)
    assert inside(tmp_path, "a/b") == tmp_path / "a" / "b"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "hard link"])
def test_only_a_regular_file_is_read_hashed_or_published(tmp_path, kind):
    path, other = tmp_path / "odd", tmp_path / "other"
    other.write_bytes(b"secret")
    {
        "link": lambda: path.symlink_to(other),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "hard link": lambda: path.hardlink_to(other),
    }[kind]()
    readings = [lambda: Disk().publish(path, tmp_path / "take")]
    if kind != "hard link":
        readings += [lambda: read_file(path), lambda: sha256_file(path)]
    for reading in readings:
        with pytest.raises(DiskError, match="is a link or no regular file: put the file itself there"):
            reading()


def test_a_file_far_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.touch()
    os.truncate(path, 1 << 40)
    with pytest.raises(DiskError, match="cannot be read: it is larger than 256 MB"):
        read_file(path)


@pytest.mark.parametrize("name", ["project.yaml", "journal.jsonl", "lock"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_project_with_something_odd_in_place_of_a_file_is_refused_at_once(tmp_path, name, kind):
    root, other = tmp_path / "film", tmp_path / "other"
    create(root, Disk(), [])
    other.write_bytes(b"schema: 1\n")
    (root / name).unlink(missing_ok=True)
    {
        "link": lambda: (root / name).symlink_to(other),
        "pipe": lambda: os.mkfifo(root / name),
        "folder": (root / name).mkdir,
    }[kind]()
    with pytest.raises(DiskError):
        work(root, Disk(), [])
    assert other.read_bytes() == b"schema: 1\n"


def test_a_folder_in_whose_place_a_link_stands_is_refused(tmp_path):
    root = tmp_path / "film"
    create(root, Disk(), [])
    (root / "keyframes").symlink_to(tmp_path)
    with pytest.raises(LeavesProject):
        work(root, Disk(), [])


def test_a_full_disk_is_told_with_what_is_needed_and_free(tmp_path):
    with pytest.raises(
        DiskFull, match=r"No space left for .*/f: 10 bytes needed, [\d.]+ \w+ free; free some and run again"
    ):
        Faulty(1, errno.ENOSPC).replace(tmp_path / "f", b"x" * 10)


def _parts(root: Path) -> list[Path]:
    return [path for path in root.rglob(".*") if path.name != ".gitignore"]


def _contents(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}
