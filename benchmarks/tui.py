"""Measures the screen from outside, in a terminal of its own, over the real engine with stand-in backends.

    python benchmarks/tui.py            # 120x40, 24 segments, 200 log lines/s while "running"

Prints one line a figure with its bar (the reference page of the screen). The terminal answers cursor-position
requests as a real one does; over the slow link it reads 20 kB/s and answers when it has read so far. Raw times
depend on the machine: `spin` (a loop of a million steps in Python) is printed for comparison.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from pathlib import Path

import psutil

from longvid_tui import client

PLUGINS = Path(__file__).resolve().parent.parent / "tests" / "doubles" / "plugins"


class Terminal:
    """A terminal with the screen in it: keeps what it was sent, with times, and answers cursor-position requests."""

    def __init__(self, film: Path, rate: float = 0.0) -> None:
        self.master, slave = pty.openpty()
        self._slave = slave
        self.size(40, 120)
        self.said = bytearray()
        self.last = 0.0
        self._rate = rate
        environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "longvid_tui", str(film)],
            stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
        )  # fmt: skip
        self.seen = psutil.Process(self.process.pid)
        self._over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

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
        took = self.waits_for(pattern, start)
        return took, len(self.said) - start

    def idles(self, seconds: float) -> tuple[float, float]:
        """(bytes a second, share of one processor) while nobody presses anything."""
        start, before = len(self.said), sum(self.seen.cpu_times()[:2])
        time.sleep(seconds)
        return (len(self.said) - start) / seconds, (sum(self.seen.cpu_times()[:2]) - before) / seconds

    def ends(self, key: bytes) -> float:
        began = time.monotonic()
        os.write(self.master, key)
        self.process.wait(20)
        took = time.monotonic() - began
        time.sleep(0.1)
        self._over = True
        self._reader.join(1)
        return took

    @property
    def modes_left_on(self) -> set[str]:
        left: set[str] = set()
        for match in re.finditer(rb"\x1b\[\?(\d+)([hl])", bytes(self.said)):
            (left.add if match[2] == b"h" else left.discard)(match[1].decode())
        return left & {"1000", "1002", "1003", "1004", "1006", "1015", "1049", "2004"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=24)
    parser.add_argument("--keys", type=int, default=30)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "PYTHONPATH": str(PLUGINS),
            "LONGVID_STATE_DIR": f"{folder}/state",
            "LONGVID_CONFIG_DIR": f"{folder}/config",
            "LONGVID_QUICK_SECONDS": "600",
        }
        film = prepare(Path(folder), arguments.segments)
        try:
            measure(film, arguments.keys)
        finally:
            running = client.connect()
            if running:
                client.dismiss(running, keep_jobs=False)


def prepare(folder: Path, segments: int) -> Path:
    """A film whose keyframes are approved: the next run films, and the generator sleeps."""
    film = folder / "film"
    words = [sys.executable, "-m", "longvid_tui"]
    made = [*words, "new", str(film), "-p", "A test.", "--segments", str(segments), "--size", "832x464",
            "--planner", "counting", "--images", "flat", "--video", "quick"]  # fmt: skip
    subprocess.run(made, check=True, capture_output=True)
    subprocess.run([*words, "run", str(film), "--until", "keyframes", "--yes"], check=True, capture_output=True)
    return film


def measure(film: Path, keys: int) -> None:
    turn = min(spin() for _ in range(5)) * 1000
    tell("spin", turn, "ms", None)
    terminal = Terminal(film)
    terminal.waits_for(rb"Counted")
    terminal.settles()
    used, settled = sum(terminal.seen.cpu_times()[:2]) * 1000, (terminal.last - terminal.began) * 1000
    tell("processor to start", used, "ms", None)
    tell("the same, in spins", used / turn, "", 36)
    tell("settled", settled, "ms", 900)
    tell("bytes to start", len(terminal.said), "B", None)
    walk(terminal, keys, "")
    terminal.settles()
    rate, share = terminal.idles(8)
    tell("idle bytes", rate, "B/s", 300)
    tell("idle processor", share * 100, "%", 0.5)
    tell("memory", terminal.seen.memory_info().rss / 2**20, "MB", 70)
    start = len(terminal.said)
    began = time.monotonic()
    terminal.size(24, 80)
    os.kill(terminal.process.pid, 28)
    terminal.waits_for(rb"\x1b\[24;", start)
    tell("resize to 80x24", (time.monotonic() - began) * 1000, "ms", 60)
    terminal.size(40, 120)
    os.kill(terminal.process.pid, 28)
    terminal.settles()

    attempts = run(film)
    with Chatter(attempts, 200):
        time.sleep(1)
        walk(terminal, keys, ", running")
        rate, share = terminal.idles(6)
    tell("running bytes", rate / 1000, "kB/s", 10)
    tell("running processor", share * 100, "%", 5)
    tell("exit", terminal.ends(b"q") * 1000, "ms", 400)
    tell("modes left on", len(terminal.modes_left_on), "", 0)

    slow = Terminal(film, rate=20_000)
    slow.waits_for(rb"Counted")
    slow.settles()
    with Chatter(attempts, 200):
        time.sleep(2)
        walk(slow, max(8, keys // 3), ", 20 kB/s", bar=250)
        tell("exit, 20 kB/s", slow.ends(b"q") * 1000, "ms", None)
    tell("modes left on, 20 kB/s", len(slow.modes_left_on), "", 0)


def walk(terminal: Terminal, keys: int, where: str, bar: float = 25) -> None:
    """Go right and left through the segments and time each step."""
    os.write(terminal.master, b"jjg")
    terminal.settles(0.3, 3)
    times, sizes = [], []
    before = sum(terminal.seen.cpu_times()[:2])
    for step in range(keys):
        right = step % 40 < 20
        target = (step % 40 + 2) if right else 40 - step % 40
        took, size = terminal.presses(b"l" if right else b"h", pattern_for(target))
        times.append(took * 1000)
        sizes.append(size)
        time.sleep(0.12)
    used = sum(terminal.seen.cpu_times()[:2]) - before
    tell(f"processor of a key{where}", used / keys * 1000, "ms", None)
    tell(f"key median{where}", statistics.median(times), "ms", 6 if bar == 25 else None)
    tell(f"key p95{where}", sorted(times)[int(len(times) * 0.95) - 1], "ms", bar)
    if not where:
        tell("bytes of a key", statistics.median(sizes), "B", 1500)


def pattern_for(number: int) -> bytes:
    """What the card says of the segment that is selected."""
    return rb"segment %d of" % number


class Chatter:
    """Writes so many lines a second to the logs of running attempts."""

    def __init__(self, logs: list[Path], rate: int) -> None:
        self._logs, self._rate, self._over = logs, rate, threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> Chatter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        at = 0
        while not self._over.wait(0.05):
            for log in self._logs[:1]:
                with log.open("a") as file:
                    for _ in range(self._rate // 20):
                        at += 1
                        file.write(f"step {at}: denoising, 7.9 s/it, eta 2:30, memory 71.2 GB\n")


def run(film: Path) -> list[Path]:
    """Start filming; answers the logs of the attempts."""
    with client.engine(for_work=True) as engine:
        engine.ask("run", project=str(film), until="film", approve=True)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            running = engine.ask("subscribe", project=str(film))["snapshot"]["report"]["running"]
            logs = [film / "attempts" / attempt["attempt"] / "log" for attempt in running]
            if logs and all(log.exists() for log in logs):
                return logs
            time.sleep(0.2)
    raise SystemExit("nothing runs: see the engine's log")


def spin() -> float:
    began = time.perf_counter()
    for _ in range(1_000_000):
        pass
    return time.perf_counter() - began


def tell(name: str, figure: float, unit: str, bar: float | None) -> None:
    against = "" if bar is None else f"bar {bar:g} {unit}".rstrip()
    verdict = "" if bar is None else ("within" if figure <= bar else "OVER")
    print(f"{name:24} {figure:10.1f} {unit:5} {against:14} {verdict}", flush=True)


if __name__ == "__main__":
    main()
