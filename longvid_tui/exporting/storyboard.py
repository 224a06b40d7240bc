"""The storyboard as one HTML file that needs nothing else: stills, words, seams and settings, ready to print."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from longvid_tui.exporting.shots import Panel, Shot, ShotList
from longvid_tui.project.model import Look
from longvid_tui.project.timing import timecode
from longvid_tui.showing import segment_colour, show

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

_SEAMS = {"green": "#009E73", "yellow": "#E69F00", "red": "#D55E00"}
"""Okabe and Ito's, told apart by colour-blind eyes; the word stands beside them."""


def to_html(shots: ShotList, picture: Picture) -> str:
    """All text is escaped, nothing is loaded from anywhere, and no script may run."""
    return "\n".join(_page(shots, picture)) + "\n"


def _page(shots: ShotList, picture: Picture) -> Iterator[str]:
    title = _text(shots.title)
    yield '<!doctype html>\n<html lang="">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield (
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
    )
    yield f'<meta name="generator" content="{_text(shots.provenance["encoder_program"])}">'
    yield f'<meta name="description" content="{_text(shots.label)}">'
    yield f"<title>{title}</title>\n<style>\n{_STYLE}\n:root {{ --aspect: {shots.width}/{shots.height} }}\n</style>"
    yield f"</head>\n<body>\n<h1>{title}</h1>"
    yield f'<p class="dim">{_text(shots.label)}</p>'
    yield f'<p class="dim">{_text(_facts(shots))}</p>'
    yield from _definitions("Look", _look(shots.look))
    yield "<h2>Shots</h2>"
    for shot in shots.shots:
        if shot.seam:
            yield (
                f'<p class="seam" style="--seam: {_SEAMS.get(shot.seam.grade, "gray")}">'
                f"<b>{_text(shot.seam.grade)} seam</b> {_text(shot.seam.reason)}</p>"
            )
        yield from _shot(shots, shot, picture)
    yield from _definitions("Settings", {"made with": _makers(shots), **_seeds(shots)})
    yield f'<script type="application/json" id="provenance">{_json(dict(shots.provenance))}</script>'
    yield "</body>\n</html>"


def _shot(shots: ShotList, shot: Shot, picture: Picture) -> Iterator[str]:
    begin, end = shot.start / shots.fps, (shot.start + shot.frames) / shots.fps
    yield f'<section class="shot" style="--colour: {segment_colour(shot.position)}">'
    yield f"<header><b>{_text(shot.id)}</b> <span>{_text(shot.scene)}</span>"
    yield f'<span class="dim">{timecode(begin)} to {timecode(end)}, {shot.frames} frames</span></header>'
    yield f'<p>{_text(shot.prompt)}</p>\n<div class="stills">'
    yield _figure(shot.first, "goes on from the last frame before it", picture)
    yield _figure(shot.last, "ends where it comes to", picture)
    yield "</div>\n</section>"


def _figure(still: Panel | None, without: str, picture: Picture) -> str:
    if still is None:
        return f'<figure><div class="none">{without}</div></figure>'
    caption = f"<figcaption><b>{_text(still.id)}</b> {_text(still.prompt)}</figcaption>"
    if still.picture is None:
        return f'<figure><div class="none">not painted yet</div>{caption}</figure>'
    data = base64.b64encode(picture(still.picture)).decode()
    return f'<figure><img src="data:image/jpeg;base64,{data}" alt="{_text(still.id)}">{caption}</figure>'


def _definitions(title: str, rows: dict[str, str]) -> Iterator[str]:
    filled = {name: words for name, words in rows.items() if words}
    if filled:
        yield f"<h2>{title}</h2>\n<dl>"
        yield from (f"<dt>{_text(name)}</dt><dd>{_text(words)}</dd>" for name, words in filled.items())
        yield "</dl>"


def _facts(shots: ShotList) -> str:
    seconds = shots.frames / shots.fps
    size = f"{shots.width}x{shots.height}"
    return f"{len(shots.shots)} shots, {seconds:.1f} s, {size} at {shots.fps} frames a second"


def _look(look: Look) -> dict[str, str]:
    return {
        "style": look.style,
        "palette": look.palette,
        "never": look.negative,
        **{character.id: character.features for character in look.characters},
        **{place.id: place.features for place in look.places},
        **{prop.id: prop.features for prop in look.props},
    }


def _makers(shots: ShotList) -> str:
    return ", ".join(f"{backend} ({work})" for work, backend in shots.backends.items())


def _seeds(shots: ShotList) -> dict[str, str]:
    stills = {still.id: still for shot in shots.shots for still in (shot.first, shot.last) if still}
    made = {**{name: still.seed for name, still in stills.items()}, **{s.id: s.seed for s in shots.shots}}
    return {"seeds": ", ".join(f"{name} {seed}" for name, seed in made.items() if seed is not None)}


def _text(text: str) -> str:
    return html.escape(show(text))


def _json(value: object) -> str:
    """JSON in which nothing ends the element around it."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
