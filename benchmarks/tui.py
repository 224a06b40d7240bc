"""Measures the screen from outside, in a terminal of its own, over the real engine, eight stand-in GPUs and stand-in
backends, against the bars of the screen.

    python benchmarks/tui.py            # everything, in about 90 seconds
    python benchmarks/tui.py --only film
    python benchmarks/tui.py --only flood

`film`: 120x40, 24 segments; nothing runs, then eight segments are filmed whose generators log 200 lines a second
together; then the same over a link of 20 kB/s. `flood`: 120 segments, GPUs that change every second, generators that
log 5,000 lines a second. Prints a line for each figure, with its bar and whether it holds; ends with 1 where one does
not. Raw times depend on the machine: `spin` (a loop of a million steps in Python) is printed for comparison, and how
long a fifth of it takes now and then (`no screen`).

The terminal answers cursor-position requests as a real one does; over the slow link it reads 20 kB/s and answers when
it has read so far.
"""

from __future__ import annotations

import argparse
import fcntl
import math
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import psutil

from longvid_tui import client

DOUBLES = Path(__file__).resolve().parents[1] / "tests" / "doubles"
sys.path.insert(0, str(DOUBLES / "nvml"))

from fake_nvml import FakeBox, build  # noqa: E402

GB = 1 << 30
GPUS = 8
STARTS = 3
HEAVY = (
    "pydantic",
    "openai",
    "PIL",
    "numpy",
    "pynvml",
    "av",
    "httpx2",
    "ruamel",
    "typer",
    "psutil",
    "longvid_tui.engine",
)
"""What nothing before the first picture of the screen may import."""


class Terminal:
    """A terminal with the screen in it: keeps what it was sent, with times, and answers cursor-position requests."""

    opened: ClassVar[list[Terminal]] = []

    def __init__(self, film: Path, rate: float = 0.0) -> None:
        self.master, slave = pty.openpty()
        self._slave = slave
        self.size(40, 120)
        self.said = bytearray()
        self.last = 0.0
        self._rate = rate
        environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment.pop("NO_COLOR", None)
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "longvid_tui", str(film)],
            stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
        )  # fmt: skip
        self.seen = psutil.Process(self.process.pid)
        self._over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.opened.append(self)

    def size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        asked = 0
        while not self._over:
            if not select.select([self.master], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self.master, int(self._rate * 0.02) or 65536)
            except OSError:
                return
            if self._rate:
                time.sleep(len(data) / self._rate)
            self.said += data
            self.last = time.monotonic()
            while (at := self.said.find(b"\x1b[6n", asked)) >= 0:
                asked = at + 4
                os.write(self.master, b"\x1b[1;1R")

    def waits_for(self, pattern: bytes, start: int = 0, seconds: float = 30.0) -> float:
        """Seconds until it is there; `seconds` if it never comes."""
        began = time.monotonic()
        while not re.search(pattern, self.said[start:]) and time.monotonic() - began < seconds:
            time.sleep(0.0005)
        return time.monotonic() - began

    def settles(self, quiet: float = 0.4, seconds: float = 20.0) -> None:
        began = time.monotonic()
        while time.monotonic() - max(self.last, began) < quiet and time.monotonic() - began < seconds:
            time.sleep(0.01)

    def presses(self, key: bytes, pattern: bytes) -> tuple[float, int]:
        """(seconds until what the key changes is there, bytes that took)."""
        start = len(self.said)
        os.write(self.master, key)
        took = self.waits_for(pattern, start, 5)
        return took, len(self.said) - start

    @property
    def used(self) -> float:
        """Seconds of a processor so far."""
        return float(sum(self.seen.cpu_times()[:2]))

    def idles(self, seconds: float) -> tuple[float, float]:
        """(bytes a second, share of one processor) while nobody presses anything."""
        start, before = len(self.said), self.used
        time.sleep(seconds)
        return (len(self.said) - start) / seconds, (self.used - before) / seconds

    def resizes(self, rows: int, columns: int) -> float:
        """Seconds until the last line is painted where it now is."""
        start, began = len(self.said), time.monotonic()
        self.size(rows, columns)
        os.kill(self.process.pid, signal.SIGWINCH)
        self.waits_for(rb"\x1b\[%d;" % rows, start)
        return time.monotonic() - began

    def ends(self, key: bytes = b"") -> float:
        """Seconds until it is gone, after a key or else a termination."""
        began = time.monotonic()
        os.write(self.master, key) if key else self.process.terminate()
        self.process.wait(20)
        took = time.monotonic() - began
        time.sleep(0.1)
        self._over = True
        self._reader.join(1)
        return took

    def is_closed(self) -> float:
        """Seconds until it is gone after the terminal was closed."""
        began, self._over = time.monotonic(), True
        self._reader.join(1)
        os.close(self._slave)
        os.close(self.master)
        self.process.wait(20)
        return time.monotonic() - began

    @property
    def modes_left_on(self) -> set[str]:
        left: set[str] = set()
        for match in re.finditer(rb"\x1b\[\?(\d+)([hl])", bytes(self.said)):
            (left.add if match[2] == b"h" else left.discard)(match[1].decode())
        return left & {"1000", "1002", "1003", "1004", "1006", "1015", "1049", "2004"}


class Figures:
    """Prints figures as they come and knows whether all bars held."""

    def __init__(self) -> None:
        self.over: list[str] = []

    def tell(self, name: str, figure: float, unit: str, bar: float | None = None) -> None:
        held = bar is None or figure <= bar
        against = "" if bar is None else f"bar {bar:g} {unit}".rstrip()
        verdict = "" if bar is None else "pass" if held else "FAIL"
        print(f"{name:34} {figure:10.1f} {unit:5} {against:14} {verdict}", flush=True)
        if not held:
            self.over.append(name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("film", "flood"))
    parser.add_argument("--keys", type=int, default=40)
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a person's machine keeps bytecode
    figures, began = Figures(), time.monotonic()
    turn = min(spin() for _ in range(5))
    figures.tell("spin", turn * 1000, "ms")
    alone = bare_turns(arguments.keys)
    figures.tell("no screen, a fifth of a spin: median", statistics.median(alone), "ms")
    figures.tell("no screen, a fifth of a spin: p95", percentile(alone), "ms")
    with tempfile.TemporaryDirectory() as folder:
        library = build(Path(folder))
        if arguments.only != "flood":
            with house(Path(folder, "film"), library, segments=24, lines=200) as (film, box):
                measure_film(figures, film, box, arguments.keys, turn)
        if arguments.only != "film":
            with house(Path(folder, "flood"), library, segments=120, lines=5000) as (film, box):
                measure_flood(figures, film, box, arguments.keys)
    print(f"{time.monotonic() - began:.0f} s; over their bars: {', '.join(figures.over) or 'none'}")
    return bool(figures.over)


@contextmanager
def house(home: Path, library: Path, *, segments: int, lines: int) -> Iterator[tuple[Path, FakeBox]]:
    """An engine of its own with eight GPUs and a film whose keyframes are approved: the next run films for ten minutes,
    and its generators log so many lines a second together."""
    home.mkdir()
    box = FakeBox(home / "box", library)
    box.says(f"gpus {GPUS}", "*.name NVIDIA H200", f"*.memory_total {141 * GB}", "*.memory_used 0",
             f"*.memory_free {141 * GB}", "*.utilisation 0", "*.power 100000", "*.temperature 40")  # fmt: skip
    os.environ |= {
        **box.environment,
        "PYTHONPATH": str(DOUBLES / "plugins"),
        "LONGVID_STATE_DIR": str(home / "state"),
        "LONGVID_CONFIG_DIR": str(home / "config"),
        "LONGVID_GPU_SECONDS": "600",
        "LONGVID_GPU_LINES": str(lines / GPUS),
        "LONGVID_GPU_RUNS": str(home / "runs"),
        "LONGVID_GPUS__STRATEGY": "parallel",
    }
    film = home / "film"
    words = [sys.executable, "-m", "longvid_tui"]
    made = [*words, "new", str(film), "-p", "A test.", "--segments", str(segments), "--size", "832x464",
            "--planner", "counting", "--images", "flat", "--video", "gpu"]  # fmt: skip
    try:
        subprocess.run(made, check=True, capture_output=True)
        subprocess.run(
            [*words, "run", str(film), "--until", "keyframes", "--yes"], check=True, capture_output=True
        )
        yield film, box
    finally:
        for terminal in Terminal.opened:
            terminal.process.kill()
        running = client.connect()
        if running:
            client.dismiss(running, keep_jobs=False)


def measure_film(figures: Figures, film: Path, box: FakeBox, keys: int, turn: float) -> None:
    tell = figures.tell
    tell("heavy imports before first picture", heavy_imports(), "", 0)
    settled, used = [], []
    for number in range(STARTS):
        terminal = Terminal(film)
        terminal.waits_for(rb"Counted")
        terminal.settles(1.2)
        settled.append(terminal.last - terminal.began)
        used.append(terminal.used)
        if number < STARTS - 1:
            terminal.ends(b"q")
    tell("processor to start", statistics.median(used) * 1000, "ms")
    tell("the same, in spins", statistics.median(used) / turn, "", 36)
    tell("settled", statistics.median(settled) * 1000, "ms", 900)
    tell("bytes to start", len(terminal.said), "B")
    walk(figures, terminal, keys, "", most_bytes=1500)
    terminal.settles()
    rate, share = terminal.idles(8)
    tell("idle bytes", rate, "B/s", 300)
    tell("idle processor", share * 100, "%", 0.5)
    tell("memory", terminal.seen.memory_info().rss / 2**20, "MB", 70)
    resized = []
    for _ in range(3):
        resized.append(terminal.resizes(24, 80))
        terminal.settles(0.3, 3)
        terminal.resizes(40, 120)
        terminal.settles(0.3, 3)
    tell("resize to 80x24", statistics.median(resized) * 1000, "ms", 60)

    run(film)
    with changing(box):
        time.sleep(2)
        walk(figures, terminal, keys, ", running")
        rate, share = terminal.idles(8)
        tell("running bytes", rate / 1000, "kB/s", 10)
        tell("running processor", share * 100, "%", 5)
        tell("exit", terminal.ends(b"q") * 1000, "ms", 400)
        tell("modes left on after q", len(terminal.modes_left_on), "", 0)
        ended = Terminal(film)
        ended.waits_for(rb"Counted")
        ended.ends()
        tell("modes left on after SIGTERM", len(ended.modes_left_on), "", 0)
        closed = Terminal(film)
        closed.waits_for(rb"Counted")
        tell("gone after the terminal closed", closed.is_closed() * 1000, "ms", 1000)

        slow = Terminal(film, rate=20_000)
        slow.waits_for(rb"Counted")
        slow.settles(0.4, 4)
        walk(figures, slow, max(8, keys // 2), ", 20 kB/s", median=None, p95=250)
        tell("exit, 20 kB/s", slow.ends(b"q") * 1000, "ms")
        tell("modes left on, 20 kB/s", len(slow.modes_left_on), "", 0)


def measure_flood(figures: Figures, film: Path, box: FakeBox, keys: int) -> None:
    run(film)
    terminal = Terminal(film)
    terminal.waits_for(rb"Counted")
    with changing(box):
        time.sleep(3)
        walk(figures, terminal, keys, ", flood")
        start, began = engine_seconds(), time.monotonic()
        rate, share = terminal.idles(8)
        took = time.monotonic() - began
        figures.tell("bytes, flood", rate / 1000, "kB/s")
        figures.tell("processor, flood", share * 100, "%", 15)
        figures.tell("engine's processor, flood", (engine_seconds() - start) / took * 100, "%")
        figures.tell("memory, flood", terminal.seen.memory_info().rss / 2**20, "MB", 80)
        figures.tell("exit, flood", terminal.ends(b"q") * 1000, "ms", 400)


def walk(
    figures: Figures, terminal: Terminal, keys: int, where: str, *, median: float | None = 6, p95: float = 25,
    most_bytes: float | None = None,
) -> None:  # fmt: skip
    """Go right and left through the segments and time each step."""
    os.write(terminal.master, b"jjg")
    terminal.settles(0.3, 3)
    times, sizes, before = [], [], terminal.used
    for step in range(keys):
        right = step % 40 < 20
        target = (step % 40 + 2) if right else 40 - step % 40
        took, size = terminal.presses(b"l" if right else b"h", rb"segment %d of" % target)
        times.append(took * 1000)
        sizes.append(size)
        time.sleep(0.12)
    figures.tell(f"processor of a key{where}", (terminal.used - before) / keys * 1000, "ms")
    figures.tell(f"key median{where}", statistics.median(times), "ms", median)
    figures.tell(f"key p95{where}", percentile(times), "ms", p95)
    if most_bytes:
        figures.tell("bytes of a key", statistics.median(sizes), "B", most_bytes)


def percentile(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.95) - 1]


def bare_turns(keys: int) -> list[float]:
    """Milliseconds that as much work as a key takes where nothing but this process could hold it up: what of a key's
    p95 is the machine's."""
    times = []
    for _ in range(keys):
        time.sleep(0.12)
        times.append(spin(200_000) * 1000)
    return times


def heavy_imports() -> int:
    asked = (
        "import sys, longvid_tui.app; "
        f"print(sum(any(name == heavy or name.startswith(heavy + '.') for name in sys.modules) for heavy in {HEAVY!r}))"
    )
    return int(subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True).stdout)


@contextmanager
def changing(box: FakeBox) -> Iterator[None]:
    """The GPUs' load, memory, power and temperature change every second."""
    over, lines = threading.Event(), list(box.lines)

    def change() -> None:
        second = 0
        while not over.wait(1):
            second += 1
            box.lines = lines.copy()
            box.says(*(
                line
                for gpu in range(GPUS)
                for at in [(second * 7 + gpu * 13) % 100]
                for line in (f"{gpu}.utilisation {at}", f"{gpu}.memory_used {(at + 20) * GB}",
                             f"{gpu}.power {at * 7000}", f"{gpu}.temperature {40 + at // 3}")
            ))  # fmt: skip

    thread = threading.Thread(target=change, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def run(film: Path) -> None:
    """Start filming; returns when every GPU films."""
    with client.engine(for_work=True) as engine:
        engine.ask("run", project=str(film), until="film", approve=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            running = engine.ask("subscribe", project=str(film))["snapshot"]["report"]["running"]
            logs = [film / "attempts" / attempt["attempt"] / "log" for attempt in running]
            if len(logs) >= GPUS and all(log.exists() and log.stat().st_size for log in logs):
                return
            time.sleep(0.3)
    raise SystemExit("nothing runs: see the engine's log")


def engine_seconds() -> float:
    """Seconds of a processor that the engine has used."""
    running = client.connect()
    assert running
    with running:
        return float(sum(psutil.Process(running.engine["pid"]).cpu_times()[:2]))


def spin(steps: int = 1_000_000) -> float:
    began = time.perf_counter()
    for _ in range(steps):
        pass
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
