"""What foreign text becomes before a terminal may see it."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from longvid_tui.showing import SEGMENT_COLOURS, one_line, segment_colour, show

active = st.sampled_from(
    ["\x1b]52;c;eA==\x07", "\x1b[2J", "\x9b31m", "\x7f", "\0", "\r", "\u202eevil\u202c", "\u2066x", "\ufeff", "\u200d",
     "\ud800", "\U000e0041", "\ufff9", "\u2028", "[/nope]", "[@click=app.quit]x[/]", "\u061c", "\u00ad", "\u180e", "\ufe0f"]
)  # fmt: skip
texts = st.tuples(active, st.text(max_size=8), active).map("".join)


@given(st.lists(texts, min_size=10, max_size=10))
def test_no_active_character_ever_comes_out(ten):
    for text in ten:
        shown = show(text)
        assert len(shown) == len(text)
        assert not [sign for sign in shown if _acts(sign)]
        assert show(shown) == shown
        shown.encode()  # no half of a pair is left either


SEEN = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Format characters that are signs to read: Unicode's prepended concatenation marks."""


def _acts(sign: str) -> bool:
    if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return False  # Unicode has marks of direction nowhere else
    turns = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return unicodedata.bidirectional(sign) in turns or sign not in f"\t\n{SEEN}"


def test_every_character_of_unicode_is_shown_safely():
    for start in range(0, 0x110000, 0x1000):
        shown = show("".join(map(chr, range(start, start + 0x1000))))
        assert not [hex(ord(sign)) for sign in shown if _acts(sign)], hex(start)


def test_what_is_harmless_stays_and_what_is_not_can_be_seen():
    calm = "Ein Café, 雨夜, שלום, 👩 [b]markup[/b]\tand\nlines"
    assert show(calm) == calm
    assert show("\x1b[31m\x00\x7f\x9b\u202e\r") == "␛[31m␀␡\ufffd\ufffd␍"


@pytest.mark.parametrize(
    "emoji",
    [
        "👩\u200d🚀",
        "👩🏽\u200d🚒",
        "🏳️\u200d🌈",
        "👨\u200d👩\u200d👧",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_an_emoji_of_several_characters_stays_whole_and_is_two_cells_wide(emoji):
    assert show(f"A {emoji} waves") == f"A {emoji} waves"
    assert cell_len(show(emoji)) == 2
    assert "\u200d…" not in one_line(f"A {emoji} waves", 4)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200db", "a\ufffdb"),
        ("👩\u200d", "👩\ufffd"),
        ("👩\u200d\u202e🚀", "👩\ufffd\ufffd🚀"),
        ("👩\u200d\u200d🚀", "👩\ufffd\ufffd🚀"),
        ("🏴\U000e0068\U000e0069\U000e007f", "🏴\ufffd\ufffd\ufffd"),
    ],
)
def test_what_only_looks_like_such_an_emoji_is_taken_apart(text, shown):
    assert show(text) == shown


@given(texts, st.integers(0, 30))
def test_one_line_is_one_line_and_no_longer_than_asked(text, width):
    line = one_line(text, width)
    assert "\n" not in line
    assert "\t" not in line
    assert len(line) <= width or not width


def test_neighbouring_segments_have_colours_of_their_own():
    colours = [segment_colour(position) for position in range(30)]
    assert all(one != other for one, other in pairwise(colours))
    assert set(colours) == set(SEGMENT_COLOURS)
