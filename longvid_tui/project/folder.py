"""One project folder: its document, its journal, its takes, and the lock that makes one writer."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shlex
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from longvid_tui.project import document, journal
from longvid_tui.project.disk import Disk, DiskError, inside, read_file
from longvid_tui.project.items import OnDisk
from longvid_tui.project.journal import Event
from longvid_tui.project.makers import Makers
from longvid_tui.project.masters import own_pictures
from longvid_tui.project.model import Plan, Project
from longvid_tui.project.replay import apply, replay
from longvid_tui.project.state import ProjectState, prompt_sha, survey

DOCUMENT = document.NAME
JOURNAL = "journal.jsonl"
FILM = "film.mp4"
CONFORMED = "conformed"
LOCK = "lock"
EDITS = "edits"
_IGNORED = (
    "masters/\nkeyframes/\nsegments/\nconformed/\nattempts/\nexports/\nfinished/\nedits/\nfilm.mp4\nlock\n"
)


class NoProject(DiskError):
    """The folder is not a project, or cannot be made one."""


ENGINE = "engine"
"""The name that the engine gives as holder of a lock; it takes commands over its socket."""


class Busy(DiskError):
    """Another process works on the project; `by_engine`: commands can be handed to it."""

    def __init__(self, sentence: str, *, by_engine: bool) -> None:
        super().__init__(sentence)
        self.by_engine = by_engine


class Folder:
    """A project folder as it is on disk; reading needs no lock, writing happens inside `writing()`.

    Raises NoProject, strict_yaml.Problems, journal.JournalDamaged and DiskError, each a sentence.
    """

    def __init__(self, root: Path, disk: Disk | None = None) -> None:
        _check_name(root)
        self.root = root
        self.disk = disk or Disk()
        self._journal: journal.Journal | None = None
        self._stamp: tuple[int, ...] = ()
        self._pictures: dict[str, tuple[tuple[int, ...], str]] = {}
        self.document = self._read_document()
        self.history = replay(journal.read(self.root / JOURNAL).events)

    @classmethod
    def create(cls, root: Path, project: Project, disk: Disk | None = None) -> Folder:
        """Make a new project; the folder must be empty or not there. Raises NoProject and DiskError."""
        disk = disk or Disk()
        _check_name(root)
        above = next((folder for folder in root.parents if folder.exists()), root)
        if not above.is_dir():
            raise NoProject(f"{above} is a file, so no project can be made in it: choose another folder")
        if not os.access(above, os.W_OK | os.X_OK):
            raise NoProject(f"{above} is not yours to write in: choose another folder")
        if not disk.step(root, 0, lambda: _is_free(root)):
            opened = f", or open it with `show {shlex.quote(str(root))}`" if (root / DOCUMENT).is_file() else ""
            raise NoProject(f"{root} exists already: choose another name{opened}")
        text = document.render(project)
        document.load(text)  # a project that could not be read back is refused
        for missing in reversed([above for above in root.parents if not above.exists()]):
            disk.make_dir(missing)
        disk.make_dir(root)
        try:
            disk.replace(root / DOCUMENT, text.encode())
            disk.replace(root / ".gitignore", _IGNORED.encode())
        except BaseException:
            for name in (DOCUMENT, ".gitignore"):
                with suppress(OSError):  # the first failure is the one to tell
                    (root / name).unlink(missing_ok=True)
            raise
        return cls(root, disk)

    @property
    def project(self) -> Project:
        return self.document.project

    @contextmanager
    def writing(self, what: str) -> Iterator[Folder]:
        """Hold the lock of the project, and read it again under the lock; `what` tells others who holds it.

        Raises Busy at once if the lock is taken.
        """
        with _locked(self.root / LOCK, what, self.disk):
            self.reload()
            self._journal = journal.Journal.open(self.root / JOURNAL, self.disk)
            self.history = replay(self._journal.events)
            try:
                yield self
            finally:
                self._journal.close()
                self._journal = None

    def record(self, kind: str, **fields: Any) -> None:
        """Append one event to the journal and apply it; durable when this returns."""
        assert self._journal is not None, "record() is for the holder of the lock"
        apply(self.history, self._journal.append(kind, **fields))

    def holds_film(self) -> bool:
        """Whether film.mp4 is there and has the size of the film that was made last."""
        film = self.history.film
        return film is not None and _holds(self.root / FILM, film["bytes"])

    def is_in_place(self) -> bool:
        """Whether the lock's holder still writes to the project of this name; raises DiskError."""
        return self._journal is not None and self._journal.is_in_place()

    def events_after(self, seq: int) -> Sequence[Event]:
        """The events after number `seq`, oldest first."""
        if self._journal is not None:
            return self._journal.events[seq:]
        return journal.read(self.root / JOURNAL).events[seq:]

    @property
    def revision(self) -> str:
        """The name of the present text of project.yaml: the first 12 digits of its sha256."""
        return hashlib.sha256(self.document.text.encode()).hexdigest()[:12]

    def reload(self) -> bool:
        """Read project.yaml again if it changed on disk; returns whether it did. Raises Problems."""
        if _stamp(self.root / DOCUMENT) == self._stamp:
            return False
        self.document = self._read_document()
        return True

    def write_project(self, project: Project) -> None:
        """Change project.yaml to mean `project`, touching only what changed.

        Raises DiskError if the file was edited since it was read.
        """
        if project == self.project:
            return
        path = self.root / DOCUMENT
        if read_file(path) != self.document.text.encode():
            raise DiskError(
                f"{DOCUMENT} was edited in the meantime: nothing was written, run the command again"
            )
        self.disk.replace(path, document.edit(self.document, project).encode())
        self.document = self._read_document()

    def keep_text(self) -> str:
        """Store the present text of project.yaml for `restore_text`; returns its revision."""
        self.directory(EDITS)
        path = self.path(f"{EDITS}/{self.revision}.yaml")
        if not path.exists():
            self.disk.replace(path, self.document.text.encode())
        return self.revision

    def restore_text(self, revision: str) -> None:
        """Give project.yaml the text of a revision that `keep_text` stored."""
        text = read_file(self.path(f"{EDITS}/{revision}.yaml"))
        document.load(text)
        self.disk.replace(self.root / DOCUMENT, text)
        self.document = self._read_document()

    def write_plan(self, plan: Plan, by: Mapping[str, Any]) -> None:
        """Make `plan` the plan of the project, and journal what it was made from; `by`: the planner's
        fingerprint."""
        changed = {name: getattr(plan, name) for name in Plan.model_fields}
        changed["title"] = self.project.title or plan.title
        project = self.project.model_copy(update=changed)
        self.write_project(project)
        self.record("plan", sha=plan.sha(), prompt_sha=prompt_sha(project), by=dict(by))

    def survey(self, makers: Makers) -> ProjectState:
        """Where everything stands, with the files that are on disk now."""
        return survey(self.project, self.history, makers, self._on_disk())

    def path(self, relative: str) -> Path:
        """The path of a file of the project, which may not exist yet; raises LeavesProject."""
        return inside(self.root, relative)

    def directory(self, relative: str) -> Path:
        """The path of a folder of the project, which is made if it is not there."""
        path = inside(self.root, relative)
        for folder in (*reversed([above for above in path.parents if self.root in above.parents]), path):
            self.disk.make_dir(folder)
        return path

    def keep(self, target: str, data: bytes, suffix: str, sha: str) -> str:
        """Store bytes among the files of a target, named by content; returns the relative path."""
        home = _home(target)
        self.directory(home)
        relative = f"{home}/{sha[:12]}{suffix}"
        path = self.path(relative)
        if not _holds(path, len(data)):
            self.disk.replace(path, data, mode=0o400)
        return relative

    def unfinished(self, target: str) -> str:
        """The relative path for the picture of a still while it forms; it never becomes a take."""
        self.directory(_home(target))
        return f"{_home(target)}/unfinished"

    def publish(self, target: str, clip: Path, sha: str) -> str:
        """Move a verified clip to its place among the takes; returns the relative path. Harmless to repeat."""
        home = _home(target)
        self.directory(home)
        relative = f"{home}/{sha[:12]}.mp4"
        self.disk.publish(clip, self.path(relative))
        return relative

    def _read_document(self) -> document.Document:
        path = self.root / DOCUMENT
        stamp = _stamp(path)
        if not stamp:
            raise NoProject(f"{self.root} is not a project: it holds no {DOCUMENT}; make one with `new`")
        read = document.load(read_file(path))
        self._stamp = stamp  # only now, so that a file that cannot be read is tried, and told, again
        return read

    def _on_disk(self) -> OnDisk:
        takes = (take for record in self.history.records.values() for take in record.takes)
        conformed = self.root / CONFORMED
        gone = frozenset(take.path for take in takes if not _holds(self.root / take.path, take.bytes))
        if (
            gone and self._journal and not self._journal.is_in_place()
        ):  # else they would be made, and paid for, again
            raise DiskError(
                f"{self.root} was moved or deleted in the meantime: open the project where it is now"
            )
        return OnDisk(
            pictures={picture: self._picture_sha(picture) for picture in own_pictures(self.project)},
            gone=gone,
            conformed=frozenset(path.stem for path in conformed.glob("*.mp4"))
            if conformed.is_dir()
            else frozenset(),
            film_intact=self.holds_film(),
        )

    def _picture_sha(self, relative: str) -> str:
        path = self.path(relative)
        stamp = _stamp(path)
        known = self._pictures.get(relative)
        if not known or known[0] != stamp or not stamp:
            if not stamp:
                raise DiskError(
                    f"{relative} is named as a picture of the film, but the project holds no such file"
                )
            known = self._pictures[relative] = (stamp, hashlib.sha256(read_file(path)).hexdigest())
        return known[1]


def _home(target: str) -> str:
    """The relative folder for the takes of a keyframe, master or segment."""
    if target.startswith("@"):
        return f"masters/{target[1:]}"
    return f"{'keyframes' if target.startswith('k') else 'segments'}/{target}"


def repair_journal(root: Path) -> str:
    """See journal.repair; done under the lock of the project. Raises Busy and DiskError."""
    if not os.path.lexists(root / JOURNAL):
        raise NoProject(f"{root} holds no {JOURNAL}, so there is nothing to repair")
    with _locked(root / LOCK, "repair", Disk()):
        return journal.repair(root / JOURNAL)


def _check_name(root: Path) -> None:
    """Raise NoProject for a name that is not UTF-8, which no file or message of ours could hold."""
    try:
        str(root).encode()
    except UnicodeEncodeError as error:
        raise NoProject(f"{root} has a name that is not UTF-8: give it another one") from error


def _is_free(root: Path) -> bool:
    """Whether a project may be made here: there is nothing, or an empty folder."""
    if root.is_symlink() or not root.exists():
        return not root.is_symlink()
    return root.is_dir() and not any(root.iterdir())


@contextmanager
def _locked(path: Path, what: str, disk: Disk) -> Iterator[None]:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = disk.step(path, 0, lambda: os.open(path, flags, 0o600))
    try:
        try:
            disk.step(path, 0, lambda: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB))
        except BlockingIOError:
            raise _busy(fd, path.parent) from None
        disk.truncate(fd, 0, path)
        disk.write(fd, json.dumps({"pid": os.getpid(), "what": what}).encode(), path)
        yield
    finally:
        os.close(fd)


def _busy(fd: int, root: Path) -> Busy:
    try:
        said = json.loads(os.pread(fd, 4096, 0))
        what, pid = said["what"], f"(pid {said['pid']})"
    except (ValueError, KeyError, TypeError):
        what, pid = "", ""
    if what == ENGINE:
        advice = "stop it with `longvid-tui engine stop` under the LONGVID_STATE_DIR that it was started with"
        return Busy(f"an engine {pid} has {root.name} open: {advice}", by_engine=True)
    who = f"`{what}` {pid}" if what else "another process"
    return Busy(
        f"{who} works on {root.name}: wait for it to end, or stop it with Ctrl-C where it runs", by_engine=False
    )


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise DiskError(f"{path} cannot be read: {error.strerror or error}") from error
    return found.st_ino, found.st_size, found.st_mtime_ns


def _holds(path: Path, size: int) -> bool:
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size
