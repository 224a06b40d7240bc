"""Who, where and when: what a story tells once is seen in every keyframe it applies to."""

from __future__ import annotations

from itertools import pairwise

import pytest
from outlined import all_words, features, motions, partials_of, plan_of, stills

from longvid_tui.backends.contract import Refused

LIGHTHOUSE = (
    "Old Tomas has kept the lighthouse for forty years. One grey morning, while he is mending a net under the jetty, he hears a "
    "sound. A seal pup is tangled in a rope. Tomas wades into the water and cuts the rope. That night a storm comes. "
    "The young captain, Ines, hears the bell and turns the wheel. At dawn she puts her yellow coat over the old man's shoulders."
)


def test_people_with_a_name_are_in_the_look_with_what_is_told_of_them():
    found = features(plan_of(LIGHTHOUSE))
    assert found["Tomas"] == "an old man"
    assert found["Ines"] == "the young captain"


def test_a_name_told_later_belongs_to_the_one_who_was_met():
    plan = plan_of(
        "A girl came out of the mist. She wore a red coat that was too big for her. Her name was Wren. Wren waited."
    )
    (wren,) = plan.look.characters
    assert (wren.id, wren.features) == ("Wren", "a girl")
    assert wren.wardrobe == "a red coat that was too big for her"


def test_a_screenplay_dresses_its_people_and_brings_some_in_by_what_they_are():
    plan = plan_of(
        "INT. TRAIN COMPARTMENT - NIGHT\n\nADA (30), in a red coat, sits by the window. She reads.\n\n"
        "An OLD CONDUCTOR with a white moustache punches her ticket.\n\nCONDUCTOR\nEnd of the line.\n"
    )
    ada, conductor = plan.look.characters
    assert (ada.id, ada.wardrobe) == ("Ada", "a red coat")
    assert (conductor.id, conductor.features) == ("conductor", "an old conductor with a white moustache")


def test_who_was_seen_in_the_morning_is_not_seen_in_an_evening_that_names_nobody():
    plan = plan_of(
        "In the morning a brown dog sleeps under a tree. In the evening thunderclouds gather over the hills."
    )
    assert plan.keyframes[0].cast == ("dog",)
    assert plan.keyframes[-1].cast == ()


@pytest.mark.parametrize(
    ("story", "name", "described"),
    [
        (
            "Lucía, una niña con trenzas, que vive en un faro, mira el mar. Lucía sonríe.",
            "Lucía",
            "una niña con trenzas",
        ),
        ("Ein kleiner Roboter namens Pip gießt eine Blume. Pip lacht.", "Pip", "ein kleiner Roboter"),
        ("一位年轻的和尚提着木桶。和尚走到溪边。", "和尚", "一位年轻的和尚"),
        ("Der Bär traf einen alten Hirsch. Der Hirsch sprach.", "Hirsch", "ein alter Hirsch"),
        ("The robot K-7 waters a plant. K-7 waits.", "K-7", "the robot"),
        ("The scientist Dr. Elena Ruiz seals the crack. Elena smiles.", "Elena Ruiz", "the scientist"),
        ("An old woman in a red coat dances. The woman laughs.", "woman", "an old woman in a red coat"),
        ("Un vieux pêcheur répare un filet. Le pêcheur sourit.", "pêcheur", "un vieux pêcheur"),
    ],
)
def test_characters_are_met_in_every_language(story, name, described):
    assert features(plan_of(story))[name] == described


def test_a_keyframe_names_whom_a_pronoun_stands_for():
    plan = plan_of(LIGHTHOUSE)
    assert "while Tomas is mending a net" in "\n".join(stills(plan))
    assert "At dawn Ines puts her yellow coat" in "\n".join(stills(plan))


def test_who_comes_after_a_pronoun_is_not_whom_it_stands_for():
    plan = plan_of(
        "A lighthouse keeper climbs the stairs. A storm breaks over the sea. At dawn he carries a girl to safety.",
        segments=5,
    )
    assert all(keyframe.cast == ("keeper", "girl") for keyframe in plan.keyframes[-3:])
    assert plan.keyframes[-1].prompt.startswith("At dawn the keeper carries a girl")


def test_they_are_those_of_the_place_before():
    plan = plan_of("Two astronauts repair a satellite. They float back to the space station.", segments=4)
    assert plan.keyframes[-1].cast == ("astronauts",)


def test_a_description_that_is_in_the_look_is_not_repeated_in_the_prompt():
    plan = plan_of(
        "Marta, a tall nurse with grey hair, who lives alone, opens the door. Marta smiles.", segments=2
    )
    assert features(plan)["Marta"] == "a tall nurse with grey hair"
    assert "tall nurse" not in all_words(plan)


def test_only_those_who_are_seen_are_in_a_keyframe():
    plan = plan_of(LIGHTHOUSE)
    by_words = {keyframe.prompt: keyframe.cast for keyframe in plan.keyframes}
    assert by_words["A seal pup is tangled in a rope."] == ("seal pup",)
    assert by_words["Tomas wades into the water and cuts the rope."] == ("Tomas",)


def test_whose_something_is_need_not_be_there():
    plan = plan_of(
        "A boy finds a map in a book of his grandmother. The grandmother smiles at the boy. The boy runs."
    )
    assert plan.keyframes[0].cast == ("boy",)


def test_a_thing_the_story_comes_back_to_looks_the_same_every_time():
    plan = plan_of(
        "A courier slams a strange glowing box on the floor. A cat watches. The box opens. The cat runs away."
    )
    assert [(prop.id, prop.features) for prop in plan.look.props] == [("box", "a strange glowing box")]
    assert [("box" in keyframe.props) for keyframe in plan.keyframes[:4]] == [True, False, True, False]


def test_a_film_about_a_thing_shows_it_throughout():
    plan = plan_of(
        "A look at a single oak tree through one year. Snow melts. The first green comes. Leaves fall. Frost."
    )
    assert all("tree" in keyframe.props for keyframe in plan.keyframes)


def test_place_time_and_weather_stay_until_the_story_changes_them():
    plan = plan_of(
        "At dawn a fox crosses a frozen lake. It finds a mitten. It sleeps in a dark forest. At night snow is falling.",
        segments=4,
    )
    assert [keyframe.place for keyframe in plan.keyframes] == [
        "frozen lake",
        "frozen lake",
        "forest",
        "forest",
        "forest",
    ]
    assert [keyframe.light for keyframe in plan.keyframes] == ["dawn"] * 3 + ["night, snow is falling"] * 2


def test_another_season_or_time_of_day_brings_its_own_weather():
    plan = plan_of("At night a storm comes. A tree falls. At dawn a fox looks out of its den.", segments=3)
    assert [keyframe.light for keyframe in plan.keyframes] == ["night, storm", "night, storm", "dawn", "dawn"]


def test_a_place_only_spoken_of_is_not_where_we_are():
    plan = plan_of(
        "A girl sits in a kitchen. She dreams of the sea. She draws a picture of a mountain.", segments=3
    )
    assert {keyframe.place for keyframe in plan.keyframes} == {"kitchen"}


def test_words_of_another_language_mean_nothing():
    plan = plan_of("Alba reads a chat about sand and a plan. The mar is gone.")
    assert all(keyframe.light == "" for keyframe in plan.keyframes)


def test_a_sentence_of_several_actions_becomes_as_many_moments_each_with_its_subject():
    plan = plan_of(
        "A red fox crosses a frozen lake and finds a lost mitten; an owl watches from a tree.", segments=3
    )
    assert [text.rsplit(". The camera", 1)[0] for text in motions(plan)] == [
        "A red fox crosses a frozen lake",
        "A red fox finds a lost mitten",
        "An owl watches from a tree",
    ]


def test_a_thing_without_a_deed_is_looked_at_from_many_sides():
    plan = plan_of("lighthouse", segments=5)
    assert all(text.startswith("Lighthouse, ") for text in stills(plan))
    assert "just beginning" not in all_words(plan)


def test_a_list_of_ideas_becomes_one_idea_a_segment():
    plan = plan_of(
        "Memory as architecture: the weight of forgetting, a slow collapse into colour, and the quiet after."
    )
    assert stills(plan)[:4] == [
        "Memory as architecture",
        "The weight of forgetting",
        "A slow collapse into colour",
        "The quiet after",
    ]


def test_the_camera_never_makes_the_same_move_twice_running():
    moves = [text.rsplit("The camera", 1)[-1] for text in motions(plan_of(LIGHTHOUSE))]
    assert all(one != other for one, other in pairwise(moves))


def test_a_writer_who_names_the_camera_is_not_overruled():
    plan = plan_of("Aerial shot of a city. The camera pulls back over it.", segments=1)
    assert motions(plan) == ["Aerial shot of a city. The camera pulls back over it."]
    assert plan.keyframes[0].camera == ""


def test_a_long_story_is_told_by_what_can_be_seen_and_says_what_was_left_out():
    told = " ".join(
        f"A fox runs through field number {n}. Nobody knew why it mattered to anybody." for n in range(60)
    )
    plan = plan_of(told, segments=20)
    assert all("Nobody knew" not in text for text in motions(plan))
    assert "sentences left out" in plan.reasoning


def test_other_languages_get_no_words_of_ours():
    plan = plan_of("Старый почтальон идёт через лес. Волк смотрит на него.", segments=2)
    assert motions(plan) == ["Старый почтальон идёт через лес.", "Волк смотрит на него."]
    assert plan.keyframes[0].camera == ""


def test_the_plan_grows_while_it_is_made_and_never_names_what_is_not_there_yet():
    grown = partials_of(LIGHTHOUSE)
    assert [len(plan.segments) for plan in grown[:-1]] == list(range(1, len(grown)))
    for plan in grown:
        known = {keyframe.id for keyframe in plan.keyframes}
        assert all({segment.first, segment.last} <= known for segment in plan.segments)


def test_the_same_prompt_gives_the_same_plan():
    assert plan_of(LIGHTHOUSE) == plan_of(LIGHTHOUSE)


@pytest.mark.parametrize("nothing", ["", "  \n ", "…!?", "123"])
def test_a_prompt_without_words_is_refused_with_what_to_do(nothing):
    with pytest.raises(Refused, match="write what the film shows"):
        plan_of(nothing)
