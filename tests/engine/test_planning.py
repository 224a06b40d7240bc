"""Planning some segments again leaves everything else as it is, whatever the planner answers."""

from __future__ import annotations

from longvid_tui.engine.planning import only_redone
from longvid_tui.project.model import Keyframe, Look, Plan, Segment


def plan(words: str, segments: int = 4, first: int = 1) -> Plan:
    return Plan(
        title=words,
        look=Look(style=words),
        keyframes=tuple(
            Keyframe(id=f"k{n}", prompt=f"{words} {n}") for n in range(first, first + segments + 1)
        ),
        segments=tuple(
            Segment(id=f"s{n + 1}", first=f"k{first + n}", last=f"k{first + n + 1}", prompt=f"{words} s{n + 1}")
            for n in range(segments)
        ),
    )


def changed(before: Plan, after: Plan) -> set[str]:
    pairs = zip((*before.keyframes, *before.segments), (*after.keyframes, *after.segments), strict=True)
    return {was.id for was, now in pairs if was != now}


def test_only_the_segments_and_the_pictures_between_them_change() -> None:
    before, again = plan("old"), plan("new")
    after = only_redone(before, again, ("s2", "s3"))
    assert changed(before, after) == {"s2", "k3", "s3"}
    assert (after.title, after.look) == (before.title, before.look)
    assert after.keyframes[2].prompt == "new 3"


def test_pictures_are_found_by_their_segments_and_keep_their_ids_and_seeds() -> None:
    before = plan("old")
    seeded = before.keyframes[0].model_copy(update={"seed": 7})
    before = before.model_copy(update={"keyframes": (seeded, *before.keyframes[1:])})
    after = only_redone(before, plan("new", first=11), ("s1",))
    assert changed(before, after) == {"k1", "s1"}
    assert (after.keyframes[0].prompt, after.keyframes[0].seed) == ("new 11", 7)


def test_a_picture_of_the_persons_own_and_a_segment_without_an_answer_stay() -> None:
    before = plan("old")
    own = before.keyframes[0].model_copy(update={"picture": "mine.png"})
    before = before.model_copy(update={"keyframes": (own, *before.keyframes[1:])})
    assert changed(before, only_redone(before, plan("new", segments=1), ("s1", "s2"))) == {"s1", "k2"}
