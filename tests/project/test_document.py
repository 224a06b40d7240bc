"""project.yaml: what is written reads back equal, a hand's own writing survives, and errors name their place."""

from __future__ import annotations

import time
from typing import Any

import pytest
from films import edits, films
from handwriting import found, handwritten
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from longvid_tui.project.document import edit, load, render
from longvid_tui.project.model import Keyframe, Project, Segment
from longvid_tui.project.tongues import LANGUAGES
from longvid_tui.strict_yaml import Problems

FILMS = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a film shrinks slowly, and its text tells enough
)


@FILMS
@given(films())
def test_any_film_reads_back_equal(film):
    assert load(render(film).encode()).project == film


@FILMS
@given(films(), st.integers(0, 2**32), st.data())
def test_a_change_means_what_was_wanted_and_touches_nothing_else(film, hand, data):
    wrote = handwritten(film, hand)
    document = load(wrote.text.encode())
    assert document.project == film
    wanted = data.draw(edits(film))
    text = edit(document, wanted)
    note(f"{wrote.text}\n--- became ---\n{text}")
    assert load(text).project == wanted
    before, after = (_plain(one) for one in (film, wanted))
    for comment, owner in wrote.comments.items():
        lives = found(owner, before) is not None and found(owner, after) is not None
        assert (
            text.count(comment) == 1
            or not lives
            or _written_anew(*(found(owner, film) for film in (before, after)))
        ), comment
    for owner, chunk in wrote.chunks.items():
        unchanged = found(owner, after) is not None and found(owner, after) == found(owner, before)
        assert chunk.rstrip() in text or not unchanged, owner


@FILMS
@given(films(), st.integers(0, 2**32))
def test_no_change_leaves_every_byte(film, hand):
    text = handwritten(film, hand).text
    assert edit(load(text), film) == text


HAND = """\
schema: 1   # the first
title: Rain  # working title

keyframes:   # stills
  # the opening
  - id: k1
    prompt: |-   # as in the book
      A street.
    # maybe darker
    seed: 3

  # --- act two ---

  # she turns
  - {id: k2, prompt: "Her face",   seed: 4}   # close
  - id: k3
    cast: [mara,
      bob]  # both
    prompt: >-
      The end

segments: []   # none yet
# written on a train
"""


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ({"title": "Fog"}, "title: Rain  # working", "title: Fog  # working"),
        ({"title": "a: b"}, "title: Rain  #", 'title: "a: b"  #'),
        ({"title": "two\nlines"}, "title: Rain  # working title\n", "title: |-  # working title\n  two\n  lines\n"),
        ({"seed": 9}, "# written on a train\n", "# written on a train\n\nseed: 9\n"),
        ({"k1": {"prompt": "A road."}}, "|-   # as in the book\n      A street.", '"A road."   # as in the book'),
        ({"k1": {"prompt": "A\nroad."}}, "A street.", "A\n      road."),
        ({"k1": {"seed": None}}, "    # maybe darker\n    seed: 3\n", ""),
        ({"k1": {"light": "dusk"}}, "    seed: 3\n", "    seed: 3\n    light: dusk\n"),
        ({"k2": {"prompt": ""}}, '"Her face",', '"",'),
        ({"k2": {"seed": None}}, '"Her face",   seed: 4}', '"Her face"}'),
        ({"k2": {"light": "dusk"}}, "seed: 4}", "seed: 4, light: dusk}"),
        ({"k3": {"cast": ("mara", "eve", "bob")}}, "[mara,\n", "[mara, eve,\n"),
        ({"k3": {"cast": ("bob",)}}, "[mara,\n      bob]", "[\n      bob]"),
        ({"k3": {"cast": ()}}, "[mara,\n      bob]  # both", "[]  # both"),
        ({"keyframes": ("k1", "k3")}, '  # she turns\n  - {id: k2, prompt: "Her face",   seed: 4}   # close\n', ""),
        ({"keyframes": ("k1", "k2", "k9", "k3")}, "# close\n", "# close\n\n  - id: k9\n    prompt: \"new\"\n\n"),
    ],
)  # fmt: skip
def test_an_edit_looks_like_a_persons(change, before, after):
    document = load(HAND)
    film = _changed(document.project, change)
    assert before in HAND
    assert edit(document, film) == HAND.replace(before, after, 1)
    assert edit(load(HAND.replace("\n", "\r\n")), film) == HAND.replace(before, after, 1).replace("\n", "\r\n")


def test_items_move_with_their_comments_and_lone_comments_with_what_follows():
    moved = edit(load(HAND), _changed(load(HAND).project, {"keyframes": ("k3", "k2", "k1")}))
    assert [line.strip() for line in moved.splitlines() if "# " in line or "id:" in line] == [
        "schema: 1   # the first", "title: Rain  # working title", "keyframes:   # stills",
        "- id: k3", "bob]  # both", "# --- act two ---", "# she turns",
        '- {id: k2, prompt: "Her face",   seed: 4}   # close',
        "# the opening", "- id: k1", "prompt: |-   # as in the book", "# maybe darker",
        "segments: []   # none yet", "# written on a train",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "schema: 1\nprompt: |+\n  kept\n\n\nkeyframes: [{id: k1}]\n",
        "schema: 1\nkeyframes: [{id: k1}]\nprompt: |\n  no line feed",
        "{schema: 1, keyframes: [{id: k1}]}",
        "schema: 1\n? keyframes\n: - id: k1\n",
        "schema: 1\nkeyframes: [id: k1]\n",
        "%YAML 1.2\n---\nschema: 1\nkeyframes: [{id: k1}]\n...\n",
        "\ufeffschema: 1\nkeyframes:\n- id: k1\n",
        "schema:\n  1\nkeyframes:\n  -\n    id:\n      k1\n",
    ],
)
def test_unusual_yaml_is_changed_rightly(text):
    document = load(text)
    film = document.project.model_copy(
        update={"title": "x", "keyframes": (Keyframe(id="k1", prompt="new"), Keyframe(id="k2"))}
    )
    assert load(edit(document, film)).project == film


def test_a_film_that_could_not_be_read_back_is_never_written():
    broken = Project(segments=(Segment(id="s1", first="k1", last="k2"),))
    with pytest.raises(Problems, match="there is no keyframe k1"):
        edit(load(render(Project())), broken)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["1:1: should be a list of `key: value` lines"]),
        ("- a\n", ["1:1: should be a list of `key: value` lines"]),
        ("title: x\n", ["1:1: schema: is missing: write `schema: 1` on the first line"]),
        ("schema: 2\nwhat: 1\n", ["1:1: schema: 2 is newer than this program knows (1): upgrade longvid-tui"]),
        ("schema: true\n", ["1:1: schema: True is no known schema: write `schema: 1`"]),
        (
            "schema: 1\ntitel: x\nfit: fll\nseed: 1:30\nfps: 24\ncanvas: 100x100\n",
            [
                "2:1: titel: unknown key; did you mean title?",
                "3:1: fit: must be 'fill', 'fit' or 'blur', not 'fll'",
                "4:1: seed: must be a whole number",
                "5:1: fps: must be 16, not 24",
                "6:1: canvas: 100x100 is not a canvas: both edges must be multiples of 16 from 64 to 4096",
            ],
        ),
        (
            "schema: 1\ntitle: 1984\nprompt:\nwanted: {segments: 3, seconds: 9}\n",
            [
                "2:1: title: must be text: put it in quotes",
                "3:1: prompt: has no value: write one, or delete the line",
                "4:1: wanted: names segments and seconds: keep one of them",
            ],
        ),
        (
            "schema: 1\nwanted:\n  language: klingon\n  dialogue: maybe\n",
            [
                f"3:3: wanted.language: must be the code of a language: {', '.join(LANGUAGES)}, not 'klingon'",
                "4:3: wanted.dialogue: must be true or false, not 'maybe'",
            ],
        ),
        (
            "schema: 1\nkeyframes:\n  - id: k1\n    promt: x\n  - prompt: y\n  - id: k2\n    cast: mara\n"
            "    picture: ../x\n",
            [
                "4:5: keyframes[0].promt: unknown key; did you mean prompt?",
                "5:5: keyframes[1].id: is missing",
                "7:5: keyframes[2].cast: must be a list",
                "8:5: keyframes[2].picture: must be a path inside the project, relative to its folder",
            ],
        ),
        (
            "schema: 1\nlook: {places: [{id: a, features: x}, {id: a, features: y}]}\nkeyframes: [{id: k1},{id: k1}]\n"
            "segments:\n  - id: s1\n    first: k1\n    last: k9\n  - {id: s1, continuity: chain, first: k1}\n"
            "  - {id: s2, first: k1, last: k1}\n",
            [
                "2:40: look.places[1].id: a is used twice",
                "3:23: keyframes[1].id: k1 is used twice",
                "7:5: segments[0].last: there is no keyframe k9",
                "8:6: segments[1].id: s1 is used twice",
                "8:33: segments[1].first: a chained segment starts with the last frame of the one before: leave first out",
                "9:5: segments[2].transition: starts with a keyframe of its own: write transition: cut, dissolve or fade",
            ],
        ),
        ("schema: 1\nsegments: [{id: s1, continuity: chain}]\n",
         ["2:21: segments[0].continuity: the first segment has no segment before it to chain to"]),
    ],
)  # fmt: skip
def test_every_mistake_is_told_at_once_at_its_place(text, told):
    with pytest.raises(Problems) as caught:
        load(text)
    assert str(caught.value).splitlines() == [f"project.yaml:{line}" for line in told]


def test_a_long_film_is_read_and_changed_fast():
    words = "A woman in a red coat walks along the wet street. " * 4
    film = Project(
        keyframes=tuple(Keyframe(id=f"k{i}", prompt=words) for i in range(1, 202)),
        segments=tuple(
            Segment(id=f"s{i}", first=f"k{i}", last=f"k{i + 1}", prompt=words) for i in range(1, 201)
        ),
    )
    text = render(film)
    start = time.process_time()
    changed = edit(load(text), _changed(film, {"k100": {"prompt": "Another."}}))
    assert time.process_time() - start < 5, "some step grew faster than the file"
    assert len(set(text.splitlines()) ^ set(changed.splitlines())) <= 2


def _plain(film: Project) -> dict[str, Any]:
    return film.model_dump(mode="json", by_alias=True)


def _written_anew(was: Any, now: Any) -> bool:
    """A list or section with nothing left in it, or that became something else, takes what was inside it along."""
    emptied = now in ([], {}) or (isinstance(now, dict) and not any(now.values()))
    return emptied or (isinstance(was, (list, dict)) and type(was) is not type(now))


def _changed(film: Project, change: dict[str, Any]) -> Project:
    keyframes = {keyframe.id: keyframe for keyframe in film.keyframes}
    keyframes |= {
        name: keyframes[name].model_copy(update=part) for name, part in change.items() if name in keyframes
    }
    order = change.get("keyframes", keyframes)
    fields = {name: value for name, value in change.items() if name in ("title", "seed")}
    made = tuple(keyframes.get(name) or Keyframe(id=name, prompt="new") for name in order)
    return film.model_copy(update={**fields, "keyframes": made})
