"""Cards before and after the film: words on black, drawn for the size of each clip so that none is cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from longvid_tui.exporting.clips import Size
from longvid_tui.media.errors import MediaError
from longvid_tui.showing import show

_INK = (232, 232, 235)
_FIRST_LINE, _OTHER_LINES = 0.11, 0.055
"""Heights of letters, as shares of the short edge of the picture."""

_WIDE, _HIGH = 0.84, 0.8
"""The share of the picture that words may fill, across and down."""

_LEADING = 1.35
"""Distance of lines, in heights of their letters."""

_SMALLEST = 8
"""Height in pixels below which letters are not made smaller: then words stand out of the picture."""

_SYSTEM_FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
)
"""Looked for, in this order, where Pillow's own font, which has the letters of English, lacks one."""

_NO_LETTER = "\uffff"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class Card:
    """Words that are shown for some seconds; the first line is large. `font`: a font file, None: one that has
    the letters is looked for."""

    text: str
    seconds: float
    font: Path | None = None

    def frames(self, fps: int) -> int:
        return max(1, round(self.seconds * fps))


def drawn(card: Card, size: Size) -> Image.Image:
    """The card at full brightness. Raises MediaError where no font has its letters."""
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    face = _face(card)
    lines = _fitted(draw, show(card.text).strip(), size, face)
    top = (size[1] - sum(_LEADING * height for _, height in lines)) / 2
    for line, height in lines:
        top += _LEADING * height / 2
        draw.text((size[0] / 2, top), line, _INK, _sized(face, height), anchor="mm")
        top += _LEADING * height / 2
    return picture


def _fitted(
    draw: ImageDraw.ImageDraw, text: str, size: Size, face: Path | str | None
) -> list[tuple[str, float]]:
    """The text in lines that fit, each with the height of its letters in pixels, as large as there is room for."""
    share = 1.0
    while True:
        lines = []
        for number, line in enumerate(text.splitlines()):
            height = max(_SMALLEST, share * min(size) * (_OTHER_LINES if number else _FIRST_LINE))
            font = _sized(face, height)
            lines += [(part, height) for part in _broken(draw, line, font, _WIDE * size[0])]
        fits = sum(_LEADING * height for _, height in lines) <= _HIGH * size[1]
        if fits or all(height == _SMALLEST for _, height in lines):
            return lines
        share *= 0.9


def _broken(draw: ImageDraw.ImageDraw, line: str, font: Font, wide: float) -> Iterator[str]:
    """A line broken at spaces, or anywhere within a word that is wider than `wide` pixels."""
    part = ""
    for word in line.split(" "):
        longer = f"{part} {word}" if part else word
        if draw.textlength(longer, font) <= wide:
            part = longer
            continue
        if part:
            yield part
        part = word
        while draw.textlength(part, font) > wide and len(part) > 1:
            room = next(n for n in range(len(part), 0, -1) if n == 1 or draw.textlength(part[:n], font) <= wide)
            yield part[:room]
            part = part[room:]
    yield part


def _face(card: Card) -> Path | str | None:
    """The font that has all letters: the one that was named, Pillow's own (None), or one of the system's."""
    if card.font:
        return _having((card.font,), card.text, f"{card.font.name} has no")
    return _having((None, *_SYSTEM_FONTS), card.text, "no font that was found has a")


def _having(faces: Sequence[Path | str | None], text: str, without: str) -> Path | str | None:
    lacking = ""
    for face in faces:
        try:
            font = _sized(face, 32)
        except (OSError, ValueError):
            if isinstance(face, Path):
                raise MediaError(f"{face.name} cannot be read as a font: name another film.font") from None
            continue
        missing = next((letter for letter in text if not letter.isspace() and not _has(font, letter)), None)
        if missing is None:
            return face
        lacking = missing
    raise MediaError(f"a card cannot be written: {without} {lacking!r}: name a font file with film.font")


def _has(font: Font, letter: str) -> bool:
    return bytes(font.getmask(letter)) != bytes(font.getmask(_NO_LETTER))


def _sized(face: Path | str | None, height: float) -> Font:
    return ImageFont.load_default(height) if face is None else ImageFont.truetype(str(face), height)
