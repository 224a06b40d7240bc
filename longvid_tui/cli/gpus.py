"""The command about the GPUs of this machine."""

from __future__ import annotations

import json as jsonlib
import os
import re
import time
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from longvid_tui.cli.options import JsonOption
from longvid_tui.cli.output import DONE, out, print_json
from longvid_tui.gpus import Pool, Process, Reading, Sample, Sampler, problems, usable
from longvid_tui.gpus.pool import listed, spoken, told_together
from longvid_tui.settings import Settings
from longvid_tui.showing import show

_BAR_CELLS = 10


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui gpus --watch")(gpus)


def gpus(
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Show it anew every second.")] = False,
    json: JsonOption = False,
) -> int:
    """Show the GPUs, who uses them and what is wrong with them."""
    settings = Settings.load()
    sampler = Sampler()
    sampler.start()
    reading = sampler.first()
    if watch:
        _watch(sampler, settings, json)
    elif json:
        print_json(_as_json(reading, settings))
    else:
        out().print(_picture(reading, settings))
    return DONE


def _watch(sampler: Sampler, settings: Settings, json: bool) -> None:
    """Show the GPUs every second until the person interrupts, as a table or as one line of JSON."""
    try:
        if json:
            while True:
                print(jsonlib.dumps(_as_json(sampler.read(), settings)), flush=True)  # noqa: T201
                time.sleep(sampler.interval)
        with Live(console=out(), auto_refresh=False, transient=False) as live:
            while True:
                live.update(_picture(sampler.read(), settings), refresh=True)
                time.sleep(sampler.interval)
    except KeyboardInterrupt:
        sampler.stop()


def _as_json(reading: Reading, settings: Settings) -> dict[str, Any]:
    ours, said = _our_pids(reading), reading.to_json()
    pool = may_film(reading, settings)
    for sample in said["gpus"]:
        sample["usable"] = sample["index"] in pool.gpus
        sample["why_not"] = pool.out.get(sample["index"], "")
        for process in sample["processes"] or ():
            process["ours"] = process["pid"] in ours
    return said


def _picture(reading: Reading, settings: Settings) -> Group:
    if reading.problem:
        return Group(Text(f"{show(reading.problem)} The animatic generator needs none."))
    ours = _our_pids(reading)
    pool = may_film(reading, settings)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("GPU", "name", "memory", "load", "power", "temp", "used by"):
        right = heading in ("load", "power", "temp")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for sample in reading.gpus:
        table.add_row(*_row(sample, ours))
    remarks = told_together((sample.index, _remarks(sample, ours, pool)) for sample in reading.gpus)
    red = (Text(show(remark), style="bold red") for remark in remarks)
    return Group(table, *red, *_linked(reading), _summary(pool))


def _linked(reading: Reading) -> Iterator[Text]:
    """Which GPUs reach each other fast, where that is told apart: a segment is put on some that do."""
    islands = [group.gpus for group in reading.groups if group.link == "nvlink"]
    if islands and len(reading.groups) > 1:
        yield Text(f"linked by NVLink: {' and '.join(map(listed, islands))}", style="dim")


def _remarks(sample: Sample, ours: Collection[int], pool: Pool) -> Iterator[str]:
    """Why this GPU is not used or, if it is, who else uses it; then what else is wrong with it."""
    why_not = pool.out.get(sample.index, "")
    if why_not:
        yield why_not
    else:
        others = [process for process in sample.processes or () if process.pid not in ours]
        yield from (f"shared with {spoken(process)}" for process in others if process.uid is not None)
    yield from (problem for problem in problems(sample) if not why_not.startswith(problem))


def _row(sample: Sample, ours: Mapping[int, str]) -> Iterator[Text]:
    yield Text(str(sample.index), style="bold")
    yield Text(show((sample.name or "?").removeprefix("NVIDIA ")))
    yield _memory(sample)
    yield Text("" if sample.utilisation is None else f"{sample.utilisation} %")
    yield Text(_power(sample))
    yield Text("" if sample.temperature is None else f"{sample.temperature} °C")
    yield Text(show(", ".join(dict.fromkeys(_user(process, ours) for process in sample.processes or ()))))


def _memory(sample: Sample) -> Text:
    if sample.memory_used is None or not sample.memory_total:
        return Text("")
    full = round(_BAR_CELLS * sample.memory_used / sample.memory_total)
    used, total = (value / 2**30 for value in (sample.memory_used, sample.memory_total))
    return Text(f"{'█' * full}{'░' * (_BAR_CELLS - full)} {used:.0f}/{total:.0f} GB")


def _power(sample: Sample) -> str:
    if sample.power_watts is None:
        return ""
    limit = "" if sample.power_limit_watts is None else f"/{sample.power_limit_watts:.0f}"
    return f"{sample.power_watts:.0f}{limit} W"


def _user(process: Process, ours: Mapping[int, str]) -> str:
    if process.pid in ours:
        return f"longvid-tui {ours[process.pid]}".rstrip()
    return process.owner or "somebody"


def _summary(pool: Pool) -> Text:
    said = f"{len(pool.gpus)} of {len(pool.gpus) + len(pool.out)} can film"
    which = f": {listed(pool.gpus)}" if pool.gpus and pool.out else ""
    return Text(said + which, style="dim")


def may_film(reading: Reading, settings: Settings) -> Pool:
    """The GPUs that an engine with these settings would film on, and why not on the others."""
    from longvid_tui.engine import residents

    return usable(
        reading.gpus,
        _our_pids(reading),
        held=residents.held(),
        allow_foreign=settings.gpus.allow_foreign,
        visible=os.environ.get("CUDA_VISIBLE_DEVICES"),
    )


def _our_pids(reading: Reading) -> dict[int, str]:
    """Our processes on the GPUs by pid, each with the segment it films ("" for a resident worker).

    A process is ours if its environment bears the mark of an attempt. Those of other accounts cannot be read.
    """
    pids = {process.pid for sample in reading.gpus for process in sample.processes or ()}
    marks = {pid: _mark(pid) for pid in pids}
    return {pid: _segment(mark) for pid, mark in marks.items() if mark}


def _mark(pid: int) -> str:
    import psutil

    from longvid_tui.engine.processes import MARK

    try:
        return psutil.Process(pid).environ().get(MARK, "")
    except (psutil.Error, OSError):
        return ""


def _segment(mark: str) -> str:
    """The `s3` of the mark `s3-0123456789`; "" for a resident worker, which films many and has a mark of
    another form."""
    found = re.fullmatch(r"(\w+)-[0-9a-f]{10}", mark)
    return found[1] if found else ""
