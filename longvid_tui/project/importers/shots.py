"""Makes the prompt of a film from a list of shots; planners keep numbered shots as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Shot:
    """One thing to film, in the writer's words. `cut`: the writer asks for a cut before it."""

    text: str
    scene: str = ""
    seconds: float | None = None
    cut: bool = False


def as_prompt(shots: Sequence[Shot], directions: str = "") -> str:
    """The prompt: the `directions` about the whole film, then the numbered shots under the headings of their
    scenes."""
    lines = [directions.strip(), ""] if directions.strip() else []
    return "\n".join([*lines, *_lines(shots)]).strip()


def _lines(shots: Sequence[Shot]) -> Iterator[str]:
    scene = ""
    for number, shot in enumerate(shots, 1):
        if shot.scene != scene:
            scene = shot.scene
            yield from ("", _heading(scene), "") if scene else ("",)
        elif shot.cut and number > 1:
            yield "CUT TO:"
        length = f" ({shot.seconds:g} s)" if shot.seconds else ""
        yield f"{number}. {' '.join(shot.text.split())}{length}"


def _heading(scene: str) -> str:
    slug = scene.upper().startswith(("INT", "EXT", "I/E"))
    return scene if slug else f"## {scene}"
