"""The lexicon understands five languages, one at a time."""

from __future__ import annotations

import pytest

from longvid_tui.backends.images.storyboard.figures import DRAWN
from longvid_tui.backends.images.storyboard.grounds import GROUNDS
from longvid_tui.backends.lexicon import PLACES, ROOMS, SUBJECTS, lexicon_for, tongue_of
from longvid_tui.backends.lexicon.table import TONGUES


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("The fox runs over the hill", "en"),
        ("El zorro corre por la colina", "es"),
        ("Der Fuchs läuft über den Hügel", "de"),
        ("Le renard court sur la colline", "fr"),
        ("狐狸跑过山坡", "zh"),
        ("faro", "es"),
        ("Leuchtturm", "de"),
        ("lighthouse", "en"),
        ("hope", "en"),
        ("夜のラーメン", None),
        ("Волк идёт через лес", None),
        ("Zażółć gęślą jaźń", None),
    ],
)
def test_the_language_of_a_text_is_told_by_its_small_words_or_its_things(text, tongue):
    assert tongue_of(text) == tongue


@pytest.mark.parametrize(
    ("text", "subjects", "places"),
    [
        ("An old keeper walks two dogs on the beach", ["person", "dog"], ["beach"]),
        ("一位和尚提着灯笼走下山顶", ["man", "lantern"], ["mountain"]),
        ("Una niña vuela una cometa en el campo", ["child", "kite"], ["field"]),
        ("Ein kleiner Roboter gießt eine Sonnenblume im Garten", ["robot", "flower"], ["field"]),
        ("Une vieille dame danse avec le chat dans la cuisine", ["woman", "cat"], ["room"]),
    ],
)
def test_people_things_and_places_are_found_in_the_order_of_the_text(text, subjects, places):
    lexicon = lexicon_for(text)
    assert lexicon.subjects.concepts(text) == subjects
    assert lexicon.places.concepts(text) == places


def test_a_word_of_another_language_means_nothing():
    text = "They chat about sand, and once they plan to pan the mar"
    assert lexicon_for(text).subjects.concepts(text) == []


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("a wolf and the wolves", [False, True]),
        ("the child and her children", [False, True]),
        ("las niñas y el zorro", [True, False]),
        ("孩子们和一只猫", [True, False]),
        ("two boxes", [True]),
        ("the glass bus", [False]),
    ],
)
def test_words_for_several_are_known_as_such(text, many):
    assert [mention.many for mention in lexicon_for(text).subjects.mentions(text)] == many


def test_a_longer_word_is_not_taken_for_a_shorter_one_within_it():
    assert lexicon_for("雪花").weather.concepts("雪花飘落，风格写实，他马上走") == ["snowfall"]
    assert (
        lexicon_for("x").subjects.concepts("a foxglove, a carpet and a catastrophe in the tower-like dark")
        == []
    )
    assert lexicon_for("x").places.concepts("a fox on the frozen lake") == ["ice"]


@pytest.mark.parametrize(
    "text", ["Elena seals the crack", "She bears it", "He fires a shot", "The cook trains his son"]
)
def test_a_verb_is_no_thing(text):
    assert [mention.concept for mention in lexicon_for(text).subjects.mentions(text) if mention.many] == []


def test_a_verb_is_not_weather_and_days_are_no_daylight():
    text = "He winds the bird for days"
    assert lexicon_for(text).weather.first(text) is None
    assert lexicon_for(text).times.first(text) is None


@pytest.mark.parametrize("table", [PLACES, ROOMS, SUBJECTS], ids=["places", "rooms", "subjects"])
def test_every_concept_has_words_in_every_language(table):
    assert {
        concept for concept, words in table.items() if not all(words) or len(words) != len(TONGUES)
    } == set()


def test_all_that_can_be_named_can_be_drawn():
    assert set(PLACES) <= GROUNDS
    assert set(SUBJECTS) <= DRAWN
