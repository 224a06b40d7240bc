"""What every job of one project works with: its folder, chosen backends and settings, and whom to tell."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

from longvid_tui.backends import registry
from longvid_tui.backends.contract import (
    Fingerprint,
    ImageProvider,
    Planner,
    Refused,
    VideoGenerator,
    amounts,
)
from longvid_tui.engine.room import Room, to_film
from longvid_tui.engine.tasks import Task
from longvid_tui.media import pinned
from longvid_tui.project.canvas import Canvas, draft_of
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Strategy
from longvid_tui.project.makers import Draft, Makers
from longvid_tui.project.model import Plan
from longvid_tui.project.state import ProjectState
from longvid_tui.redacting import key_shaped
from longvid_tui.settings import Settings


@dataclass(frozen=True)
class Notice:
    """Something a screen may show: for `progress`, `done` of `total` steps of the stage `text`, else a
    sentence.

    `plan`: the plan as far as it is written, with the progress of planning. `picture`: path and sha of an
    unfinished picture, with the progress of painting. `about`: what a note is news of, where older news of it is
    of no use any more.
    """

    kind: Literal["started", "progress", "finished", "retrying", "failed", "note"]
    task: Task | None
    text: str = ""
    done: int = 0
    total: int = 0
    plan: Plan | None = None
    picture: Mapping[str, str] | None = None
    about: str = ""


@dataclass
class Studio:
    """The working place of one project; `tell` receives every Notice."""

    folder: Folder
    settings: Settings
    planner: Planner
    images: ImageProvider
    video: VideoGenerator
    tell: Callable[[Notice], None]
    looked_at: Callable[[], bool]
    """Answers whether a listener can be shown pictures at the moment."""

    @cached_property
    def room(self) -> Room:
        def filming() -> int:
            return to_film(self.canvas, writes_raw=self.video.capabilities.writes_raw)

        return Room(self.folder.root, partial(self.note, about="room"), filming)

    @classmethod
    def open(
        cls,
        folder: Folder,
        settings: Settings,
        tell: Callable[[Notice], None],
        looked_at: Callable[[], bool] = lambda: False,
    ) -> Studio:
        """Load the backends that the project names.

        Raises Misconfigured, and Refused for a project.yaml that holds a key.
        """
        key = key_shaped(folder.document.text)
        if key:
            raise Refused(
                f"project.yaml holds what looks like a key ({key}): take it out; `keys check` says where keys belong."
            )
        chosen = folder.project.backends
        return cls(
            folder,
            settings,
            registry.planner(chosen.planner, settings),
            registry.image_provider(chosen.images, settings),
            registry.video_generator(chosen.video, settings),
            tell,
            looked_at,
        )

    def note(self, sentence: str, about: str = "") -> None:
        """Tell the person something that belongs to no task."""
        self.tell(Notice("note", None, sentence, about=about))

    def note_wait(self, who: str, why: str, seconds: float) -> None:
        """Tell the person that a service makes `who` wait."""
        self.note(f"{who} waits {math.ceil(seconds)} s: {why}", about="services")

    def spent(self, target: str, cost_usd: float | None, model: str = "") -> None:
        """Journal what was paid for anything but a picture that is kept; None: an unknown amount."""
        self.folder.record("spent", target=target, cost_usd=amounts.paid(cost_usd), model=model)

    def survey(self, *, draft: bool = False) -> ProjectState:
        """The state of the project; `draft`: as it would be if drafts were ordered."""
        return self.folder.survey(self.makers(draft=draft))

    @property
    def drafting(self) -> bool:
        """Whether the order is for drafts."""
        order = self.folder.history.order
        return order is not None and order.draft

    @property
    def probing(self) -> bool:
        """Whether the order is for a single segment, to see how it comes out."""
        order = self.folder.history.order
        return order is not None and bool(order.probe)

    @property
    def strategy(self) -> Strategy:
        """How GPUs are shared, by the order or else by the settings."""
        order = self.folder.history.order
        return (order and order.strategy) or self.settings.gpus.strategy

    @property
    def canvas(self) -> Canvas:
        """The canvas of the segments that are filmed now: the project's, or that of drafts."""
        whole = self.folder.project.canvas
        return draft_of(whole) if self.drafting else whole

    @property
    def films_on_gpus(self) -> bool:
        return self.video.cost_class(self.canvas) is not None

    def ladder(self) -> tuple[str, ...]:
        """What each further try after running out of memory changes, in words."""
        return self.video.ladder()

    def generator(self, *, draft: bool) -> VideoGenerator:
        """The generator as it films takes, or drafts."""
        return self._drafter if draft else self.video

    @cached_property
    def _drafter(self) -> VideoGenerator:
        return registry.video_generator(self.video.name, self.settings.drafted())

    def makers(self, *, draft: bool = False) -> Makers:
        canvas = self.folder.project.canvas
        return Makers(
            images=self.images.fingerprint(),
            references=self.images.capabilities.references,
            video=self.video.fingerprint(canvas),
            video_open=self._open_ended(self.video, canvas),
            draft=self._draft() if draft or self.drafting else None,
            chinese=self.video.capabilities.chinese,
            film=pinned.fingerprint(crf=self.settings.film.crf, preset=self.settings.film.preset),
            seams=pinned.seam_fingerprint(),
        )

    def _draft(self) -> Draft:
        drafter, canvas = self.generator(draft=True), draft_of(self.folder.project.canvas)
        return Draft(canvas, drafter.fingerprint(canvas), self._open_ended(drafter, canvas))

    def _open_ended(self, generator: VideoGenerator, canvas: Canvas) -> Fingerprint:
        if all(segment.last for segment in self.folder.project.segments):
            return {}
        return generator.fingerprint(canvas, open_ended=True)
