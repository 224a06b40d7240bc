"""Changes a YAML file by touching only the bytes of what changed.

A block collection is cut into entries: each owns its lines, the comment behind them, deeper comments right
below and the comment lines right above. Comments that stand alone, with an empty line below, belong to nobody
and stay.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longvid_tui.strict_yaml import MappingNode, Node, Parsed, ScalarNode, SequenceNode
from longvid_tui.yaml_write import after_colon, flow, item, write

_HEADER_COMMENT = re.compile(r"[|>][-+0-9]*([ \t]+#[^\r\n]*)")
_SAME_LINE_COMMENT = re.compile(r"[ \t]*(#[^\r\n]*)")
_COMMENT_LINE = re.compile(r"([ \t]*)#[^\n]*\n?")
_COLON = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*:")
_COMMA = re.compile(r"(?P<before>(?:[ \t\r\n]|#[^\n]*)*),(?P<comment>[ \t]+#[^\n]*)?")
_END_OF_DOCUMENT = re.compile(r"^\.\.\.", re.MULTILINE)


def change(parsed: Parsed, old: Mapping[str, Any], new: Mapping[str, Any], *, deep: bool = True) -> str:
    """The text after its meaning changes from `old` to `new`, two readings of the whole file.

    Items of a list are matched by their `id`, or by their value, and move with their comments. Not `deep`: a
    key of the file that changed is written anew as a whole. Raises ValueError for ways of writing it cannot
    change.
    """
    if old == new:
        return parsed.text
    if parsed.root is None:
        return _ended(parsed.text) + write(new, apart=1) if new else parsed.text
    return _Change(parsed.text, deep).document(parsed.root, old, new)


@dataclass(frozen=True)
class _Slot:
    """One entry of a block collection: text[lead:start] is what stands above it, text[start:end] its own.

    `marker` is where its colon or dash ends.
    """

    lead: int
    start: int
    marker: int
    node: Node
    end: int


class _Change:
    def __init__(self, text: str, deep: bool) -> None:
        self._text, self._deep = text, deep
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def document(self, root: Node, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
        text = self._text
        if not isinstance(root, MappingNode):
            raise ValueError("only a file of `key: value` lines can be changed in place")
        if root.flow:
            return text[: root.start] + self._in_flow(root, old, new) + text[root.end :]
        start, end = self._line_start(root.start), self._block_end(root)
        kept = {name: value for name, value in new.items() if name in old or name in _names(root)}
        body = text[:start] + self._mapping(root, start, old, kept)
        stop = _END_OF_DOCUMENT.search(text, end)
        rest = stop.start() if stop else len(text)
        fresh = "".join(
            self._fresh(f"\n{write({name: value}, root.column - 1, 1)}")
            for name, value in new.items()
            if name not in kept
        )
        if not fresh:
            return body + text[end:]
        return _ended(body + text[end:rest], self._newline) + fresh + text[rest:]

    def _mapping(self, node: MappingNode, start: int, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
        """The text that stands for the block mapping from `start` to its end."""
        pieces: list[str] = []
        for name, slot in zip(_names(node), self._pairs(node, start), strict=True):
            if name in new or name not in old:
                lead = self._text[slot.lead : slot.start]
                own = self._entry(name, slot, old.get(name), new.get(name, old.get(name)), node.column - 1)
                pieces.append(lead + own)
            else:
                pieces.append(self._unowned(slot))
        fresh = {name: value for name, value in new.items() if name not in _names(node)}
        if fresh:
            pieces.append(self._fresh(write(fresh, node.column - 1)))
        text = "".join(_ended(piece, self._newline) for piece in pieces[:-1] if piece) + pieces[-1]
        return text if start == self._line_start(start) else text.lstrip()

    def _sequence(self, node: SequenceNode, start: int, old: Sequence[Any], new: Sequence[Any]) -> str:
        """The text that stands for the block sequence from `start` to its end."""
        slots = self._items(node, start)
        before, after = _identities(old), _identities(new)
        known = {name: (slot, value) for name, slot, value in zip(before, slots, old, strict=True)}
        column = node.column - 1
        if before == after:
            return "".join(
                self._text[slot.lead : slot.start] + self._entry("", slot, was, now, column)
                for slot, was, now in zip(slots, old, new, strict=True)
            )
        if start != self._line_start(start):
            raise ValueError("the list stands on the line of another dash")
        leads, left_over = self._leads(slots, [name in after for name in before])
        blank = self._newline if any(_starts_blank(leads[slot.start]) for slot in slots[1:]) else ""
        pieces: list[str] = []
        for name, value in zip(after, new, strict=True):
            if name in known:
                slot, was = known[name]
                piece = leads[slot.start] + self._entry("", slot, was, value, column)
            else:
                piece = self._fresh(item(value, column))
            piece = _unblanked(piece)
            pieces.append(_ended(blank + piece if pieces else piece, self._newline))
        return "".join(pieces) + left_over

    def _leads(self, slots: Sequence[_Slot], kept: Sequence[bool]) -> tuple[dict[int, str], str]:
        """What is to stand above each kept slot, by its start: its own lead, after the lone comments of removed
        slots before it. And the lone comments after the last kept slot."""
        leads: dict[int, str] = {}
        carried = ""
        for slot, stays in zip(slots, kept, strict=True):
            if stays:
                leads[slot.start], carried = carried + self._text[slot.lead : slot.start], ""
            else:
                carried += self._unowned(slot)
                leads[slot.start] = ""
        return leads, carried

    def _entry(self, name: str, slot: _Slot, old: Any, new: Any, column: int) -> str:
        """The own text of a slot whose value changes from `old` to `new`."""
        text, node = self._text, slot.node
        if old == new:
            return text[slot.start : slot.end]
        if self._deep and _same_kind(node, new):
            if isinstance(node, ScalarNode):
                return self._rescaled(name, slot, new, column)
            if node.flow:
                changed = self._in_flow(node, old, new)
                return text[slot.start : node.start] + changed + text[node.end : slot.end]
            start = self._region_start(slot)
            body = (
                self._mapping(node, start, old, new)
                if isinstance(node, MappingNode)
                else self._sequence(node, start, old, new)
            )
            end = self._block_end(node)
            return (
                text[slot.start : start]
                + _ended(body, self._newline if end < slot.end else "")
                + text[end : slot.end]
            )
        return self._rewritten(name, slot, new, column)

    def _rescaled(self, name: str, slot: _Slot, new: Any, column: int) -> str:
        """A scalar becomes another one: what is before it and behind it stays."""
        text, node = self._text, slot.node
        assert isinstance(node, ScalarNode)
        header, _, body = after_colon(name, new, column)[1:].rstrip("\n").partition("\n")
        line_end = self._line_after(node.end)
        found = _HEADER_COMMENT.match(text, node.start) if node.style in ("|", ">") else None
        behind = found[1] if found else text[node.end : line_end].rstrip()
        gap = " " if node.start == slot.marker else ""
        tail = self._newline + self._fresh(body) if body else ""
        own = text[slot.start : node.start] + gap + header + behind + tail
        return _ended(own, self._newline) + text[line_end : slot.end]

    def _rewritten(self, name: str, slot: _Slot, new: Any, column: int) -> str:
        """The value is written anew; a comment on the line of its key or dash stays there."""
        comment = _SAME_LINE_COMMENT.match(self._text, slot.marker)
        if isinstance(slot.node, ScalarNode) or slot.node.flow:
            comment = _SAME_LINE_COMMENT.match(self._text, slot.node.end) or comment
        first, newline, rest = self._fresh(after_colon(name, new, column, 1)).partition(self._newline)
        kept = comment[0] if comment and comment[0][0].isspace() else f" {comment[1]}" if comment else ""
        return self._text[slot.start : slot.marker] + first + kept + newline + rest

    def _in_flow(self, node: MappingNode | SequenceNode, old: Any, new: Any) -> str:
        """A collection in braces or brackets, changed inside them."""
        text = self._text
        if text[node.start] not in "[{":
            raise ValueError("a pair without braces cannot be changed in place")
        parts = _flow_parts(node)
        before, now = _keyed(old), _keyed(new)
        names = [*_names(node)] if isinstance(node, MappingNode) else _identities(old)
        body: dict[str, str] = {}
        at = node.start + 1
        closing = node.end - 1
        for name, (start, value) in zip(names, parts, strict=True):
            comma = _COMMA.match(text, value.end, closing)
            lead, own = text[at:start], text[start : value.start]
            behind = (comma["before"], comma["comment"] or "") if comma else ("", "")
            at = comma.end() if comma else value.end
            if name in now:
                own += self._flow_value(value, before.get(name), now[name])
                body[name] = f"{lead}{own}{behind[0]}\0{behind[1]}"
        foot = text[at:closing]
        lead = _common_lead(text, parts, node.start + 1)
        for name, value in now.items():
            fresh = flow({name: value})[1:-1] if isinstance(node, MappingNode) else flow(value)
            body.setdefault(name, f"{lead}{fresh}\0")
        pieces = [body[name] for name in (now if isinstance(node, SequenceNode) else body)]
        if names and pieces[0] != body.get(names[0]):
            pieces = [pieces[0].lstrip(" "), *pieces[1:]]
        spaced = [pieces[0], *(piece if piece[:1].isspace() else f" {piece}" for piece in pieces[1:])]
        trailing = "," if _COMMA.match(text, parts[-1][1].end, closing) else ""
        joined = "".join(piece.replace("\0", ",") for piece in spaced[:-1]) + spaced[-1].replace("\0", trailing)
        return text[node.start] + joined + foot + text[closing : node.end]

    def _flow_value(self, node: Node, old: Any, new: Any) -> str:
        if old == new:
            return self._text[node.start : node.end]
        if not isinstance(node, ScalarNode) and _same_kind(node, new):
            return self._in_flow(node, old, new)
        return f" {flow(new)}" if node.start == node.end else flow(new)

    def _pairs(self, node: MappingNode, start: int) -> list[_Slot]:
        anchors = [node.start, *(self._line_start(key.start) for key, _ in node.pairs[1:])]
        markers = [self._after_colon(key.end) for key, _ in node.pairs]
        return list(self._slots(node, start, anchors, markers, [value for _, value in node.pairs]))

    def _items(self, node: SequenceNode, start: int) -> list[_Slot]:
        anchors, markers = [], []
        at = node.start
        for index, value in enumerate(node.items):
            dash = self._dash(at) if index else node.start
            anchors.append(self._line_start(dash) if index else dash)
            markers.append(dash + 1)
            at = self._own_end(value, node.column - 1)
        return list(self._slots(node, start, anchors, markers, node.items))

    def _slots(
        self, node: Node, start: int, anchors: Sequence[int], markers: Sequence[int], values: Sequence[Node]
    ) -> Iterator[_Slot]:
        lead = start
        for index, (anchor, marker, value) in enumerate(zip(anchors, markers, values, strict=True)):
            line = self._line_start(anchor)
            own = line if index or start <= line else anchor
            end = self._own_end(value, node.column - 1)
            yield _Slot(lead, own, marker, value, end)
            lead = end

    def _own_end(self, value: Node, column: int) -> int:
        """End of the lines of a value, with the deeper comments right below."""
        end = self._line_after(value.end)
        while (found := _COMMENT_LINE.match(self._text, end)) and len(found[1]) > column:
            end = found.end()
        return end

    def _block_end(self, node: MappingNode | SequenceNode) -> int:
        return self._own_end(node, node.column - 1)

    def _region_start(self, slot: _Slot) -> int:
        """Where a block value begins: its own line with the comments right above, or its first character."""
        start = self._line_start(slot.node.start)
        if start <= slot.marker:
            return slot.node.start
        floor = self._line_after(slot.marker)
        above = self._text[floor:start]
        return start - len(_attached(above))

    def _unowned(self, slot: _Slot) -> str:
        """What stays when a slot goes: the comments above it that stand alone."""
        lead = self._text[slot.lead : slot.start]
        alone = lead[: len(lead) - len(_attached(lead))]
        return alone if "#" in alone else ""

    def _after_colon(self, at: int) -> int:
        colon = _COLON.match(self._text, at)
        if not colon:
            raise ValueError("a key without a colon cannot be changed in place")
        return colon.end()

    def _dash(self, at: int) -> int:
        while (found := re.compile(r"[ \t]*(?:#[^\n]*)?\r?\n").match(self._text, at)) and found.end() > at:
            at = found.end()
        return self._text.index("-", at)

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_after(self, at: int) -> int:
        if at and self._text[at - 1] == "\n":
            return at
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end + 1

    def _fresh(self, text: str) -> str:
        return text.replace("\n", self._newline)


def _names(node: MappingNode) -> list[str]:
    return [key.value if isinstance(key, ScalarNode) else "" for key, _ in node.pairs]


def _identities(items: Sequence[Any]) -> list[str]:
    """A name for each item, its `id` or its value, that tells equal ones apart by their count."""
    names, seen = [], Counter[str]()
    for value in items:
        own = value.get("id") if isinstance(value, Mapping) else None
        name = own if isinstance(own, str) else json.dumps(value, sort_keys=True)
        seen[name] += 1
        names.append(f"{name}\0{seen[name]}")
    return names


def _keyed(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else dict(zip(_identities(value), value, strict=True))


def _same_kind(node: Node, new: Any) -> bool:
    """Whether `new` can stand where `node` stands; an empty collection is written anew."""
    if isinstance(node, ScalarNode):
        return not isinstance(new, (Mapping, list, tuple))
    if isinstance(node, MappingNode):
        return isinstance(new, Mapping) and bool(new) and bool(node.pairs)
    return isinstance(new, (list, tuple)) and bool(new) and bool(node.items)


def _flow_parts(node: MappingNode | SequenceNode) -> list[tuple[int, Node]]:
    """(where it starts, value node) of each part of a flow collection."""
    if isinstance(node, MappingNode):
        return [(key.start, value) for key, value in node.pairs]
    return [(value.start, value) for value in node.items]


def _common_lead(text: str, parts: Sequence[tuple[int, Node]], at: int) -> str:
    """The white space before a new part: a line of its own where the others have one."""
    first = text[at : parts[0][0]]
    return first if "\n" in first and "#" not in first else " "


def _attached(lead: str) -> str:
    """The comment lines at the end of a lead, without an empty line between."""
    lines = lead.splitlines(keepends=True)
    count = 0
    while count < len(lines) and lines[-1 - count].lstrip().startswith("#"):
        count += 1
    return "".join(lines[len(lines) - count :])


def _starts_blank(lead: str) -> bool:
    return lead.lstrip(" \t").startswith(("\n", "\r\n"))


def _unblanked(text: str) -> str:
    """The text without empty lines at its start."""
    while (first := text.partition("\n"))[1] and not first[0].strip():
        text = first[2]
    return text


def _ended(text: str, newline: str = "\n") -> str:
    return text if not text or text.endswith("\n") else text + newline
