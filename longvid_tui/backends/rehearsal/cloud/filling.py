"""Fills any JSON schema with sensible words for a planner's fields, so that a plan of any length comes out."""

from __future__ import annotations

import re
from typing import Any


def filled(schema: Any, words: str) -> Any:
    """An answer that fills a schema; `words`: the question, which may name ids that the schema does not."""
    return _Filler(schema, words).fill(schema, "", 1)


class _Filler:
    """Fills a schema; `number` is that of the segment, keyframe or list item that a text is for."""

    def __init__(self, schema: Any, words: str) -> None:
        self._root = schema
        self._words = words

    def fill(self, schema: Any, field: str, number: int) -> Any:
        if "$ref" in schema:
            return self.fill(self._root["$defs"][schema["$ref"].rpartition("/")[2]], field, number)
        if "anyOf" in schema:
            return self.fill(schema["anyOf"][0], field, number)
        if "enum" in schema:
            return schema["enum"][number % len(schema["enum"])]
        kind = schema["type"]
        if kind == "object":
            ends = {"first": 2 * number - 1, "last": 2 * number}
            return {
                name: self.fill(inner, name, ends.get(name, number))
                for name, inner in schema["properties"].items()
            }
        if kind == "array":
            return self._list(schema, field)
        if kind == "boolean":
            return number % 5 == 0
        return _TEXTS.get(field, f"{field} {{}}").format(number, **_turns(number))

    def _list(self, schema: Any, field: str) -> list[Any]:
        ids = self._ids(schema["items"], field)
        if not ids:
            count = schema.get("minItems", 1 if field in ("cast", "props") else 2)
            return [self.fill(schema["items"], field, number) for number in range(1, count + 1)]
        items = []
        for name in ids:
            number = int(name[1:])
            items.append({**self.fill(schema["items"], field, number), "id": name})
        return items

    def _ids(self, items: Any, field: str) -> list[str]:
        """The ids a list is asked for: by its schema, else by the words of the question."""
        found = self._root["$defs"][items["$ref"].rpartition("/")[2]] if "$ref" in items else items
        identity = found.get("properties", {}).get("id")
        if identity is None:
            return []
        if "enum" in identity:
            return list(identity["enum"])
        named = re.findall(r"Answer exactly these: (.+)\.", self._words)
        if named:
            return [name for name in named[-1].split(", ") if name[0] == field[0]]
        asked = re.findall(r"\bs(\d+) to s(\d+)\b", self._words)
        first, last = map(int, asked[-1]) if asked else (1, 1)
        return [f"s{number}" for number in range(first, last + 1)]


_MOVES = ("pushes in slowly", "glides to the right", "rises gently", "holds still", "follows from behind")
_ENDS = ("the iron lamp", "the stone steps", "the moored boat", "the wooden door", "the low wall")
_LIGHTS = ("dawn light from the left", "soft overcast light", "low golden sun from behind", "blue dusk")


def _turns(number: int) -> dict[str, str]:
    return {
        "move": _MOVES[number % len(_MOVES)],
        "end": _ENDS[number % len(_ENDS)],
        "light": _LIGHTS[number % len(_LIGHTS)],
    }


_TEXTS = {
    "title": "The Harbour",
    "reasoning": "One walk along the harbour, told in order, so that every picture leads to the next one.",
    "style": "35 mm film still, fine grain, natural light, muted contrast",
    "palette": "slate blue, rust red, bone white",
    "negative": "text, watermark, extra fingers",
    "name": "figure {0}",
    "features": "number {0}: weathered face, short grey hair, a scar over the left brow",
    "cast": "figure 1",
    "place": "figure 1",
    "props": "figure 2",
    "wardrobe": "a long rust red coat and dark boots",
    "parts": "Part {0}: the walk goes on past {end}, where something small changes hands.",
    "so_far": "The walk has come as far as {end}.",
    "scene": "Harbour, stretch {0}",
    "happens": "Step {0}: she reaches {end} and looks out over the water.",
    "shows": "Picture {0}: a woman in a rust red coat stands left of {end}, one hand on the wet railing, her face "
    "turned to the grey sea; behind her the quay number {0} runs into the mist.",
    "camera": "medium shot, eye level, 35 mm",
    "light": "{light}",
    "seen": "She stands nearer to {end}, and the frame is wider.",
    "motion": "The camera {move} while the woman in the rust red coat walks along the quay towards {end}, her coat "
    "and hair lifting in the wind, her hand sliding along the wet railing until she stands beside it, stretch "
    "{0} of the mist thinning behind her over the slow grey water.",
    "motion_zh": "镜头{0}缓缓移动，穿锈红色大衣的女人沿着码头走向前方，大衣和头发在风中扬起，手扶着潮湿的栏杆，最后停在栏杆旁。",
}
