"""The storyboard as one HTML file that needs nothing else, ready to print."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from longvid_tui.exporting.storyboard import Board, Row, Storyboard

Picture = Callable[[Path], bytes]
"""Gives the JPEG of a still."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c20; --dim: #63636e; --paper: #fff; --line: #dcdce2; --soft: #f4f4f7 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7e7ea; --dim: #a0a0ab; --paper: #18181b; --line: #36363c; --soft: #222226 } }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 68rem; margin: 2.5rem auto; padding: 0 1.25rem; overflow-wrap: anywhere }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem }
h2 { font-size: 1.05rem; margin: 2.25rem 0 .5rem }
p { margin: 0; white-space: pre-wrap }
.dim, figcaption, dt { color: var(--dim); font-size: .84rem }
.shot { border: 1px solid var(--line); border-left: .4rem solid var(--colour); border-radius: .4rem;
  margin: 0 0 1rem; padding: .8rem 1rem 1rem; break-inside: avoid }
.shot header { display: flex; gap: .7rem; align-items: baseline; margin-bottom: .6rem }
.shot header .dim { margin-left: auto; white-space: nowrap }
.stills { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin-top: .75rem }
figure { margin: 0 }
img, .none { width: 100%; aspect-ratio: var(--aspect); border-radius: .25rem; display: block; background: var(--soft) }
.none { display: grid; place-items: center; color: var(--dim); font-size: .84rem; padding: 1rem; text-align: center }
figcaption { margin-top: .3rem }
.seam { margin: -.4rem 0 .6rem 1.2rem; font-size: .84rem; color: var(--dim) }
.seam b { color: var(--ink) }
.seam::before { content: ""; display: inline-block; width: .6rem; height: .6rem; border-radius: 50%;
  margin-right: .5rem; background: var(--seam) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 0 }
dd { margin: 0; white-space: pre-wrap }
@media print { @page { margin: 14mm } body { margin: 0; max-width: none; font-size: 11px } }
""".strip()


def to_html(board: Storyboard, picture: Picture) -> str:
    """All text is escaped, nothing is loaded from anywhere, and no script may run."""
    return "\n".join(_page(board, picture)) + "\n"


def _page(board: Storyboard, picture: Picture) -> Iterator[str]:
    title = html.escape(board.title)
    yield '<!doctype html>\n<html lang="">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield (
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
    )
    yield f'<meta name="generator" content="{html.escape(board.program)}">'
    yield f'<meta name="description" content="{html.escape(board.label)}">'
    yield f"<title>{title}</title>\n<style>\n{_STYLE}\n:root {{ --aspect: {board.aspect} }}\n</style>"
    yield f"</head>\n<body>\n<h1>{title}</h1>"
    yield f'<p class="dim">{html.escape(board.label)}</p>'
    yield f'<p class="dim">{html.escape(board.facts)}</p>'
    yield from _definitions("Look", board.look)
    yield "<h2>Shots</h2>"
    for row in board.rows:
        yield from _row(row, picture)
    yield from _definitions("Settings", board.settings)
    yield f'<script type="application/json" id="provenance">{_json(board.provenance)}</script>'
    yield "</body>\n</html>"


def _row(row: Row, picture: Picture) -> Iterator[str]:
    if row.seam:
        grade, reason = map(html.escape, (row.seam.grade, row.seam.reason))
        yield f'<p class="seam" style="--seam: {row.seam_colour}"><b>{grade} seam</b> {reason}</p>'
    yield f'<section class="shot" style="--colour: {row.colour}">'
    yield f"<header><b>{html.escape(row.id)}</b> <span>{html.escape(row.scene)}</span>"
    yield f'<span class="dim">{row.time}</span></header>'
    yield f'<p>{html.escape(row.prompt)}</p>\n<div class="stills">'
    yield from (_figure(board, picture) for board in row.boards)
    yield "</div>\n</section>"


def _figure(board: Board, picture: Picture) -> str:
    if board.picture is None:
        seen = f'<div class="none">{html.escape(board.without)}</div>'
    else:
        data = base64.b64encode(picture(board.picture)).decode()
        seen = f'<img src="data:image/jpeg;base64,{data}" alt="{html.escape(board.id)}">'
    caption = f"<figcaption><b>{html.escape(board.id)}</b> {html.escape(board.prompt)}</figcaption>"
    return f"<figure>{seen}{caption if board.id else ''}</figure>"


def _definitions(title: str, rows: Mapping[str, str]) -> Iterator[str]:
    if rows:
        yield f"<h2>{title}</h2>\n<dl>"
        yield from (
            f"<dt>{html.escape(name)}</dt><dd>{html.escape(words)}</dd>" for name, words in rows.items()
        )
        yield "</dl>"


def _json(value: object) -> str:
    """JSON in which nothing ends the element around it."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
