"""The planner `openai` against the stand-in: what it asks, what it makes of the answers, what it keeps."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest
from desk import CHAT, Desk

from longvid_tui.backends.contract import OverCap
from longvid_tui.backends.rehearsal.cloud import chat
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan, Wanted


def words(plan: Plan) -> dict[str, object]:
    return {item.id: item for item in (*plan.keyframes, *plan.segments)}


def test_a_plan_of_three_requests_has_exactly_the_segments_wanted_and_nothing_to_remark(desk: Desk) -> None:
    plan = desk.plan(segments=24)
    assert len(plan.segments) == 24
    assert len(plan.keyframes) == 24 + 1 + sum(plan.cuts())
    assert sum(plan.cuts()) == 4
    assert lint(plan, Wanted(segments=24)) == []
    assert [spent.what for spent in desk.spent] == ["the story", "the shots s1 to s12", "the shots s13 to s24"]
    assert len(desk.asked) == 3


def test_segments_appear_while_they_are_written(desk: Desk) -> None:
    desk.cloud.then(chat.slowly(0.24), chat.slowly(0.16), path=CHAT)
    plan = desk.plan(segments=6)
    counts = [len(grown.segments) for grown in desk.grown]
    assert counts == sorted(counts)
    assert len(set(counts)) > 3
    described = [sum(bool(keyframe.prompt) for keyframe in grown.keyframes) for grown in desk.grown]
    assert described == sorted(described)
    assert len(set(described)) > 3
    assert desk.grown[-1] == plan


def test_what_was_paid_is_what_the_service_bills(desk: Desk) -> None:
    desk.cloud.then(chat.wrong_count("beats"), path=CHAT)
    desk.plan()
    assert sum(spent.cost_usd or 0 for spent in desk.spent) == pytest.approx(desk.cloud.billed())
    assert desk.spent[0].model == "gpt-6-luna"


def test_what_a_question_will_cost_is_told_before_it_is_asked(desk: Desk) -> None:
    told: list[float | None] = []
    desk.plan(segments=12, may_spend=told.append)
    for foreseen, spent in zip(told, desk.spent, strict=True):
        assert foreseen
        assert spent.cost_usd
        assert spent.cost_usd / 2 < foreseen < 3 * spent.cost_usd


@pytest.mark.parametrize("segments", [3, 45])
def test_what_a_plan_will_cost_is_quoted_before_it_is_ordered(desk: Desk, segments: int) -> None:
    quoted = desk.planner().quote(desk.wishes(segments=segments))
    assert quoted
    assert desk.asked == []
    plan = desk.plan(segments=segments)
    assert quoted / 2 < sum(spent.cost_usd or 0 for spent in desk.spent) < 2 * quoted
    again = desk.planner().quote(desk.wishes(segments=segments, previous=plan, redo=("s2",)))
    assert again
    assert again < quoted
    desk.settings = {"model": "some-model", "base_url": "https://planner.example.com/v1"}
    assert desk.planner().quote(desk.wishes()) is None


def test_a_plan_stops_before_the_question_that_may_not_be_asked_and_goes_on_from_there(desk: Desk) -> None:
    def only_the_story(_: float | None) -> None:
        if desk.asked:
            raise OverCap("the shots are too dear: raise it")

    with pytest.raises(OverCap):
        desk.plan(may_spend=only_the_story)
    assert len(desk.asked) == 1
    desk.plan()
    assert len(desk.asked) == 2


def test_a_plan_whose_mending_may_not_be_paid_is_a_plan_with_warnings(desk: Desk) -> None:
    def not_the_mending(_: float | None) -> None:
        if len(desk.asked) == 2:
            raise OverCap("mending is too dear: raise it")

    desk.cloud.then(chat.complete, chat.changed(with_a_cut_inside_s2), path=CHAT)
    plan = desk.plan(may_spend=not_the_mending)
    assert [finding.rule for finding in lint(plan, Wanted(segments=3))] == ["cut"]


def test_a_model_that_thinks_aloud_is_expected_to_do_so_again(desk: Desk) -> None:
    desk.cloud.then(chat.wrapped("hm, " * 20000, ""), path=CHAT)
    told: list[float | None] = []
    desk.plan(may_spend=told.append)
    assert told[1]
    assert told[0]
    assert told[1] > 10 * told[0]


def test_every_question_is_strict_and_holds_counts_and_names_of_the_film(desk: Desk) -> None:
    desk.plan(segments=3)
    story, shots = (call.json["response_format"]["json_schema"]["schema"] for call in desk.asked)
    assert (story["properties"]["beats"]["minItems"], story["properties"]["beats"]["maxItems"]) == (3, 3)
    still = shots["$defs"]["Still"]["properties"]
    assert still["cast"]["items"]["enum"] == ["figure 1", "figure 2"]
    assert still["place"]["enum"] == ["none", "figure 1", "figure 2"]


def test_a_film_beyond_forty_segments_is_told_in_parts_with_the_story_so_far(desk: Desk) -> None:
    plan = desk.plan(segments=45)
    assert len(plan.segments) == 45
    assert [spent.what for spent in desk.spent[:3]] == [
        "the treatment",
        "the beats s1 to s22",
        "the beats s23 to s45",
    ]
    assert "this is the beginning" in desk.question(1)
    assert "The walk has come as far as" in desk.question(2)
    assert all(len(call.json["response_format"]["json_schema"]["schema"]["$defs"]) for call in desk.asked)


def test_a_span_of_shots_begins_with_the_picture_the_span_before_ends_with(desk: Desk) -> None:
    desk.settings = {"segments_at_once": 2}
    plan = desk.plan(segments=4)
    before = plan.keyframes[2]
    assert f"s3 starts with the picture s2 ends with: {before.prompt}" in desk.question(2)


def test_the_same_wishes_are_answered_from_what_is_kept_and_another_take_is_asked_for(desk: Desk) -> None:
    first = desk.plan()
    assert desk.plan() == first
    assert len(desk.asked) == 2
    desk.plan(take=1)
    assert len(desk.asked) == 4


def test_what_is_kept_is_for_its_owner_alone(desk: Desk) -> None:
    desk.plan()
    kept = list(Path(os.environ["LONGVID_STATE_DIR"]).rglob("*.json"))
    assert len(kept) == 2
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_a_plan_that_failed_half_way_goes_on_from_there(desk: Desk) -> None:
    desk.cloud.then(chat.complete, chat.refusal(), path=CHAT)
    desk.fails()
    desk.plan()
    assert len(desk.asked) == 3


def test_the_number_of_segments_is_what_the_prompt_says_where_nothing_was_set(desk: Desk) -> None:
    plan = desk.plan("A 30 second film about a fox crossing a frozen lake at dawn.", segments=None)
    assert len(plan.segments) == 6


def test_an_explicit_shot_list_is_kept_word_for_word(desk: Desk) -> None:
    shots = ["A fox steps onto the ice.", "It slips and gets up again.", "It reaches the far shore."]
    prompt = "\n".join(f"{number}. {shot}" for number, shot in enumerate(shots, 1))
    desk.plan(prompt, segments=None)
    for number, shot in enumerate(shots, 1):
        assert f"s{number}: {shot}" in desk.question(0)
        assert re.search(rf"^s{number} .*: {re.escape(shot)}", desk.question(1), re.MULTILINE)


def test_what_the_person_said_when_rejecting_a_plan_is_passed_on(desk: Desk) -> None:
    desk.plan(note="Less walking, more sea.")
    assert "Less walking, more sea." in desk.question(0)


@pytest.mark.parametrize("mode", ["json", "text"])
def test_servers_without_schemas_are_told_the_form_in_words(desk: Desk, mode: str) -> None:
    desk.settings = {"mode": mode}
    plan = desk.plan(segments=3)
    assert len(plan.segments) == 3
    assert "json_schema" not in str(desk.asked[0].json.get("response_format"))
    assert '"beats"' in desk.question(0)


def test_an_answer_in_a_code_block_after_some_thoughts_is_read(desk: Desk) -> None:
    desk.settings = {"mode": "text"}
    desk.cloud.then(chat.wrapped("<think>{hm}</think>\nHere it is:\n```json\n", "\n```\nEnjoy!"), path=CHAT)
    assert len(desk.plan(segments=3).segments) == 3


def test_a_file_of_ones_own_replaces_an_instruction(desk: Desk, tmp_path: Path) -> None:
    own = tmp_path / "told"
    own.mkdir()
    (own / "shots.md").write_text("Write every picture as a woodcut.")
    desk.settings = {"instructions": str(own)}
    desk.plan()
    assert "woodcut" in desk.question(1)
    assert "How the film is made" in desk.question(1)
    assert desk.planner().fingerprint()["instructions"]["shots"].startswith("own ")


def test_parameters_are_sent_as_they_are(desk: Desk) -> None:
    desk.settings = {"parameters": {"temperature": 0.3, "chat_template_kwargs": {"enable_thinking": False}}}
    desk.plan()
    assert desk.asked[0].json["temperature"] == 0.3
    assert desk.asked[0].json["chat_template_kwargs"] == {"enable_thinking": False}


class TestMending:
    """What lint finds in a plan is written anew, at most twice; what cannot be mended stays as it is."""

    def test_a_fault_is_mended_and_everything_else_stays(self, desk: Desk) -> None:
        desk.cloud.then(chat.complete, chat.changed(with_a_cut_inside_s2), path=CHAT)
        plan = desk.plan(segments=3)
        assert [spent.what for spent in desk.spent] == ["the story", "the shots s1 to s3", "s2 anew"]
        assert "asks for a cut inside one clip" in desk.question(2)
        assert lint(plan, Wanted(segments=3)) == []
        assert "pan" not in plan.segments[1].prompt

    def test_a_model_that_cannot_mend_it_is_asked_once_and_its_attempt_dropped(self, desk: Desk) -> None:
        broken = chat.changed(with_a_cut_inside_s2)
        desk.cloud.then(chat.complete, broken, broken, broken, path=CHAT)
        plan = desk.plan(segments=3)
        assert len(desk.asked) == 3
        assert [finding.rule for finding in lint(plan, Wanted(segments=3))] == ["cut"]


class TestWhatThePersonAskedFor:
    """Language and dialogue are told in every pass, and an answer that breaks them is asked for again."""

    def test_words_in_another_language_are_asked_for_again(self, desk: Desk) -> None:
        desk.cloud.then(chat.complete, chat.changed(in_german), path=CHAT)
        plan = desk.plan(segments=None, wanted=Wanted(segments=3, language="de"))
        assert [spent.what.partition(" (")[0] for spent in desk.spent] == [
            "the story",
            "the story, asked again",
            "the shots s1 to s3",
        ]
        assert "`scene` and `happens` are English and have to be German" in desk.question(1)
        assert all("the person's language is German" in desk.question(at) for at in range(3))
        assert plan.title == "Der Hafen"

    def test_nobody_speaks_where_no_dialogue_is_wanted(self, desk: Desk) -> None:
        desk.cloud.then(chat.complete, chat.changed(with_a_talk_in_s2), path=CHAT)
        wanted = Wanted(segments=3, dialogue=False)
        plan = desk.plan(wanted=wanted)
        assert [spent.what for spent in desk.spent] == ["the story", "the shots s1 to s3", "s2 anew"]
        assert "no dialogue was asked for" in desk.question(2)
        assert "The film is without dialogue" in desk.question(2)
        assert "without dialogue: nobody is seen speaking" in desk.question(1)
        assert lint(plan, wanted) == []

    def test_dialogue_that_is_wanted_has_its_speakers(self, desk: Desk) -> None:
        speaks = chat.changed(lambda answer: with_speakers(answer, "Mara"))
        desk.cloud.then(chat.changed(lambda answer: with_speakers(answer, "none")), speaks, path=CHAT)
        desk.plan(wanted=Wanted(segments=3, dialogue=True))
        assert "`speaks` names nobody in any beat" in desk.question(1)
        assert "[Mara is seen speaking]" in desk.question(2)

    def test_nothing_is_asked_about_speakers_unless_they_are_wanted(self, desk: Desk) -> None:
        desk.plan()
        assert (
            "speaks"
            not in desk.asked[0].json["response_format"]["json_schema"]["schema"]["$defs"]["Beat"]["required"]
        )


def in_german(answer: dict) -> dict:
    for number, beat in enumerate(answer["beats"], 1):
        beat |= {
            "scene": f"Am Hafen {number}",
            "happens": f"Schritt {number}: Die Frau geht auf dem Kai und sieht über das Meer.",
        }
    return answer | {"title": "Der Hafen", "reasoning": "Ein Weg durch den Hafen, der Reihe nach."}


def with_a_talk_in_s2(answer: dict) -> dict:
    for shot in answer.get("shots", ()):
        if shot["id"] == "s2":
            shot["motion"] += " She talks to the old man beside her."
    return answer


def with_speakers(answer: dict, name: str) -> dict:
    return answer | {"beats": [beat | {"speaks": name} for beat in answer["beats"]]}


def with_a_cut_inside_s2(answer: dict) -> dict:
    for item in (*answer.get("shots", ()), *answer.get("segments", ())):
        if item["id"] == "s2":
            item["motion"] = "The camera pans over the quay, then a smash cut to the open sea and a sail."
    return answer


class TestRedo:
    """`plan --redo`: a range is planned anew, the rest stays byte for byte."""

    def test_only_the_range_and_the_pictures_inside_it_change(self, desk: Desk) -> None:
        before = desk.plan(segments=9)
        desk.cloud.then(chat.changed(otherwise), path=CHAT)
        after = desk.plan(segments=9, previous=before, redo=("s2", "s3"), note="At night, please.")
        changed = {name for name, item in words(after).items() if item != words(before)[name]}
        assert changed == {"k3", "s2", "s3"}
        assert (after.look, after.title, after.keyframes[0]) == (before.look, before.title, before.keyframes[0])
        assert "At night, please." in desk.question(-1)
        assert desk.grown[-1] == after

    def test_a_range_between_cuts_gets_new_pictures_at_both_ends(self, desk: Desk) -> None:
        before = desk.plan(segments=11)  # the stand-in cuts before s5 and s10
        assert [index + 1 for index, cut in enumerate(before.cuts()) if cut] == [5, 10]
        desk.cloud.then(chat.changed(otherwise), path=CHAT)
        after = desk.plan(segments=11, previous=before, redo=tuple(f"s{number}" for number in range(5, 10)))
        changed = {name for name, item in words(after).items() if item != words(before)[name]}
        assert changed == {
            *(f"s{number}" for number in range(5, 10)),
            *(f"k{number}" for number in range(6, 12)),
        }

    def test_a_film_without_a_prompt_can_be_redone(self, desk: Desk) -> None:
        before = desk.plan(segments=3)
        after = desk.plan("", segments=None, previous=before, redo=("s2",))
        assert len(after.segments) == 3

    def test_a_persons_own_picture_keyframe_stays(self, desk: Desk) -> None:
        before = desk.plan(segments=3)
        k2 = before.keyframes[1].model_copy(update={"picture": "mine.png"})
        before = before.model_copy(update={"keyframes": (before.keyframes[0], k2, *before.keyframes[2:])})
        desk.cloud.then(chat.changed(otherwise), path=CHAT)
        after = desk.plan(segments=3, previous=before, redo=("s1", "s2"))
        assert after.keyframes[1] == k2
        assert after.keyframes[0] != before.keyframes[0]


def otherwise(answer: dict) -> dict:
    for still in answer.get("keyframes", ()):
        still["picture"]["shows"] += " It is night now."
    for segment in answer.get("segments", ()):
        segment["motion"] += " It is night now."
    return answer


@pytest.mark.parametrize(
    ("prompt", "segments"),
    [
        ("An old woman bakes bread for a village that has forgotten her. " * 3, 5),
        ("30 second advert for a steel watch. Logo at the end.", 6),
        ("Music video: neon, rain, slow motion dancers.", 4),
        ("动画短片：一只小狐狸在雪地里寻找妈妈，最后在星空下团聚。", 4),
        ("Una niña encuentra una llave y abre una puerta en el desierto.", 4),
        ("“Stay,” he said. “I can't,” she answered, and boarded the train.", 3),
        ("Form dissolving into colour.", 3),
        ("love", 2),
        ("Make it 10 seconds long. No, make it two minutes.", 4),
        ("word " * 3000, 8),
    ],
)
def test_the_constraints_hold_for_prompts_of_any_kind(desk: Desk, prompt: str, segments: int) -> None:
    plan = desk.plan(prompt, segments=segments)
    assert [finding for finding in lint(plan, Wanted(segments=segments)) if finding.severity == "error"] == []
    assert prompt.strip() in desk.question(0)


def test_the_words_of_the_prompt_are_never_a_template(desk: Desk) -> None:
    desk.plan("A sign says {{ 7 * 6 }} and {% raw %}.")
    assert "{{ 7 * 6 }} and {% raw %}" in desk.question(0)


def test_two_films_can_be_planned_at_once(desk: Desk) -> None:
    async def both() -> list[Plan]:
        planner = desk.planner()
        wishes = [desk.wishes("A fox.", 2), desk.wishes("A hen.", 3)]
        return list(await asyncio.gather(*(planner.plan(wish, lambda _: None) for wish in wishes)))

    assert [len(plan.segments) for plan in asyncio.run(both())] == [2, 3]
