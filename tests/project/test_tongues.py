"""Which language a text is in: told where it is evident, and only there."""

from __future__ import annotations

import pytest

from longvid_tui.project.tongues import LANGUAGES, other_language

TOLD = {
    "en": "The keeper of the light. On the cliff. A storm is over the sea",
    "de": "Der Wärter auf dem Turm. Sturm über dem Meer. Die Nacht und das Licht",
    "es": "El farero y la tormenta. En el acantilado. Una noche sobre el mar",
    "fr": "Le gardien du phare. Une nuit sur la mer. Dans la tempête",
    "zh": "灯塔守望者。悬崖上的夜晚。",
    "ja": "灯台の番人。崖の上の夜。",
    "ru": "Смотритель маяка. Ночь над морем.",
}


@pytest.mark.parametrize("wanted", TOLD)
def test_every_language_is_itself_and_none_of_the_others(wanted: str) -> None:
    assert other_language(TOLD[wanted], wanted) == ""
    for language, text in TOLD.items():
        assert bool(other_language(text, wanted)) == (
            language != wanted and (language, wanted) != ("zh", "ja")
        ), language


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "de"),
        ("1984", "ru"),
        ("Rosebud", "de"),
        ("Am Strand", "fr"),
        ("Il vecchio e il mare. La notte in città", "it"),
        ("O velho e o mar. A noite sobre a cidade de Lisboa", "pt"),
        ("Anna 在柏林的夜晚", "zh"),
        ("東京", "ja"),
        ("Маяк Fastnet", "ru"),
    ],
)
def test_what_is_not_evident_is_not_remarked(text: str, wanted: str) -> None:
    assert other_language(text, wanted) == ""


def test_english_is_told_from_every_language() -> None:
    assert {other_language(TOLD["en"], code) for code in LANGUAGES} == {"", "English", "Latin"}
