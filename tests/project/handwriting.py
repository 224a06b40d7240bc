"""project.yaml as a person might write it: any order, any style of YAML, comments in odd places.

Every comment is numbered and remembers what it stands by; every item and section remembers its exact text. So a
test can tell what an edit had no business to touch.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from longvid_tui.project.model import Project
from longvid_tui.strict_yaml import resolve

Path = tuple[str, ...]
"""What something stands by: field names, ids of items, and the values of listed words."""

_CALM = re.compile(r"[A-Za-z_/][\w ./+()-]*[\w./+)]", re.ASCII)
_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_REMARKS = ("note", "- not: an item", "| > & * !", "'unbalanced \"", "[{", "id: k1", "---", "\\", "备注", "")


@dataclass
class Written:
    """`comments`: each with the path it stands by. `chunks`: the exact text of items and sections."""

    text: str
    comments: dict[str, Path] = field(default_factory=dict)
    chunks: dict[Path, str] = field(default_factory=dict)


def handwritten(film: Project, seed: int, **fixed: Any) -> Written:
    return _Hand(random.Random(seed), **fixed).document(film)


def found(path: Path, data: Any) -> Any:
    """What a path names, or None if it is gone."""
    for part in path:
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list):
            data = dict(zip(_names(data), data, strict=True)).get(part)
        else:
            return None
    return data


def _names(items: Sequence[Any]) -> list[str]:
    """What to call each item: its id, or its value and which of the equal ones it is."""
    names: list[str] = []
    for item in items:
        own = str(item["id"]) if isinstance(item, Mapping) and "id" in item else json.dumps(item)
        twins = sum(name == own or name.startswith(f"{own} #") for name in names)
        names.append(f"{own} #{twins + 1}" if twins else own)
    return names


class _Hand:
    def __init__(self, dice: random.Random, comments: float = 0.25) -> None:
        self._dice, self._often = dice, comments
        self.written = Written("")

    def document(self, film: Project) -> Written:
        full = film.model_dump(mode="json", by_alias=True)
        short = film.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        data = self._spelled(full, {"schema": 1, **short})
        start = self._pick("", "", "", "\ufeff", "---\n", "--- # start\n", "# mine\n\n", "%YAML 1.2\n---\n")
        body = self.mapping(data, 0, ()) if not self._chance(0.05) else self.flow(data, (), 0) + "\n"
        end = self._pick("", "", "", "...\n", "# end\n", "\n\n", "...\n# after\n")
        text = start + body + end
        if end == "" and self._chance(0.2) and not _ends_in_block(body):
            text = text.removesuffix("\n")
        if self._chance(0.15):
            text = text.replace("\n", "\r\n")
            self.written.chunks = {
                path: chunk.replace("\n", "\r\n") for path, chunk in self.written.chunks.items()
            }
        self.written.text = text
        return self.written

    def mapping(self, data: Mapping[str, Any], indent: int, path: Path, *, inline: bool = False) -> str:
        """Block lines at a column; `inline`: the first line goes on one that has begun."""
        pieces = []
        for index, (name, value) in enumerate(self._shuffled(data)):
            above = "" if inline and not index else self._above(indent, path, (*path, name))
            own = self._entry(name, value, indent, (*path, name))
            if len(path) == 0:
                self.written.chunks[(name,)] = own
            pieces.append(above + (own if inline and not index else " " * indent + own))
        return "".join(pieces)

    def _entry(self, name: str, value: Any, indent: int, path: Path) -> str:
        key = self._key(name)
        if self._chance(0.02) and not isinstance(value, (Mapping, list)):
            return (
                f"? {key}\n{' ' * indent}: {self._double(value)}\n"
                if isinstance(value, str)
                else f"{key}: {self._bare(value)}\n"
            )
        if isinstance(value, Mapping) and value and self._chance(0.85):
            inner = indent + self._pick(2, 2, 4, 1)
            return f"{key}:{self._aside(path)}\n{self.mapping(value, inner, path)}"
        if isinstance(value, list) and value and self._chance(0.75):
            inner = indent + self._pick(2, 2, 4, 0)
            return f"{key}:{self._aside(path)}\n{self.listing(value, inner, path)}"
        if isinstance(value, (Mapping, list)):
            return f"{key}: {self.flow(value, path, indent + 1)}{self._aside(path)}\n"
        if value is None:
            return f"{key}:{self._pick('', ' ~', ' null')}{self._aside(path)}\n"
        if not isinstance(value, str):
            return f"{key}:{self._gap()}{self._bare(value)}{self._aside(path)}\n"
        return f"{key}:{self._text(value, indent, path)}"

    def listing(self, items: Sequence[Any], indent: int, path: Path) -> str:
        pieces = []
        spaced = self._chance(0.5)
        for index, (name, value) in enumerate(zip(_names(items), items, strict=True)):
            here = (*path, name)
            above = ("\n" if spaced and index else "") + self._above(indent, path if index else None, here)
            gap = self._pick(" ", " ", "   ")
            if isinstance(value, Mapping) and value and self._chance(0.85):
                inner = indent + 1 + len(gap)
                if self._chance(0.15):
                    own = f"-{self._aside(here)}\n{self.mapping(value, inner, here)}"
                else:
                    own = f"-{gap}{self.mapping(value, inner, here, inline=True)}"
            else:
                own = f"-{gap}{self.flow(value, here, indent + 1)}{self._aside(here)}\n"
            own = " " * indent + own + self._below(indent, here)
            if isinstance(value, Mapping):
                self.written.chunks[here] = own
            pieces.append(above + own)
        return "".join(pieces)

    def flow(self, value: Any, path: Path, indent: int) -> str:
        if not isinstance(value, (Mapping, list)):
            return self._double(value) if isinstance(value, str) else self._bare(value)
        opener, closer = "{}" if isinstance(value, Mapping) else "[]"
        if not value:
            return opener + closer
        parts = []
        keyed = isinstance(value, Mapping)
        for name, item in self._shuffled(value) if keyed else zip(_names(value), value, strict=True):
            here = (*path, name)
            lead = f"{self._key(name)}: " if keyed else ""
            parts.append((here, lead + self.flow(item, here, indent + 2)))
        if self._chance(0.3):
            pad = "\n" + " " * (indent + 2)
            lines = [f"{pad}{text},{self._aside(here)}" for here, text in parts]
            return opener + "".join(lines) + "\n" + " " * (indent + 1) + closer
        trailing = self._pick("", "", ",")
        inner = self._pick(", ", ",", " , ").join(text for _, text in parts)
        pad = self._pick("", " ")
        return f"{opener}{pad}{inner}{trailing}{pad}{closer}"

    def _text(self, value: str, indent: int, path: Path) -> str:
        """A string after its colon, in one of the styles that can carry it, with the line feed."""
        inner = " " * (indent + self._pick(1, 2, 4))
        styles = [lambda: f"{self._gap()}{self._double(value)}{self._aside(path)}\n"]
        if not _BREAKS.search(value):
            styles.append(lambda: f"{self._gap()}{self._single(value)}{self._aside(path)}\n")
        if _CALM.fullmatch(value) and resolve(value) == value:
            styles.append(lambda: f"{self._gap()}{value}{self._aside(path)}\n")
            styles.append(lambda: f"{self._aside(path)}\n{inner}{value}{self._aside(path)}\n")
            if value.count(" ") > 1 and "  " not in value:
                styles.append(lambda: f" {value.replace(' ', chr(10) + inner, 1)}{self._aside(path)}\n")
        if _fits_literal(value):
            styles += [lambda: self._literal(value, indent, path)] * 3
        if " " in value and not _BREAKS.search(value) and re.fullmatch(r"\S+( \S+)*", value):
            styles.append(lambda: f" >-{self._aside(path)}\n{inner}{value.replace(' ', chr(10) + inner, 1)}\n")
        return self._dice.choice(styles)()

    def _literal(self, value: str, indent: int, path: Path) -> str:
        lines = value.removesuffix("\n").split("\n")
        step = self._pick(1, 2, 4)
        first = next(line for line in lines if line)
        explicit = str(step) if first.startswith((" ", "\t")) or self._chance(0.1) else ""
        chomp = "" if value.endswith("\n") else "-"
        body = "\n".join(" " * (indent + step) + line if line else "" for line in lines)
        header = f"{self._pick(explicit + chomp, chomp + explicit)}{self._aside(path)}"
        return f" |{header}\n{body}\n"

    def _double(self, value: str) -> str:
        return _UNPRINTABLE.sub(
            lambda found: f"\\u{ord(found[0]):04X}",
            json.dumps(value, ensure_ascii=self._chance(0.1) and value.isascii()),
        )

    def _single(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def _bare(self, value: Any) -> str:
        return json.dumps(value)

    def _key(self, name: str) -> str:
        calm = _CALM.fullmatch(name) and resolve(name) == name
        return name if calm and self._chance(0.9) else self._double(name)

    def _above(self, indent: int, alone: Path | None, path: Path) -> str:
        """Blank lines and comments above an entry; `alone` is what a comment that stands alone belongs to."""
        text = ""
        if alone is not None and self._chance(self._often / 2):
            text += f"{' ' * self._pick(0, indent)}{self._comment(alone)}\n\n"
        if alone is not None and self._chance(0.1):
            text += "\n"
        if self._chance(self._often):
            text += f"{' ' * indent}{self._comment(path)}\n"
        return text

    def _below(self, indent: int, path: Path) -> str:
        return f"{' ' * (indent + 1)}{self._comment(path)}\n" if self._chance(self._often / 3) else ""

    def _aside(self, path: Path) -> str:
        return f"{self._pick(' ', '   ')}{self._comment(path)}" if self._chance(self._often) else ""

    def _comment(self, path: Path) -> str:
        text = f"# ({len(self.written.comments)}) {self._dice.choice(_REMARKS)}".rstrip()
        self.written.comments[text] = path
        return text

    def _spelled(self, full: Mapping[str, Any], short: Mapping[str, Any]) -> dict[str, Any]:
        """The defaults left out, but for some that a person may spell out."""
        data = {}
        for name, value in full.items():
            if name == "settings":
                if name in short:
                    data[name] = value
            elif name in short or self._chance(0.1):
                wrote = short.get(name, value)
                if isinstance(value, Mapping):
                    wrote = self._spelled(value, wrote if isinstance(wrote, Mapping) else {})
                elif isinstance(value, list) and value and isinstance(value[0], Mapping):
                    wrote = [
                        self._spelled(whole, {"id": whole["id"], **part})
                        for whole, part in zip(value, wrote, strict=True)
                    ]
                data[name] = wrote
        return data

    def _shuffled(self, data: Mapping[str, Any]) -> list[tuple[str, Any]]:
        pairs = list(data.items())
        if self._chance(0.3):
            self._dice.shuffle(pairs)
        return pairs

    def _gap(self) -> str:
        return self._pick(" ", " ", " ", "   ")

    def _pick(self, *choices: Any) -> Any:
        return self._dice.choice(choices)

    def _chance(self, probability: float) -> bool:
        return self._dice.random() < probability


def _fits_literal(value: str) -> bool:
    lines = value.removesuffix("\n").split("\n")
    return (
        bool(lines[0].strip())
        and bool(lines[-1].strip())
        and not _UNPRINTABLE.search(value)
        and all(line.strip() or not line for line in lines)
    )


def _ends_in_block(body: str) -> bool:
    return bool(re.search(r"[|>][-+0-9]*( #[^\n]*)?\n(.*\n)*\Z", body))
