"""What of a prompt is drawn, and where it stands."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.backends.images.storyboard.grounds import WATERS, floor_of
from longvid_tui.backends.images.storyboard.painter import staged
from longvid_tui.backends.images.storyboard.scene import ABSTRACT, read_scene
from longvid_tui.backends.images.storyboard.staging import Placement, place
from longvid_tui.backends.lexicon import PLACES, SUBJECTS

FRAMINGS = ["wide shot", "medium shot", "close-up", "low angle", "high angle"]


def placements(prompt: str, width: int = 320, height: int = 180) -> list[Placement]:
    stage = staged(read_scene(prompt, 1), width, height)
    return place(stage, floor_of(stage))


def subjects(prompt: str) -> list[tuple[str, str, int]]:
    return [(subject.concept, subject.colour, subject.count) for subject in read_scene(prompt, 1).subjects]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("two dogs and a cat", [("dog", "", 2), ("cat", "", 1)]),
        ("a robot with a blue umbrella", [("robot", "", 1), ("umbrella", "blue", 1)]),
        ("a girl with a red balloon", [("child", "", 1), ("balloon", "red", 1)]),
        ("a keeper in a yellow raincoat", [("person", "yellow", 1)]),
        ("a woman, silver hair, black travelling coat", [("woman", "black", 1)]),
        ("a woman in a red coat and a dog", [("woman", "red", 1), ("dog", "", 1)]),
        ("un zorro rojo y tres gatos", [("fox", "red", 1), ("cat", "", 3)]),
        ("a seal pup tangled in a green rope", [("seal", "", 1)]),
        ("a robot cook", [("robot", "", 1)]),
        ("butterflies", [("butterfly", "", 3)]),
        ("a train in the golden hour", [("train", "", 1)]),
        ("the lantern room", []),
        ("a lighthouse keeper", [("person", "", 1), ("lighthouse", "", 1)]),
        ("ein Leuchtturmwärter", [("man", "", 1), ("lighthouse", "", 1)]),
        ("two train drivers in the fields", [("person", "", 2), ("train", "", 1)]),
        ("a lighthouse keeper sits in his kitchen", [("person", "", 1)]),
        ("Mara is a baker in a town. a young woman", [("woman", "", 1)]),
        ("Mara is a baker", [("person", "", 1)]),
        ("a jaguar watches from a branch", [("tiger", "", 1)]),
        ("a girl trains for a match", [("child", "", 1)]),
        ("two astronauts in orange suits", [("astronaut", "orange", 2)]),
        ("blue smoke drifts over the flowers", [("flower", "", 3)]),
        ("一座冰山", [("iceberg", "", 1)]),
    ],
)
def test_who_is_seen_in_which_colour_and_how_many(prompt, expected):
    assert subjects(prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "seen"),
    [
        ("a lighthouse on a cliff above a calm sea", "cliff"),
        ("a king in a castle hall", "room"),
        ("a fox on a frozen lake in the mountains", "ice"),
        ("Tomas sees the lights of a boat near the harbour. an old man. the lantern room. night", "room"),
        ("a church in a field", "field"),
        ("a temple in the mountains", "mountain"),
        ("a cup of coffee", "room"),
        ("an astronaut", "space"),
        ("a whale", "underwater"),
        ("a man", "hills"),
        ("a lighthouse keeper", "cliff"),
        ("a ship captain watches the whales", "sea"),
        ("a surfer and the gulls", "beach"),
        ("a chef with a candle", "room"),
        ("an iceberg at dawn", "sea"),
        ("an octopus in a dark canyon", "underwater"),
        ("a submarine near the harbour", "harbour"),
        ("freedom", ABSTRACT),
    ],
)
def test_where_it_is_follows_from_the_place_else_from_the_things(prompt, seen):
    assert read_scene(prompt, 1).place == seen


@pytest.mark.parametrize(
    ("prompt", "mood", "posture"),
    [
        ("an old man sits and cries", "sad", "sit"),
        ("a child runs, laughing", "glad", "run"),
        ("一位和尚笑了，坐在溪边", "glad", "sit"),
        ("ein Mann schläft", "asleep", "lie"),
        ("a child waits while the flour runs low", "calm", "stand"),
        ("low angle, over her shoulder", "calm", "stand"),
    ],
)
def test_mood_and_posture_follow_from_the_words(prompt, mood, posture):
    scene = read_scene(prompt, 1)
    assert (scene.mood, scene.posture) == (mood, posture)


@pytest.mark.parametrize(
    ("prompt", "land"),
    [
        ("a walk through a lavender field", "lavender"),
        ("two astronauts in a desert on Mars", "mars"),
        ("lavender soap in a kitchen", "kitchen"),
        ("a desert", ""),
    ],
)
def test_what_grows_there_and_which_world_it_is_are_seen(prompt, land):
    assert read_scene(prompt, 1).room == land


def test_a_storm_that_is_over_is_not_seen():
    assert read_scene("a dust storm rises over the dunes", 1).weather == "dust"
    assert read_scene("at night the storm clears over the dunes", 1).weather == ""
    assert read_scene("dark clouds come up over the sea", 1).weather == "storm"


def test_the_look_of_the_style_is_no_close_up():
    assert (
        read_scene("a fox. Cinematic, natural light, fine detail, the same faces throughout", 1).framing
        == "wide"
    )


def test_the_look_of_the_chinese_style_is_no_close_up():
    assert read_scene("渔夫划船. 全景. 电影感画面，自然光，细节丰富", 1).framing == "wide"


def test_somebody_looks_the_same_in_every_keyframe():
    first, second = (
        read_scene(f"an old man in a red coat {deed}", n).subjects[0]
        for n, deed in enumerate(("walks", "sits"))
    )
    assert first.identity == second.identity


def test_small_things_are_held_by_whoever_is_there():
    (robot,) = placements("a robot with a blue umbrella in a kitchen")
    assert robot.holds is not None
    assert robot.holds.concept == "umbrella"


@pytest.mark.parametrize(
    ("prompt", "thing"),
    [("a family with umbrellas in the rain", "umbrella"), ("three men with torches", "torch")],
)
def test_several_people_hold_one_each(prompt, thing):
    held = [placed.holds for placed in placements(prompt)]
    assert [each and each.concept for each in held] == [thing] * 3


@pytest.mark.parametrize(
    ("prompt", "scarf", "coat"),
    [
        ("a man with red scarf walks", "red", ""),
        ("a woman in a grey coat and a yellow scarf", "yellow", "grey"),
        ("un hombre con bufanda verde", "green", ""),
        ("a girl with a scarf", "plain", ""),
        ("a boy in a red coat", "", "red"),
    ],
)
def test_a_scarf_is_worn_over_the_coat(prompt, scarf, coat):
    (somebody,) = read_scene(prompt, 1).subjects
    assert (somebody.scarf, somebody.colour) == (scarf, coat)


def test_small_things_in_a_room_stand_on_a_table():
    table, *candles = placements("three candles in a dark room at night")
    assert table.subject.concept == "table"
    assert [candle.subject.concept for candle in candles] == ["candle"] * 3
    assert all(abs(candle.y - (table.y - table.size)) < 0.02 for candle in candles)


def test_who_is_on_the_water_is_in_a_boat():
    (boat,) = placements("an old fisherman in a boat on the sea")
    assert boat.afloat
    assert boat.aboard is not None
    assert boat.aboard.concept == "man"


def test_buildings_by_the_water_stand_on_land():
    (palm,) = placements("a palm tree on a beach")
    assert palm.y > 0.80
    stage = staged(read_scene("a temple by a lake", 1), 320, 180)
    (temple,) = place(stage, floor_of(stage))
    assert temple.y == pytest.approx(stage.horizon + 0.03)


def test_a_lighthouse_stands_on_the_headland_of_its_cliff():
    for seed in range(6):
        stage = staged(read_scene("a lighthouse on a cliff above the sea", seed), 320, 180)
        floor = floor_of(stage)
        (lighthouse,) = place(stage, floor)
        assert (lighthouse.x, lighthouse.y) == floor.perch


@given(
    names=st.lists(st.sampled_from(sorted(SUBJECTS)), min_size=1, max_size=4, unique=True),
    where=st.sampled_from(sorted(PLACES)),
    framing=st.sampled_from(FRAMINGS),
    size=st.sampled_from([(320, 180), (180, 320), (200, 200), (64, 64)]),
)
def test_everybody_is_in_the_picture_and_nobody_walks_on_water(names, where, framing, size):
    words = ", ".join(f"a {SUBJECTS[name][0].split()[0].strip('+').replace('_', ' ')}" for name in names)
    place_word = PLACES[where][0].split()[0].replace("_", " ")
    prompt = f"{framing} of {words}, {place_word}"
    aspect = size[0] / size[1]
    for placed in placements(prompt, *size):
        if placed.face or framing == "close-up":
            continue
        assert -0.05 * aspect <= placed.x <= 1.05 * aspect, prompt
        assert 0.0 <= placed.y - placed.size * 0.5 <= 0.97, prompt
        assert 0.008 < placed.size < 1.0, prompt
        if read_scene(prompt, 1).place in WATERS and placed.subject.concept in (
            "man",
            "woman",
            "child",
            "person",
        ):
            stage = staged(read_scene(prompt, 1), *size)
            assert placed.y >= floor_of(stage).y - 0.02, prompt


def test_every_subject_can_be_seen_in_every_framing():
    for concept, framing in itertools.product(sorted(SUBJECTS), FRAMINGS):
        word = SUBJECTS[concept][0].split()[0].strip("+").replace("_", " ")
        assert placements(f"{framing} of a {word} in a field"), (concept, framing)
