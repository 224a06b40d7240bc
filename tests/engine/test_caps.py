"""What a run may cost: what services and GPUs at work will have cost counts against one cap."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from longvid_tui.backends.contract import unheard
from longvid_tui.engine.caps import Begun, Caps
from longvid_tui.engine.reconciler import Reconciler
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Order
from longvid_tui.settings import Settings

PICTURES = tuple(Task("paint", name, "") for name in ("k1", "k2", "k3"))
"""For a cent each."""


@pytest.fixture
def studio(film: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """Of a film that is planned, by somebody whose GPUs cost a dollar an hour."""
    monkeypatch.setenv("LONGVID_GPUS__USD_PER_HOUR", "1")
    folder = Folder(film)
    studio = Studio.open(folder, Settings.load(), unheard)
    with folder.writing("test"):
        asyncio.run(Reconciler(studio, Order("plan", approve=True)).run())
    return studio


def test_pictures_are_paid_besides_what_gpus_at_work_will_have_cost(studio: Studio) -> None:
    caps, state, order = Caps(studio), studio.survey(), Order("film", approve=True, most_usd=1.015)
    assert caps.allow(order, PICTURES[0], Begun(gpu_hours=1.0), state)
    assert not caps.allow(order, PICTURES[1], Begun(PICTURES[:1], gpu_hours=1.0), state)


def test_gpus_are_paid_besides_pictures_that_are_being_painted(studio: Studio) -> None:
    caps, state, order = Caps(studio), studio.survey(), Order("film", approve=True, most_usd=1.015)
    assert caps.exceeded(order, 1.0, Begun(PICTURES[:1]), state) is None
    assert caps.exceeded(order, 1.0, Begun(PICTURES), state) == "cost"
