"""The keys of keymap.py as Textual binds them and as a person reads them."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from longvid_tui.keymap import ACTIONS, Place

_WRITTEN = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "comma": ",",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "right_curly_bracket": "}",
    "left_curly_bracket": "{",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "esc",
}


def bindings_for(place: Place) -> list[BindingType]:
    """The bindings of all actions that work in a place, by ids that keys.yaml can change."""
    return [
        Binding(",".join(action.keys), action.name, action.short or action.help, show=False, id=action.name)
        for action in ACTIONS
        if action.place == place
    ]


def written(key: str) -> str:
    """How a key is written for people: `]`, `^p`, `F1`."""
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+')}"
    if key[:1] == "f" and key[1:].isdecimal():
        return key.upper()
    return _WRITTEN.get(key, key)
