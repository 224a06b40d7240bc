"""What exists, is approved, is stale and why: tables and properties over journals that never touched a disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.project.canvas import Canvas
from longvid_tui.project.history import History, Record
from longvid_tui.project.items import OnDisk
from longvid_tui.project.journal import Event, JournalDamaged
from longvid_tui.project.makers import Makers
from longvid_tui.project.model import Character, Keyframe, Look, Place, Project, Prop, Segment, digest
from longvid_tui.project.replay import apply, replay
from longvid_tui.project.state import ProjectState, survey
from longvid_tui.project.stills import keyframe_wish, paint_key
from longvid_tui.project.wording import keyframe_words, resolve_seed, segment_words

MAKERS = Makers(images={"name": "painter"}, video={"name": "filmer"}, film={"crf": 16})


def film(segments: int = 3, **fields: Any) -> Project:
    return Project(
        seed=7,
        keyframes=tuple(Keyframe(id=f"k{i}", prompt=f"still {i}") for i in range(1, segments + 2)),
        segments=tuple(
            Segment(id=f"s{i}", first=f"k{i}", last=f"k{i + 1}", prompt=f"move {i}")
            for i in range(1, segments + 1)
        ),
        **fields,
    )


@dataclass
class Story:
    """A project with a journal in memory; whoever makes something makes the same of the same recipe."""

    project: Project
    makers: Makers = MAKERS
    disk: OnDisk = field(default_factory=OnDisk)
    history: History = field(default_factory=History)
    seq: int = 0

    def tell(self, kind: str, **data: Any) -> None:
        self.seq += 1
        apply(self.history, Event(self.seq, 1790000000.0, kind, data))

    @property
    def state(self) -> ProjectState:
        return survey(self.project, self.history, self.makers, self.disk)

    def make(self, *targets: str) -> Story:
        """Make what is missing of some targets, or of all until nothing is."""
        while missing := [
            item
            for item in self.items()
            if item.status == "missing" and (not targets or item.target in targets)
        ]:
            for item in missing:
                for recipe in item.missing:
                    sha = digest(["bytes", digest(recipe)])
                    self.tell(
                        "take",
                        target=item.target,
                        key=digest(recipe),
                        sha=sha,
                        path=f"{item.target}/{sha}",
                        bytes=1,
                        recipe=recipe,
                    )
        return self

    def finish(self) -> Story:
        self.make()
        film = self.state.film
        self.tell(
            "assemble",
            key=film.key,
            sha="film",
            bytes=1,
            frames=81,
            pieces={piece.target: piece.key for piece in film.pieces},
            seams={seam.after: seam.key for seam in film.seams},
        )
        return self

    def items(self) -> list[Any]:
        return [*self.state.stills.values(), *self.state.segments.values()]

    def edit(self, target: str, **fields: Any) -> None:
        listed = "keyframes" if target.startswith("k") else "segments"
        items = tuple(
            item.model_copy(update=fields) if item.id == target else item
            for item in getattr(self.project, listed)
        )
        self.project = self.project.model_copy(update={listed: items})

    def revision(self, target: str, **how: Any) -> dict[str, Any]:
        """A change of the picture that `target` has now, as the event `retake` holds it."""
        return {"base": self.history.record(target).takes[-1].sha, **how}

    def retake(self, target: str, note: str, **how: Any) -> None:
        self.tell("retake", target=target, note=note, subject=self.state.item(target).subject, **how)

    def stale(self) -> set[str]:
        return {item.target for item in self.items() if item.status != "ready"}

    def reason(self, target: str) -> str:
        return str(self.state.item(target).reason)

    def sha_of_take(self, target: str, number: int) -> str:
        return self.history.record(target).takes[number].sha

    def sha(self, target: str) -> str:
        return str(self.state.item(target).chosen.sha)


continuities = st.lists(st.sampled_from(("keyframes", "chain", "cut", "open")), min_size=1, max_size=7)


def mixed(kinds: list[str]) -> Project:
    """A film whose segments hang together in these ways; after a cut a segment has a first keyframe of its own."""
    keyframes = [Keyframe(id="k1", prompt="still 1")]
    segments: list[Segment] = []
    for number, kind in enumerate(kinds, start=1):
        if kind == "cut":
            keyframes.append(Keyframe(id=f"k{len(keyframes) + 1}", prompt="after the cut"))
        before = segments[-1] if segments else None
        chained = before is not None and (kind in ("chain", "open") or before.last is None)
        last = None
        if not (chained and kind == "open"):
            keyframes.append(Keyframe(id=f"k{len(keyframes) + 1}", prompt=f"still {number}"))
            last = keyframes[-1].id
        first = None if chained else keyframes[-2].id
        cut = before is not None and not chained and first != before.last
        segments.append(
            Segment(
                id=f"s{number}", first=first, last=last, prompt="move", continuity="chain" if chained else "keyframes",
                transition="cut" if cut else "continue",
            )
        )  # fmt: skip
    return Project(keyframes=tuple(keyframes), segments=tuple(segments))


@given(continuities, st.data())
def test_another_keyframe_makes_its_segments_and_what_is_chained_to_them_stale_and_nothing_else(kinds, data):
    story = Story(mixed(kinds)).make()
    assert story.stale() == set()
    changed = data.draw(st.sampled_from([keyframe.id for keyframe in story.project.keyframes]))
    story.edit(changed, prompt="something else")
    assert changed in story.stale()
    story.make(changed)
    expected: set[str] = set()
    chain = False
    for segment in story.project.segments:
        chain = changed in (segment.first, segment.last) or (chain and segment.continuity == "chain")
        expected |= {segment.id} if chain else set()
    assert story.stale() == expected
    assert story.make().stale() == set()


@given(continuities, st.data())
def test_nothing_unchanged_is_ever_made_twice(kinds, data):
    story = Story(mixed(kinds)).make()
    before = story.project
    target = data.draw(st.sampled_from([item.target for item in story.items()]))
    story.edit(target, prompt="something else")
    story.make()
    story.project = before
    assert story.stale() == set(), "the takes of before are still there"


def test_inserted_moved_and_deleted_segments_keep_the_takes_of_all_others():
    story = Story(film(3)).make()
    s1, s2, s3 = story.project.segments
    new = Segment(id="s9", first="k2", last="k2", prompt="a pause")
    story.project = story.project.model_copy(update={"segments": (s3, s1, new, s2)})
    assert story.stale() == {"s9"}
    story.project = story.project.model_copy(update={"segments": (s1, s3)})
    assert story.stale() == set()


@pytest.mark.parametrize(
    ("target", "change", "reason"),
    [
        ("k1", {}, ""),
        ("k1", {"edit": {"prompt": "other"}}, "its prompt changed"),
        ("k1", {"edit": {"light": "dusk"}}, "its prompt changed"),
        ("k1", {"edit": {"seed": 3}}, "its seed changed"),
        ("k1", {"edit": {"prompt": "other", "seed": 3}}, "its prompt changed, its seed changed"),
        ("k1", {"edit": {"picture": "mine.png"}}, "it has its own picture now"),
        ("k1", {"project": {"seed": 8}}, "its seed changed"),
        ("k1", {"project": {"canvas": Canvas(832, 464)}}, "the canvas changed"),
        ("k1", {"project": {"fit": "blur", "focus": (0, 0)}}, "the framing changed"),
        ("k1", {"project": {"look": Look(style="ink")}}, "its prompt changed"),
        ("k1", {"project": {"look": Look(negative="text")}}, "the negative prompt changed"),
        ("k1", {"makers": Makers(images={"name": "other"})}, "the backend or its settings changed"),
        ("k1", {"tell": ("retake", {"note": ""})}, "another take was asked for"),
        ("k1", {"tell": ("retake", {"note": "brighter"})}, "another take was asked for: brighter"),
        ("k1", {"tell": ("reject", {"note": ""})}, "was rejected"),
        ("k1", {"tell": ("reject", {"note": "too dark"})}, "was rejected: too dark"),
        ("k1", {"tell": ("retake", {"note": "a hat", "revision": True})}, "a change of its picture was asked for: a hat"),
        ("k1", {"gone": True}, "its file is gone or altered"),
        ("s1", {"edit": {"prompt": "other"}}, "its prompt changed"),
        ("s1", {"edit": {"first": "k3"}}, "its first keyframe changed"),
        ("s1", {"edit": {"last": "k3"}}, "its last keyframe changed"),
        ("s2", {"edit": {"first": None, "continuity": "chain"}}, "it is chained now"),
        ("s1", {"project": {"fit": "blur"}}, "waits for k1: the framing changed; k2: the framing changed"),
        ("s1", {"edit k1": {"prompt": "other"}}, "waits for k1: its prompt changed"),
        ("s1", {"makers": Makers(images={"name": "painter"}, video={"name": "other"})}, "the backend or its settings changed"),
        ("s1", {"tell": ("retake", {"note": "slower"})}, "another take was asked for: slower"),
        ("s1", {"gone": True}, "its file is gone or altered"),
        ("s1", {"lock": ("k1", "k2"), "project": {"look": Look(negative="text")}}, "the negative prompt changed"),
        ("s1", {"lock": ("k1", "k2"), "project": {"look": Look(style="ink")}}, "its prompt changed"),
        ("s1", {"lock": ("k1", "k2"), "project": {"seed": 8}}, "its seed changed"),
        ("s1", {"lock": ("k1", "k2"), "project": {"canvas": Canvas(832, 464)}}, "the canvas changed"),
    ],
)  # fmt: skip
def test_the_reason_for_making_something_is_what_changed(target, change, reason):
    story = Story(film()).make()
    for locked in change.get("lock", ()):
        story.tell("lock", target=locked, sha=story.sha(locked))
    story.edit(target, **change.get("edit", {}))
    story.edit("k1", **change.get("edit k1", {}))
    story.project = story.project.model_copy(update=change.get("project", {}))
    story.makers = change.get("makers", story.makers)
    if "tell" in change:
        kind, data = change["tell"]
        if "revision" in data:
            data = {**data, "revision": story.revision(target), "subject": story.state.item(target).subject}
        story.tell(kind, target=target, sha=story.sha(target), **data)
    if "gone" in change:
        story.disk = OnDisk(gone={story.state.item(target).chosen.path})
    assert story.reason(target) == reason


def test_reasons_follow_a_chain_by_names():
    story = Story(mixed(["keyframes", "open", "open"]))
    assert [story.reason(f"s{i}") for i in (1, 2, 3)] == [
        "waits for k1: not made yet; k2: not made yet",
        "waits for s1",
        "waits for s2",
    ]
    story.make("k1", "k2")
    assert [story.reason(f"s{i}") for i in (1, 2, 3)] == [
        "not made yet",
        "waits for s1: not made yet",
        "waits for s2",
    ]
    story.make()
    story.tell("retake", target="s1")
    story.make("s1")
    assert story.reason("s2") == "the segment before it changed"


def test_a_change_of_a_picture_is_meant_for_what_it_was_to_show():
    story = Story(film(1)).make()
    words = story.project
    story.retake("k1", "a hat", revision=story.revision("k1", mask="k1/mask.png"))
    change = dict(story.state.item("k1").recipe["revision"])
    assert change == {"base": story.sha_of_take("k1", 0), "mask": "k1/mask.png", "strength": None}
    story.make()
    changed = story.sha("k1")
    story.project = story.project.model_copy(update={"fit": "blur"})
    assert "revision" in story.state.item("k1").recipe, "however it is framed"
    story.project = words
    story.edit("k1", prompt="something else")
    assert "revision" not in story.state.item("k1").recipe
    story.project = words
    assert story.sha("k1") == changed
    story.tell("reject", target="k1", sha=changed, note="a larger hat")
    assert story.state.item("k1").recipe["revision"] == change, "it is tried again on the picture before it"
    story.tell("retake", target="k1", note="")
    assert "revision" not in story.state.item("k1").recipe


def test_the_first_of_several_candidates_counts_until_one_is_chosen():
    story = Story(film(1)).make()
    before = story.sha("k1")
    story.retake("k1", "brighter", candidates=3)
    assert story.reason("k1") == "3 candidates were asked for: brighter"
    assert [recipe["take"] for recipe in story.state.item("k1").missing] == [1, 2, 3]
    story.make()
    first, second, third = story.state.item("k1").candidates
    assert story.sha("k1") == first.sha
    assert len({before, first.sha, second.sha, third.sha}) == 4
    story.tell("choose", target="k1", sha=third.sha, key=story.state.item("k1").key)
    assert story.sha("k1") == third.sha
    story.edit("k1", prompt="something else")
    assert len(story.state.item("k1").missing) == 1, "several were asked for of other words"
    story.tell("reject", target="k1", sha=story.make().sha("k1"), note="no")
    assert len(story.state.item("k1").missing) == 1


MARA = Character(id="mara", features="a woman with grey hair", wardrobe="a red coat")
QUAY = Place(id="the quay", features="a stone quay")


def shared(**fields: Any) -> Project:
    """Four keyframes: mara is in k1 to k3, the quay in k2 and k4, ben in k1 alone; k4 shows nobody."""
    look = Look(characters=(MARA, Character(id="ben", features="a boy")), places=(QUAY,), style="ink")
    cast = {"k1": ("mara", "ben"), "k2": ("mara",), "k3": ("mara",), "k4": ()}
    place = {"k2": "the quay", "k4": "the quay"}
    project = film(3, look=look, **fields)
    keyframes = (
        one.model_copy(update={"cast": cast[one.id], "place": place.get(one.id)}) for one in project.keyframes
    )
    return project.model_copy(update={"keyframes": tuple(keyframes)})


TAKES_REFERENCES = Makers(images={"name": "painter"}, references=8)


def test_who_and_where_several_keyframes_show_has_a_master_they_wait_for():
    story = Story(shared(), TAKES_REFERENCES)
    assert list(story.state.masters) == ["@mara", "@the quay"]
    assert "A character sheet" in story.state.item("@mara").recipe["prompt"]
    assert story.reason("k2") == "waits for @mara: not made yet; @the quay: not made yet"
    assert story.reason("s1") == "waits for k1; k2"
    story.make("@mara")
    assert [story.state.item(f"k{n}").status for n in (1, 2, 3, 4)] == [
        "missing",
        "waiting",
        "missing",
        "waiting",
    ]
    recipe = story.make("@the quay").state.item("k2").recipe
    assert recipe["masters"] == {name: story.sha(name) for name in ("@mara", "@the quay")}
    assert "picture 1 is mara; picture 2 is the place the quay." in recipe["prompt"]
    assert "masters" in story.make().state.item("k4").recipe


def test_a_changed_master_makes_those_that_show_it_stale_and_nothing_else():
    story = Story(shared(), TAKES_REFERENCES).make()
    story.tell("retake", target="@the quay", note="at low tide")
    assert story.stale() == {"@the quay", "k2", "k4", "s1", "s2", "s3"}
    assert story.reason("k4") == "waits for @the quay: another take was asked for: at low tide"
    story.make("@the quay")
    assert [story.reason(name) for name in ("k1", "k2", "k3", "k4")] == [
        "",
        "@the quay changed",
        "",
        "@the quay changed",
    ]
    story.make()
    green = story.project.look.model_copy(
        update={"characters": (MARA.model_copy(update={"wardrobe": "a green coat"}),)}
    )
    story.project = story.project.model_copy(update={"look": green})
    assert story.stale() == {"@mara", "k1", "k2", "k3", "s1", "s2", "s3"}


@pytest.mark.parametrize(
    ("makers", "change"),
    [(MAKERS, {}), (TAKES_REFERENCES, {"masters": False})],
)
def test_without_references_or_on_demand_there_are_no_masters(makers, change):
    state = Story(shared().model_copy(update=change), makers).state
    assert (state.masters, "masters" in state.item("k1").recipe) == ({}, False)


def test_a_keyframe_is_painted_from_the_picture_whose_view_it_takes_and_is_stale_with_it():
    story = Story(shared(), TAKES_REFERENCES)
    before = story.state.plan_sha
    story.edit("k2", view="k4")
    assert story.state.plan_sha != before
    story.make("@mara", "@the quay")
    assert story.reason("k2") == "waits for k4: not made yet"
    recipe = story.make("k4").state.item("k2").recipe
    assert list(recipe["masters"]) == ["k4", "@mara", "@the quay"]
    assert "Picture 1 is what the same camera sees at another moment" in recipe["prompt"]
    assert "picture 2 is mara; picture 3 is the place the quay." in recipe["prompt"]
    story.make()
    story.tell("retake", target="k4", note="")
    assert story.stale() == {"k4", "k2", "s1", "s2", "s3"}
    story.make("k4")
    assert story.reason("k2") == "k4 changed"
    alone = Story(shared(), MAKERS)
    alone.edit("k2", view="k4")
    assert "masters" not in alone.make().state.item("k2").recipe, "who takes no pictures is given none"


def test_a_picture_of_ones_own_stands_for_a_sheet_even_if_one_keyframe_shows_it():
    project = shared()
    ben = Character(id="ben", features="a boy", picture="ben.jpg")
    look = project.look.model_copy(update={"characters": (MARA, ben)})
    story = Story(
        project.model_copy(update={"look": look}), TAKES_REFERENCES, OnDisk(pictures={"ben.jpg": "abc"})
    )
    assert story.state.item("@ben").recipe["picture"] == "abc"
    assert story.state.plan_sha == Story(project, TAKES_REFERENCES).state.plan_sha, (
        "no plan is approved again for it"
    )
    assert list(story.make().state.item("k1").recipe["masters"]) == ["@mara", "@ben"]


def test_a_change_of_a_picture_lapses_with_the_masters_it_shows():
    story = Story(shared(), TAKES_REFERENCES).make()
    story.retake("k1", "a hat", revision=story.revision("k1"))
    assert "picture 2 is mara" in story.state.item("k1").recipe["prompt"], (
        "the first is the one that is changed"
    )
    story.make()
    story.tell("retake", target="@mara", note="")
    story.make("@mara")
    assert "revision" not in story.state.item("k1").recipe


def test_a_painter_that_takes_few_pictures_is_given_who_before_where():
    story = Story(shared(), Makers(images={"name": "painter"}, references=2)).make()
    assert list(story.state.item("k2").recipe["masters"]) == ["@mara"]


def test_a_picture_of_ones_own_can_be_changed_and_comes_back():
    story = Story(film(1), disk=OnDisk(pictures={"mine.png": "abc"}))
    story.edit("k1", picture="mine.png")
    own = story.make().sha("k1")
    story.retake("k1", "at night", revision=story.revision("k1"))
    assert story.reason("k1") == "a change of its picture was asked for: at night"
    assert story.state.item("k1").recipe["prompt"] == "still 1."
    assert story.make().sha("k1") != own
    story.tell("retake", target="k1", note="")
    assert story.sha("k1") == own


def test_a_retake_has_another_seed_and_every_take_stays_choosable():
    story = Story(film(1)).make()
    first = story.sha("k1")
    story.tell("retake", target="k1", note="")
    story.make()
    assert story.sha("k1") != first
    one, two = story.history.record("k1").takes
    assert one.recipe["seed"] != two.recipe["seed"]
    assert story.stale() == set()
    story.tell("choose", target="k1", sha=first, key=story.state.item("k1").key)
    assert story.sha("k1") == first
    assert story.stale() == set(), "the segment of the old keyframe is still there too"
    story.edit("k1", prompt="other")
    assert story.state.item("k1").status == "missing", "a choice holds for what was wanted when it was made"


def test_a_rejected_take_is_not_used_again_until_it_is_made_or_chosen_again():
    story = Story(film(1)).make()
    sha, key = story.sha("k1"), story.state.item("k1").key
    story.tell("reject", target="k1", sha=sha, note="no")
    assert story.state.item("k1").chosen is None
    story.tell("choose", target="k1", sha=sha, key=story.state.item("k1").key)
    assert story.sha("k1") == sha
    assert key != story.state.item("k1").key

    pictured = Story(film(1), disk=OnDisk(pictures={"mine.png": "abc"}))
    pictured.edit("k1", picture="mine.png")
    sha = pictured.make().sha("k1")
    pictured.tell("approve", target="k1", sha=sha)
    pictured.tell("choose", target="k1", sha=sha, key=pictured.state.item("k1").key)
    pictured.tell("reject", target="k1", sha=sha, note="no")
    assert pictured.reason("k1") == "was rejected: no"
    assert pictured.make().sha("k1") == sha, (
        "the same picture gives the same bytes: asked again, not made for ever"
    )
    assert not pictured.state.item("k1").approved


def test_a_segment_depends_on_the_pixels_of_its_keyframes_however_they_came_about():
    def take(target: str, pixels: str) -> None:
        item = story.state.item(target)
        story.tell(
            "take",
            target=target,
            key=item.key,
            sha=item.key,
            path=item.key,
            bytes=1,
            recipe=item.recipe,
            pixels=pixels,
        )

    story = Story(film(1))
    take("k1", "one")
    take("k2", "two")
    story.make("s1")
    story.edit("k1", prompt="other words")
    take("k1", "one")
    assert story.stale() == set(), "other words gave the same picture"
    story.edit("k1", prompt="yet others")
    take("k1", "three")
    assert story.stale() == {"s1"}


def test_a_lock_holds_a_take_whatever_changes_and_follows_what_the_person_says():
    story = Story(film(1)).make()
    locked = story.sha("k1")
    story.tell("lock", target="k1", sha=locked)
    story.edit("k1", prompt="other")
    story.project = story.project.model_copy(update={"canvas": Canvas(832, 464)})
    assert (story.sha("k1"), story.state.item("k1").status) == (locked, "ready")
    assert story.state.item("k1").locked

    waiting = Story(mixed(["keyframes", "open"])).make()
    waiting.tell("lock", target="s2", sha=waiting.sha("s2"))
    waiting.tell("retake", target="s1")
    assert waiting.state.item("s2").status == "ready", "not even what it was chained to"

    story.disk = OnDisk(gone={story.state.item("k1").chosen.path})
    assert story.state.item("k1").status == "missing", "a lost file cannot be held"
    story.disk = OnDisk()
    story.tell("reject", target="k1", sha=locked, note="")
    assert not story.state.item("k1").locked
    story.make()
    story.tell("lock", target="k1", sha=story.sha("k1"))
    story.tell("choose", target="k1", sha=locked, key=story.state.item("k1").key)
    assert story.sha("k1") == locked
    story.tell("unlock", target="k1")
    assert not story.state.item("k1").locked


def test_an_approval_is_of_content_and_lapses_with_it():
    story = Story(film(1)).make()
    story.tell("approve", target="k1", sha=story.sha("k1"))
    story.tell("approve", target="plan", sha=story.state.plan_sha)
    assert story.state.item("k1").approved
    assert story.state.plan_approved

    before = story.project
    story.edit("k1", prompt="other")
    assert not story.state.item("k1").approved
    assert not story.state.plan_approved
    assert not story.make().state.item("k1").approved, "another picture is another question"
    story.project = before.model_copy(update={"title": "Named", "reasoning": "because", "seed": 99})
    assert story.state.plan_approved, "title, reasoning and seed are no part of what was approved"
    story.project = before
    assert story.state.item("k1").approved

    story.tell("reject", target="plan", sha=story.state.plan_sha, note="more rain")
    assert not story.state.plan_approved
    assert story.state.plan_rejected == "more rain"
    story.tell("approve", target="plan", sha=story.state.plan_sha)
    assert (story.state.plan_approved, story.state.plan_rejected) == (True, None)


FRAMING = {"fit": "blur", "focus": (0.1, 0.9)}


@pytest.mark.parametrize(
    ("change", "buys"),
    [
        (FRAMING, False), ({"title": "x"}, False), ({"prompt": "y"}, False), ({"segments": ()}, False),
        ({"seed": 8}, True), ({"canvas": Canvas(832, 464)}, True), ({"look": Look(style="ink")}, True),
        ({"look": Look(negative="no")}, True),
    ],
)  # fmt: skip
def test_new_framing_never_buys_a_picture_again(change, buys):
    def key(project: Project) -> str:
        return paint_key(keyframe_wish(project, project.keyframes[0], Record(), MAKERS.images).recipes[0])

    assert (key(film()) != key(film().model_copy(update=change))) == buys


def test_painted_pictures_are_remembered_with_what_they_cost():
    story = Story(film(1))
    recipe = story.state.item("k1").recipe
    for number, cost in enumerate((0.25, None, 0.5)):
        story.tell("painted", target="k1", key=f"p{number}", path="x", sha="y", cost_usd=cost, model="m")
    assert (story.history.spent_usd, story.history.unpriced) == (0.75, 1)
    assert set(story.history.record("k1").paintings) == {"p0", "p1", "p2"}
    assert story.state.item("k1").recipe == recipe


def test_a_film_waits_for_its_segments_and_says_what_changed():
    story = Story(film(5))
    assert story.state.film.reason == "waits for s1, s2, s3 and 2 more"
    story.make()
    assert (story.state.film.status, story.state.film.reason) == ("missing", "not made yet")
    story.finish()
    assert (story.state.film.status, len(story.state.film.pieces)) == ("ready", 5)
    for change, reason in (
        ({"title": "Named"}, "its order, title or chapters changed"),
        ({"segments": story.project.segments[1:]}, "s2 changed"),  # it now starts the film with all its frames
        ({"segments": story.project.segments[:-1]}, "its order, title or chapters changed"),
    ):
        changed = Story(story.project.model_copy(update=change), history=story.history)
        assert changed.state.film.reason == reason
    other = Story(
        story.project, Makers(images=MAKERS.images, video=MAKERS.video, film={"crf": 20}), history=story.history
    )
    assert other.state.film.reason == "s1, s2, s3, s4, s5 changed"
    lost = Story(story.project, disk=OnDisk(film_intact=False), history=story.history)
    assert lost.state.film.reason == "its file is gone or altered"
    assert Story(Project()).state.film.reason == "there is no plan yet"


def test_only_the_first_segment_of_a_run_is_conformed_with_its_first_frame():
    story = Story(mixed(["keyframes", "chain", "cut", "keyframes"])).make()
    pieces = story.state.film.pieces
    assert [piece.starts_run for piece in pieces] == [True, False, True, False]
    conformed = Story(story.project, disk=OnDisk(conformed={pieces[1].key}), history=story.history)
    assert [piece.made for piece in conformed.state.film.pieces] == [False, True, False, False]


def drawn_to(story: Story) -> list[tuple[str | None, str | None]]:
    """For each piece of the film, whose takes its ends are drawn to."""
    return [
        (piece.first.target if piece.first else None, piece.last.target if piece.last else None)
        for piece in story.state.film.pieces
    ]


def test_pieces_are_drawn_to_what_they_were_filmed_from_and_chained_ones_to_what_came_before():
    story = Story(mixed(["keyframes", "chain", "open", "chain", "cut"])).make()
    assert drawn_to(story) == [("k1", "k2"), ("k2", "k3"), ("k3", None), ("s3", "k4"), ("k5", "k6")]


def test_a_locked_segment_stays_drawn_to_the_keyframe_it_was_filmed_from():
    story = Story(film(2)).make()
    keys = [piece.key for piece in story.state.film.pieces]
    old = story.state.item("k3").chosen
    story.tell("lock", target="s2", sha=story.sha("s2"))
    story.edit("k3", prompt="another still")
    story.make()
    assert story.state.item("k3").chosen != old
    assert story.state.film.pieces[1].last == old
    assert [piece.key for piece in story.state.film.pieces] == keys


def test_a_keyframe_whose_file_is_gone_draws_nothing_and_changes_the_piece():
    story = Story(film(1)).make()
    story.tell("lock", target="s1", sha=story.sha("s1"))
    whole = story.state.film.pieces[0]
    gone = frozenset({story.state.item("k1").chosen.path})
    without = Story(story.project, disk=OnDisk(gone=gone), history=story.history).state.film.pieces[0]
    assert (without.first, without.last) == (None, whole.last)
    assert without.key != whole.key


def test_a_seam_is_made_once_it_is_mended_and_its_splice_is_there():
    story = Story(film(2)).make()
    (seam,) = story.state.film.seams
    assert (seam.before, seam.after, seam.made) == ("s1", "s2", False)
    story.tell("seam", key=seam.key, splice=None, shows={"grade": "green"})
    assert story.state.film.seams[0].made
    story.tell("seam", key=seam.key, splice=[1, 0], shows={"grade": "green"})
    assert not story.state.film.seams[0].made
    there = Story(story.project, disk=OnDisk(conformed={seam.key}), history=story.history)
    assert there.state.film.seams[0].made


def test_a_seam_follows_its_pieces_its_transition_and_the_way_of_mending():
    story = Story(film(3)).finish()
    before = {seam.after: seam.key for seam in story.state.film.seams}
    story.edit("s3", transition="fade")
    assert story.state.film.reason == "how it comes to s3 changed"
    faded = {seam.after: seam.key for seam in story.state.film.seams}
    assert (faded["s2"], faded["s3"] != before["s3"]) == (before["s2"], True)
    story.edit("s3", transition="cut")
    assert [(seam.key, seam.made) for seam in story.state.film.seams][1] == (None, True)
    story.edit("s3", transition="continue")
    story.edit("s1", prompt="it moves otherwise")
    assert [seam.key for seam in story.state.film.seams] == [None, before["s3"]]
    assert not story.state.film.seams[0].made
    other = Story(film(3), Makers(MAKERS.images, MAKERS.video, film=MAKERS.film, seams={"version": 2})).make()
    assert not {seam.key for seam in other.state.film.seams} & set(before.values())


def test_a_changed_prompt_is_noticed_once_a_plan_was_made_from_it():
    story = Story(film(1, prompt="Rain."))
    assert not story.state.prompt_changed
    story.tell("plan", sha="x", prompt_sha="what it was made from")
    assert story.state.prompt_changed


def test_attempts_are_open_until_their_end_or_their_take():
    story = Story(film(1)).make()
    for attempt in ("a", "b", "c"):
        story.tell("start", attempt=attempt, target="s1", key="x", recipe={})
    story.tell("end", attempt="a", target="s1", how="failed", detail="")
    story.tell("take", target="s1", key="x", sha="y", path="p", bytes=1, recipe={}, attempt="b")
    assert set(story.history.open_attempts) == {"c"}
    assert story.history.started == {"a", "b", "c"}


TAKE = {"target": "k1", "key": "x", "sha": "y", "path": "p", "bytes": 1, "recipe": {}}


def test_events_of_a_later_program_are_left_alone_and_unknown_forms_refused():
    story = Story(film(1)).make()
    before = story.stale()
    story.tell("hologram", target="k1")
    assert story.stale() == before
    for kind, data in (
        ("take", {"target": "k1"}),
        ("approve", {}),
        ("choose", {"target": "k1", "sha": "x"}),
        ("undo", {}),
        ("take", TAKE | {"path": 1.5}),
        ("take", TAKE | {"recipe": "a boat"}),
        ("take", TAKE | {"pixels": [1]}),
        ("hologram", {"req": []}),
    ):
        with pytest.raises(
            JournalDamaged, match=rf"journal.jsonl:\d+: no known form of `{kind}`.*nothing was changed"
        ):
            replay([Event(1, 0.0, kind, data)])


LOOK = Look(
    style="Ink", palette="ochre.",
    characters=(Character(id="mara", features="A woman of 40", wardrobe="red coat"), Character(id="bob", features="A boy")),
    places=(Place(id="street", features="A wet street"),), props=(Prop(id="cup", features="A blue cup"),),
)  # fmt: skip


def test_words_hold_what_is_visible_verbatim_and_once():
    still = Keyframe(
        id="k1",
        prompt="She waits",
        cast=("mara", "nobody"),
        place="street",
        props=("cup",),
        camera="wide",
        light="dusk!",
    )
    assert keyframe_words(LOOK, still) == (
        "She waits. A woman of 40, red coat. A wet street. A blue cup. wide. dusk! Ink. ochre."
    )
    assert keyframe_words(LOOK, Keyframe(id="k1", prompt=" Ink ")) == "Ink. ochre."
    clip = Segment(id="s1", first="k1", last="k2", prompt="she turns", prompt_zh="她转身。")
    assert segment_words(LOOK, clip) == "she turns. Ink."
    assert segment_words(LOOK, clip, chinese=True) == "她转身。 Ink."


@given(
    st.integers(0, 2**31 - 1),
    st.sampled_from(["k1", "s12"]),
    st.integers(0, 50),
    st.none() | st.integers(0, 2**31 - 1),
)
def test_seeds_are_never_random_and_differ_from_take_to_take(project_seed, target, take, own):
    seed = resolve_seed(project_seed, target, take, own)
    assert 0 <= seed < 2**31
    assert seed == resolve_seed(project_seed, target, take, own)
    assert seed != resolve_seed(project_seed, target, take + 1, own)
