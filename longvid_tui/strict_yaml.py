"""YAML 1.2 for files people edit: plain data with positions, and a refusal for whatever surprises.

`16:9`, `no`, `1:30` and dates stay strings. Anchors, tags, directives, double keys, several documents, deep
nesting, very many values, more than 2 MB, control characters and wrong UTF-8 are refused, each with line and
column. The nodes are our own, built from the parser's events: so a refusal comes before anything is expanded.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

MAX_BYTES = 2 << 20
MAX_DEPTH = 20
"""Bytes of a file, and levels of lists and mappings in it."""

MAX_VALUES = 30_000
"""Keys and values in one file. 400 segments with every field written out, all cuts, are 26,000."""

MAX_TOLD = 20
"""Problems that are spelled out; a person mends these first."""

Location = Sequence[str | int]

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|(?<!\A)\ufeff")
_LONG_SIGN = re.compile(r"[!&*][!-~]{10000}")
_COLOUR = re.compile(r"[ \t]+(#[0-9a-fA-F]{3,8})\b")
_HALF = re.compile(r"[\ud800-\udfff]")
_COLON = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*:")
_ADVICE = {
    "found character '\\t' that cannot start any token": "indent with spaces, not tabs",
    "found unexpected end of stream": "a quote that is opened here is never closed",
    "expected the node content, but found '<stream end>'": "a bracket before this is never closed",
    "expected ',' or ']', but got '<stream end>'": "a bracket that is opened here is never closed",
    "expected ',' or '}', but got '<stream end>'": "a bracket that is opened here is never closed",
    "mapping values are not allowed here": "text with a colon and a space in it needs quotes",
}
"""What to do about what the parser says most often."""
_PLAIN = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file; lines and columns count from 1, `field` is dotted (`segments[1].first`).

    Line 0 stands for a source without lines, such as an environment variable.
    """

    file: str
    line: int
    column: int
    field: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {f'{self.field}: ' if self.field else ''}{self.what}"


class Problems(Exception):
    """Everything wrong with a file, at once; the text has one line a problem, of very many the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(
            sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))
        )
        told = [str(problem) for problem in self.problems[:MAX_TOLD]]
        rest = len(self.problems) - len(told)
        super().__init__("\n".join([*told, f"and {rest} more like these"] if rest else told))


@dataclass(frozen=True)
class ScalarNode:
    """One value. `style` is its quote, `|`, `>`, or empty for a plain one; [start, end) is its own text,
    without blank lines and comments that follow."""

    start: int
    end: int
    line: int
    column: int
    value: str
    style: str


@dataclass(frozen=True)
class MappingNode:
    """`key: value` pairs; `flow`: in braces. Lines and columns count from 1 in every node."""

    start: int
    end: int
    line: int
    column: int
    pairs: tuple[tuple[Node, Node], ...]
    flow: bool


@dataclass(frozen=True)
class SequenceNode:
    """Items in order; `flow`: in brackets."""

    start: int
    end: int
    line: int
    column: int
    items: tuple[Node, ...]
    flow: bool


Node: TypeAlias = ScalarNode | MappingNode | SequenceNode


@dataclass(frozen=True)
class Parsed:
    """A file as plain data, with the node it was built from and its exact text."""

    name: str
    text: str
    data: Any
    root: Node | None

    def at(self, location: Location) -> tuple[int, int]:
        """Line and column, from 1, of a location or its nearest existing ancestor (a mapping's key)."""
        node = self.root
        shown = node
        for part in location:
            found = _child(node, part)
            if found is None:
                break
            shown, node = found
        return (shown.line, shown.column) if shown else (1, 1)

    def problem(self, location: Location, what: str) -> Problem:
        return Problem(self.name, *self.at(location), dotted(location), what)


def parse(text: bytes | str, name: str) -> Parsed:
    """Read one YAML document; raises Problems."""
    decoded = _decode(text, name)
    control = _CONTROL.search(decoded)
    if control:
        line = decoded.count("\n", 0, control.start()) + 1
        column = control.start() - decoded.rfind("\n", 0, control.start())
        what = f"holds the control character U+{ord(control[0]):04X}: delete it"
        raise Problems([Problem(name, line, column, "", what)])
    if _LONG_SIGN.search(decoded):  # the parser's time for a tag grows with the square of its length
        what = "holds a tag or anchor without an end: they are not used here"
        raise Problems([Problem(name, 1, 1, "", what)])
    composer = _Composer(decoded, name)
    root = composer.document()
    data = _plain(root, composer.refuse) if root is not None else None
    if composer.problems:
        raise Problems(composer.problems)
    return Parsed(name, decoded, data, root)


def dotted(location: Location) -> str:
    """("segments", 1, "first") -> `segments[1].first`"""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return _short(text)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the nearest known name, or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def resolve(text: str) -> Any:
    """The value of a plain scalar under the YAML 1.2 core schema (finite decimal numbers only)."""
    if text in _PLAIN:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 40 else text
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _decode(text: bytes | str, name: str) -> str:
    size = len(text)
    if size > MAX_BYTES:
        raise Problems([Problem(name, 1, 1, "", f"is larger than {MAX_BYTES >> 20} MB: it is not read")])
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise Problems([Problem(name, line, column, "", "is not UTF-8 here: save it as UTF-8")]) from error


class _Composer:
    """Builds nodes from the parser's events and collects what is refused on the way."""

    def __init__(self, text: str, name: str) -> None:
        self.problems: list[Problem] = []
        self._text, self._name = text, name
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
        self._values = 0

    def refuse(self, node: Node, what: str) -> None:
        self.problems.append(Problem(self._name, node.line, node.column, "", what))

    def document(self) -> Node | None:
        root = None
        for event in iter(self._next, None):
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self._stop(event.start_mark, "another document starts here: a file holds one")
                if event.tags or event.version not in (None, (1, 2)):
                    self._stop(event.start_mark, "directives are not used here: delete the lines with %")
                root = self._node(self._next(), 0)
        return root

    def _next(self) -> Event | None:
        try:
            event = next(self._events)
        except YAMLError as error:
            mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
            if mark is None or (opened and mark.index >= len(self._text.rstrip())):
                mark = opened  # what was opened and never closed says more than where the file ends
            said = getattr(error, "problem", None) or str(error).splitlines()[0]
            self._stop(mark, f"is not YAML: {_ADVICE.get(said) or _short(said)}")
        return None if isinstance(event, StreamEndEvent) else event

    def _stop(self, mark: StringMark | None, what: str) -> NoReturn:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Problems([*self.problems, Problem(self._name, line, column, "", what)])

    def _node(self, event: Any, depth: int) -> Node:
        start, mark = event.start_mark.index, event.start_mark
        place = (mark.line + 1, mark.column + 1)
        self._values += 1
        if depth > MAX_DEPTH:
            self._stop(mark, f"is nested more than {MAX_DEPTH} deep")
        if self._values > MAX_VALUES:
            self._stop(mark, f"holds more than {MAX_VALUES} values: it is not read further")
        node: Node
        if isinstance(event, SequenceStartEvent):
            items = tuple(self._node(child, depth + 1) for child in self._until(SequenceEndEvent))
            end = self._last.end_mark.index if event.flow_style else items[-1].end if items else start
            node = SequenceNode(start, end, *place, items, bool(event.flow_style))
        elif isinstance(event, MappingStartEvent):
            pairs = tuple(self._pair(child, depth + 1) for child in self._until(MappingEndEvent))
            end = self._last.end_mark.index if event.flow_style else pairs[-1][1].end if pairs else start
            node = MappingNode(start, end, *place, pairs, bool(event.flow_style))
        else:
            node = self._scalar(event, start, place)
        if isinstance(event, AliasEvent) or event.anchor:
            self.refuse(node, "anchors and aliases are not used here: write the value out")
        elif event.ctag is not None:
            self.refuse(node, "tags are not used here: delete it")
        return node

    def _until(self, end: type[Event]) -> Iterator[Event | None]:
        while not isinstance(event := self._next(), end):
            yield event
        self._last = event

    def _pair(self, event: Event | None, depth: int) -> tuple[Node, Node]:
        key = self._node(event, depth)
        value = self._node(self._next(), depth)
        if isinstance(value, ScalarNode) and not value.style and not value.value:
            # The parser puts an empty value where the next token is; it stands after its colon.
            colon = _COLON.match(self._text, key.end)
            at = colon.end() if colon else key.end
            value = ScalarNode(at, at, key.line, key.column, "", "")
        return key, value

    def _scalar(self, event: Any, start: int, place: tuple[int, int]) -> ScalarNode:
        if not isinstance(event, ScalarEvent):
            return ScalarNode(start, event.end_mark.index, *place, "", "")
        end, style = event.end_mark.index, event.style or ""
        if style in ("|", ">") and style:
            header, _, _ = self._text[start:end].partition("\n")
            if "+" not in header.split("#")[0]:  # else the blank lines that follow are part of the value
                end = start + len(self._text[start:end].rstrip())
        node = ScalarNode(start, end, *place, event.value, style)
        colour = None if style else _COLOUR.match(self._text, end)
        if colour and isinstance(resolve(event.value), str):
            self.refuse(node, f"loses {colour[1]}, which starts a comment here: put the text in quotes")
        if _HALF.search(event.value):
            self.refuse(node, "holds half of a surrogate pair: write the character itself")
        return node


def _plain(node: Node, refuse: Any) -> Any:
    if isinstance(node, ScalarNode):
        return node.value if node.style else resolve(node.value)
    if isinstance(node, SequenceNode):
        return [_plain(item, refuse) for item in node.items]
    built: dict[str, Any] = {}
    for key, value in node.pairs:
        if not isinstance(key, ScalarNode):
            refuse(key, "a key must be a plain word")
        elif key.value in built:
            refuse(key, f"{_short(key.value)} stands twice: keep one")
        else:
            built[key.value] = _plain(value, refuse)
    return built


def _child(node: Node | None, part: str | int) -> tuple[Node, Node] | None:
    """(what stands for it to a reader, its value)"""
    if isinstance(node, MappingNode):
        named = str(part)
        return next(
            ((key, value) for key, value in node.pairs if isinstance(key, ScalarNode) and key.value == named),
            None,
        )
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.items):
        return node.items[part], node.items[part]
    return None


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"
