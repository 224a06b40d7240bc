"""The one seam through which a project is written: replace, append, publish, and their failures.

Every system call that can lose data goes through a method of `Disk`, so a test can make any of them fail.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from longvid_tui import full_disk, regular
from longvid_tui.regular import NotRegular

_NO_FOLDER_FLUSH = (errno.EINVAL, errno.ENOTSUP)
_CHUNK = 1 << 20

MOST_READ = 256 << 20
"""Most bytes of a file that is read as a whole: a picture has up to 64 MB, a journal of ten thousand takes 30
MB."""

_ADVICE = {
    errno.EROFS: "is on a disk that can only be read: work on a copy of the project elsewhere",
    errno.EACCES: "is not yours to write: change its owner or mode, or work on a copy of the project",
}

Result = TypeVar("Result")


class DiskError(Exception):
    """A file cannot be read or written; the text is one sentence for the person."""


class DiskFull(DiskError):
    """No space is left, and nothing was half-written. `why`: the sentence without its advice."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; free some and run again")
        self.why = why


class DiskBroken(DiskError):
    """The disk failed a write or a flush: what it holds is unknown, so nothing more is written."""


class LeavesProject(DiskError):
    """A name leads out of the project."""


class Disk:
    """Writes files so that after a crash each is the old one or the new one, never half of either.

    After a failed flush every later write raises DiskBroken: the kernel reports a lost page once only.
    """

    def __init__(self) -> None:
        self._broken = ""
        self._lasting: set[Path] = set()
        """Folders whose own entry in the folder above is flushed."""

    @property
    def broken(self) -> str:
        """Why nothing more is written, in a sentence; "" while all is well."""
        return self._broken

    def replace(self, path: Path, data: bytes, mode: int = 0o600) -> None:
        """Write `data` as the whole of `path`: temporary file, fsync, rename, fsync of the folder."""
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = self.step(path, len(data), lambda: os.open(part, flags, mode))
        try:
            try:
                self.write(fd, data, path)
                self.flush(fd, path)
            finally:
                os.close(fd)
            self.step(path, 0, lambda: part.replace(path))
        except BaseException:
            with contextlib.suppress(OSError):  # the first failure is the one to tell
                part.unlink()
            raise
        self.flush_folder(path.parent)

    def publish(self, source: Path, target: Path, mode: int = 0o400) -> None:
        """Make a finished file durable and move it to its final name; doing it twice is harmless."""
        if target.is_file() and not os.path.lexists(source):
            self.flush_folder(target.parent)  # an earlier call was cut off after its rename
            return
        fd = self.step(source, 0, lambda: regular.descriptor(source))
        try:
            if os.fstat(fd).st_nlink != 1:
                raise _not_regular(source)
            self.flush(fd, source)
            self.step(source, 0, lambda: os.fchmod(fd, mode))
        finally:
            os.close(fd)
        self.step(target, 0, lambda: source.replace(target))
        self.flush_folder(target.parent)
        if source.parent != target.parent:
            self.flush_folder(source.parent)

    def make_dir(self, path: Path) -> None:
        """Make a folder of mode 0700 if it is not there; a link in its place is refused."""
        try:
            self.step(path, 0, lambda: path.mkdir(mode=0o700))
        except FileExistsError:
            if path.is_symlink() or not path.is_dir():
                raise DiskError(f"{path} should be a folder but is not: move it away") from None
            if path in self._lasting:
                return
        # Also if the folder was there: whoever made it may have been killed before this.
        self.flush_folder(path.parent)
        self._lasting.add(path)

    def write(self, fd: int, data: bytes, path: Path) -> None:
        view = memoryview(data)
        while view:
            written = self.step(path, len(view), lambda view=view: os.write(fd, view))  # type: ignore[misc]
            view = view[written:]

    def flush(self, fd: int, path: Path) -> None:
        self._flushing(path, lambda: os.fsync(fd))

    def flush_data(self, fd: int, path: Path) -> None:
        self._flushing(path, lambda: os.fdatasync(fd))

    def flush_folder(self, folder: Path) -> None:
        fd = self.step(folder, 0, lambda: os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        try:
            self._flushing(folder, lambda: _flush_folder(fd))
        finally:
            os.close(fd)

    def truncate(self, fd: int, size: int, path: Path) -> None:
        self.step(path, 0, lambda: os.ftruncate(fd, size))

    def step(self, path: Path, size: int, call: Callable[[], Result]) -> Result:
        """Make one system call; raises DiskBroken, DiskFull (`size` is what was needed) or DiskError if it
        fails.

        FileExistsError and BlockingIOError are passed on.
        """
        if self._broken:
            raise DiskBroken(self._broken)
        try:
            return call()
        except NotRegular:
            raise _not_regular(path) from None
        except OSError as error:
            if error.errno in full_disk.NUMBERS:
                raise full(path, size) from error
            if error.errno == errno.EIO:
                raise self.distrust(path, error) from error
            if isinstance(error, (FileExistsError, BlockingIOError)):
                raise
            said = f" {_ADVICE[error.errno]}" if error.errno in _ADVICE else f": {error.strerror or error}"
            raise DiskError(f"{path}{said}") from error

    def _flushing(self, path: Path, call: Callable[[], None]) -> None:
        if self._broken:
            raise DiskBroken(self._broken)
        try:
            call()
        except OSError as error:
            self.distrust(path, error)
            if error.errno in full_disk.NUMBERS:
                raise full(path, 0) from error
            raise DiskBroken(self._broken) from error

    def distrust(self, path: Path, error: OSError) -> DiskBroken:
        """Write nothing more from now on, and return the error that says so."""
        self._broken = (
            f"The disk failed while writing {path} ({error.strerror}): nothing more is written; "
            "check the disk, then start again"
        )
        return DiskBroken(self._broken)


def full(path: Path, needed: int) -> DiskFull:
    """The error for a full disk; `needed`: bytes that were to be written, 0 if that is not known."""
    try:
        free = shutil.disk_usage(path if path.is_dir() else path.parent).free
    except OSError:
        free = 0
    sizes = f"{_size(needed)} needed, {_size(free)} free" if needed else f"{_size(free)} free"
    return DiskFull(f"No space left for {path}: {sizes}")


def _size(count: int) -> str:
    return f"{count} bytes" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


def inside(root: Path, relative: str) -> Path:
    """The path of a project-relative name; raises LeavesProject if it leads out or goes through a link."""
    parts = relative.split("/")
    if not relative or "\0" in relative or relative.startswith("/") or ".." in parts:
        raise LeavesProject(f"{relative!r} is not a path inside the project")
    path = root
    for part in parts:
        path = path / part
        if os.path.islink(path):  # noqa: PTH114 - is_symlink() raises on names too long for any file
            raise LeavesProject(f"{relative!r} goes through a link: links are not followed inside a project")
    return path


def read_file(path: Path) -> bytes:
    """The bytes of a regular file of at most MOST_READ; raises DiskError, also for links and pipes."""
    with _read_errors(path):
        return regular.read(path, MOST_READ)


def sha256_file(path: Path) -> str:
    """Hex sha256 of a regular file's bytes, read in pieces; raises DiskError, also for links and pipes."""
    digest = hashlib.sha256()
    with _read_errors(path), regular.reading(path) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextlib.contextmanager
def _read_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except NotRegular:
        raise _not_regular(path) from None
    except OSError as error:
        raise DiskError(f"{path} cannot be read: {error.strerror or error}") from error


def _not_regular(path: Path) -> DiskError:
    return DiskError(f"{path} is a link or no regular file: put the file itself there")


def _flush_folder(fd: int) -> None:
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in _NO_FOLDER_FLUSH:  # CIFS and some FUSE mounts cannot flush a folder at all
            raise
