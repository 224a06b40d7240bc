"""The number of segments is the person's, exactly, for every prompt, and no two prompts of a plan are alike."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from outlined import EXAMPLES, motions, plan_of, read, stills

from longvid_tui.backends.contract import Refused
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan, Wanted
from longvid_tui.project.timing import segments_for

SHORT = [
    "lighthouse",
    "A red fox crosses a frozen lake and finds a mitten.",
    "雪地里的狐狸",
    "1. (8s) Rain\n2. Snow",
    "Волк",
]
WORDS = [
    *[
        "a",
        "the",
        "fox",
        "runs",
        "old",
        "man",
        "Anna",
        "and",
        "then",
        ",",
        ".",
        ";",
        ":",
        "!",
        "?",
        "\n",
        "\n\n",
        "-",
        "1.",
        "2)",
        "[",
        "]",
        "(",
        ")",
        "“",
        "”",
        '"',
        "'",
        "*",
        "#",
        "中文",
        "和尚",
        "。",
        "，",
        "ñandú",
        "ß",
        "INT.",
        "EXT.",
        "CUT",
    ],
    "Style:",
    "Scene 1:",
    "a film about",
    "5 seconds",
    "close-up of",
    "she said",
    "in a forest at night",
]


def check(plan: Plan, count: int, wanted: Wanted) -> None:
    assert len(plan.segments) == count
    assert len(plan.keyframes) == count + 1 + sum(plan.cuts())
    assert len(set(stills(plan))) == len(plan.keyframes)
    assert len(set(motions(plan))) == count
    assert [finding for finding in lint(plan, wanted) if finding.severity == "error"] == []


@pytest.mark.parametrize("prompt", SHORT)
def test_any_count_from_1_to_60_is_kept(prompt):
    for count in (*range(1, 9), 13, 21, 34, 47, 60):
        check(plan_of(prompt, segments=count), count, Wanted(segments=count))


@settings(max_examples=20, deadline=None)
@given(example=st.sampled_from(EXAMPLES), count=st.integers(1, 60))
def test_every_count_is_kept_for_real_prompts(example, count):
    prompt = read(example)["prompt"]
    check(plan_of(prompt, segments=count), count, Wanted(segments=count))


@settings(max_examples=12, deadline=None)
@given(example=st.sampled_from(EXAMPLES), seconds=st.floats(1, 300))
def test_every_length_in_seconds_is_kept(example, seconds):
    prompt = read(example)["prompt"]
    check(plan_of(prompt, seconds=seconds), segments_for(seconds), Wanted(seconds=seconds))


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=80), count=st.none() | st.integers(1, 30))
@example(words=["INT.", "-", "\n", "fox"], count=None)
@example(words=["中文"] * 80, count=3)
def test_whatever_is_typed_gives_a_sound_plan(words, count):
    prompt, wanted = " ".join(words), Wanted(segments=count)
    try:
        plan = plan_of(prompt, **wanted.model_dump(exclude_none=True))
    except Refused:
        assert not any(letter.isalpha() for letter in prompt)
    else:
        check(plan, count or len(plan.segments), wanted)


@settings(max_examples=60, deadline=None)
@given(prompt=st.text(min_size=1, max_size=400))
def test_any_text_at_all_gives_a_plan_or_a_refusal(prompt):
    try:
        plan = plan_of(prompt)
    except Refused:
        return
    check(plan, len(plan.segments), Wanted())


@pytest.mark.parametrize(
    "endless",
    [
        "一" * 15_000,
        "the old man in a " * 1_000,
        "make a film in 30 seconds " * 700,
        "A film" + " " * 15_000 + "about a fox",
        "“" * 9_000 + "a",
    ],
    ids=["numerals", "articles", "wishes", "spaces", "quotes"],
)
def test_a_prompt_without_an_end_is_planned_in_no_time(endless):
    assert plan_of(endless).segments  # the timeout of the test is the bar: these took minutes once
