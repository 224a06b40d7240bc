"""What every job of one project works with: the folder, the chosen backends, the settings, an ear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from longvid_tui.backends import registry
from longvid_tui.backends.contract import Fingerprint, ImageProvider, Planner, Refused, VideoGenerator
from longvid_tui.engine.tasks import Task
from longvid_tui.keys import key_shaped
from longvid_tui.media import pinned
from longvid_tui.project.folder import Folder
from longvid_tui.project.state import Makers, ProjectState
from longvid_tui.settings import Settings


@dataclass(frozen=True)
class Notice:
    """Something a face may show: `done` of `total` for progress, one sentence of text otherwise."""

    kind: Literal["started", "progress", "finished", "retrying", "failed", "note"]
    task: Task | None
    text: str = ""
    done: int = 0
    total: int = 0


@dataclass
class Studio:
    folder: Folder
    settings: Settings
    planner: Planner
    images: ImageProvider
    video: VideoGenerator
    tell: Callable[[Notice], None]

    @classmethod
    def open(cls, folder: Folder, settings: Settings, tell: Callable[[Notice], None]) -> Studio:
        """Load the backends the project chose; raises Misconfigured, and Refused for a project that holds a key."""
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
        )

    def spent(self, target: str, cost_usd: float | None, model: str = "") -> None:
        """Note in the journal what was paid for something that is not a picture kept; None: nobody knows."""
        self.folder.record("spent", target=target, cost_usd=cost_usd, model=model)

    def survey(self) -> ProjectState:
        return self.folder.survey(self.makers())

    @property
    def films_on_gpus(self) -> bool:
        return self.video.cost_class(self.folder.project.canvas) is not None

    def ladder(self) -> tuple[str, ...]:
        """What each further try after running out of memory changes, in words."""
        return self.video.ladder()

    def makers(self) -> Makers:
        return Makers(
            images=self.images.fingerprint(),
            video=self.video.fingerprint(self.folder.project.canvas),
            video_open=self._open_ended(),
            chinese=self.video.capabilities.chinese,
            film=pinned.fingerprint(crf=self.settings.film.crf, preset=self.settings.film.preset),
            seams=pinned.seam_fingerprint(),
        )

    def _open_ended(self) -> Fingerprint:
        project = self.folder.project
        if all(segment.last for segment in project.segments):
            return {}
        return self.video.fingerprint(project.canvas, open_ended=True)
