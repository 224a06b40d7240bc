"""The home screen: the film as a timeline, what is selected, the GPUs, the log, the projects."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.timer import Timer

from longvid_tui import wire
from longvid_tui.client import EngineGone
from longvid_tui.joblogs import JobLogs
from longvid_tui.keymap import ACTIONS, names
from longvid_tui.keymap import Place as Where
from longvid_tui.link import Link
from longvid_tui.looks import ANSWER_SECONDS, Looks
from longvid_tui.repaints import Repaints
from longvid_tui.screens.arranging import Arranging
from longvid_tui.screens.handing_over import HandingOver
from longvid_tui.screens.judging import Judging
from longvid_tui.screens.repainting import Repainting
from longvid_tui.screens.running import Running
from longvid_tui.screens.shelf import Shelf
from longvid_tui.screens.walking import Walking
from longvid_tui.screens.wording import Wording
from longvid_tui.view.applying import applies
from longvid_tui.view.film import PLAN
from longvid_tui.view.known import Known, Topic
from longvid_tui.view.log import LogLine
from longvid_tui.view.phrases import ending, needs
from longvid_tui.widgets.bindings import bindings_for, written
from longvid_tui.widgets.card import Card
from longvid_tui.widgets.gpus import Gpus
from longvid_tui.widgets.lines import Footer, Header
from longvid_tui.widgets.log import Log
from longvid_tui.widgets.pane import Pane
from longvid_tui.widgets.pictures import Pictures
from longvid_tui.widgets.projects import Projects
from longvid_tui.widgets.timeline import Timeline
from longvid_tui.wire import WireError

if TYPE_CHECKING:
    from longvid_tui.app import LongvidApp

FLUSH_SECONDS = 0.1
"""Seconds between two repaints for what was heard: ten a second are plenty, thirty would slow down keys."""

PICTURE_SECONDS = 0.15
"""Seconds from the last key until the pictures of the selected item are drawn."""

GPU_SECONDS, IDLE_GPU_SECONDS = 1.0, 2.0
"""Seconds between two looks at the GPUs while this film has something at work, and while it has not."""

NO_GPU_SECONDS = 10.0
"""The same where there is no GPU; a driver may be loaded meanwhile."""

JOB_SECONDS = 0.5
"""Seconds between two looks at the logs of running jobs."""

_IN_FOOTER = sorted((action for action in ACTIONS if action.footer), key=lambda action: -action.footer)

_PANES: dict[str, Where] = {"log": "log", "gpus": "gpus", "projects": "projects"}


class Storyboard(Walking, Judging, Wording, Running, Repainting, Arranging, HandingOver, Shelf):
    """Shows one project, and gives the orders of the classes it is made of."""

    BINDINGS = bindings_for("film")
    AUTO_FOCUS = "#timeline"
    ALLOW_IN_MAXIMIZED_VIEW = "#header, #footer"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (15, "-low"), (20, "-short"), (30, "-high"), (50, "-tall")]  # noqa: RUF012

    app: LongvidApp

    def __init__(self, project: str) -> None:
        super().__init__()
        self._compositor = Repaints()
        self.project = project
        self.known = Known(project)
        self.selected = PLAN
        self.marked = set()
        self.link = Link(Path(project), self._hear) if project else None
        self._jobs = JobLogs(project)
        self._dirty: set[Topic] = {"film", "log", "gpus", "link"}
        self._at_work = False
        self._looks = Looks(self._look_at_gpus, self._look_at_jobs, self._look_at_projects)
        self._placed = False
        self._picture_timer: Timer | None = None
        self._pictures_due = 0.0
        self._flush_timer: Timer | None = None
        self._flushed = 0.0

    def fit(self, size: Size) -> Storyboard:
        """Set the classes of a size beforehand: Textual does it only after everything was styled without them."""
        self.add_class(*self._get_breakpoint_classes(size.width, self.HORIZONTAL_BREAKPOINTS))
        self.add_class(*self._get_breakpoint_classes(size.height, self.VERTICAL_BREAKPOINTS))
        return self

    def compose(self) -> ComposeResult:
        yield Header(id="header")
        with Horizontal(id="main"):
            yield Projects(id="projects")
            with Vertical(id="work"):
                yield Timeline(id="timeline")
                with Horizontal(id="middle"):
                    yield Card(id="card")
                    yield Pictures(id="pictures")
                with Horizontal(id="bottom"):
                    yield Log(id="log")
                    yield Gpus(id="gpus")
        yield Footer(id="footer")
        yield TooSmall(id="small")

    def on_mount(self) -> None:
        if self.link:
            self.link.start()
        else:
            self.known.link = ""
        self._looks.start()
        self._flush()
        self._flushed = 0.0  # what is heard first is what was waited for

    def on_unmount(self) -> None:
        self._looks.close()
        self.app.place.write()
        if self.link:
            self.link.close()

    def show_changes(self) -> None:
        """Draw at once what a key has changed."""
        self._dirty.add("film")
        self._draw()

    def select(self, target: str | None) -> None:
        """Go to a keyframe, a segment or the plan; None stays."""
        if target and target != self.selected:
            self.selected = target
            self.app.place.put_for("selected", self.project, target)
            self.show_changes()

    def applies(self, action: str) -> bool:
        """Whether an action makes sense now: the footer and the palette offer no other."""
        return applies(action, self.film, self.selected, self.marked)

    def _hear(self) -> None:
        self._soon(self._flush_soon)

    def _learn(self, topics: set[Topic]) -> None:
        """Have these topics drawn, together with whatever else is learned in the same moment."""
        self._dirty |= topics
        if topics:
            self._flush_soon()

    def _flush_soon(self) -> None:
        """Take in what was heard and draw it, now or as soon as FLUSH_SECONDS have passed since the last time."""
        if self._flush_timer is None:
            wait = self._flushed + FLUSH_SECONDS - time.monotonic()
            self._flush_timer = self.set_timer(max(0.001, wait), self._flush)

    def _flush(self) -> None:
        self._flush_timer, self._flushed = None, time.monotonic()
        if self.link:
            for message in self.link.drain():
                self._dirty |= self.known.hear(message, time.time())
                if message["method"] == "subscribed":
                    self._looks.now()
                if message["method"] == "rested" and message["params"].get("sentence"):
                    self.app.call(message["params"]["sentence"])
            if self._at_work != bool(self._attempts):
                self._at_work = bool(self._attempts)
                self._looks.now()
        if self._dirty and self.app.terminal_is_behind():
            self._flush_soon()
        elif self._dirty:
            with suppress(NoMatches):  # the panes of a screen that is closing go one by one
                self._draw()

    def _draw(self) -> None:
        dirty, self._dirty = self._dirty, set()
        film = self.film
        if "film" in dirty:
            self._settle_selection()
            if self.marked:
                self.marked &= {item.target for item in film.items}
            marked = self.targets if self.marked else ()
            step = needs(film) if film.folder or film.opening else ""
            self.query_one(Timeline).show(film, self.selected, self.folded, marked, step)
            self.query_one(Card).show(film, self.selected, self.known.turn(self.selected))
            self.query_one(Gpus).spent(film.gpu_hours)
            self._pictures_late()
            self.query_one(Log).selected = self.selected
            if film.folder:
                self.app.place.put_for("share", self.project, round(film.done / film.total, 2))
            self.app.show_title(film)
            self.query_one(Footer).show(self._footer())
        if dirty & {"film", "link"}:
            left = self.known.seconds_left(time.time())
            self.query_one(Header).show(film, self.known.link, self.app.link_delay(), left)
        if "log" in dirty:
            self.query_one(Log).show(self.known.lines, self.known.lines_heard)
        if "gpus" in dirty:
            gpus = self.query_one(Gpus)
            eta = self.known.eta
            gpus.show(self.known.gpus, self.known.gpu_problem, self.known.to_come, ending(eta) if eta else "")
            if gpus.display != bool(self.known.gpus):
                gpus.display = not gpus.display
                return  # all is laid out and painted anew
        self._paint()

    def _paint(self) -> None:
        """Paint what has been drawn anew; Textual would come to it two turns of its loop later."""
        if self._dirty_widgets and self.is_current and not self.app._batch_count:
            self._compositor.update_widgets(self._dirty_widgets)
            self._compositor_refresh()

    def _pictures_late(self) -> None:
        """Pictures are twenty times the bytes of all the rest: they come when the keys have paused."""
        delay = PICTURE_SECONDS if self._pictures_due else 0.01
        self._pictures_due = time.monotonic() + delay
        if self._picture_timer is None:
            self._picture_timer = self.set_timer(delay, self._show_pictures)

    def _show_pictures(self) -> None:
        self._picture_timer = None
        wait = self._pictures_due - time.monotonic()
        if wait > 0:
            self._picture_timer = self.set_timer(wait, self._show_pictures)
        elif self.app.terminal_is_behind():
            self._pictures_late()
        else:
            self.query_one(Pictures).show(self.film, self.selected)

    def _settle_selection(self) -> None:
        film = self.film
        if not film.folder:
            return
        if not self._placed:
            self._placed = True
            self.selected = self.app.place.get("selected", {}).get(self.project, PLAN)
        if self.wanted and film.item(self.wanted):
            self.selected, self.wanted = self.wanted, ""
        if self.selected != PLAN and film.item(self.selected) is None:
            self.selected = PLAN

    def _footer(self) -> tuple[tuple[str, str], ...]:
        where, keys = _PANES.get(self.focused.id or "") if self.focused else None, self.app.keys
        taken = {key for name in names(where) for key in keys[name]} if where else set()
        return tuple(
            (written(keys[action.name][0]), action.short)
            for action in _IN_FOOTER
            if action.place == where
            or (
                action.place in ("anywhere", "film")
                and keys[action.name][0] not in taken
                and self.applies(action.name)
            )
        )

    def on_descendant_focus(self) -> None:
        self.query_one(Footer).show(self._footer())

    def on_timeline_picked(self, message: Timeline.Picked) -> None:
        self.select(message.target)

    def on_projects_wanted(self, message: Projects.Wanted) -> None:
        match message.what:
            case "open":
                self.app.open_project(message.folder)
            case "rename":
                self.rename(message.folder)
            case "archive":
                self.archive(message.folder)

    @property
    def _attempts(self) -> list[dict[str, Any]]:
        """Attempts of this film that are at work."""
        return self.known.snapshot["report"]["running"] if self.known.snapshot else []

    def _look_at_gpus(self) -> float:
        if self.link is None or self.known.link:
            return math.inf  # until the link says otherwise
        try:
            said = self.link.ask("gpus", within=ANSWER_SECONDS)
        except WireError as error:
            return math.inf if error.code == wire.NO_METHOD else NO_GPU_SECONDS
        except EngineGone:
            return NO_GPU_SECONDS
        if topics := self.known.hear_gpus(said, time.time()):
            self._soon(self._learn, topics)
        if not self.known.gpus:
            return NO_GPU_SECONDS
        return GPU_SECONDS if self._at_work else IDLE_GPU_SECONDS

    def _look_at_jobs(self) -> float:
        if lines := self._jobs.read(self._attempts):
            self._soon(self._hear_jobs, lines)
        return JOB_SECONDS if self._at_work else math.inf

    def _hear_jobs(self, lines: list[LogLine]) -> None:
        self._learn(self.known.hear_job(lines))


class TooSmall(Pane):
    """Stands over everything on a screen that can show nothing else."""

    def draw(self, width: int, height: int) -> list[Any]:  # noqa: ARG002
        return [[("longvid-tui needs", "strong")], [("60x15 cells", "strong")], [("q leaves", "dim")]]
