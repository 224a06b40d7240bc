"""Names of keyframes and segments, told briefly. Standard library only: the screen says them as the commands
do."""

from __future__ import annotations

from collections.abc import Sequence


def spans(targets: Sequence[str], most: int | None = None) -> str:
    """`k1-k3, k7`: runs of neighbours as one, at most `most` of them named."""
    runs: list[list[str]] = []
    for target in targets:
        if runs and _follows(runs[-1][-1], target):
            runs[-1].append(target)
        else:
            runs.append([target])
    said = [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    more = 0 if most is None else len(said) - most
    return ", ".join(said[:most]) + (f" and {more} more" if more > 0 else "")


def _follows(before: str, after: str) -> bool:
    both = before[1:].isdecimal() and after[1:].isdecimal()
    return both and before[0] == after[0] and int(after[1:]) == int(before[1:]) + 1
