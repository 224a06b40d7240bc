"""The command `estimate`: how long a film would take, on this machine or on a box of GPUs one may not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from longvid_tui.backends.contract import Misconfigured
from longvid_tui.cli.context import open_folder, open_studio
from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.cli.output import DONE, out, print_json, say, typed
from longvid_tui.doing import TO_DO
from longvid_tui.engine.pricing import bill
from longvid_tui.engine.studio import Studio
from longvid_tui.gantt import chart, lanes, nearness, spoken
from longvid_tui.settings import Settings
from longvid_tui.showing import segment_colour

if TYPE_CHECKING:
    from longvid_tui.engine.costs import Box
    from longvid_tui.engine.forecast import Forecast
    from longvid_tui.engine.livebox import LiveBox
    from longvid_tui.engine.placement import Warm
    from longvid_tui.engine.staging import Means, ToFilm
    from longvid_tui.project.history import Strategy

_MOST_ROWS = 16
"""Rows of a chart at most; where there are more GPUs, neighbours that film the same share a row."""


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui estimate film --gpus 8xH100-80")(estimate)


def estimate(
    folder: ProjectArgument,
    gpus: Annotated[
        str,
        typer.Option(
            "--gpus",
            metavar="BOX",
            help="A box you have or not, as GPUs x card - GB: 8xH100-80, 2x8xH100-80 for two machines.",
        ),
    ] = "",
    json: JsonOption = False,
) -> int:
    """Say what the next run would make and about how long that takes."""
    from longvid_tui.engine.expectation import expect

    studio = open_studio(open_folder(folder))
    state = studio.survey()
    said, pictures = expect(studio, state), bill(studio, state)
    filming = _filming(studio, gpus, said)
    if filming:
        elsewhere = {name: row for name, row in said["work"].items() if name != "render"}
        said = {**_as_json(filming, elsewhere), "work": elsewhere}
    if json:
        print_json({**said, **pictures.to_json()})
        return DONE
    for name, row in said["work"].items():
        each = "unknown" if row["seconds_each"] is None else f"about {row['seconds_each']:.1f} s each"
        say(f"{row['count']:4} to {TO_DO[name]:9} {each}, {row['at_once']} at a time ({row['source']})")
    if filming:
        _show(filming)
        say(f"`run` goes by {studio.strategy}; `run --strategy` by another")
    elif not state.planned:
        say(f"     what else there is to make is known once it is planned: longvid-tui plan {typed(folder)}")
    if pictures.is_paid:
        say(f"to pay: {pictures}")
    if not said["work"]:
        say("nothing to make")
    else:
        say(f"in all: {_whole(said)}")
    return DONE


def _whole(said: Mapping[str, Any]) -> str:
    if said["seconds"] is None:
        return "unknown"
    more = ", and what is unknown above" * any(row["seconds_each"] is None for row in said["work"].values())
    return f"about {spoken(said['seconds'])}{more}"


@dataclass(frozen=True)
class _Filming:
    """How the segments would be filmed by `generator`, with `means`, on the GPUs of `live`: a forecast for each
    strategy.

    `strategy` is the one a run would use. `usd_per_hour` is for one GPU, None where that costs nothing.
    `assumed` says in sentences what was taken for granted.
    """

    strategy: Strategy
    usd_per_hour: float | None
    generator: str
    means: Means
    segments: tuple[ToFilm, ...]
    forecasts: Mapping[Strategy, Forecast]
    assumed: tuple[str, ...]
    live: LiveBox


def _filming(studio: Studio, gpus: str, said: Mapping[str, Any]) -> _Filming | None:
    """How the segments would be filmed; None where no GPU has a part in it."""
    from longvid_tui.engine.forecast import forecasts
    from longvid_tui.engine.placement import Unplaceable
    from longvid_tui.engine.staging import FLF2V, stage

    films = studio.generator(draft=studio.drafting)
    cost, open_cost = (films.cost_class(studio.canvas, open_ended=each) for each in (False, True))
    if cost is None and not gpus:
        return None
    asked = _asked(gpus) if gpus else None
    segments, assumed = _segments(studio, said)
    if not segments:
        return None
    means, live = _means(studio, asked)
    if cost:
        generator = f"{studio.video.name} ({cost.model})"
        means = replace(means, cost=cost, open_cost=open_cost, sizes=studio.video.capabilities.gpus)
    else:
        generator = "Wan2.1 14B FLF2V"
        means = replace(means, cost=FLF2V)
        assumed = (f"as if filmed by {generator}; {studio.video.name}, which you chose, needs no GPU", *assumed)
    try:
        found = forecasts(stage(segments, means))
    except Unplaceable as error:
        raise Misconfigured(str(error)) from error
    price = studio.settings.gpus.usd_per_hour
    return _Filming(
        studio.strategy, price, generator, means, segments, _numbered(found, live.gpus), assumed, live
    )


def _numbered(found: Mapping[Strategy, Forecast], gpus: Sequence[int]) -> Mapping[Strategy, Forecast]:
    """The forecasts with the indices of this machine's GPUs in place of the planner's, which count from 0."""
    return {
        name: replace(
            forecast,
            bars=tuple(replace(bar, gpus=tuple(gpus[gpu] for gpu in bar.gpus)) for bar in forecast.bars),
        )
        for name, forecast in found.items()
    }


def _segments(studio: Studio, said: Mapping[str, Any]) -> tuple[tuple[ToFilm, ...], tuple[str, ...]]:
    """What is to be filmed, and what was taken for granted about it."""
    from longvid_tui.engine.outlook import still_to_film
    from longvid_tui.engine.staging import ToFilm

    state = studio.survey()
    if not state.planned:
        names = (f"s{k}" for k in range(1, (state.project.wanted.count or 0) + 1))
        wanted = tuple(ToFilm(name, state.filmed_at) for name in names)
        return wanted, ("there is no plan yet: every segment on its own, keyframes not counted",)
    segments, assumed = still_to_film(state, said["work"], ())
    if studio.drafting:
        assumed = (f"drafts of {state.filmed_at}, as they are ordered now", *assumed)
    if state.history.open_attempts:
        assumed = (
            "as if nothing were being filmed now: `status`, or the first line of the screen, tells when the run ends",
            *assumed,
        )
    return segments, assumed


def _asked(gpus: str) -> Box:
    from longvid_tui.engine.costs import box

    try:
        return box(gpus)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _means(studio: Studio, asked: Box | None) -> tuple[Means, LiveBox]:
    """The box asked for, or this machine's free GPUs and why the others are not among them."""
    from longvid_tui.engine.costs import learned, own_runs, published
    from longvid_tui.engine.livebox import LiveBox
    from longvid_tui.engine.staging import Means

    knowing = learned(published(), own_runs(studio.folder.history))
    live, warm = (LiveBox(asked, tuple(range(asked.gpus)), {}), ()) if asked else _live_box(studio.settings)
    hardware = replace(live.box, card=knowing.table.card(live.box.card))
    means = Means(hardware, table=knowing.table, load=knowing.profile, loads=knowing.loads, warm=warm)
    return means, live


def _live_box(settings: Settings) -> tuple[LiveBox, tuple[Warm | None, ...]]:
    """This machine's usable GPUs and what each holds."""
    from longvid_tui.cli.gpus import may_film
    from longvid_tui.engine.fleet import held
    from longvid_tui.engine.livebox import live_box
    from longvid_tui.gpus import Sampler

    sampler = Sampler()
    sampler.start()
    reading = sampler.first()
    sampler.stop()
    pool = may_film(reading, settings)
    live = live_box(reading.gpus, pool, reading.groups)
    if live is None:
        reason = (reading.problem or pool.why_not).rstrip(".")
        raise Misconfigured(
            f"No GPU to film on ({reason}): name a box (--gpus, on the screen b), for example 8xH100-80."
        )
    uuids = {sample.index: sample.uuid or str(sample.index) for sample in reading.gpus}
    return live, held([uuids[index] for index in live.gpus])


def _as_json(filming: _Filming, work: Mapping[str, Any]) -> dict[str, Any]:
    """`work`: what besides filming is to be done."""
    from longvid_tui.engine.outlook import seconds_after_filming

    return {
        "seconds": filming.forecasts[filming.strategy].seconds + seconds_after_filming(work),
        "strategy": filming.strategy,
        "box": str(filming.means.box),
        "gpus": list(filming.live.gpus),
        "filmed_by": filming.generator,
        "steps": filming.means.cost.steps,
        "segments": len(filming.segments),
        "assumed": list(filming.assumed),
        "left_out": {str(index): why for index, why in filming.live.left_out.items()},
        "strategies": {
            name: {**_forecast_json(forecast), "gpu_usd": _usd(filming, forecast)}
            for name, forecast in filming.forecasts.items()
        },
    }


def _forecast_json(forecast: Forecast) -> dict[str, Any]:
    return {
        "seconds": forecast.seconds,
        "planned": forecast.planned,
        "at_least": forecast.at_least,
        "low": forecast.low,
        "high": forecast.high,
        "gpu_hours": forecast.gpu_hours,
        "idle": forecast.idle,
        "sources": list(forecast.sources),
        "gantt": [asdict(bar) for bar in forecast.bars],
    }


def _show(filming: _Filming) -> None:
    by = f"{filming.generator} in {filming.means.cost.steps} steps"
    say(f"{len(filming.segments):4} to film      on {filming.means.box} by {by}")
    for assumption in filming.assumed:
        say(f"     {assumption}")
    for index, why in filming.live.left_out.items():
        say(f"     not on GPU {index}: {why}")
    console = out()
    console.print(_table(filming))
    plain = not console.encoding.startswith("utf")
    for line in _chart(filming, console.width, plain):
        console.print(line, no_wrap=True, overflow="crop")
    chosen = filming.forecasts[filming.strategy]
    say(
        f"{'.' if plain else '░'} is loading the model; {filming.strategy} {nearness(chosen.planned, chosen.at_least)} as planned"
    )
    for source in chosen.sources:
        say(f"times: {source}")


def _usd(filming: _Filming, forecast: Forecast) -> float | None:
    return None if filming.usd_per_hour is None else round(forecast.gpu_hours * filming.usd_per_hour, 4)


def _table(filming: _Filming) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    priced = ("price",) if filming.usd_per_hour is not None else ()
    for heading in ("strategy", "filmed in", "4 of 5 cases", "GPU-hours", *priced, "idle"):
        table.add_column(heading, justify="left" if heading == "strategy" else "right", no_wrap=True)
    for name, forecast in filming.forecasts.items():
        usd = _usd(filming, forecast)
        table.add_row(
            name,
            spoken(forecast.seconds),
            f"{spoken(forecast.low)} - {spoken(forecast.high)}",
            f"{forecast.gpu_hours:.1f}",
            *(() if usd is None else (f"${usd:.2f}",)),
            f"{forecast.idle:.0%}",
        )
    return table


def _chart(filming: _Filming, width: int, ascii_only: bool) -> Iterator[Text]:
    """The Gantt chart of the strategy a run would use, every segment in its colour."""
    bars = filming.forecasts[filming.strategy].bars
    rows = lanes(bars, filming.live.gpus, _MOST_ROWS)
    drawn = dict(list(rows.items())[:_MOST_ROWS])
    position = {segment.id: place for place, segment in enumerate(filming.segments)}
    for line in chart(bars, drawn, width, ascii_only=ascii_only):
        text = Text()
        for span in line:
            text.append(span.text, segment_colour(position[span.segment]) if span.segment else "dim")
        yield text
    for gpu in list(rows)[_MOST_ROWS : _MOST_ROWS + 1]:
        yield Text(f"and {len(filming.live.gpus) - filming.live.gpus.index(gpu)} GPUs more", "dim")
