"""The film as a strip: scenes, keyframes, segments in their colours with their states, and the time."""

from __future__ import annotations

from functools import lru_cache

from textual import events
from textual.message import Message

from longvid_tui.spans import spans
from longvid_tui.view.film import MARKS, PLAN, SEAM_MARKS, Film, Grade, Mark, Seam, Status
from longvid_tui.view.phrases import clock
from longvid_tui.view.strip import Block, blocks, minimap
from longvid_tui.widgets.palette import GRADE_ROLES, colour_role
from longvid_tui.widgets.pane import FocusPane
from longvid_tui.widgets.writing import Row, cells, clip, cut

_LEGEND: tuple[Status, ...] = ("asks", "running", "approved", "failed", "stale", "planned", "locked")


class Timeline(FocusPane):
    """Shows a film and where in it the person is."""

    HELP = "The film from left to right. Each segment has its colour; the glyph tells its state."

    class Picked(Message):
        """A block was clicked."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.head("1 Timeline")
        self._film, self._selected, self._folded = Film(), PLAN, False
        self._marked: tuple[str, ...] = ()
        self._mapped: tuple[Film, int, list[tuple[int, int, str, Status]]] = (self._film, 0, [])
        """The map as it was last drawn: of which film, how wide, and its cells (first and last segment, glyph,
        state)."""
        self._still: tuple[Film, object, Row, Row] = (self._film, None, (), ())
        """The rows of scenes and states as last drawn, for which film and blocks: going along the film leaves
        them."""

    def show(
        self, film: Film, selected: str, folded: bool, marked: tuple[str, ...] = (), next_step: str = ""
    ) -> None:
        """`next_step`: the sentence that stands in the border."""
        shown = film, selected, folded, marked
        if shown != (self._film, self._selected, self._folded, self._marked):
            self._film, self._selected, self._folded, self._marked = shown
            count = len(film.segments)
            length = f"  {count} segment{'s' * (count != 1)}, {clock(film.seconds)}" if count else ""
            said = f"1 Timeline{length}"
            said += ", scenes folded" if folded else ""
            self.head(f"{said}, marked: {spans(marked, 3)}" if marked else said, next_step)
            self.redraw()

    def draw(self, width: int, height: int) -> list[Row]:
        film = self._film
        if not film.segments:
            return self._draw_nothing()
        placed = blocks(film, width, self._selected, self._folded)
        scenes, states = self._scenes_and_states(placed)
        crowded = sum(len(block.items) for block in placed) < len(film.segments)
        rows: list[tuple[int, Row]] = [
            (2, self._keyframes(placed)),
            (0, self._numbers(placed)),
            (1, states),
            (4, self._clock(placed, width)),
        ]
        if film.masters:
            settled = all(item.status in ("approved", "locked") for item in film.masters)
            rows.insert(0, (6 if settled and not self._selected.startswith("@") else 3, self._masters(width)))
        if scenes:
            rows.insert(0, (5, scenes))
        if crowded:
            rows.append((3, self._minimap(placed, width)))
        rows.append((7, _legend(width, frozenset(seam.grade for seam in film.seams), self.plain)))
        # Rows that matter less make way where the pane is low.
        kept = sorted(sorted(rows, key=lambda row: row[0])[:height], key=rows.index)
        return [row for _, row in kept]

    def on_click(self, event: events.Click) -> None:
        inside = event.get_content_offset(self)
        if inside is None:
            return
        for block in blocks(self._film, self.size.width, self._selected, self._folded):
            if block.left <= inside.x < block.left + block.width:
                self.post_message(self.Picked(block.items[0].target))

    def _draw_nothing(self) -> list[Row]:
        if self._film.opening:
            name = self._film.opening.rstrip("/").rsplit("/", 1)[-1]
            said = f"{name} cannot be opened." if self._film.trouble else f"Opening {name} ..."
            return [[(said, "strong")], [(self._film.opening, "dim")]]
        if not self._film.folder:
            return [
                [("No film yet.", "strong")],
                [("N", "key"), ("  makes one from a prompt", "")],
                [("D", "key"), ("  makes a short one with what is here: no key, no GPU", "")],
                [("H", "key"), ("  says what this machine has, and lacks for films by models", "")],
            ]
        return [
            [("No plan yet.", "strong")],
            [("R", "key"), ("  makes one: what is seen, how it moves", "")],
            [("e", "key"), ("  changes the prompt first", "")],
            [("F", "key"), ("  says how long the film will take", "")],
        ]

    def _glyph(self, status: Status) -> str:
        return _sign(MARKS[status], self.plain)

    def _scenes_and_states(self, placed: tuple[Block, ...]) -> tuple[Row, Row]:
        key = [(block.left, block.items[0].position) for block in placed]
        if self._still[0] is not self._film or self._still[1] != key:
            scenes = self._scenes(placed) if any(item.scene for item in self._film.segments) else ()
            self._still = self._film, key, scenes, self._states(placed)
        return self._still[2:]

    def _scenes(self, placed: tuple[Block, ...]) -> Row:
        row: list[tuple[str, str]] = []
        at = 0
        while at < len(placed):
            scene, left, wide = placed[at].items[0].scene, at, 0
            while at < len(placed) and placed[at].items[0].scene == scene:
                wide += placed[at].width
                at += 1
            lead = "|" if self.plain else "▎"
            role = colour_role(placed[left].items[0].position)
            row.append(((lead + cut(scene, wide - 2)).ljust(wide) if scene else " " * wide, role))
        return row

    def _masters(self, width: int) -> Row:
        row: list[tuple[str, str]] = [("from ", "dim")]
        for item in self._film.masters:
            role = "cursor" if item.target == self._selected else item.status
            row += [(f"{self._glyph(item.status)} {item.target}", role), ("  ", "")]
        return clip(row, width)

    def _keyframes(self, placed: tuple[Block, ...]) -> Row:
        row: list[tuple[str, str]] = []
        for place, block in enumerate(placed):
            segment = block.items[0]
            row.extend(self._keyframe(segment.first, block.width))
            last = block.items[-1].last
            after = placed[place + 1].items[0].first if place + 1 < len(placed) else None
            if last and last != after:
                # The keyframe a segment ends with, where no segment goes on from it.
                row[-1:] = [(row[-1][0][:-1], row[-1][1]), *self._keyframe(last, 1)]
        return row

    def _keyframe(self, target: str | None, width: int) -> Row:
        link = "-" if self.plain else "─"
        item = self._film.item(target) if target else None
        if item is None:
            return [(link * width, "dim")]
        marked = "match" if item.target in self._marked else item.status
        role = "cursor" if item.target == self._selected else marked
        return [(self._glyph(item.status), role), (link * (width - 1), "dim")]

    def _numbers(self, placed: tuple[Block, ...]) -> Row:
        return [part for block in placed for part in self._number(block)]

    def _number(self, block: Block) -> Row:
        item = block.items[0]
        label = f"{item.number}-{block.items[-1].number}" if block.folded else item.number
        marked = bool(self._marked) and any(each.target in self._marked for each in block.items)
        made = block.status in ("approved", "locked", "asks", "running")
        role = colour_role(item.position, "b" if made else "d")
        return _numbered(label, block.width, _points_at(block, self._selected), marked, role)

    def _states(self, placed: tuple[Block, ...]) -> Row:
        row: list[tuple[str, str]] = []
        seams = {seam.before: seam for seam in self._film.seams}
        for block in placed:
            inner = block.width - 1
            glyph, progress = self._glyph(block.status), block.progress
            if block.status == "running" and progress is not None and inner > 3:
                text = f"{glyph}{progress:4.0%}".ljust(inner) if inner >= 5 else glyph.center(inner)
            else:
                text = glyph * inner if block.status in ("asks", "failed", "running") else glyph.center(inner)
            row += [(text[:inner], block.status), self._seam(seams.get(block.items[-1].target))]
        return row

    def _seam(self, seam: Seam | None) -> tuple[str, str]:
        """What stands between two segments: how well the one goes over into the other."""
        if seam is None:
            return (" ", "")
        return _sign(SEAM_MARKS[seam.grade], self.plain), GRADE_ROLES[seam.grade]

    def _clock(self, placed: tuple[Block, ...], width: int) -> Row:
        here = next((block for block in placed if _points_at(block, self._selected)), None)
        at = here.left + (here.width - 2) // 2 + (here.width < 2) if here else -1
        text = ""
        for block in placed:
            label = _short(block.items[0].start)
            ends = block.left + len(label)
            if block.left >= len(text) + (2 if text else 0) and ends <= width:
                shown = " " * len(label) if block.left <= at < ends else label
                text = text.ljust(block.left) + shown
        if here is None:
            return [(text, "dim")]
        text = text.ljust(width)
        return [(text[:at], "dim"), ("^" if self.plain else "▲", "strong"), (text[at + 1 :], "dim")]

    def _minimap(self, placed: tuple[Block, ...], width: int) -> Row:
        low, high = placed[0].items[0].position, placed[-1].items[-1].position
        row: list[tuple[str, str]] = [("all ", "dim")]
        if self._mapped[0] is not self._film or self._mapped[1] != width:
            cells_of_map = [
                (cell.items[0].position, cell.items[-1].position, self._glyph(cell.status), cell.status)
                for cell in minimap(self._film, width - 5)
            ]
            self._mapped = self._film, width, cells_of_map
        for first, last, glyph, status in self._mapped[2]:
            role = "cursor" if low <= last and first <= high else status
            if row[-1][1] == role:
                row[-1] = (row[-1][0] + glyph, role)
            else:
                row.append((glyph, role))
        return row


@lru_cache(maxsize=1024)
def _numbered(label: str, width: int, chosen: bool, marked: bool, role: str) -> Row:
    """The number of a block, and what is between it and the next."""
    if chosen:
        label = f"[{label}]" if width > len(label) + 2 else label
    label = f"{label}*" if marked and width > len(label) + 1 else label
    role = "cursor" if chosen else "match" if marked else role
    return [(cut(label, width - 1).center(width - 1), role), (" ", "")]


@lru_cache(maxsize=4)
def _legend(width: int, grades: frozenset[Grade], plain: bool) -> Row:
    """Signs and words of all states, and of the grades that seams have."""
    marks = [(_sign(MARKS[status], plain), str(status), MARKS[status].word) for status in _LEGEND]
    marks += [
        (_sign(mark, plain), GRADE_ROLES[grade], mark.word)
        for grade, mark in SEAM_MARKS.items()
        if grade in grades
    ]
    row: list[tuple[str, str]] = []
    for glyph, role, word in marks:
        more = [(f"{glyph} ", role), (f"{word}  ", "dim")]
        if cells(row) + cells(more) - 2 > width:
            break
        row += more
    return row


def _sign(mark: Mark, plain: bool) -> str:
    return mark.ascii if plain else mark.glyph


def _points_at(block: Block, selected: str) -> bool:
    return selected in [item.target for item in block.items]


def _short(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole}s" if whole < 60 else f"{whole // 60}:{whole % 60:02}"
