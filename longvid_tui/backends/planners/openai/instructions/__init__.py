"""What the model is told, as text a person can read and replace: one file for the film, one for each pass.

`planner.instructions` in a person's settings names a folder; a file in it replaces the one of the same name
here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from longvid_tui.backends.contract import Misconfigured

NAMES = ("film", "story", "treatment", "beats", "shots", "rewrite", "motion")

_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_VERSION = re.compile(r"<!--\s*version (\w+)")


@dataclass(frozen=True)
class Instructions:
    """The texts by name, as they are in their files."""

    texts: dict[str, str]

    def of(self, task: str) -> str:
        """What a pass is told: how films are made, then its task. Comments are for people."""
        return "\n".join(_COMMENT.sub("", self.texts[name]).strip() + "\n" for name in ("film", task))

    def versions(self) -> dict[str, str]:
        """For each text its version and the start of its hash, such as `1 3f2a90c1`."""
        return {name: f"{_version(text)} {_sha(text)}" for name, text in self.texts.items()}


def load(folder: str | None) -> Instructions:
    """The package's texts, replaced by those that a person's folder holds; raises Misconfigured."""
    own = Path(folder).expanduser() if folder else None
    if own is not None and not own.is_dir():
        raise Misconfigured(f"planner.instructions names {folder}, which is no folder: correct the setting.")
    return Instructions({name: _text(name, own) for name in NAMES})


def _text(name: str, own: Path | None) -> str:
    try:
        if own is not None and (path := own / f"{name}.md").exists():
            return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read ({error}): make it UTF-8 text you may read.") from error
    return resources.files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8")


def _version(text: str) -> str:
    found = _VERSION.match(text)
    return found[1] if found else "own"


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
