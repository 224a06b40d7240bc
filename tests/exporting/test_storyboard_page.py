"""The storyboard: one file, nothing loaded, and no word of a film becomes markup."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from reel import HOSTILE, make_shots

from longvid_tui.exporting.shots import Panel
from longvid_tui.exporting.storyboard import storyboard
from longvid_tui.exporting.storyboard_html import to_html
from longvid_tui.showing import show

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "b", "dl", "dt", "dd", "section", "header",
    "span", "div", "figure", "figcaption", "img", "script",
}  # fmt: skip


class Read(HTMLParser):
    """What a browser makes of the page: elements with their attributes, and texts by element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements:
            self.texts.setdefault(self.elements[-1][0], []).append(data)


def page(**changed: object) -> Read:
    return Read(to_html(storyboard(make_shots(**changed)), lambda path: path.name.encode()))


def test_words_of_a_film_stay_words() -> None:
    read = page()
    assert {tag for tag, _ in read.elements} <= ELEMENTS
    assert all(not name.startswith("on") for _, attributes in read.elements for name in attributes)
    assert read.texts["title"][0] == show(HOSTILE)
    assert any(f"Shot 2: {show(HOSTILE)}" in text for text in read.texts["p"])
    (script,) = [attributes for tag, attributes in read.elements if tag == "script"]
    assert script == {"type": "application/json", "id": "provenance"}
    assert json.loads("".join(read.texts["script"]))["longvid_plan"] == '{"a": "</script>"}'


def test_nothing_is_loaded_and_nothing_may_be() -> None:
    read = page()
    policy = [a["content"] for tag, a in read.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]
    assert not [a for _, a in read.elements if {"href", "srcset"} & a.keys()]
    assert all(str(a["src"]).startswith("data:") for _, a in read.elements if "src" in a)


def test_it_shows_stills_what_is_missing_seams_times_and_seeds() -> None:
    shots = make_shots().shots
    painted = replace(shots[0], first=Panel("k1", "A still", Path("k1.png"), 7))
    read = page(shots=(painted, *shots[1:]))
    (image,) = [attributes for tag, attributes in read.elements if tag == "img"]
    assert base64.b64decode(str(image["src"]).partition(",")[2]) == b"k1.png"
    everything = " ".join(text for texts in read.texts.values() for text in texts)
    for words in (
        "not painted yet",
        "goes on from the last frame",
        "red seam",
        "0:01 to 0:02",
        "s2\N{NO-BREAK SPACE}41",
    ):
        assert words in everything
