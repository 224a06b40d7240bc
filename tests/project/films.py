"""Films as hypothesis imagines them: every field, hostile words, and the edits a person might make to them."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from longvid_tui.project.canvas import OFFERED, Canvas
from longvid_tui.project.model import (
    Backends,
    Character,
    Keyframe,
    Look,
    Place,
    Project,
    Prop,
    Segment,
    Wanted,
    is_cut,
)

NASTY = (
    "no", "Yes", "null", "~", "true", "1:30", "16:9", "2001-01-01", "0x1F", "1e3", ".inf", "-", "---", "...", "=", "<<",
    "#ff0000 dress", "a red # not a comment", "key: value", "ends with:", " leading", "trailing ", "\ttab", "a\tb",
    "'single'", '"double"', 'both \' and "', "back\\slash \\n", "line\nfeed", "two\n\nempty\n", "\n", "\n first", "a\n  b",
    "  two\nlines", "x\n# y", "x\n- y", "x\n---\ny", "trailing \nspaces  \n", "a\r\nb", "bell \x07", "nul \x00", "esc \x1b[2J", "del \x7f", "nel \x85",
    "ls \u2028 ps \u2029", "bom \ufeff", "rtl \u202e", "zwj 👩‍👩‍👧", "\U0001f600", "\uffff", "雨夜，她回头。", "größer ß",
    "[a, b]", "{a: b}", "*alias", "&anchor", "!tag", "%directive", "@at", "`tick`", "? question", "| pipe", "> fold", ", comma",
    "long " * 30, "很长的句子" * 20, "wörd\n" * 3 + "end", "",
)  # fmt: skip
"""What YAML reads differently, forbids, or breaks."""

words = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=24)
plain_words = st.sampled_from(("A red coat.", "She walks on", "rain", "the camera, slowly", "dusk: blue"))
prose = words | plain_words
names = st.sampled_from(("mara", "the old man", "no", "null", "女孩", "x-1", "R2 D2", "1e3"))
seeds = st.none() | st.integers(0, 0x7FFF_FFFF)
plain_values = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
)
settings = st.dictionaries(
    st.sampled_from(("film", "run", "no", "a: b", "ui"))
    | st.text(string.ascii_letters, min_size=1, max_size=5),
    st.recursive(
        plain_values,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(string.printable, max_size=4), inner, max_size=3)
        ),
        max_leaves=4,
    ),
    max_size=3,
)


def _few(one: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=most, unique_by=lambda thing: thing.id).map(tuple)


PICTURES = st.sampled_from((None, "mine/a.png", "b c.jpg", "#1.png"))
LOOKS = st.builds(
    Look,
    style=prose,
    palette=words,
    negative=words,
    characters=_few(st.builds(Character, id=names, features=prose, wardrobe=prose, picture=PICTURES), 2),
    places=_few(st.builds(Place, id=names, features=prose, picture=PICTURES), 1),
    props=_few(st.builds(Prop, id=names, features=prose), 1),
)
STILLS = st.builds(
    Keyframe,
    id=st.integers(1, 40).map("k{}".format),
    prompt=prose,
    place=st.none() | names,
    cast=st.lists(names, max_size=3, unique=True).map(tuple),
    props=st.lists(names, max_size=1).map(tuple),
    light=words,
    picture=PICTURES,
    seed=seeds,
)
CLIPS = st.builds(
    Segment,
    id=st.integers(1, 40).map("s{}".format),
    prompt=prose,
    prompt_zh=words,
    scene=plain_words,
    continuity=st.sampled_from(("keyframes", "keyframes", "chain")),
    transition=st.sampled_from(("continue", "cut")),
    seed=seeds,
)
FIELDS = {
    "title": words,
    "reasoning": prose,
    "prompt": prose,
    "look": LOOKS,
    "canvas": st.sampled_from([Canvas.parse(size) for size in OFFERED]),
    "fit": st.sampled_from(("fill", "fit", "blur")),
    "focus": st.tuples(st.floats(0, 1), st.floats(0, 1)),
    "seed": st.integers(0, 0x7FFF_FFFF),
    "masters": st.booleans(),
    "wanted": st.builds(
        Wanted,
        segments=st.none() | st.integers(1, 400),
        language=st.none() | st.sampled_from(["de", "no", "zh"]),
        dialogue=st.none() | st.booleans(),
    ),
    "backends": st.builds(Backends, images=plain_words),
    "settings": settings,
}


@st.composite
def films(draw: st.DrawFn) -> Project:
    count = draw(st.integers(0, 3))
    keyframes = draw(_items(STILLS, count + 1 if count else 0))
    segments = draw(_items(CLIPS, count))
    fields = draw(st.fixed_dictionaries(FIELDS))
    return Project(keyframes=tuple(keyframes), segments=hung(segments, keyframes), **fields)


@st.composite
def edits(draw: st.DrawFn, film: Project) -> Project:
    """The film after some changes: words, order, keyframes and segments more and fewer."""
    changed = draw(st.sets(st.sampled_from(list(FIELDS)), max_size=2))
    fields: dict[str, Any] = {name: draw(FIELDS[name]) for name in sorted(changed)}
    if "look" in changed and draw(st.booleans()):
        fields["look"] = film.look.model_copy(update={"style": draw(prose)})
    keyframes = draw(_reworked(film.keyframes, STILLS))
    segments = draw(_reworked(film.segments, CLIPS)) if keyframes else []
    return film.model_copy(
        update={"keyframes": tuple(keyframes), "segments": hung(segments, keyframes), **fields}
    )


def hung(segments: Sequence[Segment], keyframes: Sequence[Keyframe]) -> tuple[Segment, ...]:
    """The segments with ends that exist, hanging together as the model demands."""
    known = [keyframe.id for keyframe in keyframes]
    made: list[Segment] = []
    for index, segment in enumerate(segments):
        first = segment.first if segment.first in known else known[index % len(known)]
        last = segment.last if segment.last in known else known[(index + 1) % len(known)]
        chained = segment.continuity == "chain" and index > 0
        new = segment.model_copy(
            update={
                "first": None if chained else first,
                "last": last,
                "continuity": "chain" if chained else "keyframes",
            }
        )
        cut = index > 0 and is_cut(made[-1], new)
        made.append(new.model_copy(update={"transition": "cut"}) if cut else new)
    return tuple(made)


def _items(one: st.SearchStrategy[Any], count: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(one, min_size=count, max_size=count, unique_by=lambda item: item.id)


@st.composite
def _reworked(draw: st.DrawFn, items: Sequence[Any], one: st.SearchStrategy[Any]) -> list[Any]:
    left = list(items)
    for step in draw(st.lists(st.sampled_from(("words", "remove", "insert", "shuffle", "all")), max_size=2)):
        at = draw(st.integers(0, max(0, len(left) - 1)))
        if step == "insert":
            new = draw(one)
            if new.id not in [item.id for item in left]:
                left.insert(at, new)
        elif left and step == "remove":
            left.pop(at)
        elif left and step == "shuffle":
            left = draw(st.permutations(left))
        elif left and step == "words":
            left[at] = left[at].model_copy(update={"prompt": draw(prose)})
        elif left:
            left[at] = draw(one).model_copy(update={"id": left[at].id})
    return left
