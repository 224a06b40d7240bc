"""What is wrong with a plan, found before anything is painted: findings with a target, severity and
sentence."""

from __future__ import annotations

from longvid_tui.project.lint import structure, words
from longvid_tui.project.lint.finding import Finding, Rule, Severity, spoken_length
from longvid_tui.project.model import Plan, Wanted

__all__ = ["Finding", "Severity", "lint", "spoken_length"]

_ASKED = (structure.count, words.told_in, words.speech)
"""Rules about what the person asked for."""

_RULES: tuple[Rule, ...] = (
    structure.references,
    structure.stills,
    structure.idle_cuts,
    structure.unused_keyframes,
    words.lengths,
    words.one_movement,
    words.monotony,
    structure.same_framing,
    structure.props_without_cause,
    words.language,
    structure.style,
    structure.described_cast,
    structure.named_cast,
    words.names_without_features,
    words.axis,
)
_GRAVITY = {"error": 0, "warning": 1, "note": 2}


def lint(plan: Plan, wanted: Wanted) -> list[Finding]:
    """All findings, errors first, then by the order of the film. Pure; works for prompts in any script."""
    asked = (finding for rule in _ASKED for finding in rule(plan, wanted))
    found = [*asked, *(finding for rule in _RULES for finding in rule(plan))]
    targets = (*(keyframe.id for keyframe in plan.keyframes), *(segment.id for segment in plan.segments))
    order = {target: index for index, target in enumerate(targets)}
    return sorted(found, key=lambda finding: (_GRAVITY[finding.severity], order.get(finding.target, -1)))
