"""Backends that work as processes: what is run, what serves several runs, and what a run says of its progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOADING, SAMPLING, DECODING, SAVING = "load", "sample", "decode", "save"
"""The stages the engine knows. Loading is left out when runs are compared. Sampling steps take equally long, so
they tell when a run will end. While a resident saves, its GPUs are free for the next segment."""


@dataclass(frozen=True)
class Progress:
    """Where a run stands: a stage word and `done` of `total` steps of that stage."""

    stage: str
    done: int
    total: int

    @property
    def makes_sense(self) -> bool:
        """Whether both can be counted to: what a line says besides is no reason to end what it tells of."""
        return all(isinstance(count, int) and count >= 0 for count in (self.done, self.total))


@dataclass(frozen=True)
class Command:
    """A process to run once: never through a shell, prompts in `args` (a file) and not in argv.

    `argv` may hold "{args}", which is replaced by the path of the 0600 JSON file that `args` is written to.
    `resident`: the process that has to run before this one starts.
    """

    argv: tuple[str, ...]
    args: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    resident: Resident | None = None

    def line(self, args: Path) -> list[str]:
        """`argv` with "{args}" replaced by the path `args`."""
        return [part.replace("{args}", str(args)) for part in self.argv]


@dataclass(frozen=True)
class Resident:
    """A process that serves attempts one after another, survives them, and ends itself when it idles.

    It holds `gpus` (UUIDs) as long as it lives and keeps `model` loaded on them (see CostClass.resident). Two
    residents are exchangeable exactly if the names of their directories are the same; the directories of all
    residents lie side by side.
    """

    directory: Path
    gpus: tuple[str, ...]
    model: str
    command: Command
