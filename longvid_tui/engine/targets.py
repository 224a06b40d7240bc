"""The names of targets: `plan`, `k3`, `s7`, `k1-k5`, `@mara`, `m7`, `masters`, `keyframes`, `segments`,
`motions`, `all`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from longvid_tui.project.model import Plan


class WrongTarget(Exception):
    """A name that means nothing in this film; the text is one sentence for the person."""


def expand(
    plan: Plan, targets: Iterable[str], masters: Iterable[str] = (), motions: Iterable[str] = ()
) -> list[str]:
    """The ids that the names mean, each once, in the order they are named.

    `masters` and `motions`: the ids of those that exist. Raises WrongTarget.
    """
    order = {
        "masters": list(masters),
        "keyframes": [k.id for k in plan.keyframes],
        "segments": [s.id for s in plan.segments],
        "motions": list(motions),
    }
    every = [*order["keyframes"], *order["segments"], *order["motions"]]
    named = {master.casefold(): master for master in order["masters"]}
    chosen: list[str] = []
    for target in targets:
        name = target.strip().lower()
        if name == "plan":
            chosen.append("plan")
        elif name == "all":
            chosen.extend(["plan", *order["masters"], *every])
        elif name in order:
            chosen.extend(order[name] or _none(name))
        elif name.startswith("@"):
            chosen.append(_master(target, named))
        elif "-" in name:
            chosen.extend(_span(name, every))
        elif name in every:
            chosen.append(name)
        else:
            raise _unknown(target, every)
    return list(dict.fromkeys(chosen))


def expand_items(plan: Plan, targets: Iterable[str], masters: Iterable[str] = ()) -> list[str]:
    """As `expand`, without the plan, which has no takes."""
    items = [target for target in expand(plan, targets, masters) if target != "plan"]
    if not items:
        raise WrongTarget("name keyframes or segments; the plan has no takes" if plan.segments else _NO_PLAN)
    return items


def single(targets: Sequence[str], named: str) -> str:
    """The only target that the name `named` means; raises WrongTarget if it means several."""
    if len(targets) > 1:
        raise WrongTarget(f"{named} names {len(targets)} of them: name one")
    return targets[0]


def _span(name: str, every: Sequence[str]) -> list[str]:
    first, _, last = name.partition("-")
    last = last if last[:1].isalpha() else first[:1] + last
    if first not in every or last not in every or first[0] != last[0] or every.index(first) > every.index(last):
        raise _unknown(name, every)
    return list(every[every.index(first) : every.index(last) + 1])


def _master(target: str, named: Mapping[str, str]) -> str:
    name = target.strip().casefold()
    if name in named:
        return named[name]
    if not named:
        _none("masters")
    raise WrongTarget(f"{target} is no master of this film; there are {', '.join(named.values())}")


_NO_PLAN = "there are no keyframes or segments yet: run `plan` first"
_NONE = {
    "masters": "this film has no masters (docs/providers.md)",
    "motions": "no movement is proposed: `plan DIR --motion` asks for some",
}
"""What is said of a group without members; for the other groups _NO_PLAN is."""


def _none(group: str) -> NoReturn:
    raise WrongTarget(_NONE.get(group, _NO_PLAN))


def _unknown(target: str, every: Sequence[str]) -> WrongTarget:
    if target.strip().lower()[:1] == "m":
        proposed = [name for name in every if name[0] == "m"] or _none("motions")
        return WrongTarget(f"no movement {target} is proposed; there is {', '.join(proposed)}")
    if not every:
        return WrongTarget(f"{target or repr(target)} is not part of this film; {_NO_PLAN}")
    known = f"plan, {every[0]} to {every[-1]}, and ranges like k1-k5"
    return WrongTarget(f"{target or repr(target)} is not part of this film; there is {known}")
