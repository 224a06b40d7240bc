"""Text from prompts, logs, servers and file names is text: whatever it holds, the terminal obeys none of it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from doubles.snapshots import item, segment, snapshot
from rich.style import Style

from longvid_tui.view.film import PLAN, film
from longvid_tui.view.forecast import Forecast, Work
from longvid_tui.view.gpus import gpus
from longvid_tui.view.log import LogLine
from longvid_tui.widgets.card import Card
from longvid_tui.widgets.forecast import Estimates
from longvid_tui.widgets.gpus import Gpus
from longvid_tui.widgets.lines import Footer, Header
from longvid_tui.widgets.log import Log
from longvid_tui.widgets.palette import palette
from longvid_tui.widgets.pane import Pane
from longvid_tui.widgets.pictures import Pictures
from longvid_tui.widgets.projects import ListedProject, Projects
from longvid_tui.widgets.timeline import Timeline
from longvid_tui.widgets.writing import strip

COUNT, BATCH = 10_000, 250
PIECES = (
    "\x1b[2J", "\x1b]52;c;cm0gLXJm\x07", "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\", "\x9b31m", "\x1bP+q\x1b\\",
    "\r", "\n", "\t", "\x00", "\x07", "\x08", "\x7f", "\x85", "[bold]", "[/]", "[@click=app.quit]x[/]", "[link=http://x]",
    "$(id)", "\u202e", "\u2066", "\u200b", "\u200d", "\u2028", "\ufeff", "\ud800", "e\u0301" * 5, "灯台", "👩‍🚀", "🇩🇪", "\U000e0041",
    "\ufff9", "a" * 50, " ", "%s", "{0}", "\\", "🏴", "\u0e33", "ﷺ",
)  # fmt: skip
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unicode's categories Cc and Cs."""


def hostile(count: int) -> Iterator[str]:
    chance = random.Random(20261124)
    for _ in range(count):
        yield "".join(
            chance.choice(PIECES) if chance.random() < 0.6 else chr(chance.choice((chance.randrange(0x250), chance.randrange(0x20000))))
            for _ in range(chance.randrange(1, 8))
        )  # fmt: skip


def panes(texts: list[str]) -> Iterator[Pane]:
    """Every pane, showing these texts wherever foreign text can stand."""
    some = iter(texts * 3)
    take = lambda: next(some)  # noqa: E731
    shots = [segment(n, "missing", scene=take(), reason=take(), takes=["0" * 12]) for n in range(1, 9)]
    shots[1] = segment(2, "ready", scene=take())
    shots[1]["take"] |= {"remarks": [take(), take()]}
    told = snapshot(
        shots,
        [item(f"k{n}", "ready") for n in range(1, 10)],
        failed={"s1": take(), "engine": take(), "film": take()},
        findings=[
            {"target": t, "severity": "error", "rule": "r", "sentence": take()} for t in (PLAN, "s2", "k1")
        ],
        report={
            "title": take(),
            "folder": f"/{take()}",
            "canvas": take(),
            "seams": [{"before": "s1", "after": "s2", "grade": "red", "reason": take()}],
        },
        plan={"rejected": take()},
        document={
            "prompt": take(),
            "segments": [{"id": f"s{n}", "prompt": take()} for n in range(1, 9)],
            "keyframes": [{"id": f"k{n}", "prompt": take()} for n in range(1, 10)],
        },
    )
    seen = film(
        told, [{"kind": "render", "target": "s3", "name": take(), "stage": take(), "done": 1, "total": 2}]
    )
    for selected in (PLAN, "s1", "s2", "s3", "k1"):
        card, timeline, pictures = Card(), Timeline(), Pictures()
        card.show(seen, selected)
        timeline.show(seen, selected, selected == PLAN, (take(),))
        pictures.show(seen, selected)
        yield from (card, timeline, pictures)
    log = Log()
    log.pattern = take().casefold()
    log.show([LogLine(0, "info", take(), text) for text in texts], len(texts))
    header, footer, projects, devices = Header(), Footer(), Projects(), Gpus()
    header.show(seen, take(), 1, None)
    yield header
    header.show(seen, "", 0, None)
    footer.say(take(), "")
    projects.show(tuple(ListedProject(f"/films/{text}") for text in texts[:20]), "")
    sample = {
        "index": 0,
        "name": take(),
        "problems": [take()],
        "processes": [{"pid": 1, "name": take(), "owner": take()}],
    }
    devices.show(gpus({"gpus": [sample, {**sample, "index": 1}]}), take())
    yield from (log, header, footer, projects, devices)
    estimates, refusal = Estimates(), Estimates()
    work = (Work(take(), 1, 1.0, 1, take()),)
    known = Forecast(1.0, work, box=take(), filmed_by=take(), strategy=take(), remarks=(take(),))
    estimates.show(known, {})
    refusal.say(take())
    yield from (estimates, refusal)


def test_ten_thousand_hostile_strings_come_out_as_plain_cells_of_every_pane() -> None:
    texts = list(hostile(COUNT))
    styles, base = palette("longvid-dark"), Style(color="#ffffff", bgcolor="#000000")
    for start in range(0, COUNT, BATCH):
        for pane in panes(texts[start : start + BATCH]):
            for row in pane.draw(78, BATCH):
                drawn = strip(row, 78, styles, base)
                assert drawn.cell_length == sum(segment.cell_length for segment in drawn) == 78
                assert not CONTROL.search(drawn.text)
                assert not any(segment.control or segment.style.link or segment.style.meta for segment in drawn)


def test_markup_in_titles_of_the_border_is_text() -> None:
    pane = Card()
    pane.head("[@click=app.quit]leave[/] \x1b[2J", "[red]x")
    assert pane._border_title.plain == "[@click=app.quit]leave[/] ␛[2J"  # type: ignore[union-attr]
    assert not pane._border_title.spans  # type: ignore[union-attr]
