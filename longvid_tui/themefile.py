"""themes/NAME.yaml in the settings folder: colours of the person's own, as changes to one of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from rich.errors import StyleSyntaxError
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

from longvid_tui.keyfile import themes_folder
from longvid_tui.widgets.palette import ROLES, THEMES

COLOURS = tuple(
    field.name
    for field in fields(Theme)
    if field.name not in ("name", "dark", "luminosity_spread", "text_alpha", "variables", "ansi")
)
"""The colours of a theme that a file may give: primary, background and the like."""


def read_themes() -> tuple[list[tuple[Theme, dict[str, str]]], list[str]]:
    """Each theme with the styles of its roles, and a sentence for each that cannot be used."""
    themes: list[tuple[Theme, dict[str, str]]] = []
    problems: list[str] = []
    for path in sorted(themes_folder().glob("*.yaml")):
        try:
            found = _theme(path)
        except (OSError, ValueError) as error:
            problems.append(f"{path.name}: {error}")
        else:
            themes.append(found)
    return themes, problems


def _theme(path: Path) -> tuple[Theme, dict[str, str]]:
    from longvid_tui.strict_yaml import Problems, parse

    try:
        data = parse(path.read_bytes(), path.name).data
    except Problems as problems:
        raise ValueError(str(problems)) from problems
    if not isinstance(data, dict):
        raise ValueError("write lines of `colour: value`")
    ours = {theme.name: theme for theme in THEMES}
    like = data.pop("like", THEMES[0].name)
    if like not in ours:
        raise ValueError(f"like is one of {', '.join(ours)}")
    roles = data.pop("roles", None) or {}
    if problem := next(_mistakes(data, roles), ""):
        raise ValueError(problem)
    base = ours[like]
    kept = {field.name: getattr(base, field.name) for field in fields(Theme)}
    return Theme(**{**kept, **data, "name": path.stem}), {"like": like, **roles}


def _mistakes(colours: Mapping[str, Any], roles: Any) -> Iterator[str]:
    for name, value in colours.items():
        if name not in COLOURS:
            yield f"{name} is none of like, roles, {', '.join(COLOURS)}"
            continue
        try:
            Color.parse(str(value))
        except ColorParseError:
            yield f"{name}: {value} is no colour: write it as '#56B4E9'"
    if not isinstance(roles, dict):
        yield "roles are lines of `role: style`"
        return
    for name, value in roles.items():
        if name not in ROLES:
            yield f"{name} is no role: {', '.join(ROLES)}"
            continue
        try:
            Style.parse(str(value))
        except StyleSyntaxError:
            yield f"{name}: {value} is no style: write it as '#56B4E9 bold' or '#000000 on #ffffff'"
