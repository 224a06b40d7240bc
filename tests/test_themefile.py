"""Colours of the person's own, and ours: all of them can be read, whatever the terminal offers."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color

from longvid_tui.app import LongvidApp
from longvid_tui.keyfile import themes_folder
from longvid_tui.themefile import read_themes
from longvid_tui.view.film import MARKS
from longvid_tui.widgets import palette as colours
from longvid_tui.widgets.palette import THEMES, palette, use_few_colours

LEAST_CONTRAST = 4.5
"""Of writing on its ground (WCAG 2.2, 1.4.3)."""


def written(name: str, text: str) -> Path:
    themes_folder().mkdir(parents=True, exist_ok=True)
    path = themes_folder() / name
    path.write_text(text)
    return path


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2, 0..1."""
    parts = (channel / 255 for channel in Color.parse(colour).rgb)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style, ground: str) -> float:
    writing = style.color.get_truecolor().hex if style.color else ground
    below = style.bgcolor.get_truecolor().hex if style.bgcolor else ground
    lighter, darker = sorted((luminance(writing), luminance(below)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_role_can_be_read_on_its_ground(theme) -> None:
    for ground in (theme.background, theme.surface):
        faint = {
            role: round(contrast(style, ground), 2)
            for role, style in palette(theme.name).items()
            if contrast(style, ground)
            < (3.0 if role.startswith("d") and role[1:].isdecimal() else LEAST_CONTRAST)
        }
        assert faint == {}


def test_states_differ_in_glyph_and_word_where_there_is_no_colour() -> None:
    for told in ("glyph", "word", "ascii"):
        assert len({getattr(mark, told) for mark in MARKS.values()}) == len(MARKS)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("system", [ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
def test_writing_stays_off_its_ground_with_256_and_with_16_colours(theme, system: ColorSystem) -> None:
    ground = Style.parse(f"on {theme.background}").bgcolor
    assert ground is not None
    for role, style in palette(theme.name).items():
        below = (style.bgcolor or ground).downgrade(system)
        assert style.color is None or style.color.downgrade(system) != below, role


XTERM = (
    "#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
    "#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
)  # fmt: skip
"""The sixteen colours as xterm has them, whose yellow is paler than that of consoles."""


def test_on_white_writing_can_be_read_with_16_colours_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colours, "_BY_THEME", dict(colours._BY_THEME))
    theme = use_few_colours()
    pale = {}
    styles = [style for each in THEMES for style in palette(each.name).values() if style.bold and style.bgcolor]
    assert not any(style.color and style.color.name == "#000000" for style in styles)
    for role, style in (palette(theme.name) | {"accent": Style(color=theme.accent)}).items():
        if style.bgcolor is None and style.color is not None:
            number = style.color.downgrade(ColorSystem.STANDARD).number
            assert number is not None
            if (found := contrast(Style(color=XTERM[number]), theme.background)) < 3:
                pale[role] = round(found, 1)
    palette.cache_clear()
    assert pale == {}


async def test_a_theme_of_ones_own_is_one_of_ours_with_changes() -> None:
    written("sepia.yaml", "like: longvid-light\nbackground: '#fdf6e3'\nroles:\n  approved: '#2a6000 bold'\n")
    app = LongvidApp("")
    async with app.run_test() as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        for _ in THEMES:
            await pilot.press("T")
        assert app.theme == "sepia"
        assert palette("sepia")["approved"] == Style.parse("#2a6000 bold")
        assert palette("sepia")["failed"] == palette("longvid-light")["failed"]
        assert app.get_theme("sepia").background == "#fdf6e3"
    async with LongvidApp("").run_test() as pilot:
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        assert pilot.app.theme == "sepia"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("like: nobody\n", "like is one of"),
        ("colour: red\n", "colour is none of"),
        ("primary: '#12'\n", "primary: #12 is no colour"),
        ("roles: {approve: red}\n", "approve is no role"),
        ("roles: {approved: redd}\n", "redd is no style"),
        ("roles: red\n", "roles are lines"),
        ("- a\n", "write lines"),
        ("primary: [\n", "broken.yaml"),
    ],
)
def test_a_theme_that_cannot_be_used_is_told_and_changes_nothing(text: str, said: str) -> None:
    written("broken.yaml", text)
    themes, (problem,) = read_themes()
    assert themes == []
    assert said in problem


def test_no_themes_are_no_problem() -> None:
    assert read_themes() == ([], [])
