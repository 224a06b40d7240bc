"""Storyboard keyframes: always the same, never twice the same, labelled, of any size, and about their prompt."""

from __future__ import annotations

import asyncio
import io
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from longvid_tui.backends.contract import ANIMATIC_LABEL, ImageRequest
from longvid_tui.backends.images.storyboard import StoryboardProvider
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings

SMALL = Canvas(256, 144)
PLACES = [
    "a fox in the forest",
    "a fox on the beach",
    "a fox in the city",
    "a fox in the desert",
    "a fox in the kitchen",
]


def painted(prompt: str, canvas: Canvas = SMALL, seed: int = 1, clean: bool = False, note: str = "") -> bytes:
    return asyncio.run(provider(clean).paint(ImageRequest(prompt, canvas, seed, note=note))).data


@cache
def provider(clean: bool) -> StoryboardProvider:
    return StoryboardProvider(Settings.load(overrides={"storyboard.clean": clean}))


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.float64)


def picture(prompt: str, canvas: Canvas = SMALL, seed: int = 1) -> np.ndarray:
    """Without its label."""
    return pixels(painted(prompt, canvas, seed, clean=True))


def share(of: np.ndarray, red: range, green: range, blue: range) -> float:
    """How much of a picture has a colour."""
    bands = zip(np.moveaxis(of, -1, 0), (red, green, blue), strict=True)
    return float(np.all([(band >= span.start) & (band < span.stop) for band, span in bands], axis=0).mean())


@pytest.mark.parametrize(
    ("prompt", "size"),
    [
        ("close-up of an old man and a dog on the beach", "1280x720"),
        *product(
            ("close-up of an old man and a dog on the beach", "the quiet that comes after"),
            ("144x256", "96x96", "64x64", "208x112", "240x80"),
        ),
    ],
)
def test_a_picture_has_exactly_the_canvas_that_is_asked_for(prompt, size):
    canvas = Canvas.parse(size)
    image = Image.open(io.BytesIO(painted(prompt, canvas)))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", canvas.size)


def test_the_same_prompt_and_seed_give_the_same_bytes_anywhere():
    prompt = "two dogs and a cat in the city at night, rain, storm"
    assert painted(prompt) == painted(prompt)


def test_another_seed_gives_another_picture_of_the_same():
    assert painted("a fox in the forest", seed=1) != painted("a fox in the forest", seed=2)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=2, max_size=4, unique=True))
def test_no_two_prompts_give_the_same_picture(prompts):
    canvas = Canvas(64, 64)
    assert len({painted(prompt, canvas) for prompt in prompts}) == len(prompts)


@settings(max_examples=8, deadline=None)
@given(
    start=st.sampled_from(["A fox runs", "一只狐狸", "Ein Mann", "Hope"]),
    count=st.integers(2, 6),
)
def test_prompts_that_differ_in_one_word_differ_in_their_pixels(start, count):
    pictures = [picture(f"{start}, moment {n}", Canvas(64, 64)) for n in range(count)]
    for index, one in enumerate(pictures):
        assert all(np.abs(one - other).max() > 8 for other in pictures[index + 1 :])


def test_a_note_is_heeded():
    assert painted("a fox in the forest", note="at night") != painted("a fox in the forest")


def test_the_label_is_in_the_picture_and_the_same_in_every_one():
    one, other = pixels(painted("a fox in the forest")), pixels(painted("a robot in space"))
    assert np.array_equal(one[-16:], other[-16:])
    assert one[-16:].std() > 10, "it is written, not only a bar"


def test_a_clean_picture_has_no_label_but_its_metadata_still_says_what_it_is():
    for clean in (False, True):
        image = Image.open(io.BytesIO(painted("a fox", clean=clean)))
        assert image.info["Comment"] == ANIMATIC_LABEL
        assert image.info["Software"].startswith("longvid-tui ")
    bottom = pixels(painted("a fox on the beach", clean=True))[-16:]
    assert np.abs(bottom - pixels(painted("a fox on the beach"))[-16:]).mean() > 20


def test_clean_is_part_of_the_fingerprint():
    prints = [provider(clean).fingerprint() for clean in (False, True)]
    assert prints[0] != prints[1]


def test_the_same_place_is_recognised_from_one_keyframe_to_the_next():
    def layout(prompt: str) -> np.ndarray:
        return picture(prompt)[::8, ::8]

    before, after = [layout(place) for place in PLACES], [layout(f"{place}, it looks up") for place in PLACES]
    for index, one in enumerate(after):
        distances = [np.abs(one - other).mean() for other in before]
        assert int(np.argmin(distances)) == index


def test_somebody_keeps_the_colour_of_their_coat():
    red = range(150, 256), range(20, 100), range(20, 100)
    for scene in ("walks on the road", "sits in the forest", "close-up, in the village"):
        dressed = share(picture(f"a woman in a red coat {scene}"), *red)
        assert dressed > 0.002
        assert dressed > 3 * share(picture(f"a woman in a blue coat {scene}"), *red)


def test_a_close_up_shows_a_face_and_a_wide_shot_a_figure():
    skin = range(150, 250), range(80, 200), range(50, 165)
    near, far = (
        share(picture(f"{framing} of a man in the forest, day"), *skin) for framing in ("close-up", "wide shot")
    )
    assert near > 0.06
    assert near > 8 * far


@pytest.mark.parametrize(
    ("darker", "brighter"),
    [
        ("a fox in the forest at night", "a fox in the forest, day"),
        ("the sea, storm", "the sea, day"),
        ("a fox in the forest", "a fox in the snowy forest"),
        ("a cave", "a field"),
    ],
)
def test_light_and_weather_are_seen(darker, brighter):
    assert picture(darker).mean() < picture(brighter).mean() - 8


def test_a_style_without_colour_has_none():
    grey = picture("a fox in the forest, black and white film")
    assert np.ptp(grey, axis=-1).max() <= 2


@pytest.mark.parametrize(
    "prompt", ["the weight of forgetting", "Hoffnung", "zażółć gęślą jaźń", "надежда", "xyzzy", "😀"]
)
def test_a_prompt_that_names_nothing_still_gives_a_picture_worth_looking_at(prompt):
    seen = picture(prompt)
    assert seen.std() > 15
    assert len(np.unique((seen // 16) @ (256, 16, 1))) > 25
    assert 25 < seen.mean() < 225


def test_prompts_that_name_nothing_give_pictures_of_many_kinds():
    means = [tuple((picture(f"idea {n}").mean((0, 1)) // 24).astype(int)) for n in range(12)]
    assert len(set(means)) > 6
