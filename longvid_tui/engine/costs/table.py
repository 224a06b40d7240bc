"""How long a segment takes on so many GPUs of a card: published figures, corrected by this box's own runs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from longvid_tui.engine.costs.calibration import Calibration
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.timing import SEGMENT_FRAMES

_RING_EFFICIENCY = 0.93
"""Factor for GPU counts that do not divide the heads and so need ring attention, which was measured to be
slower (Wan2.1#314). An estimate."""
_SPREAD_PUBLISHED = 0.15
_SPREAD_SCALED = 0.3
_SPREAD_UNKNOWN = 0.5
_FAR = 2.5
"""How many spreads count as far: 1.45 times a published figure, twice one that is scaled from it."""


@dataclass(frozen=True)
class Work:
    """What the cost of one segment depends on; `model` is the cost class of the checkpoint (14B, A14B, ..)."""

    backend: str
    model: str
    canvas: Canvas
    steps: int
    frames: int = SEGMENT_FRAMES
    version: str = ""

    @property
    def tokens(self) -> int:
        """Tokens the diffusion model attends over: 8x8 pixels and 4 frames a cell, 2x2 cells a token."""
        return ((self.frames - 1) // 4 + 1) * (self.canvas.height // 16) * (self.canvas.width // 16)

    @property
    def pixels(self) -> int:
        return self.frames * self.canvas.width * self.canvas.height


@dataclass(frozen=True)
class Row:
    """A published measurement: seconds without load and peak GB per GPU, by GPU count.

    `fixed`: seconds that neither steps nor GPUs shorten.
    """

    work: Work
    card: str
    heads: int
    fixed: float
    seconds: Mapping[int, float]
    peak_gb: Mapping[int, float]
    source: str

    @property
    def names(self) -> tuple[str, str, str]:
        return self.work.backend, self.work.model, self.card

    def at(self, gpus: int, like: Row) -> float:
        """Seconds on `gpus` GPUs; counts between those measured by linear efficiency T(1)/(g*T(g)).

        A row with one count borrows the speed-up of `like` for all but its fixed part. More GPUs than were
        ever measured gain nothing.
        """
        if gpus in self.seconds:
            return self.seconds[gpus]
        if len(self.seconds) == 1:
            alone = self.seconds[1]
            return self.fixed + (alone - self.fixed) * like.at(gpus, like) / like.seconds[1]
        if gpus > max(self.seconds):
            return self.seconds[max(self.seconds)]
        efficiency = {size: self.seconds[1] / (size * seconds) for size, seconds in self.seconds.items()}
        ring = _RING_EFFICIENCY if self.heads % gpus else 1.0
        return self.seconds[1] / (gpus * _between(efficiency, gpus) * ring)

    def peak_at(self, gpus: int, like: Row) -> float:
        """Peak GB of each GPU, linear between the counts measured and level outside of them; a row with one count
        borrows from `like` what more of them save."""
        if len(self.peak_gb) == 1:
            return self.peak_gb[1] * _between(like.peak_gb, gpus) / like.peak_gb[1]
        return _between(self.peak_gb, gpus)

    def scaled(self, seconds: float, work: Work) -> float:
        """`seconds` of this row for other lengths, sizes and steps."""
        attention = _step_cost(work.tokens) / _step_cost(self.work.tokens)
        steps = work.steps / self.work.steps
        pixels = work.pixels / self.work.pixels
        return (seconds - self.fixed) * attention * steps + self.fixed * pixels


def _step_cost(tokens: int) -> float:
    """GFLOP of a forward pass of a 14B model, up to a factor: linear layers, and attention over 40 x 5120."""
    return tokens * (28 + 4 * tokens * 5120 * 40 / 1e9)


def _between(known: Mapping[int, float], at: int) -> float:
    below = max((size for size in known if size <= at), default=min(known))
    above = min((size for size in known if size >= at), default=max(known))
    if below >= above:
        return known[above if at < below else below]
    share = (at - below) / (above - below)
    return known[below] * (1 - share) + known[above] * share


@dataclass(frozen=True)
class Estimate:
    """Seconds of a run without load; `spread` 0.5 is give or take 50 %, `source` says where it is from."""

    seconds: float
    spread: float
    source: str
    peak_gb: float


@dataclass(frozen=True)
class CostTable:
    """Published rows and what own runs taught about them.

    `same_as`: cards sold under two names.
    """

    rows: tuple[Row, ...]
    same_as: Mapping[str, str] = field(default_factory=dict)
    calibration: Calibration = field(default_factory=Calibration)

    def card(self, name: str) -> str:
        """The card that a driver calls `name`: "NVIDIA H100 80GB HBM3" is H100."""
        words = [self.same_as.get(word, word) for word in re.findall(r"\w+", name.upper())]
        known = {row.card for row in self.rows}
        return next((word for word in words if word in known), name)

    def estimate(self, work: Work, card: str, gpus: int) -> Estimate:
        """Seconds of `work` on `gpus` GPUs: measured here, else published, else guessed and said so."""
        key = run_key(work, self.card(card), gpus)
        figure = self.figure(work, card, gpus)
        own, shared = self.calibration.own.get(key), self.calibration.shared
        if own:
            runs = "1 run" if own.runs == 1 else f"{own.runs} runs"
            return replace(
                figure,
                seconds=figure.seconds * own.factor,
                spread=own.spread,
                source=f"measured here, {runs}",
            )
        if shared.runs:
            spread = max(_SPREAD_PUBLISHED, shared.spread)
            source = f"{figure.source}; corrected by {shared.factor - 1:+.0%} from other runs here"
            return replace(figure, seconds=figure.seconds * shared.factor, spread=spread, source=source)
        return figure

    def far_over(self, work: Work, card: str, gpus: int, seconds: float) -> float | None:
        """The published seconds, if `seconds` are more than their known uncertainty explains; else None."""
        figure = self.figure(work, card, gpus)
        is_far = figure.spread < _SPREAD_UNKNOWN and seconds > figure.seconds * math.exp(_FAR * figure.spread)
        return figure.seconds if is_far else None

    def figure(self, work: Work, card: str, gpus: int) -> Estimate:
        """What is published or guessed, without what was measured here."""
        row, unknown = self._nearest(work, self.card(card))
        like = self._of_several(row)
        seconds = row.scaled(row.at(gpus, like), work)
        source, spread = f"published: {row.source}", _SPREAD_PUBLISHED
        if (work.tokens, work.steps) != (row.work.tokens, row.work.steps):
            source, spread = (
                f"{source}, scaled from {row.work.canvas} in {row.work.steps} steps",
                _SPREAD_SCALED,
            )
        if gpus not in row.seconds:
            source, spread = f"{source}, {gpus} GPUs from other counts", _SPREAD_SCALED
        if unknown:
            spread = _SPREAD_UNKNOWN
            source = f"no figures for {unknown}: planned like {' '.join(row.names)}, give or take 50 %"
        return Estimate(seconds, spread, source, row.peak_at(gpus, like))

    def _nearest(self, work: Work, card: str) -> tuple[Row, str]:
        """The row to plan by, and the names in the request that no row has ("" if all are known)."""
        rows: Sequence[Row] = self.rows
        unknown = []
        for place, name in enumerate((work.backend, work.model, card)):
            matching = [row for row in rows if row.names[place] == name]
            if not matching:
                unknown.append(name)
            rows = matching or rows
        distance = {id(row): abs(math.log(row.work.tokens / work.tokens)) for row in rows}
        nearest = [row for row in rows if distance[id(row)] <= min(distance.values()) + 0.1]
        # Of several cards that could stand in for an unknown one, the middle one errs least.
        return sorted(nearest, key=lambda row: row.seconds[1])[len(nearest) // 2], " ".join(unknown)

    def _of_several(self, row: Row) -> Row:
        """The row that tells what more GPUs gain, for one that does not."""
        several = [other for other in self.rows if len(other.seconds) > 1]
        return next((other for other in several if other.card == row.card), several[0])


def run_key(work: Work, card: str, gpus: int) -> str:
    """Names one kind of run; runs of the same kind take equally long."""
    return (
        f"{work.backend} {work.version} {work.model} {card}x{gpus} {work.canvas} {work.frames}f {work.steps}s"
    )


@cache
def published() -> CostTable:
    """The table of configs/costs.yaml."""
    from ruamel.yaml import YAML

    text = resources.files("longvid_tui.configs").joinpath("costs.yaml").read_text(encoding="utf-8")
    data = YAML(typ="safe", pure=True).load(text)
    rows = tuple(_row(entry, f"{data['sources'][entry['source']]}, {data['as_of']}") for entry in data["rows"])
    return CostTable(rows, data["same_as"])


def _row(entry: Mapping[str, Any], source: str) -> Row:
    work = Work(
        backend=entry["backend"],
        model=entry["model"],
        canvas=Canvas.parse(entry["canvas"]),
        steps=entry["steps"],
        frames=entry["frames"],
    )
    return Row(work, entry["card"], entry["heads"], entry["fixed"], entry["seconds"], entry["peak_gb"], source)
