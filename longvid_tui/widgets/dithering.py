"""Pictures for terminals of 256 colours: a colour they lack is mixed from its neighbours, not rounded to
grey."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rich.color import Color, ColorSystem

if TYPE_CHECKING:
    from PIL import Image

_SYSTEM_COLOURS = 16
"""How many colours of the 256 come first whose looks are settings of the terminal."""


def dithered(picture: Image.Image) -> Image.Image:
    """The picture in colours that reach the terminal as they are."""
    from PIL import Image

    return picture.quantize(palette=_palette(), dither=Image.Dither.FLOYDSTEINBERG).convert("RGB")


@cache
def _palette() -> Image.Image:
    """The colours of the 256 that Rich sends as they are; others it takes for the nearest hue or grey."""
    from PIL import Image

    colours = [Color.from_ansi(number) for number in range(_SYSTEM_COLOURS, 256)]
    triplets = [colour.get_truecolor() for colour in colours if _arrives(colour)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for triplet in triplets for level in triplet])
    return palette


def _arrives(colour: Color) -> bool:
    return Color.from_triplet(colour.get_truecolor()).downgrade(ColorSystem.EIGHT_BIT).number == colour.number
