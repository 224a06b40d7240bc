"""keys.yaml in the settings folder: keys of the person's own for the actions of keymap.py."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any

from textual.keys import _character_to_key

from longvid_tui import keymap
from longvid_tui.widgets.bindings import written

Read = tuple[dict[str, tuple[str, ...]], list[str]]


def keys_path() -> Path:
    """Where keys.yaml is, or would be: beside settings.yaml (settings.user_settings_path, which is slow to
    import)."""
    own = os.environ.get("LONGVID_CONFIG_DIR")
    if own:
        return Path(own) / "keys.yaml"
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".config") / "longvid-tui" / "keys.yaml"


def themes_folder() -> Path:
    """Where themes of the person's own would be (themefile.py)."""
    return keys_path().with_name("themes")


def read_keys() -> Read:
    """Keys by action, and a sentence for each line that cannot be used; those lines change nothing."""
    try:
        text = keys_path().read_bytes()
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [f"{keys_path()} cannot be read: {error.strerror}"]
    from longvid_tui.strict_yaml import Problems, parse

    try:
        data = parse(text, str(keys_path())).data
    except Problems as problems:
        return {}, str(problems).splitlines()
    return chosen(data)


def chosen(data: Any) -> Read:
    """Keys from the file's data: `approve: a` or `approve: [a, ctrl+y]`."""
    if data is None:
        return {}, []
    if not isinstance(data, dict):
        return {}, ["keys.yaml is a list of lines `action: key`"]
    keys: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for name, value in data.items():
        if name not in keymap.names():
            near = difflib.get_close_matches(str(name), keymap.names(), 1)
            problems.append(f"{name} is no action" + (f": did you mean {near[0]}?" if near else ""))
            continue
        held = [value] if isinstance(value, (str, int)) else value
        if (
            not isinstance(held, list)
            or not all(isinstance(key, (str, int)) and str(key) for key in held)
            or not held
        ):
            problems.append(f"{name}: write a key or a list of keys")
            continue
        keys[name] = tuple(_named(str(key)) for key in held)
    return _without_conflicts(keys, problems)


def _without_conflicts(keys: dict[str, tuple[str, ...]], problems: list[str]) -> Read:
    for key, kept, taken in keymap.conflicts(keymap.defaults() | keys):
        problems.append(f"{written(key)} would mean {kept} and {taken}: give one of them another key")
        keys = {name: held for name, held in keys.items() if name not in (kept, taken)}
    return keys, problems


def _named(key: str) -> str:
    return _character_to_key(key) if len(key) == 1 else key
