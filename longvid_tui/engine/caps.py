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
    """The tasks at work, and the GPU-hours they will have taken when they are done."""

    tasks: tuple[Task, ...] = ()
    gpu_hours: float = 0.0


class Caps:
    """The caps of one run. The order is passed each time, because it may change; unknown prices count as 0."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._questions: dict[str, float] = {}
        """Dollars that the next request for a plan or a motion prompt will cost, by the task's name."""

    def expect(self, task: Task, usd: float | None) -> None:
        """Note what the next request of a task will cost in dollars (None: unknown)."""
        self._questions[task.name] = usd or 0.0

    def allow(self, order: Order, task: Task, begun: Begun, state: ProjectState | None) -> bool:
        """Whether the cost cap allows the pictures of a task, or its next request, besides what has `begun`."""
        if order.most_usd is None or task.kind not in BOUGHT:
            return True
        others = Begun(tuple(each for each in begun.tasks if each != task), begun.gpu_hours)
        return self._usd(others, state) + self._price(task, state) <= order.most_usd

    def exceeded(self, order: Order, gpu_hours: float, begun: Begun, state: ProjectState | None) -> Cap | None:
        """The cap that `gpu_hours` more would exceed, besides what was made and what has `begun`; None if
        none."""
        filmed = self._studio.folder.history.gpu_seconds / 3600
        if order.most_gpu_hours is not None and filmed + begun.gpu_hours + gpu_hours > order.most_gpu_hours:
            return "hours"
        price = gpu_usd(self._studio, gpu_hours)
        if order.most_usd is not None and price and self._usd(begun, state) + price > order.most_usd:
            return "cost"
        return None

    def _usd(self, begun: Begun, state: ProjectState | None) -> float:
        """Dollars that the film will have cost when what has `begun` is done."""
        bought = sum(self._price(task, state) for task in begun.tasks)
        return film_usd(self._studio) + bought + gpu_usd(self._studio, begun.gpu_hours)

    def _price(self, task: Task, state: ProjectState | None) -> float:
        if task.kind != "paint" or state is None:
            return self._questions.get(task.name, 0.0)
        return bill_of(self._studio, [state.item(task.target)]).usd
