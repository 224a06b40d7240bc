"""Boxes of GPUs that do not exist: builds the stand-in for libnvidia-ml.so.1 and writes what it answers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).with_name("nvml.c")


def build(folder: Path) -> Path:
    """Compile the library into `folder`, which is then what LD_LIBRARY_PATH has to name."""
    target = folder / "libnvidia-ml.so.1"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(target), str(SOURCE)], check=True)
    return folder


@dataclass
class FakeBox:
    """A box in a file; every change of it is seen by the next question. Keys are those of nvml.c."""

    file: Path
    library: Path
    lines: list[str] = field(default_factory=list)

    def says(self, *lines: str) -> None:
        self.lines.extend(lines)
        self._write()

    def takes_back(self, *lines: str) -> None:
        self.lines = [line for line in self.lines if line not in lines]
        self._write()

    def _write(self) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text("".join(f"{line}\n" for line in self.lines))
        fresh.replace(self.file)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs in order to find these GPUs."""
        return {**os.environ, "LD_LIBRARY_PATH": str(self.library), "FAKE_NVML": str(self.file)}
