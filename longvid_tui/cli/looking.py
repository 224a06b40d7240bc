"""Commands that only look: status, logs. They read the folder and need no engine."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import NoneType
from typing import Annotated, Any

import typer

from longvid_tui import client
from longvid_tui.cli.context import open_folder, open_studio
from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.cli.output import DONE, FAILED, narrate, print_json, say, typed
from longvid_tui.cli.progress import spoken_end
from longvid_tui.doing import DOING, STAGES, TO_DO, efficiency, placed, waits
from longvid_tui.engine import attempts
from longvid_tui.engine.logtail import LogTail
from longvid_tui.engine.pricing import gpu_usd
from longvid_tui.engine.report import report
from longvid_tui.engine.targets import expand_items, single
from longvid_tui.project.folder import FILM, Folder
from longvid_tui.project.journal import Event
from longvid_tui.showing import one_line
from longvid_tui.spans import spans

_TICK = 0.5
"""Seconds between two looks at what is watched or followed."""

_LEAST_HOURS = 0.005
"""GPU-hours below which none are told."""

_LONGEST_WHY = 300
"""Characters at most in which the reason of a failed run is told."""


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui status film --json")(status)
    app.command(epilog="Example: longvid-tui logs film s7 -f")(logs)


def status(
    folder: ProjectArgument,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Say it again whenever it changes.")] = False,
    json: JsonOption = False,
) -> int:
    """Say where the project stands. docs/status-json.md describes the JSON."""
    told: dict[str, Any] = {}
    while True:
        # Before the folder is read: a run that ends between the two looks interrupted the other way round.
        known = _known_to_engine(str(folder.resolve()))
        opened = Folder(folder.resolve()) if told else open_folder(folder)
        said = _without_lost(report(opened.root, open_studio(opened).survey()))
        if known and (json or not watch or _is_planned_now(said)):
            said = _with_news(said, known)
        if said != told:
            print_json(said) if json else _tell(said, folder, opened, goes_on=bool(known))
            told = said
        if not watch or _at_rest(opened):
            return DONE
        time.sleep(_TICK)


def _known_to_engine(root: str) -> Mapping[str, Any] | None:
    """What the engine says of a project (docs/wire.md); None where none is there, or has it open."""
    engine = client.connect()
    if engine is None:
        return None
    with engine:
        return next((each for each in engine.ask("status")["projects"] if each["folder"] == root), None)


def _without_lost(said: dict[str, Any]) -> dict[str, Any]:
    """Without attempts that are at work nowhere, as after a power cut, or in the project that this one is a copy
    of."""

    def is_lost(attempt: Mapping[str, Any]) -> bool:
        directory = Path(said["folder"], "attempts", attempt["attempt"])
        return isinstance(attempts.glance(directory, attempt["started"]), (attempts.Lost, NoneType))

    return {**said, "running": [attempt for attempt in said["running"] if not is_lost(attempt)]}


def _with_news(said: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """With what only the engine knows: how far each running attempt is, when the run is done, and the plan that is
    being written."""
    tasks = known["progress"]
    at = {task["target"]: {name: task[name] for name in ("stage", "done", "total")} for task in tasks}
    running = [{**attempt, "progress": at.get(attempt["target"])} for attempt in said["running"]]
    news = {"eta": known["eta"], "growing": known["growing"], "held_up": known.get("held_up") or None}
    return {**said, "running": running, **news}


def _is_planned_now(said: Mapping[str, Any]) -> bool:
    return bool(said["order"]) and any(task["kind"] == "plan" for task in said["missing"])


def _at_rest(opened: Folder) -> bool:
    return opened.history.order is None and not opened.history.open_attempts


def _tell(said: Mapping[str, Any], folder: Path, opened: Folder, *, goes_on: bool) -> None:
    done, total = said["progress"]["done"], said["progress"]["total"]
    title = said["title"] or opened.root.name
    say(f"{title}: {done} of {total} done, {said['seconds']:.1f} s at {said['canvas']}")
    if said.get("growing"):
        for segment in said["growing"]["segments"]:
            say(f"{segment['id']:5} {one_line(segment['prompt'], 100)}")
        return
    for name in ("masters", "keyframes", "segments") if said["masters"] else ("keyframes", "segments"):
        items = said[name]
        ready = sum(item["status"] == "ready" for item in items)
        approved = sum(item["approved"] for item in items)
        say(f"{name}: {ready} of {len(items)} made, {approved} approved")
    if spent := _spent(said["costs"]):
        say(spent)
    if said["gpu_hours"] >= _LEAST_HOURS:
        usd = gpu_usd(open_studio(opened), said["gpu_hours"])
        say(f"filmed on GPUs: {said['gpu_hours']:.2f} GPU-hours{f', {_dollars(usd)}' if usd else ''}")
    for line in (*_at_work(said["running"]), *_to_do(said, folder)):
        say(line)
    if said["waits_for"]:
        targets = said["waits_for"]["targets"]
        say(f"waits for your approval of {'the plan' if targets == ['plan'] else spans(targets)}")
    for line in _of_the_run(said, goes_on=goes_on):
        say(line)
    if said["film"]["status"] == "ready":
        say(str(opened.root / FILM))


def _of_the_run(said: Mapping[str, Any], *, goes_on: bool) -> Iterator[str]:
    """How it goes, or how the last one ended; `goes_on`: an engine has the project open."""
    if said["order"]:
        yield _going_on(said, goes_on=goes_on)
    if said["broke_off"]:
        yield f"the last run failed: {one_line(said['broke_off'], _LONGEST_WHY)}"
    if said["held_up"]:
        yield one_line(said["held_up"], _LONGEST_WHY)
    elif said["eta"]:
        yield "; ".join(part for part in (spoken_end(said["eta"]), efficiency(said["eta"])) if part)


def _at_work(running: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is being filmed and how far it is; segments of which the same is to be said share a line."""
    alike: dict[tuple[str, str], list[str]] = {}
    for attempt in running:
        at = attempt["progress"] or {"stage": "", "done": 0, "total": 0}
        far = f" {at['done']}/{at['total']}" if at["total"] > 1 else ""
        stage = "waiting" if waits(attempt) else STAGES.get(at["stage"], at["stage"]) or DOING["render"]
        alike.setdefault((stage, placed(attempt)), []).append(attempt["target"] + far)
    for (stage, where), targets in alike.items():
        yield f"{stage} {', '.join(targets)}{where and ': '}{where}"


def _to_do(said: Mapping[str, Any], folder: Path) -> Iterator[str]:
    filmed = {attempt["target"] for attempt in said["running"]}
    missing = [task for task in said["missing"] if task["kind"] != "render" or task["target"] not in filmed]
    for task in missing[:5]:
        what = " ".join(dict.fromkeys((TO_DO[task["kind"]], task["target"])))
        yield f"to {what}: {task['reason']}"
    if len(missing) > 5:
        yield f"and {len(missing) - 5} more: longvid-tui run {typed(folder)} --dry-run"


_KINDS = {"k": "keyframes", "@": "masters", "s": "segments"}


def _spent(costs: Mapping[str, Mapping[str, Any]]) -> str:
    """`spent: $0.31 (plan $0.002, keyframes $0.31), and 2 answers of unknown price`; "" while nothing has cost
    anything."""
    parts = Counter[str]()
    for target, cost in costs.items():
        parts[_KINDS.get(target[:1], "plan")] += cost["usd"]
    unpriced = sum(cost["unpriced"] for cost in costs.values())
    usd = parts.total()
    if not (usd or unpriced):
        return ""
    each = ", ".join(f"{name} {_dollars(part)}" for name, part in parts.items() if part)
    unknown = f", and {unpriced} answer{'s' * (unpriced != 1)} of unknown price" if unpriced else ""
    return f"spent: {_dollars(usd)}{f' ({each})' if each else ''}{unknown}"


def _dollars(usd: float) -> str:
    """To the cent, or to the first two digits of less than that."""
    return f"${usd:.2f}" if usd >= 0.01 or not usd else f"${usd:.2g}"


def _going_on(said: Mapping[str, Any], *, goes_on: bool) -> str:
    if said["order"]["paused"]:
        return "paused: `resume` goes on"
    if goes_on:
        asks = said["waits_for"] and not said["running"]
        return "the run goes on once that is answered" if asks else "a run is under way in the engine"
    return "the run was interrupted: `run` goes on"


def logs(
    folder: ProjectArgument,
    target: Annotated[
        str | None, typer.Argument(metavar="TARGET", help="s7: what its generator says; else what happened.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is added.")] = False,
) -> int:
    """Print what happened, or what the generator of a segment said."""
    opened = open_folder(folder)
    if target is None:
        return _events(opened, follow)
    name = single(expand_items(opened.project, [target]), target)
    directory = _newest_attempt(opened, name)
    if directory is None:
        narrate(f"{name} has never been filmed.", error=True)
        return FAILED
    tail = LogTail(directory / "log")
    while True:
        lines = tail.read()
        for line in lines:
            say(line)
        if not lines and (not follow or (directory / "exit.json").exists()):
            for line in tail.read():
                say(line)
            return DONE
        if not lines:
            time.sleep(_TICK)


def _newest_attempt(opened: Folder, name: str) -> Path | None:
    started = [event.data["attempt"] for event in opened.events_after(0) if event.kind == "start"]
    mine = [attempt for attempt in started if attempt.rpartition("-")[0] == name]
    return opened.path(f"attempts/{mine[-1]}") if mine else None


def _events(opened: Folder, follow: bool) -> int:
    seen = 0
    while True:
        events = opened.events_after(seen)
        for line in map(_line, events):
            say(line)
        seen += len(events)
        if not follow or _at_rest(opened):
            return DONE
        time.sleep(_TICK)
        opened = Folder(opened.root)


def _line(event: Event) -> str:
    when = datetime.fromtimestamp(event.time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return f"{when} {event.kind:8} {one_line(' '.join(_details(event)), 200)}".rstrip()


def _details(event: Event) -> Iterator[str]:
    data = event.data
    if event.kind == "seam":
        yield f"{data.get('before', '?')} | {data.get('after', '?')}"
        yield data["shows"]["grade"] if data["shows"] else data.get("transition", "?")
    if event.kind == "redo plan":
        yield spans(data["segments"])
    for name in ("target", "attempt", "until", "how", "detail", "note", "path", "model"):
        if data.get(name):
            yield str(data[name])
    if event.kind == "rest" and data.get("why"):
        yield str(data["why"])
    if data.get("changes"):
        yield f"({', '.join(data['changes'])})"
    if (usd := data.get("cost_usd")) is not None:
        yield f"${usd:.3f}" if usd >= 0.001 or not usd else _dollars(usd)
