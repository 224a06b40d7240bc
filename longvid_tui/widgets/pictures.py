"""Keyframes and frames of clips as half blocks: two pixels a cell, decoded off the event loop, on any
terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.worker import get_current_worker

from longvid_tui import regular
from longvid_tui.view.film import MARKS, PLAN, Film, Item, Status
from longvid_tui.widgets.clips import middle_of
from longvid_tui.widgets.dithering import dithered
from longvid_tui.widgets.palette import palette
from longvid_tui.widgets.pane import FocusPane
from longvid_tui.widgets.writing import Row, cut, strip

if TYPE_CHECKING:
    from longvid_tui.app import LongvidApp

_MOST_PIXELS = 40_000_000
"""A picture beyond this is not one of ours: a canvas has at most some four million."""

_FORMATS = ("PNG", "JPEG", "WEBP")
"""Formats that pictures of a film may have. Pillow knows more; one of them, EPS, is a program that it would
run."""

_GAP = 1

_LEAST_WIDTH = 16
"""Least width, in cells, of a picture where three stand side by side."""

NEWEST_FRAME = "newest.jpg"
"""Name of the newest frame in the folder of an attempt (backends.contract)."""

NEWEST_SECONDS = 2.0
"""Seconds between two newest frames that are shown: a picture is more bytes than all the rest of the screen."""

Cells = list[list[Segment]]

Way = Literal["full", "blocks", "dithered"]
"""How a picture is shown: in full, as half blocks, or as half blocks dithered to 256 colours."""


class Drawn(NamedTuple):
    """A picture in cells, and what the terminal has to be told before it is painted."""

    cells: Cells
    message: str = ""


@dataclass(frozen=True)
class Shown:
    """A picture with what stands above it; `sha` names its bytes, "" where there are none yet."""

    name: str
    status: Status
    path: str
    sha: str

    @property
    def instead(self) -> str:
        """What is said where there is no picture, or none that can be read."""
        return "to be made anew" if self.status == "stale" else "not painted yet"


class Pictures(FocusPane):
    """The keyframes of what is selected, side by side, and a frame of its clip."""

    HELP = (
        "The first and last keyframe of the selected segment with a frame of its clip (the newest while it is filmed, "
        "where the generator shows any), or the selected keyframe."
    )

    app: LongvidApp
    full: ClassVar[bool] = False
    """Whether the terminal shows pictures in full resolution (graphics.py)."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.head("Keyframes")
        self._shown: tuple[Shown, ...] = ()
        self._pictures: dict[tuple[str, int, int], Cells] = {}

    def show(self, film: Film, selected: str) -> None:
        """Show the keyframes of a target; decoding them happens in a thread, the picture follows."""
        shown: list[Shown] = []
        for name in _keyframes_of(film, selected):
            item = film.item(name)
            if item is not None:
                word = "unfinished" if item.forming else MARKS[item.status].word
                word += ", as it was" if item.before and not item.forming and item.status != "stale" else ""
                path, sha = item.forming or _newest(item)
                path = str(Path(film.folder, path)) if path else ""
                shown.append(Shown(f"{name} {word}", item.status, path, sha))
        shown += frames_of(film, selected)
        self.compare(*shown)

    def compare(self, *shown: Shown) -> None:
        """Show these pictures side by side, or one above the other."""
        if shown != self._shown:
            self._shown = shown
            self._decode()

    def on_resize(self) -> None:
        self._decode()

    def draw(self, width: int, height: int) -> list[Row]:  # noqa: ARG002
        if not self._shown:
            return [[("No keyframes here yet.", "dim")]]
        captions = [self._caption(at) for at in range(len(self._seen))]
        if self.plain:
            return [
                row
                for caption, shown in zip(captions, self._seen, strict=True)
                for row in (
                    [caption],
                    [(f"  {'/'.join(Path(shown.path).parts[-3:]) or shown.instead}", "")],
                )
            ]
        box = self._box()
        rows: list[Row] = []
        for _ in range(0, len(captions), box.columns):
            line = captions[len(rows) // box.height * box.columns :][: box.columns]
            rows.append([part for caption in line for part in (_filled(caption, box.width), (" " * _GAP, ""))])
            rows += [[("", "")]] * (box.height - 1)
        return rows[:height]

    def render_line(self, y: int) -> Strip:
        box = self._box()
        if not self._shown or self.plain or y % box.height == 0:
            return super().render_line(y)
        base = self.visual_style.rich_style
        first = y // box.height * box.columns
        segments: list[Segment] = []
        for shown in self._seen[first : first + box.columns]:
            sha = shown.sha
            picture = self._pictures.get((sha, box.width, box.height - 1)) if sha else None
            line = picture[y % box.height - 1] if picture and y % box.height - 1 < len(picture) else []
            # Where a terminal's cells are taller than twice their width, its own picture leaves a rim of background.
            segments += Segment.apply_style(line, base) if self.full else line
            gone = not sha or (picture == [] and shown.status == "stale")
            said = shown.instead if gone and y % box.height == 2 else ""
            segments += strip([(said, "dim")], box.width - len(line), palette(self.app.theme), base)
            segments.append(Segment(" " * _GAP, base))
        return Strip(segments).adjust_cell_length(self.size.width, base)

    @property
    def picture_size(self) -> tuple[int, int]:
        """Columns and rows of the first picture, as it is drawn."""
        box = self._box()
        drawn = self._pictures.get((self._shown[0].sha, box.width, box.height - 1)) if self._shown else None
        return (len(drawn[0]), len(drawn)) if drawn else (0, 0)

    def _caption(self, at: int) -> tuple[str, str]:
        shown = self._seen[at]
        mark = MARKS[shown.status]
        return f"{mark.ascii if self.plain else mark.glyph} {shown.name}", shown.status

    def _box(self) -> _Box:
        return best_box(*self.size, max(1, len(self._seen)))

    @property
    def _way(self) -> Way:
        if self.full:
            return "full"
        return "dithered" if self.app.console.color_system == "256" else "blocks"

    @property
    def _seen(self) -> tuple[Shown, ...]:
        """What there is room for; beside the frame of a clip, the last keyframe gives way first."""
        crowded = len(self._shown) > 2 and best_box(*self.size, len(self._shown)).picture < _LEAST_WIDTH
        return (self._shown[0], self._shown[-1]) if crowded and not self.plain else self._shown

    def _decode(self) -> None:
        box = self._box()
        size = box.width, box.height - 1
        drawn = not self.plain and min(size) >= 2
        missing = [
            (shown.path, shown.sha)
            for shown in self._seen
            if drawn and shown.path and shown.sha and (shown.sha, *size) not in self._pictures
        ]
        if missing:
            work = lambda: self._read(missing, *size)  # noqa: E731
            self.run_worker(work, thread=True, exclusive=True, group="pictures", exit_on_error=False)
        else:
            self._paint()

    def _paint(self) -> None:
        self.redraw()
        self.refresh()

    def _read(self, missing: list[tuple[str, str]], width: int, height: int) -> None:
        pictures: dict[tuple[str, int, int], Drawn] = {}
        for path, sha in missing:
            if get_current_worker().is_cancelled:
                return
            pictures[sha, width, height] = read_picture(path, sha, width, height, self._way)
        self.app.call_from_thread(self._receive, pictures)

    def _receive(self, pictures: dict[tuple[str, int, int], Drawn]) -> None:
        if len(self._pictures) > 64:
            self._pictures.clear()
        for name, drawn in pictures.items():
            self._pictures[name] = drawn.cells
            if drawn.message:
                self.app.send(drawn.message)
        self._paint()


@dataclass(frozen=True)
class _Box:
    """Room of one picture with the line above it that names it, and how many stand side by side; in cells."""

    width: int
    height: int
    columns: int

    @property
    def picture(self) -> float:
        """Width of a 16:9 picture in it, of which a cell holds two pixels, one above the other."""
        return min(self.width, (self.height - 1) * 2 * 16 / 9)


def best_box(width: int, height: int, count: int) -> _Box:
    """Side by side, one above the other or in a square, whatever makes a 16:9 picture larger."""
    boxes = (
        _Box(max(1, (width - _GAP * (columns - 1)) // columns), max(1, height // -(-count // columns)), columns)
        for columns in range(count, 0, -1)
    )
    return max(boxes, key=lambda box: box.picture)


def _filled(part: tuple[str, str], width: int) -> tuple[str, str]:
    return cut(part[0], width).ljust(width), part[1]


def _keyframes_of(film: Film, selected: str) -> tuple[str, ...]:
    if selected == PLAN:
        return tuple(item.target for item in film.keyframes[:2])
    item = film.item(selected)
    if item is None or item.kind != "segment":
        return (selected,) if item else ()
    return tuple(name for name in (item.first, item.last) if name)


def _newest(item: Item) -> tuple[str, str]:
    """Path and hash of the chosen take, or of the newest one while the item is to be made again; "" without
    any."""
    if item.before:
        return item.path_of(item.before), item.before
    return item.path or "", item.sha or ""


def frames_of(film: Film, selected: str) -> Iterator[Shown]:
    """The newest frame of a segment that is being filmed, where its generator shows any, else the middle of its
    clip."""
    item = film.item(selected)
    if item is None or item.kind != "segment":
        return
    newest = Path(film.folder, "attempts", item.attempt, NEWEST_FRAME)
    with suppress(OSError):
        if item.attempt:
            moment = newest.stat().st_mtime // NEWEST_SECONDS
            yield Shown(f"{item.target} so far", "running", str(newest), f"{item.attempt} {moment}")
            return
    path, sha = _newest(item)
    if sha:
        yield Shown(f"{item.target} halfway", item.status, str(Path(film.folder, path)), sha)


@lru_cache(maxsize=64)
def read_picture(path: str, sha: str, width: int, height: int, way: Way = "blocks") -> Drawn:
    """A picture in at most `width` x `height` cells; no cells where it cannot be read."""
    from PIL import Image

    from longvid_tui.widgets.graphics import MOST_CELLS, placed

    try:
        source = io.BytesIO(middle_of(path)) if path.endswith(".mp4") else regular.reading(Path(path))
        with source, Image.open(source, formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return Drawn([])
            scale = min(min(width, MOST_CELLS) / picture.width, 2 * height / picture.height)
            size = max(1, int(picture.width * scale)), max(2, int(picture.height * scale) // 2 * 2)
            if way == "full":
                return Drawn(*placed(picture, f"{path} {sha}", size[0], size[1] // 2))
            picture.draft("RGB", (size[0] * 2, size[1] * 2))
            small = picture.convert("RGB").resize(size, Image.Resampling.BOX)
            small = dithered(small) if way == "dithered" else small
    except (OSError, ValueError, Image.DecompressionBombError):
        return Drawn([])
    data = small.tobytes()
    return Drawn([_line(data, size[0], y) for y in range(0, size[1], 2)])


def _line(data: bytes, width: int, y: int) -> list[Segment]:
    above, below = y * width * 3, (y + 1) * width * 3
    return [
        _cell(data[above + 3 * x : above + 3 * x + 3], data[below + 3 * x : below + 3 * x + 3])
        for x in range(width)
    ]


@lru_cache(maxsize=8192)
def _cell(upper: bytes, lower: bytes) -> Segment:
    if upper == lower:
        return Segment(" ", Style(bgcolor=f"#{lower.hex()}"))
    return Segment("▀", Style(color=f"#{upper.hex()}", bgcolor=f"#{lower.hex()}"))
