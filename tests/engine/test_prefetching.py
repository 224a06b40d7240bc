"""Weights are read into the page cache, once, and only where memory is free."""

from __future__ import annotations

import ctypes
import mmap
import os
import time
from pathlib import Path

import psutil
import pytest

from longvid_tui.engine.prefetching import Prefetch


def cached_pages(path: Path) -> int:
    """How many pages of a file are in memory: mincore(2)."""
    size = path.stat().st_size
    count = -(-size // mmap.PAGESIZE)
    found = (ctypes.c_ubyte * count)()
    with path.open("r+b") as file, mmap.mmap(file.fileno(), size) as mapped:
        start = ctypes.addressof(ctypes.c_char.from_buffer(mapped))
        assert ctypes.CDLL(None).mincore(ctypes.c_void_p(start), ctypes.c_size_t(size), found) == 0
    return sum(page & 1 for page in found)


BYTES = 32 << 20
"""More than the kernel reads of a file at a time, whatever it is advised: from 128 KiB to 8 MiB by the disk."""


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A file that is on the disk and not in memory."""
    path = tmp_path / "weights.pth"
    with path.open("wb") as file:
        file.write(os.urandom(BYTES))
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if cached_pages(path):
        pytest.skip("this filesystem keeps its files in memory")
    return path


def test_files_are_in_memory_soon_and_are_read_once(weights: Path, tmp_path: Path) -> None:
    prefetch = Prefetch()
    files = [tmp_path / "absent.pth", weights]
    assert prefetch.begin(files, spare=0) == BYTES
    end = time.monotonic() + 20
    while cached_pages(weights) < BYTES // mmap.PAGESIZE:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert prefetch.begin(files, spare=0) == 0


def test_nothing_is_read_where_memory_is_short(weights: Path) -> None:
    available = psutil.virtual_memory().available
    assert Prefetch().begin([weights], spare=2 * available) == 0
    assert Prefetch().begin([], spare=0) == 0
    assert cached_pages(weights) == 0
