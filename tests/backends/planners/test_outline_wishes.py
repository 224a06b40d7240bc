"""What is said about a film is heeded and never filmed: lengths, style, palette, what to avoid."""

from __future__ import annotations

import pytest
from outlined import all_words, motions, plan_of

from longvid_tui.project.timing import segments_for

STORY = "A fox wakes in the snow. It runs down the hill. It crosses a frozen lake. It finds a mitten."


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("Make a 40 second film about a fox.", 40),
        ("A two-minute short about a fox.", 120),
        ("Please create a video of about 1 minute 20 about a fox.", 80),
        ("Quiero un cortometraje de un minuto sobre un zorro.", 60),
        ("Ein Animationsfilm von 30 Sekunden über einen Fuchs.", 30),
        ("Un film de 25 secondes sur un renard.", 25),
        ("请制作一部约五十秒的短片，关于一只狐狸。", 50),
        ("A fox runs. 15s, 9:16, hyperreal, no text.", 15),
        ("A fox runs. Duration: 0:45", 45),
        ("Старый волк идёт через лес. 20 секунд.", 20),
    ],
)
def test_the_length_that_a_prompt_asks_for_is_the_length_of_the_film(wish, seconds):
    plan = plan_of(wish)
    assert len(plan.segments) == segments_for(seconds)
    assert not any(
        sign in all_words(plan) for sign in ("40", "minute", "Sekunden", "secondes", "五十", "15s", "45", "20")
    )


def test_the_first_of_contradictory_lengths_counts_and_the_reasoning_says_so():
    plan = plan_of(
        f"Make a 20 second video, about two minutes long. {STORY} The film should last exactly 30 seconds."
    )
    assert len(plan.segments) == segments_for(20)
    assert "20 s, 120 s, 30 s" in plan.reasoning


def test_a_shot_that_is_divided_is_told_of_once_however_many_clauses_it_has():
    plan = plan_of(
        "A fox wakes, runs down the hill and crosses a lake. A bear stands up, roars and walks away.",
        segments=8,
    )
    assert "2 shots of the prompt in 8 segments; 2 of them over several segments" in plan.reasoning


def test_what_the_person_set_counts_more_than_what_the_prompt_says():
    assert len(plan_of(f"Make a 20 second film. {STORY}", segments=9).segments) == 9
    assert len(plan_of(f"Make a 20 second film. {STORY}", seconds=31).segments) == segments_for(31)


def test_a_length_within_the_story_is_no_wish():
    plan = plan_of("A short film about a girl who has ten minutes to save a whale.", segments=1)
    assert "ten minutes to save a whale" in motions(plan)[0]


@pytest.mark.parametrize(
    ("said", "style"),
    [
        ("Style: watercolour, soft light.", "watercolour, soft light"),
        ("Shot on 35mm, shallow depth of field.", "Shot on 35mm, shallow depth of field"),
        ("Estilo acuarela, colores cálidos, sin diálogos.", "Estilo acuarela, colores cálidos"),
        ("A stop-motion short about a snail.", "stop-motion"),
        ("Neon pink and teal, 1980s VHS look.", "Neon pink and teal, 1980s VHS look"),
    ],
)
def test_style_is_in_the_look_once_and_in_no_prompt(said, style):
    plan = plan_of(f"{said} {STORY}")
    assert plan.look.style == style
    assert style not in all_words(plan)


def test_style_at_the_end_of_a_sentence_is_taken_out_of_it():
    plan = plan_of("A fox crosses a lake, watercolour style, muted colours.", segments=1)
    assert plan.look.style == "watercolour style, muted colours"
    assert motions(plan)[0].startswith("A fox crosses a lake.")


def test_what_to_avoid_goes_to_the_negative_prompt():
    plan = plan_of(f"{STORY} No people, no text. 不要出现文字。")
    assert plan.look.negative.startswith("people, text, ")


@pytest.mark.parametrize(
    "aside", ["Music: a single piano.", "No voice-over.", "Please keep the pacing slow.", "Use 4K."]
)
def test_remarks_about_sound_and_format_are_heeded_by_leaving_them_out(aside):
    words = all_words(plan_of(f"{STORY} {aside}"))
    assert "piano" not in words
    assert "voice" not in words
    assert "pacing" not in words
    assert "4K" not in words


def test_an_advert_is_called_what_its_prompt_calls_it():
    plan = plan_of(f'30-second commercial for "Alba", a small-batch coffee roastery. {STORY}')
    assert plan.title == "Alba"
    assert "roastery" not in all_words(plan)


def test_what_follows_the_colon_of_an_advert_is_filmed():
    plan = plan_of(
        "Publicité de 20 secondes pour un vélo : une femme en manteau rouge traverse un pont. Pas de texte."
    )
    assert len(plan.segments) == segments_for(20)
    assert motions(plan)[0].startswith("Une femme en manteau rouge traverse un pont")


def test_a_note_changes_length_and_look_and_is_not_filmed():
    plan = plan_of(STORY, note="Make it a 30 second film in black and white. No snow.")
    assert len(plan.segments) == segments_for(30)
    assert "black and white" in plan.look.style
    assert plan.look.negative.startswith("snow")
    assert "30 second" not in all_words(plan)
