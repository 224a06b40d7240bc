"""The storyboard as PDF, read back: words stay words, stills are there, and where it comes from is attached."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from reel import LABEL, make_shots

from longvid_tui.exporting.shots import Panel, ShotList
from longvid_tui.exporting.storyboard import storyboard
from longvid_tui.exporting.storyboard_pdf import to_pdf
from longvid_tui.media.errors import MediaError

MARKUP = '#read("/etc/passwd") *bold* $x^2$ ] } "quoted" \\ Größe Жук'


def jpeg(_: Path) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 36), (200, 30, 30)).save(out, "JPEG")
    return out.getvalue()


def paper(shots: ShotList) -> PdfReader:
    return PdfReader(io.BytesIO(to_pdf(storyboard(shots), jpeg)))


def test_words_stay_words_and_every_shot_is_there() -> None:
    shots = make_shots().shots
    painted = replace(shots[0], prompt=MARKUP, first=Panel("k1", "A still", Path("keyframes/k1/a.png"), 7))
    read = paper(make_shots(title="A film", shots=(painted, *shots[1:])))
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    for words in (MARKUP, "not painted yet", "red seam it jumps", "0:01 to 0:02", "s3 42"):
        assert words in text
    assert sum(len(page.images) for page in read.pages) == 1


def test_it_says_where_it_comes_from() -> None:
    read = paper(make_shots(title="A film"))
    assert read.metadata is not None
    assert (read.metadata.title, read.metadata.subject) == ("A film", LABEL)
    assert json.loads(read.attachments["provenance.json"][0])["longvid_plan"] == '{"a": "</script>"}'


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MediaError, match=r"pip install 'longvid-tui\[pdf\]'"):
        to_pdf(storyboard(make_shots()), jpeg)
