"""Title, chapters and metadata of a film, as ffmpeg reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """A named stretch of the film from its start frame to the next chapter."""

    title: str
    start: int


def ffmetadata(
    title: str, chapters: Sequence[Chapter], metadata: Mapping[str, str], fps: int, frames: int
) -> str:
    """Title, metadata and chapters as ffmpeg reads them from a file; a chapter ends where the next one
    starts."""
    lines = [";FFMETADATA1", f"title={_escape(title)}"]
    lines += [f"{_escape(name)}={_escape(value)}" for name, value in metadata.items()]
    ends = (*(chapter.start for chapter in chapters[1:]), frames)
    for chapter, end in zip(chapters, ends, strict=False):
        lines += ["[CHAPTER]", f"TIMEBASE=1/{fps}", f"START={chapter.start}", f"END={end}"]
        lines.append(f"title={_escape(chapter.title)}")
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    """ffmetadata's own escapes; a NUL would end the file early."""
    plain = text.replace("\0", "").replace("\r", "")
    for special in ("\\", "=", ";", "#", "\n"):
        plain = plain.replace(special, f"\\{special}")
    return plain
