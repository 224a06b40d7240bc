"""The outline planner reads a prompt as its writer laid it out."""

from __future__ import annotations

import pytest
from outlined import all_words, features, motions, plan_of, stills

SHOT_LIST = """\
Title: The Last Delivery
Style: handheld, overcast, muted greens
Characters: Jan - courier, 45, red windproof jacket; Dog - a three-legged shepherd mix

1. (5s) Wide shot: an empty housing estate in sleet, a bicycle at the far end of the road.
2. (5s) Close-up: wet gloves on the handlebar.
3. (10s) Jan climbs a dark staircase with the parcel under his arm.
4. (4s) The Dog limps out from behind the stairs and sits down at his feet.
"""

SCREENPLAY = """\
INT. NIGHT TRAIN COMPARTMENT - NIGHT

Rain streaks the window. MARTA (60s, silver hair, black travelling coat) sits opposite DAVID (30, unshaven).

MARTA
You're getting off at Brno.

DAVID
(surprised)
How do you know that?

CUT TO:

EXT. SMALL RAILWAY STATION - DAWN

The train stops. David steps down alone. He runs along the platform.
"""


def test_shots_of_a_numbered_list_pass_through_verbatim_one_segment_each():
    plan = plan_of("1. A fox wakes in the snow\n2. It runs down the hill\n3) It reaches the frozen lake")
    assert motions(plan) == [
        "A fox wakes in the snow",
        "It runs down the hill",
        "It reaches the frozen lake",
    ]


def test_numbers_in_a_running_line_are_a_list_too():
    plan = plan_of("Shots: 1) a fox wakes 2) it runs 3) it sleeps")
    assert motions(plan) == ["a fox wakes", "it runs", "it sleeps"]


def test_a_counted_list_in_one_sentence_is_a_list_of_shots():
    plan = plan_of("五个镜头：清晨的渔港；小船出海；暴风雨来了；老渔夫抓住一条大鱼；他空手回家，却在笑。")
    assert motions(plan) == ["清晨的渔港", "小船出海", "暴风雨来了", "老渔夫抓住一条大鱼", "他空手回家，却在笑"]
    assert motions(plan_of("Two shots: a fox wakes; it runs.")) == ["a fox wakes", "it runs"]


def test_emoji_alone_are_shots_by_their_names():
    assert motions(plan_of("🐱 🚀🌙")) == ["Cat face", "Rocket", "Crescent moon"]


def test_each_line_of_a_poem_is_a_moment():
    plan = plan_of(
        "Two roads diverged in a yellow wood,\nAnd sorry I could not travel both\nAnd be one traveler, long I stood",
        segments=3,
    )
    assert stills(plan)[:2] == ["Two roads diverged in a yellow wood", "And sorry I could not travel both"]


def test_a_number_within_a_sentence_begins_no_list():
    plan = plan_of("The train leaves from platform 1. A girl runs along platform 2. She waves.", segments=3)
    assert "platform 1" in motions(plan)[0]


def test_bullets_are_shots_and_the_line_above_them_says_how_the_film_looks_and_how_long_it_is():
    plan = plan_of(
        "Cyberpunk street-food short, rainy night, ~20s:\n- A robot cook flips noodles\n- A dragon climbs out of a box"
    )
    assert len(plan.segments) == 4
    assert plan.look.style == "Cyberpunk street-food short, rainy night"
    assert "Cyberpunk" not in all_words(plan)


def test_a_shot_list_has_its_title_style_and_cast_in_the_look_and_its_lengths_in_segments():
    plan = plan_of(SHOT_LIST)
    assert plan.title == "The Last Delivery"
    assert plan.look.style == "handheld, overcast, muted greens"
    assert features(plan)["Jan"].endswith("courier, 45, red windproof jacket")
    assert features(plan)["Dog"] == "a three-legged shepherd mix"
    assert len(plan.segments) == 5, "the shot of ten seconds takes two segments of five"
    assert motions(plan)[:2] == [
        "Wide shot: an empty housing estate in sleet, a bicycle at the far end of the road.",
        "Close-up: wet gloves on the handlebar.",
    ]


def test_shots_of_different_sizes_do_not_flow_into_each_other():
    plan = plan_of(SHOT_LIST)
    assert [segment.transition for segment in plan.segments] == [
        "continue",
        "cut",
        "cut",
        "continue",
        "continue",
    ]
    assert plan.segments[0].last != plan.segments[1].first


def test_timecodes_give_each_shot_its_length():
    plan = plan_of(
        "0:00-0:05 Black water.\n0:05-0:15 A city seen from above.\n0:15 A paper boat sails.\n0:20 It sinks."
    )
    assert [text.split(",")[0].rstrip(".") for text in motions(plan)] == [
        "Black water",
        "A city seen from above",
        "A city seen from above",
        "A paper boat sails",
        "It sinks",
    ]


def test_a_scene_begins_with_a_cut_a_name_and_a_wide_view_of_its_place():
    plan = plan_of(
        "Scene 1: The Workshop. A clockmaker builds a brass bird.\nScene 2: The Roof. At night the bird returns.",
        segments=2,
    )
    first, second = plan.segments[0], plan.segments[-1]
    assert (first.scene, second.scene) == ("Scene 1: The Workshop", "Scene 2: The Roof")
    assert second.transition == "cut"
    opening = plan.keyframe(second.first)
    assert (opening.place, opening.camera, opening.light) == ("roof", "wide shot", "night")


def test_sections_of_a_song_are_scenes():
    plan = plan_of(
        "[Verse 1] A girl sits on a car.\n[Chorus] The car races down a highway at night.", segments=2
    )
    assert [segment.scene for segment in plan.segments] == ["Verse 1", "Chorus"]
    assert "[" not in all_words(plan)


def test_screenplay_headings_are_places_and_its_people_are_described_once_in_the_look():
    plan = plan_of(SCREENPLAY)
    assert [place.features for place in plan.look.places] == [
        "night train compartment, seen from inside",
        "small railway station, outdoors",
    ]
    assert features(plan)["Marta"] == "60s, silver hair, black travelling coat"
    assert "60s" not in all_words(plan)
    assert sum(segment.transition == "cut" for segment in plan.segments) == 1


def test_spoken_words_are_never_filmed_but_somebody_is_seen_speaking():
    plan = plan_of(SCREENPLAY)
    assert "Brno" not in all_words(plan)
    assert "How do you know" not in all_words(plan)
    assert any(text.startswith("David") and "surprised" in text for text in motions(plan))


@pytest.mark.parametrize(
    "spoken",
    [
        '"You can\'t keep it," said Mia, crossing her arms.',
        'Mia said: "You can\'t keep it at all."',
        '"You can\'t keep it at all!" Mia shouted.',
    ],
)
def test_dialogue_in_prose_becomes_visible_speaking(spoken):
    plan = plan_of(f"{spoken} The egg cracked. A tiny blue dinosaur looked out.")
    assert stills(plan)[0].startswith("Mia ")
    assert "keep it" not in all_words(plan)


def test_a_name_in_quotation_marks_is_no_speech():
    plan = plan_of('Show our new running shoe "Strato" exploding into its parts in zero gravity.')
    assert motions(plan)[0].startswith("Our new running shoe Strato exploding into its parts")


def test_cut_to_within_a_paragraph_is_a_cut_and_not_a_prompt():
    plan = plan_of(
        "A woman lights the gas. Cut to: beans tumbling in a roaster. Back in the kitchen the coffee pours."
    )
    assert [segment.transition for segment in plan.segments if segment.transition == "cut"] == ["cut", "cut"]
    assert "cut to" not in all_words(plan).lower()


def test_the_title_above_a_story_is_its_title_and_no_shot():
    plan = plan_of("The Ferryman\n\nAn old man rows across a lake. A girl waits on the jetty. The mist lifts.")
    assert plan.title == "The Ferryman"
    assert "Ferryman" not in all_words(plan)


def test_a_sentence_that_only_moves_the_camera_joins_the_shot_before_it():
    plan = plan_of(
        "A fox stands on a hill. The camera slowly orbits. It runs away. It sleeps in a den.", segments=3
    )
    assert motions(plan)[0] == "A fox stands on a hill. The camera slowly orbits."


def test_a_sentence_too_slight_for_five_seconds_joins_the_shot_before_it():
    plan = plan_of(
        "He throws his weight against the gears. Nothing moves. A dog barks at the moon.", segments=2
    )
    assert stills(plan)[0] == "He throws his weight against the gears."
    assert not any(text.startswith("Nothing") for text in stills(plan))
