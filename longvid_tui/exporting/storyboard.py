"""What a storyboard tells, whether as a page or on paper: stills, words, times, seams and settings of every
shot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from longvid_tui.exporting.shots import Panel, SeamNote, Shot, ShotList
from longvid_tui.project.model import Look
from longvid_tui.project.timing import timecode
from longvid_tui.showing import segment_colour, show

SEAM_COLOURS = {"green": "#009E73", "yellow": "#E69F00", "red": "#D55E00"}
"""Okabe and Ito's, told apart by colour-blind eyes; the word stands beside them."""


@dataclass(frozen=True)
class Board:
    """A keyframe with its words; `without` stands in place of a picture that is not there."""

    id: str
    prompt: str
    picture: Path | None
    without: str


@dataclass(frozen=True)
class Row:
    """A shot: how it starts, what is seen, how it ends; and the seam before it."""

    id: str
    scene: str
    prompt: str
    time: str
    colour: str
    boards: tuple[Board, Board]
    seam: SeamNote | None

    @property
    def seam_colour(self) -> str:
        return SEAM_COLOURS.get(self.seam.grade, "#888888") if self.seam else ""


@dataclass(frozen=True)
class Storyboard:
    """All of it, its texts without characters that act on a display; `aspect` is written W/H."""

    title: str
    label: str
    facts: str
    program: str
    aspect: str
    look: Mapping[str, str]
    rows: tuple[Row, ...]
    settings: Mapping[str, str]
    provenance: Mapping[str, str]


def storyboard(shots: ShotList) -> Storyboard:
    """The storyboard of these shots."""
    return Storyboard(
        title=show(shots.title),
        label=show(shots.label),
        facts=_facts(shots),
        program=shots.provenance["encoder_program"],
        aspect=f"{shots.width}/{shots.height}",
        look=_filled(_look(shots.look)),
        rows=tuple(_row(shots, shot) for shot in shots.shots),
        settings=_filled({"made with": _makers(shots), "seeds": _seeds(shots)}),
        provenance=shots.provenance,
    )


def _row(shots: ShotList, shot: Shot) -> Row:
    begin, end = (timecode(frame / shots.fps) for frame in (shot.start, shot.start + shot.frames))
    return Row(
        id=shot.id,
        scene=show(shot.scene),
        prompt=show(shot.prompt),
        time=f"{begin} to {end}, {shot.frames} frames",
        colour=segment_colour(shot.position),
        boards=(
            _board(shot.first, "goes on from the last frame of the shot before"),
            _board(shot.last, "has no last keyframe"),
        ),
        seam=SeamNote(shot.seam.grade, show(shot.seam.reason)) if shot.seam else None,
    )


def _board(panel: Panel | None, without: str) -> Board:
    if panel is None:
        return Board("", "", None, without)
    return Board(panel.id, show(panel.prompt), panel.picture, "not painted yet")


def _facts(shots: ShotList) -> str:
    seconds = shots.frames / shots.fps
    size = f"{shots.width}x{shots.height}"
    count = "1 shot" if len(shots.shots) == 1 else f"{len(shots.shots)} shots"
    return f"{count}, {seconds:.1f} s, {size} at {shots.fps} frames a second"


def _look(look: Look) -> dict[str, str]:
    return {
        "style": look.style,
        "palette": look.palette,
        "never": look.negative,
        **{character.id: character.features for character in look.characters},
        **{place.id: place.features for place in look.places},
        **{prop.id: prop.features for prop in look.props},
    }


def _makers(shots: ShotList) -> str:
    return ", ".join(f"{backend} ({work})" for work, backend in shots.backends.items())


def _seeds(shots: ShotList) -> str:
    panels = {panel.id: panel for shot in shots.shots for panel in (shot.first, shot.last) if panel}
    made = {**{name: panel.seed for name, panel in panels.items()}, **{s.id: s.seed for s in shots.shots}}
    return ", ".join(f"{name}\N{NO-BREAK SPACE}{seed}" for name, seed in made.items() if seed is not None)


def _filled(rows: Mapping[str, str]) -> dict[str, str]:
    return {show(name): show(words) for name, words in rows.items() if words}
