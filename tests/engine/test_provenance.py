"""A film says truthfully who made it: for people in its label, for machines by the IPTC's digital source types."""

from __future__ import annotations

import pytest

from longvid_tui.backends.contract import ANIMATIC_LABEL
from longvid_tui.engine.provenance import Origin


@pytest.mark.parametrize(
    ("pictures", "clips", "label", "source_type"),
    [
        ("model", "model", "AI generated, made with longvid-tui", "trainedAlgorithmicMedia"),
        ("own placeholder", "model", "AI generated, made with longvid-tui", "trainedAlgorithmicMedia"),
        ("placeholder", "placeholder", ANIMATIC_LABEL, "algorithmicMedia"),
        ("own", "placeholder", "ANIMATIC - its motion is a placeholder", "composite"),
        (
            "model own",
            "placeholder",
            "ANIMATIC - its pictures are AI generated, its motion is a placeholder",
            "compositeSynthetic",
        ),
        (
            "model",
            "model placeholder",
            "AI generated, partly a placeholder, made with longvid-tui",
            "compositeSynthetic",
        ),
    ],
)
def test_a_film_claims_what_it_is(pictures: str, clips: str, label: str, source_type: str) -> None:
    made = Origin(frozenset(pictures.split()), frozenset(clips.split()))  # type: ignore[arg-type]
    assert (made.label, made.source_type) == (label, source_type)


def test_an_animatic_that_a_model_finished_no_longer_claims_that_none_did() -> None:
    made = Origin(frozenset({"placeholder"}), frozenset({"placeholder"}), retouched=True)
    assert made.label == "ANIMATIC - its motion is a placeholder, finished by a model"
    assert made.source_type == "compositeWithTrainedAlgorithmicMedia"
