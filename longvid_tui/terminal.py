"""The terminal: paced writing over slow links, and always given back as it was found."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import termios
import threading
import time
import tty
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from textual import events
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from longvid_tui.thrift import thrifty

_RESET = "\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?1004l\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h\x1b[0m"
"""Mouse, paste, focus and keyboard reporting off; line wrap, main screen and cursor back."""

SLOW_SECONDS = 0.05
"""Round trips longer than this get a rest after each background repaint, so that keys find an empty pipe."""

RESET_SECONDS = 0.3
"""Seconds a terminal that hung up gets to make room in its pipe for the reset."""

NO_ANSWER_SECONDS, LOST_SECONDS = 2.0, 10.0
"""How long an answer is waited for from a terminal that never gave one, and from one that did."""

FALLBACK_SECONDS = 0.5
"""Least time between background repaints over ssh where the terminal gives no answers."""

AT_ONCE = 4096
"""Characters that a terminal whose pipe is empty takes without making us wait: Linux has room for 8192 bytes in
it (drivers/tty/pty.c), and a character of a frame is rarely more than one byte."""


PICTURE_TERMINALS = ("xterm-kitty", "xterm-ghostty")
"""Values of TERM for terminals that show pictures in cells of text; others that know kitty's protocol cannot.
"""

_EARLY_KITTY = re.compile(rb"\x1bP>\|kitty\(0\.(?:\d|1\d|2[0-7])\.")
"""Before 0.28 (April 2023; Debian 12 has 0.26) kitty took pictures, and showed their cells as signs it does not
know."""

ASK_SECONDS = 1.0
"""How long the terminal may take to say whether it shows pictures."""

_ASK = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>q\x1b[c"
"""Asks whether the terminal would take a picture of one pixel, then for its name and version, then what kind it
is: every terminal answers the last."""


def takes_pictures() -> bool:
    """Whether this terminal shows pictures in full; asks it, so only before the screen starts to read what it
    says.

    Within tmux or screen it is never so: what they pass on to the terminal is lost when they paint a pane anew.
    """
    if os.environ.get("TERM") not in PICTURE_TERMINALS or "TMUX" in os.environ or os.environ.get("NO_COLOR"):
        return False
    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    try:
        tty.setcbreak(fd)
        os.write(fd, _ASK.encode())
        said = _answer(fd)
        return b"\x1b_Gi=31;OK" in said and not _EARLY_KITTY.search(said)
    except OSError:
        return False
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)


def _answer(fd: int) -> bytes:
    said, deadline = b"", time.monotonic() + ASK_SECONDS
    while not re.search(rb"\x1b\[\?[\d;]*c", said) and (wait := deadline - time.monotonic()) > 0:
        if select.select([fd], [], [], wait)[0]:
            said += os.read(fd, 1024)
    return said


class _Ending(threading.Event):
    """The event that Textual sets to end the reading of keys, with a `pipe` that is readable while it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.pipe, self._in = os.pipe()

    def set(self) -> None:
        super().set()
        os.write(self._in, b".")

    def clear(self) -> None:
        if self.is_set():
            os.read(self.pipe, 64)
        super().clear()


class PacedDriver(LinuxDriver):
    """Asks the terminal for its cursor position behind each frame; while the answer is out, frames pile up in
    the pipe, and background repaints wait (`behind`).

    A terminal that never answers turns this off after two seconds; a late answer turns it on again.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round_trip = 0.0
        self._outstanding = self._answered = self._off = self._closing = False
        self._unasked = True
        """Whether something was written after the last question."""
        self._held: list[str] | None = None
        self._output = sys.__stderr__.fileno() if sys.__stderr__ else 2
        """Descriptor of the stream Textual writes to."""
        self._asked_at = self._answered_at = self._last_background = 0.0
        self._drained = threading.Event()
        self.exit_event = self._ending = _Ending()

    def run_input_thread(self) -> None:
        """Read keys. Textual's own loop (8.2.8) wakes up ten times a second to see whether it is over."""
        parser, decode = XTermParser(self._debug), getincrementaldecoder("utf-8")().decode
        poller = select.poll()
        poller.register(self.fileno, select.POLLIN)
        poller.register(self._ending.pipe, select.POLLIN)
        while not self.exit_event.is_set():
            # An escape is a key by itself unless more follows in time.
            due = parser._timeout_time
            ready = [
                fd for fd, _ in poller.poll(None if due is None else max(0.0, due - get_time()) * 1000 + 1)
            ]
            said = decode(os.read(self.fileno, 4096)) if self.fileno in ready else ""
            for message in (*(parser.feed(said) if said else ()), *parser.tick()):
                self.process_message(message)

    def write(self, data: str) -> None:
        self._unasked = True
        if self._held is None:
            super().write(thrifty(data))
        else:
            self._held.append(thrifty(data))

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Send what is written within the block in one piece: directly where the terminal has room for it, so
        that nobody waits, else by Textual's writing thread."""
        is_clear = self._answered and not (self._outstanding or self._unasked or self._off or self._closing)
        self._held = []
        try:
            yield
        finally:
            data, self._held = "".join(self._held), None
            if is_clear and len(data) <= AT_ONCE:
                with suppress(OSError):  # of a terminal that is gone `on_hangup` hears
                    _write_all(self._output, data.encode())
            elif data:
                super().write(data)

    def ping(self) -> None:
        """Queue a question behind what was written."""
        if self._closing or self._off or self._outstanding or self._writer_thread is None:
            return
        self._outstanding = True
        self._drained.clear()
        self._asked_at = time.monotonic()
        self.write("\x1b[6n")
        self._unasked = False

    def behind(self) -> bool:
        """Whether a background repaint should wait; what a key causes never asks."""
        now = time.monotonic()
        if self._off:
            waits = "SSH_CONNECTION" in os.environ and now - self._last_background < FALLBACK_SECONDS
            if not waits:
                self._last_background = now
            return waits
        if self._outstanding:
            silent = now - self._asked_at
            if silent > (LOST_SECONDS if self._answered else NO_ANSWER_SECONDS):
                self._outstanding = False
                self._drained.set()
                self._off = not self._answered
                return False
            return True
        rest = self.round_trip * (3 if self.round_trip > 1 else 1)
        return self.round_trip > SLOW_SECONDS and now - self._answered_at < rest

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            if self._outstanding:
                self._answered_at = time.monotonic()
                self.round_trip = self._answered_at - self._asked_at
                self._outstanding = False
                self._drained.set()
            self._answered, self._off = True, False
            return
        super().process_message(message)

    def start_application_mode(self) -> None:
        self._closing = self._outstanding = False
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.ping()

    def stop_application_mode(self) -> None:
        # An answer that comes after we left would be typed into the shell.
        self._closing = True
        if self._outstanding and not self._off:
            self._drained.wait(min(1.5, 0.3 + 3 * self.round_trip))
        super().stop_application_mode()


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def on_hangup(save: Callable[[], None]) -> None:
    """When the terminal is closed: save, give it back without waiting for it, and be gone.

    A handler on the event loop would hang in Textual's writer (8.2.8), which waits for the terminal that is
    gone.
    """

    def leave(_: int, frame: FrameType | None) -> None:  # noqa: ARG001
        try:
            save()
        finally:
            _reset_now()
            os._exit(129)

    signal.signal(signal.SIGHUP, leave)
    threading.Thread(
        target=_tell_of_hangup, args=(sys.__stdin__.fileno() if sys.__stdin__ else 0,), daemon=True
    ).start()


def _tell_of_hangup(fd: int) -> None:
    """Signal ourselves when the terminal hangs up: without a shell to do it (docker exec, setsid), a closed
    terminal only reads as empty for ever."""
    poller = select.poll()
    poller.register(fd, 0)
    if any(mask & (select.POLLHUP | select.POLLERR) for _, mask in poller.poll()):
        os.kill(os.getpid(), signal.SIGHUP)


def _reset_now() -> None:
    """Write the resets, waiting a moment for a terminal that is merely slow; one that is gone takes nothing."""
    left, deadline = _RESET.encode(), time.monotonic() + RESET_SECONDS
    try:
        fd = sys.__stderr__.fileno() if sys.__stderr__ else 2
        os.set_blocking(fd, False)
        while left and (wait := deadline - time.monotonic()) > 0:
            if select.select([], [fd], [], wait)[1]:
                with suppress(BlockingIOError):
                    left = left[os.write(fd, left) :]
    except OSError:
        return
