"""The examples in docs/plans are what the planner makes of their prompts, and lint finds nothing wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from outlined import plan_of
from ruamel.yaml import YAML

from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan, Wanted

EXAMPLES = sorted((Path(__file__).parents[3] / "docs" / "plans").glob("*.yaml"))


def loaded(example: Path) -> tuple[str, Wanted, Plan]:
    told = YAML(typ="safe").load(example.read_text(encoding="utf-8"))
    return told["prompt"], Wanted(**told.get("wanted", {})), Plan(**told["plan"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_example_is_what_its_prompt_gives(example):
    prompt, wanted, plan = loaded(example)
    again = plan_of(prompt, **wanted.model_dump(exclude_none=True))
    assert again == plan, "uv run python docs/plans/regenerate.py, then read the difference"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_example_has_no_errors_and_few_warnings(example):
    _, wanted, plan = loaded(example)
    found = lint(plan, wanted)
    assert [finding for finding in found if finding.severity == "error"] == []
    assert sum(finding.severity == "warning" for finding in found) <= max(1, len(plan.segments) // 8)
