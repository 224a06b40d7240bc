"""What it costs to make one film of many segments: byte join against `cat`, ffmpeg's concat and a new encoding; and
to replace one of them.

    python benchmarks/assembly.py --segments 60

Conforms three synthetic 1280x720 segments as Wan2.1 would write them, repeats their pieces as separate files, and
times all ways in turn, medians of interleaved rounds. A join runs in a process of its own, so that its memory can be
told. Exits 1 when a bar is broken. Those of processor time are set in CPU-seconds of a machine that encodes such a
segment with x264's preset medium in 4.8 of them, and are stretched by how long that takes here, in the same run.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "media"))

from world import Faults, clean_segment, film_segment

from longvid_tui.media.conform import conform
from longvid_tui.media.contents import contents
from longvid_tui.media.ffmpeg import find_ffmpeg
from longvid_tui.media.film import check_film
from longvid_tui.media.mending import mend
from longvid_tui.media.pinned import Quality
from longvid_tui.media.seams import measure_seam
from longvid_tui.media.source import Side, Source
from longvid_tui.settings import Settings

SIZE, FPS, FRAMES = (1280, 720), 16, 81
ROUNDS = 5
CONFORM_BAR, REPLACE_BAR, MEDIUM = 8.0, 10.0, 4.8
"""CPU-seconds of a segment: what conforming and replacing one may take where encoding it with medium takes the last."""
JOIN_BAR, FASTSTART_BAR = 1.5, 3.5
FILM = Settings.load().film
QUALITY = Quality(*SIZE, FPS, FILM.crf, FILM.preset)

JOIN = """
import json, re, sys, time
from pathlib import Path
from longvid_tui.media.fmp4 import Part, join
parts = [Part(Path(name)) for name in json.loads(sys.stdin.read())]
wall, cpu = time.perf_counter(), time.process_time()
with open(sys.argv[1], "wb") as out:
    join(parts, out)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(wall, cpu, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=60)
    parser.add_argument("--encode", type=int, default=6, help="segments to encode anew, the slow way")
    options = parser.parse_args()
    broken: list[str] = []
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        pieces, conforming, replacing = conformed(folder)
        medium = encode(folder, repeated(folder, pieces, options.encode))
        for what, took, bar in (("conforming", conforming, CONFORM_BAR), ("replacing", replacing, REPLACE_BAR)):
            line = f"{what} one takes {took / medium:.2f} times that, at most {bar / MEDIUM:.2f}"
            print(f"  {line}")
            if took / medium > bar / MEDIUM:
                broken.append(line)
        compare(folder, repeated(folder, pieces, options.segments), broken)
        memory(folder, pieces, options.segments, broken)
    print("\n".join(f"BROKEN: {line}" for line in broken) or "every bar holds")
    sys.exit(bool(broken))


def conformed(folder: Path) -> tuple[list[Path], float, float]:
    """Three pieces, and the CPU-seconds of conforming one and of replacing one between two others, both printed."""
    sides: list[Side] = []
    for number in range(3):
        faults = Faults.drawn(number)
        raw = film_segment(folder, number, list(clean_segment(number, faults, SIZE, FRAMES)), faults)
        source = Source(raw, number == 0, folder / f"k{number}.png", folder / f"k{number + 1}.png")
        sides.append(Side(source, folder / f"p{number}.mp4"))
    cost = statistics.median(
        [cpu_of(lambda side=side: conform(side.source, side.piece, QUALITY)) for side in sides]
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"conform: {cost:.1f} CPU-seconds a segment ({SIZE[0]}x{SIZE[1]}, {FILM.preset}), {peak:.0f} MB with this script"
    )
    seams = sum(cpu_of(lambda pair=pair: mended(*pair)) for pair in pairwise(sides))
    print(f"replace one: {cost + seams:.1f} CPU-seconds with both seams mended and measured, without the join")
    return [side.piece for side in sides], cost, cost + seams


def mended(before: Side, after: Side) -> None:
    splice = mend("continue", before, after, before.piece.with_name(f"m-{before.piece.name}"), QUALITY)
    measure_seam(before.piece, after.piece, splice)


def cpu_of(work: Callable[[], object]) -> float:
    """CPU-seconds."""
    started = time.process_time()
    work()
    return time.process_time() - started


def repeated(folder: Path, pieces: list[Path], count: int) -> list[Path]:
    """The first piece and then the others in turn, each a file of its own."""
    files = []
    for number in range(count):
        files.append(folder / f"film{number:03}.mp4")
        shutil.copyfile(pieces[0] if number == 0 else pieces[1 + number % 2], files[-1])
    return files


def compare(folder: Path, files: list[Path], broken: list[str]) -> None:
    ffmpeg = find_ffmpeg()
    quiet = [ffmpeg.path, "-v", "error", "-nostdin", "-y"]
    listed = folder / "list.txt"
    listed.write_text("".join(f"file '{file}'\n" for file in files))
    joined, film = folder / "joined.mp4", folder / "film.mp4"
    concat = [*quiet, "-f", "concat", "-safe", "0", "-i", str(listed), "-c", "copy", str(folder / "concat.mp4")]
    remux = [*quiet, "-i", str(joined), "-c", "copy", "-movflags", "+faststart", str(film)]
    ways: dict[str, Callable[[], Cost]] = {
        "cat": lambda: program(["cat", *map(str, files)], folder / "cat.mp4"),
        "join": lambda: join(files, joined)[0],
        "remux": lambda: program(remux),
        "concat copy": lambda: program(concat),
    }
    spent: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            spent[name].append(way())
    median = {
        name: Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))
        for name, costs in spent.items()
    }
    both = Cost(median["join"].wall + median["remux"].wall, median["join"].cpu + median["remux"].cpu)
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    print(
        f"\n{len(files)} segments, {megabytes:.0f} MB, ffmpeg {ffmpeg.version}: wall / CPU seconds, times cat"
    )
    table = {
        "cat": median["cat"],
        "join": median["join"],
        "join + faststart": both,
        "concat copy": median["concat copy"],
    }
    for name, cost in table.items():
        times = cost.wall / median["cat"].wall, cost.cpu / median["cat"].cpu
        print(f"  {name:18}{cost.wall:8.3f} / {cost.cpu:.3f}   {times[0]:5.1f}x / {times[1]:.1f}x")
    for name, bar in (("join", JOIN_BAR), ("join + faststart", FASTSTART_BAR)):
        if table[name].wall > bar * median["cat"].wall:
            broken.append(
                f"{name} takes {table[name].wall / median['cat'].wall:.1f} times as long as cat, at most {bar}"
            )
    verify(film, 80 * len(files) + 1, broken)


def verify(film: Path, expected: int, broken: list[str]) -> None:
    """What the check after a join costs, and then all that it no longer has to do."""
    read = cpu_of(lambda: contents(film))
    decoding = cpu_of(lambda: check_film(film, expected)) - read
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stamps = sorted(
            packet.pts * stream.time_base for packet in container.demux(stream) if packet.pts is not None
        )
    steps = {after - before for before, after in pairwise(stamps)}
    print(f"  check: {len(stamps)} frames, steps of {', '.join(map(str, steps))} s, {read:.1f} CPU-seconds")
    print(f"  decoding it all once more, without an error: {decoding:.1f} CPU-seconds")
    if len(stamps) != expected or steps != {Fraction(1, FPS)}:
        broken.append(f"{len(stamps)} frames instead of {expected}, or uneven")


def encode(folder: Path, files: list[Path]) -> float:
    """CPU-seconds of one with preset medium."""
    listed = folder / "list.txt"
    listed.write_text("".join(f"file '{file}'\n" for file in files))
    source = [
        find_ffmpeg().path,
        "-v",
        "error",
        "-nostdin",
        "-y",
        "-f",
        "concat",
        "-safe",
        "0",
        "-i",
        str(listed),
    ]
    for preset in ("veryfast", "medium"):
        target = ["-c:v", "libx264", "-preset", preset, "-crf", "18", str(folder / "encoded.mp4")]
        cost = program([*source, *target])
        print(
            f"encoding {len(files)} anew, {preset}: {cost.cpu:.1f} CPU-seconds, {cost.cpu / len(files):.1f} a segment"
        )
    return cost.cpu / len(files)


def memory(folder: Path, pieces: list[Path], segments: int, broken: list[str]) -> None:
    """Peak memory of a join of few and of many."""
    counts = (12, 2 * segments)
    peaks = [join(repeated(folder, pieces, count), folder / "joined.mp4")[1] for count in counts]
    print(f"memory of a join: {peaks[0]:.1f} MB of {counts[0]} segments, {peaks[1]:.1f} MB of {counts[1]}")
    if peaks[1] > peaks[0] + 2:
        broken.append("the memory of a join grows with the number of segments")


def join(files: list[Path], out: Path) -> tuple[Cost, float]:
    """Cost and peak memory in MB."""
    done = subprocess.run(
        [sys.executable, "-c", JOIN, str(out)],
        input=json.dumps([str(file) for file in files]),
        capture_output=True,
        text=True,
        check=True,
    )
    wall, cpu, peak = map(float, done.stdout.split())
    return Cost(wall, cpu), peak / 1024


def program(command: list[str], out: Path | None = None) -> Cost:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with (out or Path("/dev/null")).open("wb") as target:
        subprocess.run(command, stdout=target, check=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    main()
