"""How good and how fast the placement of segments is: families of instances with fixed seeds, one table.

    python benchmarks/placement.py [--quick] [--families A,F,H] [--update-best]

Every figure is a makespan over the best one known for that instance (placement-best.json), or over the lower
bound. Time is processor time, so that a busy machine changes the table less. `--update-best` also searches for
seconds and writes the file where something better was found.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from longvid_tui.engine.costs import load_seconds, published
from longvid_tui.engine.costs.table import Row
from longvid_tui.engine.placement import Instance, Job, Plan, Warm, baseline, check, plan

BEST = Path(__file__).with_name("placement-best.json")
SEGMENTS = (3, 7, 10, 24, 60, 200)
BOXES = (1, 2, 4, 8, 16, 64)
BASELINES = ("wide", "parallel", "two", "split")
LIMITS = {"10 ms": 0.01, "300 ms": 0.3}
ULYSSES = (1, 2, 4, 5, 8)
RING = tuple(range(1, 9))


def row(card: str) -> Row:
    """A published row with the fixed part that the reference figures were made with."""
    rows = published().rows
    return replace(next(r for r in rows if r.work.backend == "wan21" and r.card == card), fixed=20.0)


def official(card: str = "H100", sizes: tuple[int, ...] = ULYSSES) -> Callable[[int], dict[int, float]]:
    curve = row(card)
    return lambda frames: {
        size: curve.scaled(curve.at(size, curve), replace(curve.work, frames=frames)) for size in sizes
    }


def distilled(frames: int) -> dict[int, float]:
    curve = row("H100")
    scale = curve.scaled(1.0 + 20, replace(curve.work, frames=frames)) - 20 * frames / 81
    return {
        size: 10 * frames / 81 + 34 * scale * curve.at(size, curve) / curve.at(1, curve) for size in ULYSSES
    }


def equal(count: int, _: random.Random) -> list[int]:
    return [81] * count


def mixed(count: int, rng: random.Random) -> list[int]:
    return [4 * rng.randint(8, 30) + 1 for _ in range(count)]


def two(count: int, _: random.Random) -> list[int]:
    return [161 if k % 4 == 3 else 81 for k in range(count)]


def at_once(count: int, _: random.Random) -> list[float]:
    return [0.0] * (count + 1)


def by_api(count: int, rng: random.Random) -> list[float]:
    """When each keyframe is painted: 5 a minute, 4 in flight, 22 to 40 s each."""
    ready: list[float] = []
    for k in range(count + 1):
        start = max(12.0 * k, ready[k - 4] if k >= 4 else 0.0)
        ready.append(start + rng.uniform(22, 40))
    return ready


def serial(count: int, rng: random.Random) -> list[float]:
    """Each keyframe edits the one before it."""
    ready = [rng.uniform(22, 40)]
    for _ in range(count):
        ready.append(ready[-1] + rng.uniform(22, 40))
    return ready


@dataclass(frozen=True)
class Family:
    title: str
    lengths: Callable[[int, random.Random], list[int]] = mixed
    times: Callable[[int], dict[int, float]] = field(default_factory=official)
    keyframes: Callable[[int, random.Random], list[float]] = at_once
    chain: int = 1
    load: str = "none"
    mode: str = "group"
    gpus: tuple[int, ...] = BOXES
    models: int = 1
    busy: bool = False
    left_warm: bool = False


FAMILIES = {
    "A": Family("equal 81 f, warm", lengths=equal),
    "B": Family("mixed 33-121 f, warm"),
    "C": Family("chains of 4", chain=4, gpus=BOXES[1:]),
    "D": Family("keyframes released by the API", keyframes=by_api, gpus=BOXES[1:]),
    "E": Family("cold, nvme", load="nvme", mode="cold"),
    "F": Family("group, nvme", load="nvme"),
    "R": Family("resident, first load", load="nvme", mode="resident"),
    "H": Family("group, slow disk", load="slow", gpus=(8, 16)),
    "I": Family("A100 48 GB (g >= 4), group", times=official("A100", (4, 5, 8)), load="nvme", gpus=(8, 16)),
    "J": Family("serial keyframes, two lengths", lengths=two, keyframes=serial, gpus=(8, 16)),
    "K": Family("one chain", chain=10**6, gpus=(1, 2, 4, 8)),
    "L": Family("odd G", gpus=(3, 5, 6, 7)),
    "M": Family("odd G, ring sizes too", times=official(sizes=RING), gpus=(3, 5, 6, 7)),
    "N": Family("distilled, cold", times=distilled, load="nvme", mode="cold", gpus=(4, 8)),
    "O": Family("distilled, group", times=distilled, load="nvme", gpus=(4, 8)),
    "P": Family("half of the GPUs busy", load="nvme", gpus=(8, 16), busy=True),
    "Q": Family("two models, group", load="nvme", gpus=(8, 16), models=2),
    "W": Family("groups left warm", load="nvme", gpus=(8, 16), left_warm=True),
}


def make(name: str, count: int, gpus: int) -> Instance:
    family = FAMILIES[name]
    rng = random.Random(f"{name} {count} {gpus}")
    nodes = (8,) * (gpus // 8) if gpus > 8 else (gpus,)
    times = {frames: family.times(frames) for frames in range(33, 162, 4)}
    ready = family.keyframes(count, rng)
    jobs = []
    for k, frames in enumerate(family.lengths(count, rng)):
        chained = k % family.chain > 0
        # A chained segment starts with the real last frame of the one before, and needs its last keyframe.
        release = ready[k + 1] if chained else max(ready[k], ready[k + 1] if family.chain == 1 else 0.0)
        fitting = {size: seconds for size, seconds in times[frames].items() if size <= nodes[0]}
        preds = (f"s{k}",) if chained else ()
        jobs.append(Job(f"s{k + 1}", fitting, release, preds, model=f"m{k % family.models}"))
    load = load_seconds(family.load, 8)
    free = tuple(rng.uniform(0, 1500) if family.busy and k % 2 else 0.0 for k in range(gpus))
    warm = tuple(Warm((k - k % 2, k - k % 2 + 1), "m0") if family.left_warm else None for k in range(gpus))
    return Instance(nodes, tuple(jobs), load, family.mode, gpu_free=free, warm=warm)


def measured(instance: Instance) -> dict[str, Plan]:
    plans = {kind: baseline(instance, kind) for kind in BASELINES}
    plans |= {label: plan(instance, limit=limit, clock=time.process_time) for label, limit in LIMITS.items()}
    for label, made in plans.items():
        faults = check(instance, made)
        assert not faults, (label, faults)
    return plans


def searched(instance: Instance, start: Plan, rounds: int, limit: float) -> float:
    """The smallest makespan of several longer searches, each from where the last one ended."""
    found = start.makespan
    for _ in range(rounds):
        if found <= start.bound * 1.0002:
            break
        start = plan(instance, limit=limit, warm_start=start, clock=time.process_time)
        assert not check(instance, start)
        found = min(found, start.makespan)
    return found


def ratios(values: list[float]) -> str:
    return f"{statistics.fmean(values):.3f}/{max(values):.3f}"


def share(values: list[float]) -> str:
    return f"{sum(value <= 1.02 for value in values) / len(values):.1%}"


def table(results: dict[str, list[dict[str, float]]]) -> Iterator[str]:
    columns = (*BASELINES, *LIMITS, "300 ms / bound")
    yield f"| {'family':34} | n | {' | '.join(columns)} |"
    yield f"|{'-|' * (len(columns) + 2)}"
    every = [entry for entries in results.values() for entry in entries]
    for title, entries in [*((f"{n} {FAMILIES[n].title}", e) for n, e in results.items()), ("all", every)]:
        cells = " | ".join(ratios([entry[column] for entry in entries]) for column in columns)
        yield f"| {title:34} | {len(entries)} | {cells} |"
    yield f"| {'share <= 1.02':34} | | {' | '.join(share([e[c] for e in every]) for c in columns)} |"


def worst(entries: list[dict[str, float]], names: list[str], column: str) -> str:
    ranked = sorted(zip(entries, names, strict=True), key=lambda pair: -pair[0][column])[:5]
    return f"worst at {column}: " + ", ".join(f"{name} {entry[column]:.3f}" for entry, name in ranked)


def speed() -> Iterator[str]:
    """First plans of 200 segments, in milliseconds; placement_online.py times replans."""
    for name, gpus in (("R", 8), ("F", 8), ("E", 8), ("R", 64), ("F", 64)):
        instance = make(name, 200, gpus)
        first = [_milliseconds(instance) for _ in range(20)]
        yield f"{FAMILIES[name].title:22} S=200 G={gpus:2}: first plan {statistics.median(first):5.1f} ms"


def _milliseconds(instance: Instance) -> float:
    began = time.process_time()
    plan(instance, limit=0.0, clock=time.process_time)
    return (time.process_time() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a subset that takes less than a minute")
    parser.add_argument("--families", default=",".join(FAMILIES), help="letters, separated by commas")
    parser.add_argument("--update-best", action="store_true", help="search longer and keep what is better")
    parser.add_argument("--rounds", type=int, default=3, help="longer searches per instance")
    parser.add_argument("--seconds", type=float, default=0.7, help="length of each longer search")
    options = parser.parse_args()
    gc.freeze()  # as the engine does: what is imported stays
    best: dict[str, float] = json.loads(BEST.read_text()) if BEST.exists() else {}
    results: dict[str, list[dict[str, float]]] = {}
    names: list[str] = []
    for name in options.families.split(","):
        family = FAMILIES[name]
        counts, boxes = (SEGMENTS[::2], family.gpus[-3::2]) if options.quick else (SEGMENTS, family.gpus)
        for gpus in boxes:
            for count in counts:
                label = f"{name} S={count} G={gpus}"
                instance = make(name, count, gpus)
                plans = measured(instance)
                reached = min(made.makespan for made in plans.values())
                if options.update_best:
                    reached = searched(instance, plans["300 ms"], options.rounds, options.seconds)
                    reached = min(reached, *(made.makespan for made in plans.values()))
                    best[label] = min(round(reached, 3), best.get(label, float("inf")))
                known = min(best.get(label, float("inf")), reached)
                entry = {column: made.makespan / known for column, made in plans.items()}
                bound = plans["300 ms"].bound
                entry["300 ms / bound"] = plans["300 ms"].makespan / bound
                results.setdefault(name, []).append(entry)
                names.append(label)
        print(f"{name} done", file=sys.stderr, flush=True)
    print(*table(results), sep="\n")
    every = [entry for entries in results.values() for entry in entries]
    print(*(worst(every, names, column) for column in (*LIMITS, "300 ms / bound")), *speed(), sep="\n")
    if options.update_best:
        BEST.write_text(json.dumps(dict(sorted(best.items())), indent=1) + "\n")


if __name__ == "__main__":
    main()
