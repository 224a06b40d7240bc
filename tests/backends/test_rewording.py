"""Milder words for a refused prompt."""

from __future__ import annotations

import pytest

from longvid_tui.backends.rewording import milder


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("a bloody sword, GORE everywhere", "a red paint sword, red paint everywhere"),
        ("a naked swimmer at dawn", "a clothed swimmer at dawn"),
        ("a harbour in the style of Claude Monet, fog", "a harbour in a painterly style, fog"),
        ("a dog on a beach", ""),
        ("a skilled guide begins; bloodless", ""),
    ],
)
def test_words_that_filters_stumble_over_are_replaced_whole(prompt: str, said: str) -> None:
    assert milder(prompt) == said
