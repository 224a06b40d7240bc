"""What a run may cost, in dollars and in GPU-hours: whether one more job keeps within what its order allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from longvid_tui.engine.pricing import bill_of, film_usd, gpu_usd
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import BOUGHT, Task
from longvid_tui.project.history import Order
from longvid_tui.project.state import ProjectState

Cap = Literal["cost", "hours"]


@dataclass(frozen=True)
class Begun:
    """What is at work, and the hours of GPUs that it will have taken."""

    tasks: tuple[Task, ...] = ()
    gpu_hours: float = 0.0


class Caps:
    """Of one run. The order is told each time, as it may change; unknown prices count as nothing."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._questions: dict[str, float] = {}
        """Dollars that the next question of a plan or of a movement will cost, by the task's name."""

    def expect(self, task: Task, usd: float | None) -> None:
        """The next question of a task will cost so much (None: unknown)."""
        self._questions[task.name] = usd or 0.0

    def allow(self, order: Order, task: Task, begun: Begun, state: ProjectState | None) -> bool:
        """Whether the pictures of a task, or its next question, may be paid besides what has `begun`."""
        if order.most_usd is None or task.kind not in BOUGHT:
            return True
        others = Begun(tuple(each for each in begun.tasks if each != task), begun.gpu_hours)
        return self._usd(others, state) + self._price(task, state) <= order.most_usd

    def exceeded(self, order: Order, gpu_hours: float, begun: Begun, state: ProjectState | None) -> Cap | None:
        """Which cap so many more GPU-hours would exceed, after what was made and what has `begun`."""
        filmed = self._studio.folder.history.gpu_seconds / 3600
        if order.most_gpu_hours is not None and filmed + begun.gpu_hours + gpu_hours > order.most_gpu_hours:
            return "hours"
        price = gpu_usd(self._studio, gpu_hours)
        if order.most_usd is not None and price and self._usd(begun, state) + price > order.most_usd:
            return "cost"
        return None

    def _usd(self, begun: Begun, state: ProjectState | None) -> float:
        """What the film has cost, and will have when that is done."""
        bought = sum(self._price(task, state) for task in begun.tasks)
        return film_usd(self._studio) + bought + gpu_usd(self._studio, begun.gpu_hours)

    def _price(self, task: Task, state: ProjectState | None) -> float:
        if task.kind != "paint" or state is None:
            return self._questions.get(task.name, 0.0)
        return bill_of(self._studio, [state.item(task.target)]).usd
