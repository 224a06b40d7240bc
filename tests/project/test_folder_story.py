"""Any story a folder can live through, beside a model of it in memory: same takes chosen, same approvals."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from powercut import MEMORY

from longvid_tui.project.folder import Folder
from longvid_tui.project.items import Item
from longvid_tui.project.makers import Makers
from longvid_tui.project.model import Keyframe, Project, Segment

TARGETS = ("k1", "k2", "s1")
targets = st.sampled_from(TARGETS)


@dataclass
class Mirror:
    """What a person who watched would say of one keyframe or segment."""

    words: str
    asked: int = 0
    takes: list[tuple[Any, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    liked: tuple[str, Any] | None = None
    locked: str | None = None
    approved: str | None = None


class FilmStory(RuleBasedStateMachine):
    """A film of one segment. A take's identity is what was wanted when it was made, and its bytes."""

    @initialize()
    def create(self) -> None:
        self.home = Path(tempfile.mkdtemp(dir=MEMORY))
        self.root = self.home / "film"
        self.folder = Folder.create(
            self.root,
            Project(
                keyframes=(Keyframe(id="k1", prompt="k1 0"), Keyframe(id="k2", prompt="k2 0")),
                segments=(Segment(id="s1", first="k1", last="k2", prompt="s1 0"),),
            ),
        )
        self.mirror = {target: Mirror(f"{target} 0") for target in TARGETS}
        self.edits = Counter[str]()
        self.lost: set[tuple[str, str]] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.home)

    def wanted(self, target: str) -> Any:
        """What a take must be of to be what the person wants now; None while its keyframes are not there."""
        mine = self.mirror[target]
        ends = tuple(self.chosen(name) for name in ("k1", "k2")) if target == "s1" else ()
        return None if None in ends else (mine.words, mine.asked, ends)

    def chosen(self, target: str) -> str | None:
        mine, wanted = self.mirror[target], self.wanted(target)
        there = [(of, sha) for of, sha in mine.takes if (target, sha) not in self.lost]
        if mine.locked in [sha for _, sha in there]:
            return mine.locked
        if wanted is None:
            return None
        if mine.liked and mine.liked[1] == wanted and mine.liked[0] in [sha for _, sha in there]:
            return mine.liked[0]
        fitting = [sha for of, sha in there if of == wanted and sha not in mine.refused]
        return fitting[-1] if fitting else None

    def record(self, kind: str, **fields: Any) -> None:
        with self.folder.writing("test"):
            self.folder.record(kind, **fields)

    def item(self, target: str) -> Item:
        return self.folder.survey(Makers()).item(target)

    @rule(name=targets, content=st.sampled_from(("one", "two", "three")))
    def made(self, name: str, content: str) -> None:
        item, wanted = self.item(name), self.wanted(name)
        if item.key is None:
            return
        data = f"{name} {content}".encode()
        sha = hashlib.sha256(data).hexdigest()
        with self.folder.writing("test"):
            path = self.folder.keep(name, data, ".png", sha)
            self.folder.record(
                "take", target=name, key=item.key, sha=sha, path=path, bytes=len(data), recipe=item.recipe
            )
        self.mirror[name].takes.append((wanted, sha))
        self.mirror[name].refused.discard(sha)
        self.lost.discard((name, sha))

    @rule(name=targets)
    def approve(self, name: str) -> None:
        if sha := self.chosen(name):
            self.record("approve", target=name, sha=sha)
            self.mirror[name].approved = sha
            self.mirror[name].refused.discard(sha)

    @rule(name=targets, note=st.text(max_size=5))
    def reject(self, name: str, note: str) -> None:
        if sha := self.chosen(name):
            self.record("reject", target=name, sha=sha, note=note)
            mine = self.mirror[name]
            mine.refused.add(sha)
            mine.asked, mine.liked, mine.approved = mine.asked + 1, None, None
            mine.locked = None if mine.locked == sha else mine.locked

    @rule(name=targets)
    def retake(self, name: str) -> None:
        self.record("retake", target=name, note="again")
        mine = self.mirror[name]
        mine.asked, mine.liked = mine.asked + 1, None

    @rule(name=targets, which=st.integers(0, 5))
    def choose(self, name: str, which: int) -> None:
        mine, item = self.mirror[name], self.item(name)
        if item.key is None or not mine.takes:
            return
        _, sha = mine.takes[which % len(mine.takes)]
        mine.liked = (sha, self.wanted(name))
        mine.refused.discard(sha)
        mine.locked = sha if mine.locked else None
        self.record("choose", target=name, sha=sha, key=item.key)

    @rule(name=targets)
    def lock(self, name: str) -> None:
        if sha := self.chosen(name):
            self.record("lock", target=name, sha=sha)
            self.mirror[name].locked = sha

    @rule(name=targets)
    def unlock(self, name: str) -> None:
        self.record("unlock", target=name)
        self.mirror[name].locked = None

    @rule(name=targets, by_hand=st.booleans(), back=st.booleans())
    def reword(self, name: str, by_hand: bool, back: bool) -> None:
        self.edits[name] += 1
        before, after = self.mirror[name].words, f"{name} {0 if back else self.edits[name]}"
        self.mirror[name].words = after
        if by_hand:
            path = self.root / "project.yaml"
            path.write_text(path.read_text().replace(f'"{before}"', f'"{after}"'))
            assert self.folder.reload()
            return
        project = self.folder.project
        listed = "segments" if name == "s1" else "keyframes"
        items = tuple(
            item.model_copy(update={"prompt": after}) if item.id == name else item
            for item in getattr(project, listed)
        )
        self.folder.write_project(project.model_copy(update={listed: items}))

    @rule(name=targets)
    def lose_a_file(self, name: str) -> None:
        if sha := self.chosen(name):
            take = self.folder.history.record(name).take(sha)
            assert take is not None
            self.folder.path(take.path).unlink()
            self.lost.add((name, sha))

    @rule()
    def open_again(self) -> None:
        self.folder = Folder(self.root)

    @precondition(lambda self: self.folder.history.last_seq)
    @rule(cut=st.integers(1, 40), data=st.data())
    def killed_while_writing(self, cut: int, data: st.DataObject) -> None:
        path = self.root / "journal.jsonl"
        whole = path.read_bytes()
        path.write_bytes(whole + whole[: cut % whole.index(b"\n")])
        self.folder = Folder(self.root)
        with self.folder.writing("test"):
            pass
        assert path.read_bytes() == whole

    @invariant()
    def folder_and_mirror_agree(self) -> None:
        state = self.folder.survey(Makers())
        for target, mine in self.mirror.items():
            item, chosen = state.item(target), self.chosen(target)
            assert (item.chosen and item.chosen.sha) == chosen, target
            assert item.status == ("ready" if chosen else "missing" if self.wanted(target) else "waiting"), (
                target
            )
            assert item.approved == (chosen is not None and chosen == mine.approved), target
            assert item.locked == (mine.locked is not None), target
            assert bool(item.reason) == (not chosen), target
        assert len(self.folder.history.record("s1").takes) == len(self.mirror["s1"].takes)


FilmStory.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking a story outlasts the time limit of a test
)
test_any_story_of_a_folder_is_the_one_that_was_watched = FilmStory.TestCase
