"""Pictures for terminals of 256 colours: a colour they lack is mixed from its neighbours, not rounded to
grey."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rich.color import Color, ColorSystem

if TYPE_CHECKING:
    from PIL import Image

_SYSTEM_COLOURS = 16
"""The first ones, which every terminal shows as its person likes."""


def dithered(picture: Image.Image) -> Image.Image:
    """The picture in colours that reach the terminal as they are."""
    from PIL import Image

    return picture.quantize(palette=_palette(), dither=Image.Dither.FLOYDSTEINBERG).convert("RGB")


@cache
def _palette() -> Image.Image:
    """Those that Rich, which takes the nearest hue or grey, does not send as another."""
    from PIL import Image

    colours = [Color.from_ansi(number) for number in range(_SYSTEM_COLOURS, 256)]
    triplets = [colour.get_truecolor() for colour in colours if _arrives(colour)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for triplet in triplets for level in triplet])
    return palette


def _arrives(colour: Color) -> bool:
    return Color.from_triplet(colour.get_truecolor()).downgrade(ColorSystem.EIGHT_BIT).number == colour.number
