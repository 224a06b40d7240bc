"""The film as exports tell it: its shots in order, with their stills, words, seeds and seams."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from longvid_tui.project.film import chapter_title
from longvid_tui.project.items import Item
from longvid_tui.project.model import Keyframe, Look
from longvid_tui.project.state import ProjectState
from longvid_tui.project.timing import SEGMENT_FRAMES, STEP_FRAMES


@dataclass(frozen=True)
class Panel:
    """A keyframe; `picture` is its PNG, None until it is made."""

    id: str
    prompt: str
    picture: Path | None
    seed: int | None


@dataclass(frozen=True)
class SeamNote:
    """How the start of a shot meets the end of the one before: green, yellow or red, and why."""

    grade: str
    reason: str


@dataclass(frozen=True)
class Shot:
    """One segment in the film: it shows `frames` frames from film frame `start`.

    `clip` is the chosen take, None until it is made; `position` is its place in the whole film, from 0. A shot
    without `first` goes on from the last frame of the one before.
    """

    id: str
    position: int
    title: str
    scene: str
    prompt: str
    start: int
    frames: int
    first: Panel | None
    last: Panel | None
    transition: str
    seed: int | None
    clip: Path | None
    seam: SeamNote | None = None


@dataclass(frozen=True)
class ShotList:
    """The shots of a film or of a range of it. `provenance` is what the film says about itself."""

    title: str
    width: int
    height: int
    fps: int
    backends: Mapping[str, str]
    look: Look
    shots: tuple[Shot, ...]
    provenance: Mapping[str, str]

    @property
    def start(self) -> int:
        """Film frame of the first shot."""
        return self.shots[0].start

    @property
    def frames(self) -> int:
        return sum(shot.frames for shot in self.shots)

    @property
    def label(self) -> str:
        """One sentence on how the film was made, such as the label of an animatic."""
        return self.provenance["comment"]

    def only(self, ids: Collection[str]) -> ShotList:
        """The shots of these segments; they still know their places in the whole film."""
        return replace(self, shots=tuple(shot for shot in self.shots if shot.id in ids))


def shot_list(root: Path, state: ProjectState, provenance: Mapping[str, str]) -> ShotList:
    """The film of the project at `root`, as far as it is made."""
    project = state.project
    return ShotList(
        title=project.title or root.name,
        width=project.canvas.width,
        height=project.canvas.height,
        fps=project.fps,
        backends=project.backends.model_dump(mode="json"),
        look=project.look,
        shots=tuple(_shots(root, state)),
        provenance=provenance,
    )


def _shots(root: Path, state: ProjectState) -> Iterator[Shot]:
    project, seams = state.project, dict(_seam_notes(state))
    panels = {
        keyframe.id: _panel(root, keyframe, state.keyframes[keyframe.id]) for keyframe in project.keyframes
    }
    places = zip(project.segments, project.starts(), project.cuts(), strict=True)
    for position, (segment, start, cut) in enumerate(places):
        item = state.segments[segment.id]
        yield Shot(
            id=segment.id,
            position=position,
            title=chapter_title(segment),
            scene=segment.scene,
            prompt=segment.prompt,
            start=start,
            frames=SEGMENT_FRAMES if position == 0 or cut else STEP_FRAMES,
            first=panels[segment.first] if segment.first else None,
            last=panels[segment.last] if segment.last else None,
            transition="cut" if cut else segment.transition,
            seed=_seed(item),
            clip=_file(root, item),
            seam=seams.get(segment.id),
        )


def _panel(root: Path, keyframe: Keyframe, item: Item) -> Panel:
    return Panel(keyframe.id, keyframe.prompt, _file(root, item), _seed(item))


def _seam_notes(state: ProjectState) -> Iterator[tuple[str, SeamNote]]:
    """The seams that were measured, each by the segment that starts there."""
    for seam in state.film.seams:
        if seam.mended and seam.mended.shows:
            yield seam.after, SeamNote(seam.mended.shows["grade"], seam.mended.shows.get("reason", ""))


def _file(root: Path, item: Item) -> Path | None:
    return root / item.chosen.path if item.chosen else None


def _seed(item: Item) -> int | None:
    recipe = item.chosen.recipe if item.chosen else item.recipe
    return recipe.get("seed") if recipe else None
