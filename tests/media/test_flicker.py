"""Flicker is told from everything else that changes brightness: cuts, fades, flashes, slow changes, what moves."""

from __future__ import annotations

import numpy as np
import pytest

from longvid_tui.media.flicker import Floats, gains

FRAMES, PARTS = 240, 144


def texture(seed: int) -> Floats:
    """How bright the parts of a picture are, against its mean."""
    parts = np.exp(0.5 * np.random.default_rng(seed).standard_normal(PARTS))
    return parts / parts.mean()


def shown(brightness: Floats, pictures: Floats | None = None) -> Floats:
    return brightness[:, None] * (texture(0) if pictures is None else pictures)


def fading(length: int) -> Floats:
    """Steady, then down to black and up again, each within `length` frames."""
    down = np.linspace(1, 0, length)
    up = down[::-1] ** 2 * (3 - 2 * down[::-1])
    return 140 * np.concatenate([np.ones(80), down, np.zeros(20), up, np.ones(140 - 2 * length)])


@pytest.mark.parametrize(
    ("flicker", "factor"),
    [
        (0.03 * (-1.0) ** np.arange(FRAMES), 10),
        (0.03 * np.sin(2 * np.pi * np.arange(FRAMES) / 3), 10),
        (0.03 * np.sin(2 * np.pi * np.arange(FRAMES) / 5), 5),
        (0.02 * np.random.default_rng(3).standard_normal(FRAMES), 2),
    ],
    ids=["every other frame", "every third", "every fifth", "at random"],
)
def test_flicker_becomes_so_much_less(flicker: Floats, factor: float) -> None:
    left = flicker + np.log(gains(shown(100 * np.exp(flicker))))
    middle = slice(8, -8)
    assert flicker[middle].std() > factor * left[middle].std()


@pytest.mark.parametrize("length", [16, 24, 40])
def test_a_fade_of_a_second_or_more_stays_within_a_fiftieth(length: int) -> None:
    brightness = fading(length)
    assert abs(brightness * gains(shown(brightness)) - brightness).max() < 140 / 50


def test_cuts_and_flashes_stay_as_they_are() -> None:
    brightness = np.full(FRAMES, 60.0)
    brightness[100:] = 160
    brightness[150] = 230
    assert gains(shown(brightness)) == pytest.approx(1, abs=1e-6)
    pictures = np.array([texture(number // 80) for number in range(FRAMES)])
    trembling = np.full(FRAMES, 100.0) * (1 + 0.08 * (np.arange(FRAMES) >= 80))
    assert gains(shown(trembling, pictures)) == pytest.approx(1, abs=1e-6)


def test_what_moves_through_the_picture_is_no_flicker() -> None:
    lit = np.ones((FRAMES, PARTS))
    for number in range(FRAMES):
        lit[number, number // 2 % PARTS] = 2.5
    assert gains(100 * lit) == pytest.approx(1, abs=1e-6)


def test_black_pictures_are_left_alone() -> None:
    assert gains(np.zeros((40, PARTS))) == pytest.approx(1)
