"""What determines a list schedule, and the random steps that change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from longvid_tui.engine.placement.model import Seconds
from longvid_tui.engine.placement.problem import Problem


@dataclass(frozen=True)
class Genes:
    """Target end from now, queue order (smallest first) and least level of each job."""

    target: Seconds
    order: list[float]
    levels: list[int]


class Mutator:
    """Draws neighbours of genes; urgent jobs keep their place in front of the queue."""

    def __init__(self, problem: Problem, bound: Seconds, random: Random) -> None:
        self.problem = problem
        self.bound = bound
        self.random = random
        self.count = len(problem.jobs)
        self.top = [len(options) - 1 for options in problem.options]
        self.by_release = sorted(range(self.count), key=lambda k: (problem.heads[0][k], k))

    def neighbour(self, genes: Genes, best: Seconds) -> Genes:
        draw = self.random.random()
        if draw < 0.30:
            return replace(genes, levels=self._with_steps(genes.levels))
        if draw < 0.45:
            return replace(genes, levels=self._with_flat_stretch(genes.levels))
        if draw < 0.75:
            return replace(genes, order=self._with_swaps(genes.order))
        if draw < 0.90:
            return replace(genes, target=self._target(best))
        strength = 0.025 if self.random.random() < 0.5 else 0.15
        return replace(genes, order=self.jittered(genes.order, strength), target=self._target(best))

    def kicked(self, genes: Genes, best: Seconds) -> Genes:
        """Far from where the search is stuck: part of the best, or a new start."""
        random = self.random
        if random.random() < 0.5:
            return replace(genes, levels=[0 if random.random() < 0.3 else level for level in genes.levels])
        levels = [int((top + 1) * random.random() ** 2) for top in self.top]
        return Genes(self._target(best), self.jittered(self.problem.base_order, 0.15), levels)

    def jittered(self, order: list[float], strength: float) -> list[float]:
        random = self.random.random
        return [place * (1 + strength * (2 * random() - 1)) for place in order]

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

    def _with_flat_stretch(self, levels: list[int]) -> list[int]:
        levels = levels[:]
        at = self._pick()
        level = int(self.random.random() * self.problem.level_count)
        for k in self.by_release[at : at + 1 + int(self.random.random() * 4)]:
            levels[k] = min(self.top[k], level)
        return levels

    def _with_swaps(self, order: list[float]) -> list[float]:
        order = order[:]
        urgent = self.problem.urgent
        for _ in range(1 + int(self.random.random() * 2)):
            a, b = self._pick(), self._pick()
            if urgent[a] == urgent[b]:
                order[a], order[b] = order[b], order[a]
        return order
