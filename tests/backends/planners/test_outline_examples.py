"""The examples in docs/plans are what the planner makes of their prompts, and lint finds nothing wrong with them."""

from __future__ import annotations

import pytest
from outlined import EXAMPLES, plan_of, read

from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan, Wanted


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_example_is_what_its_prompt_gives_without_errors_and_with_few_warnings(example):
    told = read(example)
    wanted, plan = Wanted(**told.get("wanted", {})), Plan(**told["plan"])
    again = plan_of(told["prompt"], **wanted.model_dump(exclude_none=True))
    assert again == plan, "uv run python docs/plans/regenerate.py, then read the difference"
    found = lint(plan, wanted)
    assert [finding for finding in found if finding.severity == "error"] == []
    assert sum(finding.severity == "warning" for finding in found) <= max(1, len(plan.segments) // 8)
