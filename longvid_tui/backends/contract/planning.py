"""Planners: a prompt becomes a plan, and a movement is written again from the pictures that came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from longvid_tui.backends.contract.backend import Check, Fingerprint, unheard
from longvid_tui.project.canvas import Canvas

if TYPE_CHECKING:  # the process of a generator imports this package too, and needs none of them
    from longvid_tui.project.model import Look, Plan, Segment, Wanted


@dataclass(frozen=True)
class Spent:
    """One answer that was paid for: what it was for, by whom, and its price (None: unknown)."""

    what: str
    model: str
    cost_usd: float | None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanRequest:
    """A person's prompt and hard constraints.

    `note`: what the person said when rejecting an earlier plan. `take`: how many plans were made for the same
    wishes before, so that a planner can make another one. `redo`: segments of `previous` to plan anew;
    everything else of it stays as it is.

    `may_spend` is called with the expected price in dollars (None: unknown) before each paid request, and
    raises OverCap if that is too much. `on_spent` is called for every paid answer, useful or not. `on_wait` is
    called with the reason and the seconds whenever the planner waits before trying again.
    """

    prompt: str
    wanted: Wanted
    canvas: Canvas
    note: str = ""
    take: int = 0
    previous: Plan | None = None
    redo: tuple[str, ...] = ()
    may_spend: Callable[[float | None], None] = field(default=unheard, compare=False, repr=False)
    on_spent: Callable[[Spent], None] = field(default=unheard, compare=False, repr=False)
    on_wait: Callable[[str, float], None] = field(default=unheard, compare=False, repr=False)


@runtime_checkable
class Planner(Protocol):
    """Turns a prompt into a plan. Constructed with the settings object; must not do I/O when constructed."""

    name: ClassVar[str]

    def fingerprint(self) -> Fingerprint: ...

    async def plan(self, request: PlanRequest, on_partial: Callable[[Plan], None]) -> Plan:
        """Return a plan that keeps `request.wanted`; call `on_partial` with the plan as it grows.

        Raises BackendError. Its `cost_usd` stays 0, because `request.on_spent` was told what was paid.
        """
        ...

    def checks(self) -> list[Check]: ...


@runtime_checkable
class Quoting(Protocol):
    """A planner that can say beforehand what a plan will cost."""

    def quote(self, request: PlanRequest) -> float | None:
        """Price of a plan in dollars by the price list, repairs and second tries not counted; None: unknown.

        Does no I/O.
        """
        ...


@dataclass(frozen=True)
class MotionRequest:
    """A segment whose movement is to be written again from its pictures as they came out.

    `first` and `last`: the two image files. `look`: the part of the film's look that they show. The other
    fields are as in PlanRequest, about this segment's movement instead of a plan.
    """

    segment: Segment
    first: Path
    last: Path
    look: Look
    note: str = ""
    take: int = 0
    may_spend: Callable[[float | None], None] = field(default=unheard, compare=False, repr=False)
    on_spent: Callable[[Spent], None] = field(default=unheard, compare=False, repr=False)
    on_wait: Callable[[str, float], None] = field(default=unheard, compare=False, repr=False)


@dataclass(frozen=True)
class Motion:
    """A movement in words, the same in Chinese or "", and the difference `seen` between the two pictures."""

    prompt: str
    prompt_zh: str = ""
    seen: str = ""


@runtime_checkable
class Seeing(Protocol):
    """A planner that can look at pictures."""

    async def rewrite_motion(self, request: MotionRequest) -> Motion:
        """The movement from the first picture to the last; raises BackendError as `plan` does."""
        ...
