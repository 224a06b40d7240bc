"""What a new project takes from a foreign file, and remarks about what it does not take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from longvid_tui.project.model import Plan


@dataclass(frozen=True)
class Imported:
    """What a new project takes from a file; empty or None where the file does not say.

    `size`: WIDTHxHEIGHT as written, which a canvas may have to round. `backends`: by kind (planner, images,
    video). `pictures`: the files to copy, by their path in the project. `remarks`: a sentence each for the
    person.
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
