"""What a film says about itself in its metadata: tools, plan and seeds, and how much of it a model made."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from longvid_tui.backends import registry
from longvid_tui.backends.contract import ANIMATIC_LABEL, BackendError
from longvid_tui.engine.studio import Studio
from longvid_tui.project.items import Item
from longvid_tui.project.state import ProjectState
from longvid_tui.settings import PROGRAM
from longvid_tui.spans import spans

SourceType = Literal[
    "trainedAlgorithmicMedia",
    "algorithmicMedia",
    "compositeSynthetic",
    "composite",
    "compositeWithTrainedAlgorithmicMedia",
]
"""Terms of the IPTC's digital source types, which C2PA uses too. In this order: made by a trained model; made
by an algorithm without training; put together, partly from a model's work; put together; changed by a model
afterwards."""

VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"

Source = Literal["model", "placeholder", "own"]
"""Who made a picture or clip: a trained model, a stand-in for one, or the person."""


@dataclass(frozen=True)
class Origin:
    """Who made the keyframes and the clips of a film; `retouched`: a trained model finished it."""

    pictures: frozenset[Source]
    clips: frozenset[Source]
    retouched: bool = False

    @property
    def label(self) -> str:
        """One sentence for people."""
        if "model" not in self.clips:
            if self.retouched:
                return "ANIMATIC - its motion is a placeholder, finished by a model"
            if self.pictures <= {"placeholder"}:
                return ANIMATIC_LABEL
            painted = "its pictures are AI generated, " if "model" in self.pictures else ""
            return f"ANIMATIC - {painted}its motion is a placeholder"
        partly = ", partly a placeholder" if "placeholder" in self.clips else ""
        return f"AI generated{partly}, made with {PROGRAM}"

    @property
    def source_type(self) -> SourceType:
        """The term for machines. If a model made all clips, it made all that is seen, whatever the
        keyframes."""
        if self.clips == {"model"}:
            return "trainedAlgorithmicMedia"
        if "model" in self.clips | self.pictures:
            return "compositeSynthetic"
        if self.retouched:
            return "compositeWithTrainedAlgorithmicMedia"
        return "composite" if "own" in self.pictures else "algorithmicMedia"


def origin(studio: Studio, state: ProjectState, *, retouched: bool = False) -> Origin:
    """Who made the chosen takes; what is missing counts as made by the chosen backend."""
    return Origin(
        pictures=frozenset(_sources(studio, registry.IMAGE_PROVIDERS, state.keyframes.values())),
        clips=frozenset(_sources(studio, registry.VIDEO_GENERATORS, state.segments.values())),
        retouched=retouched,
    )


def film_metadata(studio: Studio, state: ProjectState, *, retouched: bool = False) -> dict[str, str]:
    """The metadata of the film, or of an export that a model has `retouched`."""
    project, made = state.project, origin(studio, state, retouched=retouched)
    plan = project.plan().model_dump(mode="json", exclude_defaults=True)
    seeds = {piece.target: piece.take.recipe.get("seed") for piece in state.film.pieces}
    backends = project.backends.model_dump(mode="json")
    return {
        "comment": "; ".join(filter(None, (made.label, draft_label(drafts_in(state))))),
        "encoder_program": PROGRAM,
        "digital_source_type": VOCABULARY + made.source_type,
        "longvid_plan": json.dumps({"plan": plan, "seeds": seeds, "backends": backends}, ensure_ascii=False),
    }


def drafts_in(state: ProjectState) -> list[str]:
    """The segments of the film that are drafts."""
    return [piece.target for piece in state.film.pieces if piece.is_draft]


def draft_label(drafts: Sequence[str]) -> str:
    return f"DRAFT - {spans(drafts)} in fewer steps and a smaller size" if drafts else ""


def _sources(studio: Studio, group: str, items: Collection[Item]) -> Iterator[Source]:
    asked = studio.images if group == registry.IMAGE_PROVIDERS else studio.video
    stand_ins: dict[str, bool] = {asked.name: asked.capabilities.placeholder}
    for item in items:
        recipe = item.chosen.recipe if item.chosen else item.recipe or {"by": {"name": asked.name}}
        if "by" not in recipe:
            yield "own"
            continue
        name = recipe["by"].get("name", "")
        if name not in stand_ins:
            stand_ins[name] = _is_placeholder(studio, group, name)
        yield "placeholder" if stand_ins[name] else "model"


def _is_placeholder(studio: Studio, group: str, name: str) -> bool:
    """Whether the backend that made a take is a placeholder; one that is not installed any more is not."""
    load = registry.image_provider if group == registry.IMAGE_PROVIDERS else registry.video_generator
    try:
        return load(name, studio.settings).capabilities.placeholder
    except BackendError:
        return False
