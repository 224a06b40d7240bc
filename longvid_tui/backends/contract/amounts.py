"""Numbers that a plugin gives, looked at where they come in: not a number, without an end or less than nothing, they
would break off a run much later."""

from __future__ import annotations

import math

from longvid_tui.backends.contract.errors import Misconfigured


def at_least(told: object, **least: float) -> None:
    """Raise Misconfigured where a field of `told` is less, or no finite number; None, for unknown, may stand in any."""
    for name, bound in least.items():
        value = getattr(told, name)
        for each in value if isinstance(value, tuple) else (value,):
            if each is not None and not _is_from(bound, each):
                raise Misconfigured(
                    f"A plugin says {name}={each!r} in its {type(told).__name__}, and {bound} is the least: "
                    "update it, or choose another backend in project.yaml."
                )


def price(who: str, usd: float | None) -> float | None:
    """What something will cost by `who`; raises Misconfigured for what is no amount, before anything is bought."""
    if usd is None or _is_from(0, usd):
        return usd
    raise Misconfigured(
        f"{who!r} says that it costs {usd!r} dollars: update this plugin, or choose another backend in project.yaml."
    )


def paid(usd: float | None) -> float | None:
    """What something has cost; None, for unknown, where that is no amount: what was bought is kept all the same."""
    return usd if usd is not None and _is_from(0, usd) else None


def _is_from(least: float, value: object) -> bool:
    return isinstance(value, (int, float)) and least <= value < math.inf
