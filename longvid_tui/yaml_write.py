"""Writes YAML the way a person would: block lines, prose in literal blocks, quotes where they are needed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from longvid_tui.strict_yaml import resolve

STEP = 2
"""Columns by which a level is indented."""

_LONG = 60
"""Characters above which prose stands in a block of its own."""

_SAFE_PLAIN = re.compile(r"[A-Za-z0-9_/][\w ./+()*-]*", re.ASCII)
_WORD = re.compile(r"[A-Za-z_][\w./-]*", re.ASCII)
_NEEDS_ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_TEXT_KEYS = ("prompt", "prompt_zh", "features", "wardrobe", "reasoning", "style")


def write(value: Mapping[str, Any], indent: int = 0, apart: int = 0) -> str:
    """A mapping as block YAML lines. `apart` levels of lists get an empty line between their items."""
    return "".join(
        f"{' ' * indent}{_key(name)}:{after_colon(name, part, indent, apart)}" for name, part in value.items()
    )


def after_colon(name: str, value: Any, indent: int, apart: int = 0) -> str:
    """What follows `name:` up to and with the line feed, where the name stands at column `indent`."""
    if isinstance(value, Mapping) and value:
        return f"\n{write(value, indent + STEP, apart)}"
    if isinstance(value, (list, tuple)) and any(isinstance(part, Mapping) for part in value):
        gap = "\n" if apart else ""
        return f"\n{gap.join(item(part, indent + STEP, apart) for part in value)}"
    if isinstance(value, (Mapping, list, tuple)):
        return f" {flow(value)}\n"
    return f" {scalar(value, indent + STEP, prose=name in _TEXT_KEYS)}\n"


def item(value: Any, indent: int, apart: int = 0) -> str:
    """One item of a block list, its dash at column `indent`."""
    if isinstance(value, Mapping) and value:
        return f"{' ' * indent}- {write(value, indent + STEP, max(0, apart - 1))[indent + STEP :]}"
    return f"{' ' * indent}- {flow(value)}\n"


def scalar(value: Any, indent: int, *, prose: bool = False) -> str:
    """One scalar as it stands after `key: `; long prose is a literal block if one carries it exactly."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    if ("\n" in value or (prose and len(value) > _LONG)) and _fits_block(value):
        return "|-\n" + "\n".join(" " * indent + line if line else "" for line in value.split("\n"))
    if not prose and _SAFE_PLAIN.fullmatch(value) and resolve(value) == value and value == value.strip():
        return value
    return quoted(value)


def flow(value: Any) -> str:
    """A value on one line, fit to stand inside brackets and braces."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)}: {flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return quoted(value) if isinstance(value, str) and not _is_word(value) else scalar(value, 0)


def quoted(text: str) -> str:
    """A double-quoted scalar: JSON's escapes, and YAML's for what JSON leaves bare."""
    return _NEEDS_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def _key(name: str) -> str:
    return name if _is_word(name) else quoted(name)


def _is_word(text: str) -> bool:
    return bool(_WORD.fullmatch(text)) and resolve(text) == text


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    first = next((line for line in lines if line), "")
    return (
        bool(text.strip())
        and not text.endswith("\n")
        and not first.startswith((" ", "\t"))
        and lines[-1].strip() != ""
        and all(line.strip(" \t") or not line for line in lines)
        and not _NEEDS_ESCAPE.search(text)
    )
