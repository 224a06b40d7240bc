"""The selected item in words: the plan, a keyframe or a segment, with what can be done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from longvid_tui.doing import STAGES
from longvid_tui.showing import show
from longvid_tui.view.film import MARKS, PLAN, SEAM_MARKS, Film, Item, Status
from longvid_tui.view.phrases import clock, money
from longvid_tui.widgets.palette import GRADE_ROLES, colour_role
from longvid_tui.widgets.pane import FocusPane
from longvid_tui.widgets.writing import Row, cut, spread, wrap

if TYPE_CHECKING:
    from longvid_tui.differing import Word


WELCOME = (
    "One prompt becomes a plan, keyframes, segments of five seconds, and one film.",
    "You see and approve each step; the work goes on when you leave.",
)


_PROMPT_ROWS = 3
"""Rows of the film's prompt that are shown above the segments made of it; `p` shows it whole."""


class Card(FocusPane):
    """The plan, a keyframe or a segment."""

    HELP = (
        "All about what is selected: words, reason, takes, remarks. a approves, x rejects, e edits, pagedown"
        " shows what there is no room for."
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.head("2 Welcome")
        self._film, self._selected, self._turn = Film(), PLAN, ""
        self._scrolled = 0
        """Rows below the first that are out of sight above."""

    def show(self, film: Film, selected: str, turn: str = "") -> None:
        """`turn`: when the selected segment is to be filmed, if that is planned."""
        if (film, selected, turn) == (self._film, self._selected, self._turn):
            return
        if selected != self._selected:
            self._scrolled = 0
        self._film, self._selected, self._turn = film, selected, turn
        item = film.item(selected)
        self.head(f"2 {item.kind.title()}" if item else "2 Project" if film.opening else "2 Plan")
        self.redraw()

    def draw(self, width: int, height: int) -> list[Row]:
        if self._film.opening:
            return _paragraph(self._film.trouble, "error", width, height)
        if not self._film.folder:
            return [row for line in WELCOME for row in _paragraph(line, "", width, 4)][:height]
        item, room = self._film.item(self._selected), height - 1
        most = self._scrolled + room + 1
        rows = self._plan(width, most) if item is None else self._item(item, width)
        self._scrolled = max(0, min(self._scrolled, len(rows) - room))
        below = rows[self._scrolled + room :]
        rows = rows[self._scrolled :][:room]
        if below and rows:
            rows[-1] = spread(rows[-1], [("pagedown: more", "dim")], width)
        return [self._headline(item, width), *rows][:height]

    def scroll_pages(self, pages: int) -> None:
        """Show what stands further down, or further up."""
        self._scrolled = max(0, self._scrolled + pages * max(1, self.size.height - 2))
        self.redraw()

    def _headline(self, item: Item | None, width: int) -> Row:
        film = self._film
        if item is None:
            mark = self._mark(film.plan_status) if film.plan_status else []
            return spread([(film.title or "Plan", "strong")], mark, width)
        name = [(item.target, colour_role(item.position)), (f"  {self._place(item)}", "strong")]
        return spread(name, self._mark(item.status), width)

    def _place(self, item: Item) -> str:
        """`segment 3 of 12`."""
        row = next(row for row in self._film.rows if row[0].kind == item.kind)
        return f"{item.kind} {item.position + 1} of {len(row)}"

    def _mark(self, status: Status) -> Row:
        mark = MARKS[status]
        return [(f"{mark.ascii if self.plain else mark.glyph} {mark.word}", status)]

    def _plan(self, width: int, most: int) -> list[Row]:
        """The rows of the plan, or at least the first `most` of them."""
        film = self._film
        rows = self._failures(width)
        if film.plan_rejected is not None:
            rows += _paragraph(f"Sent back: {film.plan_rejected}", "warn", width, 3)
        if film.prompt_changed:
            rows += _paragraph("The prompt was changed after planning.", "warn", width, 2)
        segments = f"{len(film.segments)} segment{'s' * (len(film.segments) != 1)}"
        counts = f"{segments}, {len(film.keyframes)} keyframes, {clock(film.seconds)}, "
        rows += _paragraph(f"{counts * film.planned}{film.canvas}, {film.backends}", "dim", width, 3)
        rows += _paragraph(money(film), "warn", width, 5) if film.to_pay else []
        if film.ready:
            made = f"{film.path} is made: w shows it in a browser, O exports it, y copies its path."
            rows += _paragraph(made, "approved", width, 4)
        rows += self._remarks(film.findings, width, 4) if film.planned else []
        rows += _paragraph(film.prompt, "", width, _PROMPT_ROWS if film.segments else 1000)
        if film.segments:
            rows.append([])
            for segment in film.segments:
                if len(rows) >= most:
                    break
                role = colour_role(segment.position)
                for at, line in enumerate(wrap(segment.prompt, width - 5, 3)):
                    rows.append([((segment.target if not at else "").ljust(5), role), (line, "")])
        return rows

    def _failures(self, width: int) -> list[Row]:
        return [
            row
            for target, sentence in self._film.failed
            if self._film.item(target) is None
            for row in _paragraph(
                sentence if target == "engine" else f"{target}: {sentence}", "failed", width, 6
            )
        ]

    def _item(self, item: Item, width: int) -> list[Row]:
        role = colour_role(item.position)
        rows = [
            [("▌ " if not self.plain else "| ", role), (line, "")] for line in wrap(item.prompt, width - 2, 5)
        ]
        rows = list(rows)
        below = self._motion(item, width)
        if item.failure:
            below += _paragraph(item.failure, "failed", width, 6)
        elif item.status in ("stale", "planned") and item.reason:
            below += _paragraph(item.reason, "stale" if item.status == "stale" else "dim", width, 2)
            below += _paragraph(self._turn, "dim", width, 1) if self._turn else []
        if item.status == "running":
            share = "" if item.progress is None else f" {item.progress:.0%}"
            below += _paragraph(
                f"{STAGES.get(item.stage, item.stage) or 'at work'}{share}", "running", width, 1
            )
            below += _paragraph(item.placed, "dim", width, 4) if item.placed else []
        below += self._remarks(item.findings, width, 2)
        below += self._remarks(tuple(("warning", remark) for remark in item.remarks), width, 2)
        below += _paragraph(_facts(item), "dim", width, 2)
        below += _takes(item)
        if item.kind == "segment":
            below += self._seams(item, width)
            below += self._keyframe_words(item, width)
        return [*rows, *below]

    def _motion(self, item: Item, width: int) -> list[Row]:
        """Another movement that is proposed, with what is new in it."""
        if item.motion is None:
            return []
        from longvid_tui.differing import differing

        _, words = differing(item.prompt, item.motion.prompt)
        why = f"{item.motion.target} from its pictures, a takes it, x leaves it: {item.motion.seen}"
        return [*_paragraph(why, "asks", width, 3), *_marked(words, width, 6)]

    def _seams(self, item: Item, width: int) -> list[Row]:
        """How it comes from the segment before and goes on to the next, as far as that is known."""
        rows: list[Row] = []
        for seam in self._film.seams:
            if item.target not in (seam.before, seam.after):
                continue
            mark, role = SEAM_MARKS[seam.grade], GRADE_ROLES[seam.grade]
            lead = f"from {seam.before}" if seam.after == item.target else f"to {seam.after}"
            said = f"{mark.word}: {seam.reason}" if seam.reason else mark.word
            glyph = mark.ascii if self.plain else mark.glyph
            rows.append(
                [("seam ", "dim"), (f"{lead} {glyph} ", role), (cut(said, width - len(lead) - 8), role)]
            )
        return rows

    def _remarks(self, findings: tuple[tuple[str, str], ...], width: int, most: int) -> list[Row]:
        rows: list[Row] = []
        for severity, sentence in findings[:most]:
            rows += _paragraph(f"! {sentence}", "error" if severity == "error" else "warn", width, 2)
        return rows

    def _keyframe_words(self, item: Item, width: int) -> list[Row]:
        rows: list[Row] = []
        for target, end in ((item.first, "from"), (item.last, "to")):
            keyframe = self._film.item(target) if target else None
            if keyframe is None:
                continue
            mark = MARKS[keyframe.status]
            glyph = mark.ascii if self.plain else mark.glyph
            lead = f"{end:4} {keyframe.target} "
            for at, line in enumerate(wrap(keyframe.prompt, width - len(lead) - 2, 2)):
                start = (
                    [(f"{glyph} ", keyframe.status), (lead, "dim")] if not at else [(" " * (len(lead) + 2), "")]
                )
                rows.append([*start, (line, "")])
        return rows


def _paragraph(text: str, role: str, width: int, most: int) -> list[Row]:
    return [[(line, role)] for line in wrap(text, width, most)]


def _marked(words: list[Word], width: int, most: int) -> list[Row]:
    """Words in lines, the new ones strong."""
    line, room = [("+ ", "strong")], width - 2
    lines = [line]
    for word, is_new in words:
        said = show(word)
        if cell_len(said.rstrip()) > room and room < width - 2:
            line, room = [("  ", "")], width - 2
            lines.append(line)
        said = cut(said, room)
        line.append((said, "strong" if is_new else ""))
        room -= cell_len(said)
    return list(lines[:most])


def _facts(item: Item) -> str:
    facts = ["a draft"] if item.draft else []
    if item.kind == "segment":
        facts.append(f"at {clock(item.start)} for {item.seconds:.2f} s ({item.frames} frames)")
        if item.continuity == "chain":
            facts.append("chained to the one before")
        if item.transition != "continue":
            facts.append(item.transition)
        if item.scene:
            facts.append(f"scene {item.scene}")
    if item.seed is not None:
        facts.append(f"seed {item.seed}")
    if item.made_in is not None:
        facts.append(f"made in {clock(item.made_in)}")
    if item.locked:
        facts.append("locked")
    return ", ".join(facts)


def _takes(item: Item) -> list[Row]:
    if not item.takes:
        return []
    chosen = (item.sha or "")[:12]
    parts: list[tuple[str, str]] = [("takes ", "dim")]
    for at, take in enumerate(item.takes[-6:], max(1, len(item.takes) - 5)):
        parts.append(
            (f"{at}:{take[:6]}{'*' if take == chosen else ''} ", "strong" if take == chosen else "dim")
        )
    return [parts]
