"""The pure parts of the planner `openai`: schemas, reading, assembling, choosing what to write anew."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from longvid_tui.backends.contract import PlanRequest
from longvid_tui.backends.planners.openai import assembly, passes, reading, rewriting
from longvid_tui.backends.planners.openai.answers import (
    Beat,
    Beats,
    Form,
    LookForm,
    MotionAgain,
    Person,
    Rewrite,
    Shot,
    Shots,
    Still,
    StillAgain,
    Story,
    Thing,
    Treatment,
)
from longvid_tui.backends.planners.openai.brief import brief, spans
from longvid_tui.backends.planners.openai.instructions import NAMES, load
from longvid_tui.backends.planners.openai.strict import exactly, leave_out, one_of, strict
from longvid_tui.backends.rehearsal.cloud.schemas import check_strict
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.lint import lint, spoken_length
from longvid_tui.project.model import Keyframe, Look, Name, Plan, Segment, Wanted, broken_references

FORMS = [Story, Treatment, Beats, Shots, Rewrite]
WORDS = st.text(max_size=40)
STILLS = st.builds(Still, shows=WORDS, cast=st.lists(WORDS, max_size=3), place=WORDS, camera=WORDS, light=WORDS)
RETURNS = st.sampled_from(["s1", "s2", "s9", "none", ""]) | WORDS
SHOTS = st.builds(
    Shot,
    id=WORDS,
    first=st.none() | STILLS,
    returns_to=RETURNS,
    last=STILLS,
    motion=WORDS,
    motion_zh=WORDS,
)
BEATS = st.builds(Beat, id=WORDS, scene=WORDS, cut=st.booleans(), happens=WORDS)
LOOKS = st.builds(
    LookForm,
    style=WORDS,
    characters=st.lists(st.builds(Person, name=WORDS, features=WORDS, wardrobe=WORDS), max_size=4),
    places=st.lists(st.builds(Thing, name=WORDS, features=WORDS), max_size=3),
)


@pytest.mark.parametrize("form", FORMS)
def test_the_schema_of_every_form_is_strict(form: type[Form]) -> None:
    check_strict(strict(form))


def test_counts_and_names_are_written_into_the_schema() -> None:
    schema = strict(Shots)
    exactly(schema, Shots, "shots", 7)
    one_of(schema, Still, "cast", ["Ada", "Bo"])
    leave_out(schema, Still, "props")
    check_strict(schema)
    still = schema["$defs"]["Still"]
    assert schema["properties"]["shots"]["minItems"] == schema["properties"]["shots"]["maxItems"] == 7
    assert still["properties"]["cast"]["items"]["enum"] == ["Ada", "Bo"]
    assert "props" not in still["required"]


def test_a_property_may_be_called_title() -> None:
    assert "title" in strict(Story)["properties"]


@given(st.integers(1, 400), st.integers(1, 60))
def test_spans_cover_every_segment_once_and_are_nearly_equal(count: int, most: int) -> None:
    found = spans(count, most)
    assert [number for span in found for number in span] == list(range(1, count + 1))
    lengths = {len(span) for span in found}
    assert max(lengths) <= most
    assert max(lengths) - min(lengths) <= 1


@given(WORDS)
def test_any_text_becomes_one_line_that_a_file_can_hold(written: str) -> None:
    line = assembly.text(written)
    assert line == " ".join(line.split())
    assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in line)


@given(WORDS)
def test_any_name_is_a_name_of_the_look_or_none(written: str) -> None:
    made = assembly.name(written)
    assert made == "" or TypeAdapter(Name).validate_python(made) == made


@settings(max_examples=40)
@given(LOOKS, st.lists(BEATS, max_size=6), st.lists(SHOTS, max_size=7))
def test_whatever_was_answered_makes_a_plan_that_hangs_together(
    look: LookForm, beats: list[Beat], shots: list[Shot]
) -> None:
    plan = assembly.plan("title", "", assembly.look(look), beats, shots)
    assert list(broken_references(plan)) == []
    assert len(plan.segments) == len(beats)
    assert len(plan.keyframes) == (len(beats) + 1 + sum(plan.cuts()) if beats else 0)
    assert Plan.model_validate(plan.model_dump()) == plan


def test_who_is_visible_is_spelled_as_in_the_look() -> None:
    look = assembly.look(LookForm(characters=[Person(name="Old_Man", features="grey")]))
    plan = assembly.plan("", "", look, [Beat()], [Shot(first=Still(cast=["old man", "OLD MAN"], place="none"))])
    assert plan.keyframes[0].cast == ("Old Man",)
    assert plan.keyframes[0].place is None


def test_a_cut_back_to_a_camera_that_was_seen_takes_its_view_from_there() -> None:
    beats = [Beat(), Beat(cut=True), Beat(cut=True), Beat(cut=True), Beat()]
    said = ["s9", "s1", "s1", "s2", "s1"]
    shots = [Shot(first=Still(shows="a face"), returns_to=name, last=Still(shows="a face")) for name in said]
    plan = assembly.plan("", "", Look(), beats, shots)
    views = {keyframe.id: keyframe.view for keyframe in plan.keyframes if keyframe.view}
    ends = {segment.id: segment.last for segment in plan.segments}
    starts = {segment.first: segment.id for segment in plan.segments}
    assert {starts[name]: view for name, view in views.items()} == {"s3": ends["s1"], "s4": ends["s2"]}, (
        "neither the segment just before nor one that is not there"
    )
    assert list(broken_references(plan)) == []


def test_a_chinese_prompt_that_is_not_chinese_is_left_out() -> None:
    plan = assembly.plan(
        "", "", Look(), [Beat(), Beat()], [Shot(motion_zh="The same."), Shot(motion_zh="镜头推近。")]
    )
    assert [segment.prompt_zh for segment in plan.segments] == ["", "镜头推近。"]


@pytest.mark.parametrize(
    "written",
    [
        '{"shots": []}',
        '```json\n{"shots": []}\n```',
        'Sure: {"shots": []} Enjoy!',
        '<think>{"a"</think>{"shots": []}',
    ],
)
def test_json_is_found_in_what_surrounds_it(written: str) -> None:
    assert reading.read(written, Shots) == Shots()


@pytest.mark.parametrize(
    ("written", "why"),
    [("Sorry.", "no JSON object"), ('{"shots": [}', "JSON"), ('{"shots": [{"motion": 3}]}', "shots.0.motion")],
)
def test_what_cannot_be_read_is_told_in_words_the_model_can_use(written: str, why: str) -> None:
    with pytest.raises(reading.Unreadable, match=why):
        reading.read(written, Shots)


def test_what_shots_lack_is_told() -> None:
    shots = [Shot(last=Still(shows="x"), motion="m"), Shot(last=Still(), motion="m")]
    lacks = reading.lacks_of_shots(shots, range(4, 7), [True, False, False])
    assert lacks == [
        "it has 2 segments, and exactly 3 are needed, s4 to s6",
        "s4 starts a picture of its own, and `first` does not show it",
        "s5 has no `last.shows`",
    ]


def film(count: int = 4, cut_before: int = 0) -> Plan:
    beats = [Beat(scene="x", happens="y", cut=number == cut_before) for number in range(1, count + 1)]
    shots = [
        Shot(first=Still(shows=f"a{n}"), last=Still(shows=f"b{n}"), motion=f"It moves {n}.", motion_zh="动")
        for n in range(1, count + 1)
    ]
    return assembly.plan("t", "r", Look(style="ink"), beats, shots)


def test_two_pictures_alike_make_the_last_one_a_target() -> None:
    plan = film()
    keyframes = [keyframe.model_copy(update={"prompt": "same"}) for keyframe in plan.keyframes[:2]]
    plan = plan.model_copy(update={"keyframes": (*keyframes, *plan.keyframes[2:])})
    targets = rewriting.faulty(plan, Wanted(segments=4))
    assert (targets.keyframes, targets.segments) == (("k2",), ())
    assert "k2 [REWRITE: k1 and k2 have the same words" in rewriting.strip(plan, targets)


def test_a_range_frees_the_pictures_that_only_it_shows() -> None:
    assert rewriting.redone(film(), ("s2", "s3")).keyframes == ("k3",)
    assert rewriting.redone(film(), ("s4",)).keyframes == ("k5",)
    assert rewriting.redone(film(4, cut_before=3), ("s2",)).keyframes == ("k3",)
    assert rewriting.redone(film(), ("s1", "s2", "s3", "s4")).keyframes == ("k1", "k2", "k3", "k4", "k5")


def test_a_chained_segment_can_be_redone() -> None:
    chained = Segment(id="s2", continuity="chain", prompt="on and on")
    plan = Plan(
        keyframes=(Keyframe(id="k1", prompt="a"), Keyframe(id="k2", prompt="b")),
        segments=(Segment(id="s1", first="k1", last="k2", prompt="x"), chained),
    )
    targets = rewriting.redone(plan, ("s2",))
    assert (targets.keyframes, targets.segments) == ((), ("s2",))
    assert "s2 [REWRITE]" in rewriting.strip(plan, targets)


def test_the_strip_shows_the_neighbours_and_no_more() -> None:
    plan = film(9)
    strip = rewriting.strip(plan, rewriting.redone(plan, ("s5",)))
    assert [line.split()[0].strip(":") for line in strip.splitlines()] == [
        "k4",
        "s4",
        "k5",
        "s5",
        "k6",
        "s6",
        "k7",
    ]


def test_only_targets_are_rewritten_and_seeds_stay() -> None:
    plan = film()
    seeded = plan.keyframes[1].model_copy(update={"seed": 5})
    plan = plan.model_copy(update={"keyframes": (plan.keyframes[0], seeded, *plan.keyframes[2:])})
    again = Rewrite(
        keyframes=[
            StillAgain(id="k2", picture=Still(shows="new")),
            StillAgain(id="k3", picture=Still(shows="new")),
        ],
        segments=[MotionAgain(id="s2", motion="new"), MotionAgain(id="s9", motion="new")],
    )
    after = assembly.rewritten(plan, again, {"k2", "s2"})
    assert (after.keyframes[1].prompt, after.keyframes[1].seed, after.segments[1].prompt) == ("new", 5, "new")
    assert after.keyframes[2:] == plan.keyframes[2:]
    assert [after.segments[index] for index in (0, 2, 3)] == [plan.segments[index] for index in (0, 2, 3)]


@given(st.integers(0, 9), st.integers(0, 60), st.integers(1, 20))
def test_pieces_hold_every_target_once(keyframes: int, segments: int, most: int) -> None:
    targets = rewriting.Targets(
        tuple(f"k{n}" for n in range(keyframes)), tuple(f"s{n}" for n in range(segments)), {}
    )
    pieces = rewriting.in_pieces(targets, most)
    assert tuple(name for piece in pieces for name in piece.keyframes) == targets.keyframes
    assert tuple(name for piece in pieces for name in piece.segments) == targets.segments
    assert all(len(piece.segments) <= most and piece.ids for piece in pieces)


def test_every_instruction_is_readable_and_has_a_version() -> None:
    told = load(None)
    assert all(version.split()[0] == "2" for version in told.versions().values())
    for name in NAMES[1:]:
        assert "Your task now" in told.of(name)
        assert "<!--" not in told.of(name)


def test_all_questions_of_a_film_begin_alike_so_that_servers_can_cache_them() -> None:
    wishes = brief(PlanRequest("A fox crosses a frozen lake.", Wanted(segments=3), Canvas(832, 480)))
    told, beats = load(None), [Beat(scene="x", happens="y") for _ in range(3)]
    story = passes.story(told, wishes)
    shots = passes.shots(told, wishes, Look(style="ink"), beats, range(1, 4), None)
    assert shots.text.startswith(story.text)
    assert "832x480, wide" in story.text
    check_strict(json.loads(json.dumps(shots.schema)))


def test_a_made_up_film_of_the_stand_in_is_good_enough_for_lint() -> None:
    assert [finding.rule for finding in lint(film(), Wanted(segments=4))] == []


def test_the_example_of_the_instructions_is_what_they_ask_for() -> None:
    told = load(None).texts["shots"]
    example = {
        name: " ".join(words.split()) for name, words in re.findall(r"- `(\w+)`: \"(.*?)\"", told, re.DOTALL)
    }
    assert example.keys() == {"last", "motion", "motion_zh"}
    assert 30 <= spoken_length(example["last"]) <= 70
    assert 40 <= spoken_length(example["motion"]) <= 80
    assert 80 <= len(example["motion_zh"]) <= 160
    plan = Plan(
        look=Look(style="ink"),
        keyframes=(Keyframe(id="k1", prompt="A closed door."), Keyframe(id="k2", prompt=example["last"])),
        segments=(
            Segment(id="s1", first="k1", last="k2", prompt=example["motion"], prompt_zh=example["motion_zh"]),
        ),
    )
    assert lint(plan, Wanted()) == []
