"""Screenplays in Fountain (https://fountain.io/syntax): every paragraph of action is a shot, word for word."""

from __future__ import annotations

import re

from longvid_tui.project.importers.imported import Imported, NotImported
from longvid_tui.project.importers.shots import Shot, as_prompt

_BONEYARD = re.compile(r"/\*.*?\*/", re.DOTALL)
_NOTE = re.compile(r"\[\[.*?\]\]", re.DOTALL)
_SCENE = re.compile(r"^(?:INT|EXT|EST|INT\.?/EXT|I/E)[. ]", re.IGNORECASE)
_SCENE_NUMBER = re.compile(r"\s*#[\w.-]+#\s*$")
_TRANSITION = re.compile(r"^(?:[^a-z]*\bTO:|FADE (?:IN|OUT)[.:]?)$")
_CUE = re.compile(r"^(?:@.+|[^a-z]*[A-ZÀ-Þ][^a-z]*?(?:\s*\([^)]*\))?\s*\^?)$")
_TITLE_KEY = re.compile(r"^([A-Za-z][\w ]*):\s*(.*)$")
_EMPHASIS = re.compile(r"(?<!\\)[*_]{1,3}")


def read(text: str, name: str) -> Imported:
    """The action of a screenplay as shots under its scene headings; raises NotImported if there is none."""
    title, body = _title_page(_NOTE.sub("", _BONEYARD.sub("", text)))
    reader = _Reader()
    for paragraph in re.split(r"\n[ \t]*\n", body):
        reader.take(paragraph.strip("\n"))
    if not reader.shots:
        raise NotImported(f"{name} holds no action to film: it needs paragraphs that say what is seen.")
    return Imported(prompt=as_prompt(reader.shots), title=title, remarks=tuple(reader.remarks()))


class _Reader:
    """Makes shots of the paragraphs of a screenplay, which it takes in order."""

    def __init__(self) -> None:
        self.shots: list[Shot] = []
        self._scene = ""
        self._cut = False
        self._speeches = 0

    def take(self, paragraph: str) -> None:
        lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
        if not lines or lines[0].startswith(("=", "#")):
            return
        first = lines[0]
        if (first.startswith(".") and not first.startswith("..")) or _SCENE.match(first):
            self._scene = _SCENE_NUMBER.sub("", first.lstrip("."))
            self._action(lines[1:])
        elif self._is_transition(first):
            self._cut = bool(self.shots)
            self._action(lines[1:])
        elif len(lines) > 1 and _CUE.match(first) and not first.startswith("!"):
            self._speech(first, lines[1:])
        else:
            self._action(lines)

    def remarks(self) -> list[str]:
        told = [f"{len(self.shots)} shots, kept word for word."]
        if self._speeches:
            told.append(f"Speeches are shown as speaking ({self._speeches}), for the film is silent.")
        return told

    def _is_transition(self, line: str) -> bool:
        return bool(_TRANSITION.match(line)) or (line.startswith(">") and not line.endswith("<"))

    def _speech(self, cue: str, lines: list[str]) -> None:
        who = re.sub(r"\(.*?\)|[\^@]", "", cue).strip().title()
        how = [line.strip("()") for line in lines if line.startswith("(") and line.endswith(")")]
        self._speeches += 1
        self._add(f"{who} speaks{f', {how[0]}' if how else ''}.")

    def _action(self, lines: list[str]) -> None:
        shown = " ".join(line.strip("><!~ ") for line in lines)
        if re.search(r"\w", shown):
            self._add(_EMPHASIS.sub("", shown))

    def _add(self, text: str) -> None:
        self.shots.append(Shot(text, self._scene, cut=self._cut))
        self._cut = False


def _title_page(text: str) -> tuple[str, str]:
    """(title, the rest): the lines of `Key: value` up to the first blank line, if the text begins with them."""
    stripped = text.lstrip("\n")
    page, blank, rest = stripped.partition("\n\n")
    keys = [_TITLE_KEY.match(line) for line in page.split("\n")]
    if not blank or keys[0] is None or _TRANSITION.match(page.split("\n")[0]):
        return "", stripped
    lines = page.split("\n")
    titled = next((at for at, key in enumerate(keys) if key and key[1].lower() == "title"), None)
    if titled is None:
        return "", rest
    own = keys[titled]
    below = lines[titled + 1].strip() if titled + 1 < len(lines) and keys[titled + 1] is None else ""
    return _EMPHASIS.sub("", (own[2] if own else "") or below), rest
