"""What determines a list schedule, and the random steps that change it."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from longvid_tui.engine.placement.model import Seconds
from longvid_tui.engine.placement.problem import Problem


class Genes(NamedTuple):
    """Target end from now, queue order (smallest first) and least level of each job."""

    target: Seconds
    order: list[float]
    levels: list[int]


class Mutator:
    """Draws other genes; urgent jobs keep their place in front of the queue."""

    def __init__(self, problem: Problem, bound: Seconds, random: Random) -> None:
        self.problem = problem
        self.bound = bound
        self.random = random
        self.count = len(problem.jobs)
        self.top = [len(options) - 1 for options in problem.options]

    def other(self, genes: Genes, best: Seconds) -> Genes:
        """Half of them near by, half of them a new start: of few draws the far ones find as much."""
        draw = self.random.random()
        if draw < 0.05:
            return genes._replace(levels=self._with_steps(genes.levels))
        if draw < 0.5:
            return genes._replace(order=self._with_swaps(genes.order))
        levels = self._redrawn(genes.levels) if draw > 0.7 else genes.levels
        return Genes(self._target(best), self.jittered(self.random.random()), levels)

    def jittered(self, strength: float) -> list[float]:
        """The longest first, give or take up to `strength` of the length."""
        random = self.random.random
        return [place * (1 + strength * (2 * random() - 1)) for place in self.problem.base_order]

    def _target(self, best: Seconds) -> Seconds:
        reach = 1.3 if self.random.random() < 0.3 else 1.0
        return self.bound + (best - self.bound) * self.random.random() * reach

    def _pick(self) -> int:
        return int(self.random.random() * self.count)

    def _with_steps(self, levels: list[int]) -> list[int]:
        levels = levels[:]
        for _ in range(1 + int(self.random.random() * 3)):
            k = self._pick()
            step = 1 if self.random.random() < 0.6 else -1
            levels[k] = min(self.top[k], max(0, levels[k] + step))
        return levels

    def _redrawn(self, levels: list[int]) -> list[int]:
        random = self.random.random
        share = random()
        return [
            int((top + 1) * random()) if random() < share else level
            for top, level in zip(self.top, levels, strict=True)
        ]

    def _with_swaps(self, order: list[float]) -> list[float]:
        order = order[:]
        urgent = self.problem.urgent
        for _ in range(1 + int(self.random.random() * 2)):
            a, b = self._pick(), self._pick()
            if urgent[a] == urgent[b]:
                order[a], order[b] = order[b], order[a]
        return order
