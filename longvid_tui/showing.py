"""The one boundary foreign text passes before it can reach a terminal, and the colours of the film."""

from __future__ import annotations

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

SEGMENT_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2", "#D55E00")
"""Okabe and Ito's colours, told apart by colour-blind eyes; neighbours differ in lightness too."""


def show(text: str) -> str:
    """Text as it may be shown: control, bidirectional and invisible characters become visible signs.

    For display only; what is stored stays untouched. Tabs and line feeds pass.
    """
    return text.translate(_ACTIVE)


def one_line(text: str, width: int = 0) -> str:
    """`show` on one line, cut to `width` characters (0: uncut)."""
    line = show(" ".join(text.split()))
    return line if not width or len(line) <= width else line[: width - 1].rstrip() + "…"


def segment_colour(position: int) -> str:
    """The colour of the segment (or of the keyframe before it) at a position in the film, as #RRGGBB."""
    return SEGMENT_COLOURS[position % len(SEGMENT_COLOURS)]
