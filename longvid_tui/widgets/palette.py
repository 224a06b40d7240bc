"""Colours by role: what each theme gives a state, a segment, a key. State is never told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from rich.style import Style
from textual.theme import Theme

from longvid_tui.showing import SEGMENT_COLOURS

Palette = Mapping[str, Style]

_DARK = {
    "dim": "#8a8a8a",
    "strong": "#ffffff bold",
    "key": "#56B4E9 bold",
    "approved": "#2fbf8f",
    "locked": "#2fbf8f bold",
    "asks": "#F0E442 bold",
    "running": "#56B4E9 bold",
    "failed": "#ff7f2a bold",
    "stale": "#CC79A7",
    "planned": "#8a8a8a",
    "info": "#d0d0d0",
    "warn": "#E69F00",
    "error": "#ff7f2a bold",
    "job": "#8a8a8a",
    "cursor": "#000000 on #ffffff bold",
    "match": "#000000 on #E69F00",
}
_LIGHT = _DARK | {
    "dim": "#5f5f5f",
    "strong": "#000000 bold",
    "key": "#0b5394 bold",
    "approved": "#00664a",
    "locked": "#00664a bold",
    "asks": "#7a4b00 bold",
    "running": "#004f80 bold",
    "failed": "#a33b00 bold",
    "stale": "#8a2f62",
    "planned": "#5f5f5f",
    "info": "#262626",
    "warn": "#7a4b00",
    "error": "#a33b00 bold",
    "job": "#5f5f5f",
    "cursor": "#ffffff on #0b5394 bold",
}
_CONTRAST = _DARK | {
    "dim": "#d0d0d0",
    "approved": "#5fffaf",
    "locked": "#5fffaf bold",
    "running": "#5fd7ff bold",
    "failed": "#ffaf5f bold",
    "stale": "#ffafff bold",
    "planned": "#ffffff",
    "info": "#ffffff",
    "job": "#ffffff",
    "cursor": "#000000 on #ffffff bold",
}

THEMES: tuple[Theme, ...] = (
    Theme(
        "longvid-dark",
        primary="#56B4E9",
        secondary="#009E73",
        accent="#E69F00",
        warning="#E69F00",
        error="#D55E00",
        success="#009E73",
        foreground="#d0d0d0",
        background="#121212",
        surface="#1c1c1c",
        panel="#262626",
        dark=True,
    ),
    Theme(
        "longvid-light",
        primary="#0072B2",
        secondary="#00664a",
        accent="#7a4b00",
        warning="#7a4b00",
        error="#a33b00",
        success="#00664a",
        foreground="#262626",
        background="#ffffff",
        surface="#f4f4f4",
        panel="#e4e4e4",
        dark=False,
    ),
    Theme(
        "longvid-contrast",
        primary="#ffffff",
        secondary="#5fffaf",
        accent="#ffff5f",
        warning="#ffff5f",
        error="#ffaf5f",
        success="#5fffaf",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#303030",
        dark=True,
    ),
)
"""Okabe and Ito's colours throughout: the default is the one that colour-blind eyes can read."""

_BY_THEME = {"longvid-dark": _DARK, "longvid-light": _LIGHT, "longvid-contrast": _CONTRAST}
_LIGHT_THEMES = {"longvid-light"}

ROLES = tuple(_DARK)
"""What a theme of the person's own may give a style."""


def add_palette(theme: str, like: str, roles: Mapping[str, str]) -> None:
    """The styles of a theme that is not ours, as changes to those of one that is."""
    _BY_THEME[theme] = {**_BY_THEME[like], **roles}
    if like in _LIGHT_THEMES:
        _LIGHT_THEMES.add(theme)
    palette.cache_clear()


_LIGHT_OF_16 = {
    "key": "#0000ee bold",
    "asks": "#cd00cd bold",
    "warn": "#cd00cd",
    "running": "#0000ee bold",
    "failed": "#cd0000 bold",
    "error": "#cd0000 bold",
}
"""Styles that can be read on white with sixteen colours: no yellow, and no brown, which becomes yellow there.
"""


def use_few_colours() -> Theme:
    """Adapt all styles to a terminal of sixteen colours; returns the light theme so adapted.

    Colours of the light theme that would turn pale are replaced, and black is never bold, which many terminals
    show as grey.
    """
    blocks = {f"b{at}": f"{_readable_on(colour)} on {colour}" for at, colour in enumerate(SEGMENT_COLOURS)}
    for theme, roles in _BY_THEME.items():
        _BY_THEME[theme] = blocks | {
            role: how.removesuffix(" bold") if how.startswith("#000000 on") else how
            for role, how in roles.items()
        }
    _BY_THEME["longvid-light"] |= _LIGHT_OF_16 | {f"c{at}": "bold" for at in range(len(SEGMENT_COLOURS))}
    palette.cache_clear()
    return replace(THEMES[1], accent="#cd00cd", warning="#cd00cd", error="#cd0000", primary="#0000ee")


@cache
def palette(theme: str) -> Palette:
    """Styles by role: the roles above, and for segment colour n `c{n}` (writing) and `b{n}`, `d{n}` (a block of
    it, full or faded)."""
    light = theme in _LIGHT_THEMES
    styles: dict[str, Style] = {}
    for at, colour in enumerate(SEGMENT_COLOURS):
        styles[f"b{at}"] = Style.parse(f"{_readable_on(colour)} on {colour} bold")
        styles[f"d{at}"] = Style.parse(f"{'#000000' if light else '#ffffff'} on {_mixed(colour, light)}")
        styles[f"c{at}"] = Style(color=_mixed(colour, False) if light else _lifted(colour), bold=True)
    return styles | {role: Style.parse(how) for role, how in _BY_THEME.get(theme, _DARK).items()}


GRADE_ROLES = {"green": "approved", "yellow": "warn", "red": "failed"}
"""Roles of a seam's grades; their glyphs and words differ as well."""


def colour_role(position: int, kind: str = "c") -> str:
    """The role of the colour a segment has at its position in the film."""
    return f"{kind}{position % len(SEGMENT_COLOURS)}"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _readable_on(colour: str) -> str:
    red, green, blue = _channels(colour)
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 100 else "#ffffff"


def _mixed(colour: str, light: bool) -> str:
    """Two fifths of a colour over the background: what is not made yet."""
    ground = 255 if light else 24
    return "#" + "".join(f"{round(part * 0.4 + ground * 0.6):02x}" for part in _channels(colour))


def _lifted(colour: str) -> str:
    """A colour that is bright enough to be read as writing on black."""
    least = 130
    return "#" + "".join(f"{max(part, least):02x}" for part in _channels(colour))
