"""What a foreign file comes to here, and what of it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from longvid_tui.project.model import Plan


@dataclass(frozen=True)
class Imported:
    """What a new project takes from a file; empty and None: the file does not say.

    `size`: WIDTHxHEIGHT as written, which a canvas may have to round. `backends`: by kind (planner, images,
    video). `pictures`: files to copy, by their place in the project. `remarks`: for the person, one sentence
    each.
    """

    prompt: str = ""
    title: str = ""
    size: str = ""
    seed: int | None = None
    backends: Mapping[str, str] = field(default_factory=dict)
    plan: Plan | None = None
    pictures: Mapping[str, Path] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


class NotImported(Exception):
    """The file cannot be imported; the text is one sentence with the cause and the next step."""
