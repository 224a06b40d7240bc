"""The loop against a model in memory: whatever is edited, retaken, locked or cut off, it makes what is missing once."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from longvid_tui.engine.commands import perform
from longvid_tui.engine.elsewhere import at_once
from longvid_tui.engine.pools import Pools
from longvid_tui.engine.reconciler import Reconciler
from longvid_tui.engine.studio import Studio
from longvid_tui.media.writing import ClipWriter
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Order
from longvid_tui.project.model import Backends, Project, Wanted
from longvid_tui.settings import Settings

SEGMENTS = 2
keyframes = st.sampled_from([f"k{i}" for i in range(1, SEGMENTS + 2)])
segments = st.sampled_from([f"s{i}" for i in range(1, SEGMENTS + 1)])
targets = keyframes | segments


class Loop(RuleBasedStateMachine):
    """What is made is predicted by versions: (words, number of the take asked for) of an item and its inputs."""

    @initialize()
    def a_planned_film(self):
        self.root = Path(tempfile.mkdtemp())
        self.runner, self.pools = asyncio.Runner(), Pools(kept=60)
        os.environ["LONGVID_INSTANT_CLIP"] = str(self.root / "clip.mp4")
        with ClipWriter(self.root / "clip.mp4", 64, 64, 16, preset="ultrafast") as clip:
            for index in range(81):
                clip.write(np.full((64, 64, 3), 40 + index, np.uint8))
        backends = Backends(planner="counting", images="flat", video="instant")
        project = Project(
            prompt="x", canvas=Canvas(64, 64), wanted=Wanted(segments=SEGMENTS), backends=backends
        )
        self.folder = Folder.create(self.root / "film", project)
        self.run(until="plan")
        ids = [item.id for item in (*self.folder.project.keyframes, *self.folder.project.segments)]
        self.words = dict.fromkeys(ids, 0)
        self.number = dict.fromkeys(ids, 0)
        self.locked: set[str] = set()
        self.made: set[tuple] = set()
        self.ready = False

    def run(self, until: str = "segments") -> list[str]:
        with self.folder.writing("test"):
            work = Reconciler(self.studio(), Order(until, approve=True), self.pools)
            outcome = self.runner.run(work.run())
        assert not outcome.failed
        return sorted(task.target for task in outcome.made if task.kind in ("paint", "render"))

    def studio(self) -> Studio:
        return Studio.open(self.folder, Settings.load(project=self.folder.document.parsed), lambda notice: None)

    def version(self, target: str) -> tuple:
        own = (target, self.words[target], self.number[target])
        if target.startswith("k"):
            return own
        position = int(target[1:])
        return (*own, self.version(f"k{position}"), self.version(f"k{position + 1}"))

    def does(self, command: str, **params) -> None:
        with self.folder.writing("test"):
            at_once(perform(self.studio(), command, params))

    @rule()
    def run_to_the_segments(self):
        wanted = {self.version(t) for t in self.words if t not in self.locked or not self.ready}
        missing = wanted - self.made
        assert self.run() == sorted(version[0] for version in missing)
        self.made |= missing
        self.ready = True

    @rule(named=targets, words=st.integers(0, 2))
    def edit_the_words(self, named, words):
        self.words[named] = words
        project = self.folder.project
        listed = "keyframes" if named.startswith("k") else "segments"
        items = tuple(
            item.model_copy(update={"prompt": f"{named} shows {words}" if words else self.planned(named)})
            if item.id == named
            else item
            for item in getattr(project, listed)
        )
        self.folder.write_project(project.model_copy(update={listed: items}))

    @staticmethod
    def planned(target: str) -> str:
        return (
            f"a still, number {target[1:]}" if target.startswith("k") else f"it moves on, number {target[1:]}"
        )

    @rule(named=targets)
    def ask_for_another_take(self, named):
        self.does("retake", targets=[named])
        self.number[named] += 1

    @precondition(lambda self: self.ready)
    @rule(named=segments)
    def lock_what_is_ready(self, named):
        if self.studio().survey().item(named).chosen:
            self.does("lock", targets=[named])
            self.locked.add(named)

    @rule(named=segments)
    def unlock(self, named):
        self.does("unlock", targets=[named])
        self.locked.discard(named)

    @rule(cut=st.integers(1, 30))
    def lose_power_while_a_line_is_written(self, cut):
        journal = self.root / "film" / "journal.jsonl"
        with self.folder.writing("test"):
            pass  # whoever begins to write cuts what the loss before has left
        journal.write_bytes(journal.read_bytes() + b'{"seq":9999,"t":1.0,"k":"approve","target":"k1"'[:cut])
        self.folder = Folder(self.root / "film")

    @invariant()
    def what_the_journal_says_is_what_is_on_disk(self):
        if hasattr(self, "folder"):
            fresh = Folder(self.root / "film")
            assert fresh.history.records == self.folder.history.records

    def teardown(self):
        if hasattr(self, "root"):
            self.runner.close()
            shutil.rmtree(self.root)


TestLoop = Loop.TestCase
TestLoop.settings = settings(
    max_examples=4, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
)
