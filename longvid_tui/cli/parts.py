"""Which module has which commands, known without importing any of them."""

from __future__ import annotations

_WORDS = {
    "new": "new",
    "writing": "plan show lint projects",
    "reviewing": "approve reject retake upload choose lock unlock undo redo",
    "running": "run assemble demo pause resume cancel stop",
    "looking": "status logs",
    "playing": "play",
    "exporting": "export",
    "estimating": "estimate",
    "seams": "seams",
    "gpus": "gpus",
    "keys": "keys",
    "engines": "engine",
    "system": "doctor backends repair config",
}

PARTS = tuple(_WORDS)
"""The modules, in the order in which `--help` tells of their commands."""

PART_OF = {word: part for part, words in _WORDS.items() for word in words.split()}
"""The module of each command."""
