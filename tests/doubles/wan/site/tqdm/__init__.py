"""Progress bars as tqdm 4.70 prints them, as far as Wan uses them and its environment changes them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any


class tqdm:  # noqa: N801
    def __init__(self, iterable: Iterable[Any], desc: str = "") -> None:
        self._items = list(iterable)
        self._desc = desc
        self._format = os.environ.get("TQDM_BAR_FORMAT")
        self._interval = float(os.environ.get("TQDM_MININTERVAL", "0.1"))
        self._disabled = bool(os.environ.get("TQDM_DISABLE"))

    def __iter__(self) -> Iterator[Any]:
        total, began = len(self._items), time.monotonic()
        shown = began
        self._show(0, total, 0.0)
        try:
            for done, item in enumerate(self._items, start=1):
                yield item
                now = time.monotonic()
                if now - shown >= self._interval:
                    self._show(done, total, now - began)
                    shown = now
        finally:
            self._show(done if total else 0, total, time.monotonic() - began)
            self._write("\n")

    def _show(self, done: int, total: int, elapsed: float) -> None:
        rate = f"{done / elapsed:5.2f}it/s" if done and elapsed else "?it/s"
        if self._format:
            fields = {"n_fmt": str(done), "total_fmt": str(total), "elapsed_s": elapsed, "rate_noinv_fmt": rate}
            self._write("\r" + self._format.format(desc=self._desc, **fields))
            return
        share = done / total if total else 0
        prefix = f"{self._desc}: " if self._desc else ""
        width = 10
        # TQDM_ASCII holds the characters of a bar: of one alone it cannot be drawn.
        charset = os.environ.get("TQDM_ASCII") or " █"
        filled = int(share * width * (len(charset) - 1)) // (len(charset) - 1)
        bar = (charset[-1] * filled).ljust(width)
        self._write(f"\r{prefix}{share:4.0%}|{bar}| {done}/{total} [{elapsed:.0f}, {rate}]")

    def _write(self, text: str) -> None:
        if not self._disabled:
            sys.stderr.write(text)
            sys.stderr.flush()
