"""project.yaml: read with all mistakes told at once, and written back with only what changed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from longvid_tui.project.model import SCHEMA, Project, broken_references
from longvid_tui.strict_yaml import Parsed, Problem, Problems, parse
from longvid_tui.validation import problems
from longvid_tui.yaml_edit import change
from longvid_tui.yaml_write import write

NAME = "project.yaml"

_HEAD = """\
# A longvid-tui film: what you want of it. Edit by hand as you like; your comments stay.
# `longvid-tui run DIR` makes what is missing, `longvid-tui run DIR --dry-run` says what that would be.
"""
_SECTIONS = (
    ("schema", "title"),
    ("prompt",),
    ("wanted",),
    ("canvas", "fit", "focus", "fps", "seed"),
    ("backends", "masters"),
    ("settings",),
    ("reasoning",),
    ("look",),
    ("keyframes",),
    ("segments",),
)
_ALWAYS = {"schema", "prompt", "canvas", "seed", "backends"}


@dataclass(frozen=True)
class Document:
    """A project.yaml that was read: its exact text and what it means."""

    text: str
    project: Project
    parsed: Parsed


def load(text: bytes | str) -> Document:
    """Read and check a document; raises Problems with every mistake at its line and column."""
    with suppress(UnicodeDecodeError):  # `parse` says where
        text = text if isinstance(text, str) else text.decode()
    return _read(text)


@lru_cache(maxsize=4)
def _read(text: bytes | str) -> Document:
    """`load`, cached: a long film takes a second, and each text is read when it is checked and when it is
    written."""
    parsed = parse(text, NAME)
    if not isinstance(parsed.data, dict):
        raise Problems([Problem(NAME, 1, 1, "", "should be a list of `key: value` lines")])
    _check_schema(parsed)
    try:
        project = Project.model_validate(parsed.data)
    except ValidationError as error:
        raise Problems(problems(parsed, error, Project)) from error
    broken = [parsed.problem(location, what) for location, what in broken_references(project)]
    if broken:
        raise Problems(broken)
    return Document(parsed.text, project, parsed)


def render(project: Project) -> str:
    """A fresh project.yaml; `load` of it means `project` again."""
    full, short = _dump(project), project.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    chosen = {name: full[name] for name in _ALWAYS} | short
    sections = (_tidy({name: chosen[name] for name in names if name in chosen}) for names in _SECTIONS)
    return _HEAD + "\n" + "\n".join(write(section, apart=1) for section in sections if section)


def edit(document: Document, project: Project) -> str:
    """The text that means `project`, with every byte kept that does not have to change.

    If a change cannot be made in place, the section is written anew, at worst the whole file. Raises Problems
    if `load` would refuse the project.
    """
    old, new = (_sparse(document.parsed.data, meant) for meant in (document.project, project))
    for deep in (True, False):
        with suppress(Problems, ValueError):
            text = change(document.parsed, old, new, deep=deep)
            if load(text).project == project:
                return text
    text = render(project)
    load(text)
    return text


def _dump(project: Project) -> dict[str, Any]:
    return project.model_dump(mode="json", by_alias=True)


def _sparse(written: Any, project: Project) -> dict[str, Any]:
    """The project's data without defaults, except for those that the person has `written`."""
    short = project.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    sparse: dict[str, Any] = _tidy(_spelled(written, _dump(project), short))
    return sparse


def _spelled(written: Any, full: Any, short: Any) -> Any:
    if isinstance(written, Mapping) and isinstance(full, Mapping):
        names = [name for name in full if name in written or name in short]
        return {name: _spelled(written.get(name), full[name], short.get(name, full[name])) for name in names}
    if isinstance(written, list) and isinstance(full, list):
        known = {item["id"]: item for item in written if isinstance(item, Mapping) and "id" in item}
        return [
            _spelled(known[whole["id"]], whole, part)
            if isinstance(whole, Mapping) and whole.get("id") in known
            else part
            for whole, part in zip(full, short, strict=True)
        ]
    return short


def _tidy(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without fields that are None; in `settings`, which are the person's own, these are kept."""
    return {name: part if name == "settings" else _without_none(part) for name, part in data.items()}


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_none(part) for name, part in value.items() if part is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(item) for item in value]
    return value


def _check_schema(parsed: Parsed) -> None:
    schema = parsed.data.get("schema")
    if type(schema) is int and schema == SCHEMA:
        return
    if schema is None:
        what = f"is missing: write `schema: {SCHEMA}` on the first line"
    elif type(schema) is int and schema > SCHEMA:
        what = f"{schema} is newer than this program knows ({SCHEMA}): upgrade longvid-tui"
    else:
        what = f"{schema!r} is no known schema: write `schema: {SCHEMA}`"
    raise Problems([parsed.problem(("schema",), what)])
