"""Reads a file only if it is one: where a folder came from somebody else, a link, a pipe or a device may have
its name.

Standard library only.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotRegular(OSError):
    """It is a link, or no regular file."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "it is a link or no regular file", str(path))


class TooLarge(OSError):
    """It holds more than anybody would have put there."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(errno.EFBIG, f"it is larger than {most >> 20} MB", str(path))


def descriptor(path: Path) -> int:
    """The open file, to be read and closed; raises OSError, NotRegular among them, and never waits."""
    # O_NONBLOCK: a pipe in the place of a file must not make us wait for its writer.
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        # ENXIO: a socket, or a device without a driver.
        raise (NotRegular(path) if error.errno in (errno.ELOOP, errno.ENXIO) else error) from None
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return fd
    os.close(fd)
    raise NotRegular(path)


def reading(path: Path) -> BinaryIO:
    """The open file, to be used in a `with`; raises as `descriptor`."""
    return os.fdopen(descriptor(path), "rb")


def read(path: Path, most: int) -> bytes:
    """Its bytes; raises as `descriptor`, and TooLarge where there are more than `most`."""
    with reading(path) as file:
        # Its size first: what is far too large need not fit into memory.
        data = b"" if (size := os.fstat(file.fileno()).st_size) > most else file.read(most + 1)
    if max(size, len(data)) > most:
        raise TooLarge(path, most)
    return data
