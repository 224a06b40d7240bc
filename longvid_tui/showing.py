"""The one boundary foreign text passes before it can reach a terminal, and the colours of the film."""

from __future__ import annotations

import re

# The categories Cc, Cf, Cs, Zl and Zp of Unicode, but for the Arabic, Syriac and Kaithi signs of Cf that are seen.
_ACTIVE = {
    **{code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)},
    0x7F: 0x2421,
    **dict.fromkeys(
        (
            *range(0x80, 0xA0),
            0xAD,
            0x61C,
            0x180E,
            *range(0x200B, 0x2010),
            *range(0x2028, 0x202F),
            *range(0x2060, 0x2070),
            0xFEFF,
            *range(0xD800, 0xE000),
            *range(0xFFF9, 0xFFFC),
            *range(0x13430, 0x13460),
            *range(0x1BCA0, 0x1BCA4),
            *range(0x1D173, 0x1D17B),
            *range(0xE0000, 0xE0080),
        ),
        0xFFFD,
    ),
}

_SIGN = "[\u2194-\u2bff\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(
    f"{_SIGN}(?:\u200d{_SIGN})+|\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
"""Emoji of several characters that invisible ones join: pictures by U+200D, and the flags of England, Scotland
and Wales. Their form is checked, so nothing else hides in them (UTS #51, ED-15a and ED-16)."""

SEGMENT_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2", "#D55E00")
"""Okabe and Ito's colours, told apart by colour-blind eyes; neighbours differ in lightness too."""


def show(text: str) -> str:
    """Text as it may be shown: control, bidirectional and invisible characters become visible signs.

    For display only; what is stored stays untouched. Tabs and line feeds pass, and so do emoji of several
    characters.
    """
    shown, at = [], 0
    for emoji in _EMOJI.finditer(text):
        shown += [text[at : emoji.start()].translate(_ACTIVE), emoji[0]]
        at = emoji.end()
    return "".join([*shown, text[at:].translate(_ACTIVE)])


def one_line(text: str, width: int = 0) -> str:
    """`show` on one line, cut to `width` characters (0: uncut)."""
    line = show(" ".join(text.split()))
    if not width or len(line) <= width:
        return line
    return show(line[: width - 1].rstrip(" \u200d")) + "…"


def segment_colour(position: int) -> str:
    """The colour of the segment (or of the keyframe before it) at a position in the film, as #RRGGBB."""
    return SEGMENT_COLOURS[position % len(SEGMENT_COLOURS)]
