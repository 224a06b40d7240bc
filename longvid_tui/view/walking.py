"""Ways through a film: to a neighbour, to the next that is wanted, to what somebody names."""

from __future__ import annotations

from collections.abc import Sequence

from longvid_tui.view.film import PLAN, Film


def along(film: Film, target: str, step: int) -> str:
    """The neighbour `step` items to the right in the row of `target`; stays at the ends."""
    row = next((row for row in film.rows if target in [item.target for item in row]), ())
    if not row:
        return film.segments[0].target if film.segments else PLAN if film.planned else target
    here = next(place for place, item in enumerate(row) if item.target == target)
    return row[min(max(here + step, 0), len(row) - 1)].target


def across(film: Film, target: str, step: int) -> str:
    """The item above (-1) or below (+1): plan, masters, keyframes, segments."""
    rows, item = film.rows, film.item(target)
    if item is None:
        return rows[0][0].target if target == PLAN and step > 0 and rows else PLAN
    here = next(place for place, row in enumerate(rows) if row[0].kind == item.kind)
    if item.kind == "segment":
        return (item.first or item.last or target) if step < 0 else target
    if step < 0:
        return rows[here - 1][0].target if here else PLAN
    if item.kind == "master":
        return rows[here + 1][0].target if here + 1 < len(rows) else target
    return next(
        (segment.target for segment in film.segments if item.target in (segment.first, segment.last)), target
    )


def following(film: Film, wanted: Sequence[str], target: str, step: int = 1) -> str | None:
    """The next of `wanted` after `target` in the order of the film, around the end; None if there is none."""
    if not wanted:
        return None
    order = {name: place for place, name in enumerate((PLAN, *(item.target for item in film.items)))}
    here = order.get(target, -1)
    ranked = sorted(wanted, key=lambda name: order.get(name, 0), reverse=step < 0)
    beyond = [name for name in ranked if (order.get(name, 0) - here) * step > 0]
    return (beyond or ranked)[0]


def found(film: Film, words: str) -> str | None:
    """The target somebody means: `s12`, `k3`, `12`, `plan`, a moment as `1:30` or `90s`, or words of a
    prompt."""
    wanted = words.strip().casefold()
    if wanted == PLAN:
        return PLAN
    named = wanted if wanted[:1] in ("s", "k", "@") else f"s{wanted}"
    if film.item(named):
        return named
    moment = _moment(wanted)
    if moment is not None:
        began = [segment for segment in film.segments if segment.start <= moment]
        return began[-1].target if began else None
    items = (*film.segments, *film.keyframes, *film.masters)
    return next((item.target for item in items if wanted and wanted in item.prompt.casefold()), None)


def _moment(words: str) -> float | None:
    minutes, colon, seconds = words.partition(":") if ":" in words else ("0", ":", words.removesuffix("s"))
    if not (colon and minutes.isdecimal() and seconds.isdecimal()):
        return None
    return int(minutes) * 60 + int(seconds)
