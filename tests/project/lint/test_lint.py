"""Lint: each rule speaks up on its smallest bad plan, keeps quiet on a good one, and on innocent phrases."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longvid_tui.project.lint import lint, spoken_length
from longvid_tui.project.model import Character, Keyframe, Look, Place, Plan, Prop, Segment, Wanted

LOOK = Look(
    style="Ink on rice paper.",
    characters=(Character(id="Mara", features="A woman of 40, short grey hair"), Character(id="Old Tom", features="A sailor")),
    places=(Place(id="harbour", features="A stone harbour"),),
    props=(Prop(id="lantern", features="A brass lantern"),),
)  # fmt: skip
STILLS = tuple(
    Keyframe(id=f"k{number}", prompt=prompt, place="harbour", cast=("Mara",), props=("lantern",), camera=camera)
    for number, (prompt, camera) in enumerate(
        (
            ("Mara stands on the pier at dawn.", "wide"),
            ("She holds her lantern up.", "close"),
            ("She has turned to the sea.", "medium"),
            ("The pier is empty but for her.", "wide"),
        ),
        start=1,
    )
)
MOVES = (
    "The camera drifts in as she lifts the light.",
    "She turns slowly, her coat lifting.",
    "Fog rolls past her.",
)
GOOD = Plan(
    look=LOOK,
    keyframes=STILLS,
    segments=tuple(
        Segment(id=f"s{number}", first=f"k{number}", last=f"k{number + 1}", prompt=prompt)
        for number, prompt in enumerate(MOVES, start=1)
    ),
)


def rules(plan: Plan, wanted: Wanted | None = None) -> list[tuple[str, str, str]]:
    return [(found.target, found.severity, found.rule) for found in lint(plan, wanted or Wanted())]


def with_still(index: int, **fields: Any) -> Plan:
    stills = [*GOOD.keyframes]
    stills[index] = stills[index].model_copy(update=fields)
    return GOOD.model_copy(update={"keyframes": tuple(stills)})


def with_move(index: int, **fields: Any) -> Plan:
    moves = [*GOOD.segments]
    moves[index] = moves[index].model_copy(update=fields)
    return GOOD.model_copy(update={"segments": tuple(moves)})


def with_prompts(first: str, second: str = MOVES[1]) -> Plan:
    """Two segments with these words, the second after a cut."""
    segments = (
        Segment(id="s1", first="k1", last="k2", prompt=first),
        Segment(id="s2", first="k3", last="k4", prompt=second, transition="cut"),
    )
    return GOOD.model_copy(update={"segments": segments})


def test_a_good_plan_has_nothing_to_remark():
    assert lint(GOOD, Wanted(segments=3)) == []
    assert lint(GOOD, Wanted(seconds=15)) == []


@pytest.mark.parametrize(
    ("plan", "finding"),
    [
        (Plan(look=LOOK), ("plan", "error", "count")),
        (with_move(1, last="k9"), ("s2", "error", "reference")),
        (GOOD.model_copy(update={"keyframes": (*STILLS, STILLS[0])}), ("k1", "error", "reference")),
        (GOOD.model_copy(update={"look": LOOK.model_copy(update={"places": LOOK.places * 2})}), ("plan", "error", "reference")),
        (with_move(0, continuity="chain"), ("s1", "error", "reference")),
        (with_move(2, first="k2"), ("s3", "error", "reference")),
        (with_move(2, last="k3"), ("s3", "error", "still")),
        (with_still(1, prompt=STILLS[0].prompt), ("s1", "warning", "still")),
        (with_move(1, transition="cut"), ("s2", "warning", "cut")),
        (GOOD.model_copy(update={"keyframes": (*STILLS, Keyframe(id="k5", prompt="A gull."))}), ("k5", "warning", "unused")),
        (with_still(0, prompt=" "), ("k1", "error", "empty")),
        (with_still(0, prompt="a wet street " * 70), ("k1", "warning", "long")),
        (with_move(0, prompt=""), ("s1", "error", "empty")),
        (with_move(0, prompt="she walks on " * 41), ("s1", "warning", "long")),
        (with_move(0, prompt="她慢慢地走过湿漉漉的街道" * 18), ("s1", "warning", "long")),
        (with_move(1, prompt=MOVES[0]), ("s2", "warning", "monotony")),
        (GOOD.model_copy(update={"keyframes": tuple(s.model_copy(update={"camera": " Wide"}) for s in STILLS)}), ("k4", "note", "monotony")),
        (with_move(1, prompt="她慢慢转身。"), ("s2", "warning", "language")),
        (GOOD.model_copy(update={"look": LOOK.model_copy(update={"style": " "})}), ("plan", "warning", "look")),
        (with_still(2, cast=("Mara", "Eve")), ("k3", "warning", "look")),
        (with_still(2, place="moon"), ("k3", "warning", "look")),
        (with_still(2, cast=()), None),
        (with_still(0, cast=()), ("k1", "warning", "cast")),
        (with_still(2, prompt="She sees old-tom wave."), ("k3", "warning", "cast")),
        (with_still(3, props=(), camera="medium"), ("s3", "note", "prop")),
        (with_prompts("A cart rolls from left to right.", "It rolls right to left."), ("s2", "note", "axis")),
        (with_prompts("Ein Wagen rollt von links nach rechts.", "Er rollt von rechts nach links."), ("s2", "note", "axis")),
        (with_prompts("El carro va de derecha a izquierda.", "Va de izquierda a derecha."), ("s2", "note", "axis")),
        (with_prompts("Zorro rides in.", "Zorro looks back."), ("s1", "warning", "name")),
    ],
)  # fmt: skip
def test_each_rule_speaks_up_on_its_smallest_bad_plan(plan, finding):
    assert rules(plan)[:1] == ([finding] if finding else [])


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Wanted(segments=4), "4 segments were asked for and the plan has 3: plan again."),
        (
            Wanted(seconds=30),
            "30 seconds, which take 6 segments, were asked for and the plan has 3: plan again.",
        ),
    ],
)
def test_the_number_of_segments_is_the_persons(wanted, sentence):
    (found,) = lint(GOOD, wanted)
    assert (found.severity, found.sentence) == ("error", sentence)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        *((words, "cut") for words in (
            "She opens the door. Cut to the street outside.", "Smash cut: the car burns.", "Jump cut to the roof.",
            "The room dissolves to a forest.", "Dissolve into the sea.", "The picture fades to black.", "Fade to white.",
            "A montage of their summer.", "They dance, a montage.", "Next shot: the harbour.", "Crossfade to the hall.",
            "Match cut from the bone to the ship.", "Ella abre la puerta. Corte a la calle.", "Fundido a negro.",
            "Sie öffnet die Tür. Schnitt auf die Straße.", "Überblendung zum Wald.", "Coupe sur la mer.",
            "他推开门,镜头切到街上。", "画面切换到海边。", "蒙太奇:他们的夏天。",
        )),
        *((words, "time") for words in (
            "She sits down with the book, hours later it is dark.", "He writes at the desk, the next morning he sleeps.",
            "Ella escribe una carta larga, horas después amanece.", "Sie schreibt am Tisch weiter, Stunden später wird es hell.",
            "他坐在桌前慢慢写信,三天后下雪了。", "The camera tracks her for 20 seconds.", "Ella espera durante 12 segundos.",
            "Sie steht für 8 Sekunden still.", "镜头持续10秒。",
        )),
        *((words, "actions") for words in (
            "She wakes. She dresses. She runs out. She falls.",
            "He opens the door, then sits down, then reads the letter, finally weeps.",
            "Er steht auf, dann geht er, danach rennt er, dann fällt er.",
            "Se levanta, luego camina, después corre, entonces cae.", "她站起来,然后走到窗前,接着打开窗户,随后探出身去。",
        )),
        *((words, "speech") for words in (
            'She says, "I will never come back."', "Er sagt: „Ich komme nie wieder.“", "Ella dice: «No volveré nunca».",
            "她说:「我再也不会回到这里了。」",
        )),
    ],
)  # fmt: skip
def test_what_five_seconds_cannot_hold_is_remarked_in_many_languages(words, rule):
    assert {found[2] for found in rules(with_prompts(words)) if found[2] != "language"} == {rule}


@pytest.mark.parametrize(
    "words",
    [
        "The rope is cut to pieces by the axe.", "A diamond is cut to size.", "A barber cuts too short, the boy frowns.",
        "The gardener cuts tomatoes on a board.", "A road cuts to the left of the barn.", "The jump cuts the ribbon.",
        "A montage poster hangs on the wall.", "The montage technician tightens a bolt.",
        "The mountain fades to blue in the haze.", "Her dress fades to white at the hem.", "Sugar dissolves to syrup.",
        "Snow dissolves into the river.", "Years later, an old man opens the box.", "The next morning light falls in.",
        "She smiles, then looks away.", "Waves roll in and birds rise and the sun glints.",
        "The dog runs, jumps over the log, and shakes its fur.", "Camera holds. Then the camera tilts up. She looks.",
        'The sign above the door reads "MILLER & SONS BAKERY".', 'She says "no" and leaves.', "He waits for 4 seconds.",
        "A shot of whisky slides along the bar.", "Her coat flows through the hall's long shadows.",
        "Der Zug fährt langsam in den Bahnhof ein, dann hält er.", "Er schneidet das Brot und legt es auf den Tisch.",
        "Corta la cuerda y luego salta al agua.", "El sol se pone y después las luces se encienden.",
        "La lumière décline, puis la pluie tombe.", "他慢慢转身,看向窗外。", "两天后院子里的花开了。", "她切换电视频道。", "他切断电源。",
    ],
)  # fmt: skip
def test_innocent_phrases_raise_no_alarm(words):
    assert [found for found in rules(with_prompts(words)) if found[2] != "language"] == []


def test_a_way_kept_across_a_cut_or_turned_within_a_shot_is_fine():
    kept = with_prompts("A cart rolls from left to right.", "It rolls left to right still.")
    within = with_move(0, prompt="A cart rolls left to right.").model_copy()
    turned = within.model_copy(
        update={"segments": (within.segments[0], *with_move(1, prompt="It rolls right to left.").segments[1:])}
    )
    assert rules(kept) == []
    assert rules(turned) == []


def test_a_name_needs_no_alarm_when_it_is_described_said_once_or_is_no_name():
    german = "Der Mann geht mit dem Hund über die Brücke zum Hafen. Der Wind bewegt das Wasser und die Boote."
    for first, second in (
        ("Mara walks in.", "Mara looks back."),
        ("Zorro rides in.", "He looks back."),
        ("Rain falls hard.", "Rain runs down the glass."),
        ("Sunlight floods the deck. Sails snapped.", "Sunlight fades. Sails filled."),
        ("Lightning cracks. The keeper waits.", "Lightning's glow fades."),
        (german, german.replace("Mann", "Wirt")),
    ):
        assert "name" not in {found[2] for found in rules(with_prompts(first, second))}, first


def test_a_name_is_told_wherever_it_acts():
    found = rules(with_prompts("The camera follows as Zorro rides in.", "Zorro looks back."))
    assert [target for target, _, rule in found if rule == "name"] == ["s1", "s2"]


@pytest.mark.parametrize(
    "without",
    [
        {"camera": "wide"},
        {"place": None},
        {"prompt": "The pier is empty but for her and the lantern."},
    ],
)
def test_a_prop_may_be_out_of_sight_where_the_view_is_another_or_it_is_only_not_listed(without):
    seen = rules(with_still(3, **{"camera": "medium", "props": (), **without}))
    assert "prop" not in {rule for _, _, rule in seen}


def test_a_prop_is_known_by_a_word_of_its_name():
    look = LOOK.model_copy(update={"props": (Prop(id="brass lantern", features="A brass lantern"),)})
    stills = [still.model_copy(update={"props": ("brass lantern",), "camera": ""}) for still in STILLS]
    stills[3] = stills[3].model_copy(update={"props": ()})
    moves = with_move(2, prompt="The lantern goes out and sinks.").segments
    plan = GOOD.model_copy(update={"look": look, "keyframes": tuple(stills), "segments": moves})
    assert "prop" not in {rule for _, _, rule in rules(plan)}


def test_a_prop_that_the_words_speak_of_may_come_and_go():
    plan = with_still(3, props=(), camera="medium")
    spoken = [
        *plan.segments[:2],
        plan.segments[2].model_copy(update={"prompt": "She drops the lantern in the sea."}),
    ]
    assert rules(plan.model_copy(update={"segments": tuple(spoken)})) == []


def test_an_own_picture_needs_no_words_and_chinese_words_may_stand_alone():
    assert rules(with_still(1, prompt="", picture="mine.png")) == []
    assert rules(with_move(0, prompt="", prompt_zh="她转身。")) == []


def test_a_film_of_own_pictures_alone_needs_no_style():
    stills = tuple(still.model_copy(update={"picture": f"{still.id}.png"}) for still in STILLS)
    plan = GOOD.model_copy(update={"look": LOOK.model_copy(update={"style": ""}), "keyframes": stills})
    assert rules(plan) == []


def test_errors_come_first_and_each_kind_in_the_order_of_the_film():
    plan = with_still(3, prompt="").model_copy(
        update={"segments": with_move(1, prompt="Fade to white.").segments}
    )
    plan = plan.model_copy(update={"look": LOOK.model_copy(update={"style": ""})})
    assert rules(plan) == [("k4", "error", "empty"), ("plan", "warning", "look"), ("s2", "warning", "cut")]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("two words", 2),
        ("don't, won’t; half-done!", 3),
        ("12 34 _", 0),
        ("她慢慢地转身", 4),
        ("她 says hi", 3),
        ("größe ñandú", 2),
    ],
)
def test_a_text_is_as_long_as_it_is_to_a_reader(text, length):
    assert spoken_length(text) == length


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["k1", "k9", None]))
def test_any_plan_gets_findings_with_a_target_and_a_sentence(words, more, last):
    plan = Plan(
        keyframes=(Keyframe(id="k1", prompt=more), Keyframe(id="k1", prompt=words)),
        segments=(
            Segment(id="s1", first="k1", last=last, prompt=words),
            Segment(id="s1", continuity="chain", first=last, prompt=more),
        ),
    )
    for found in lint(plan, Wanted()):
        assert found.target in ("plan", "k1", "s1")
        assert found.sentence[-1] == "."
        assert found.sentence.count(". ") == 0


@pytest.mark.parametrize(
    "words",
    [
        "The keeper talks to the boy, his hands moving.", "Die Frau spricht leise mit dem Kind.",
        "El viejo susurra al niño.", "La femme parle au garçon.", "老人对男孩说话,手在空中比划。",
        'She says, "I will never come back."',
    ],
)  # fmt: skip
def test_who_speaks_is_remarked_where_no_dialogue_is_wanted_and_missed_where_it_is(words: str) -> None:
    silent, spoken = with_prompts(MOVES[0]), with_prompts(words)
    assert ("s1", "warning", "speech") in rules(spoken, Wanted(dialogue=False))
    assert ("plan", "warning", "speech") in rules(silent, Wanted(dialogue=True))
    assert "speech" not in {found[2] for found in rules(silent, Wanted(dialogue=False))}
    assert ("plan", "warning", "speech") not in rules(spoken, Wanted(dialogue=True))


@pytest.mark.parametrize(
    "words", ["A sign says OPEN.", "Two dice roll over the table.", "The wind dies, she waits."]
)
def test_what_is_no_speech_is_none(words: str) -> None:
    assert "speech" not in {found[2] for found in rules(with_prompts(words), Wanted(dialogue=False))}


def test_title_and_scenes_in_another_language_than_was_asked_for_are_remarked() -> None:
    told = GOOD.model_copy(update={"title": "The light on the cliff over the sea"})
    assert ("plan", "warning", "language") in rules(told, Wanted(language="de"))
    assert rules(told, Wanted(language="en")) == rules(told)
