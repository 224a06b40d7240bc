"""The animatic keeps the contract of FLF2V: 81 frames from the first keyframe to the last, moving as it is told."""

from __future__ import annotations

import asyncio
import json
import subprocess
from dataclasses import replace
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from longvid_tui.backends.contract import ANIMATIC_LABEL, ImageRequest, Progress, VideoRequest
from longvid_tui.backends.images.storyboard import StoryboardProvider
from longvid_tui.backends.planners.outline.phrases import phrases_for
from longvid_tui.backends.video.animatic import AnimaticGenerator
from longvid_tui.backends.video.animatic.__main__ import render
from longvid_tui.backends.video.animatic.moves import mix_at, moments, move_for, views
from longvid_tui.media.images import load_rgb, to_png
from longvid_tui.media.labels import bar
from longvid_tui.media.verifying import verify_clip
from longvid_tui.media.video import probe
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings

SMALL = Canvas(320, 192)


@cache
def keyframe(prompt: str) -> bytes:
    return asyncio.run(StoryboardProvider(Settings.load()).paint(ImageRequest(prompt, SMALL, 1))).data


def segment(folder: Path) -> VideoRequest:
    """One segment between two storyboard keyframes."""
    (folder / "first.png").write_bytes(keyframe("a fox runs in the forest"))
    (folder / "last.png").write_bytes(keyframe("a fox sleeps in the forest at night"))
    return VideoRequest(
        first=folder / "first.png",
        last=folder / "last.png",
        prompt="A fox runs. The camera pans right.",
        canvas=SMALL,
        seed=1,
        out=folder / "clip.mp4",
    )


@pytest.fixture
def request_(tmp_path: Path) -> VideoRequest:
    return segment(tmp_path)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> list[np.ndarray]:
    """The frames of the segment."""
    return frames(segment(tmp_path_factory.mktemp("segment")))


def frames(request: VideoRequest, count: int | None = None) -> list[np.ndarray]:
    """All of them, or so many."""
    return list(islice(render(request), count))


def filmed(request: VideoRequest, folder: Path) -> list[str]:
    """The lines that the process of a request prints."""
    command = AnimaticGenerator(Settings.load()).command(request)
    args = folder / "args.json"
    args.write_text(json.dumps(command.args))
    argv = [str(args) if word == "{args}" else word for word in command.argv]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_first_and_the_last_frame_are_the_keyframes_to_the_bit(request_, shown):
    assert len(shown) == 81
    assert np.array_equal(shown[0], load_rgb(request_.first))
    assert np.array_equal(shown[-1], load_rgb(request_.last))


def test_every_frame_differs_from_the_one_before_it(shown):
    assert all(np.abs(one.astype(int) - other).mean() > 0.05 for one, other in pairwise(shown))


def test_the_second_picture_comes_in_late():
    shares = [mix_at(move_for("pans right"), moment) for moment in moments(81)]
    assert shares == sorted(shares)
    assert shares[40] == 0.0, "the first half is the first picture alone"
    assert shares[-6] == 1.0, "it ends on the last picture alone"


def test_a_camera_that_pulls_back_moves_from_the_start(request_):
    shown = frames(replace(request_, prompt="A fox runs. The camera slowly pulls back."))
    assert np.array_equal(shown[0], load_rgb(request_.first))
    assert np.array_equal(shown[-1], load_rgb(request_.last))
    assert all(not np.array_equal(one, other) for one, other in pairwise(shown[:30]))


def test_the_label_stays_put_while_the_camera_moves(request_, shown):
    label = load_rgb(request_.first)[-16:]
    assert all(np.array_equal(frame[-16:], label) for frame in shown)


def test_the_label_of_an_upright_film_stays_whole(request_, tmp_path):
    upright = Canvas(192, 320)
    for number, end in enumerate(("first", "last")):
        picture = np.full((320, 192, 3), 200 + number, np.uint8)
        picture[-16:] = bar(ANIMATIC_LABEL, 192, 320)
        (tmp_path / f"{end}.png").write_bytes(to_png(picture, ANIMATIC_LABEL))
    shown = frames(replace(request_, canvas=upright), 21)
    assert all(np.array_equal(frame[-16:], shown[0][-16:]) for frame in shown)


@pytest.mark.parametrize("own", ["first", "last", "nothing"])
def test_the_label_stays_put_beside_a_persons_own_picture(request_, tmp_path, own):
    label = load_rgb(request_.first)[-16:]
    if own == "nothing":
        shown = frames(replace(request_, last=None))
    else:
        mine = np.full((192, 320, 3), 200, np.uint8)
        (tmp_path / f"{own}.png").write_bytes(to_png(mine))
        shown = frames(request_)
        assert np.array_equal(shown[0 if own == "first" else -1], mine), "theirs, to the bit"
        shown = shown[1:] if own == "first" else shown[:-1]
    assert all(np.array_equal(frame[-16:], label) for frame in shown)


def test_without_a_label_everything_moves(request_, tmp_path):
    for name in ("first", "last"):
        (tmp_path / f"{name}.png").write_bytes(to_png(load_rgb(tmp_path / f"{name}.png")))
    shown = frames(request_, 21)
    assert not np.array_equal(shown[20][-16:], shown[0][-16:])


def test_a_camera_that_pans_right_lets_the_picture_slide_to_the_left(request_):
    """Measured on a column of light that the camera passes."""
    from PIL import Image

    bar = np.zeros((192, 320, 3), np.uint8)
    bar[:, 158:162] = 255
    for path in (request_.first, request_.last):
        Image.fromarray(bar).save(path)
    right, left = (frames(replace(request_, prompt=f"The camera pans {way}."), 31) for way in ("right", "left"))
    middle = [int(shown[30][:, :, 0].mean(0).argmax()) for shown in (right, left)]
    assert middle[0] < 157
    assert middle[1] > 162


def test_a_camera_that_pushes_in_enlarges_and_one_that_stands_still_does_not_move(request_):
    near, still = (frames(replace(request_, prompt=words), 41)[40] for words in ("slow push in", "static shot"))
    assert np.array_equal(still, load_rgb(request_.first))
    assert not np.array_equal(near, still)


@pytest.mark.parametrize(
    "words", ["the fox", "el zorro en la", "der Fuchs und die", "le renard et une", "狐狸在雪地里"]
)
def test_the_moves_that_the_outline_writes_are_understood_in_every_language(words):
    moves = {move: move_for(sentence).name for move, sentence in phrases_for(words).moves.items()}
    assert moves == {
        "in": "push in",
        "out": "pull out",
        "follow": "pan right",
        "right": "pan right",
        "left": "pan left",
        "up": "tilt up",
        "drift": "drift",
    }


@pytest.mark.parametrize(
    ("prompt", "move"),
    [
        ("Wide shot, locked-off camera", "static"),
        ("dolly in, then pan left", "push in"),
        ("The camera orbits the statue", "orbit"),
        ("镜头缓缓推进。", "push in"),
        ("La cámara se aleja", "pull out"),
        ("Handkamera", "drift"),
        ("crane down to the street", "tilt down"),
    ],
)
def test_the_move_named_first_is_made(prompt, move):
    assert move_for(prompt).name == move


def test_a_prompt_without_a_camera_gets_a_move_that_is_always_the_same():
    assert move_for("A fox runs.") == move_for("A fox runs.")
    assert len({move_for(f"A fox runs {n}.").name for n in range(20)}) > 2


@pytest.mark.parametrize(
    "prompt",
    ["push in", "pull out", "pan left", "pan right", "tilt up", "tilt down", "orbit", "handheld", "static"],
)
def test_the_view_never_leaves_the_picture_and_moves_evenly(prompt):
    move = move_for(prompt)
    seen = [views(move, moment) for moment in moments(81)]
    for view in (view for pair in seen for view in pair):
        half = 0.5 / view.zoom
        assert view.x - half + 1e-9 >= 0
        assert view.x + half <= 1 + 1e-9
        assert view.y - half + 1e-9 >= 0
        assert view.y + half <= 1 + 1e-9
    steps = [abs(after[0].zoom - before[0].zoom) for before, after in pairwise(seen)]
    assert max(steps) < 0.003


def test_without_a_last_keyframe_it_films_on_from_the_first(request_):
    shown = frames(replace(request_, last=None))
    assert len(shown) == 81
    assert np.array_equal(shown[0], load_rgb(request_.first))
    assert not np.array_equal(shown[-1], shown[0])


def test_the_process_writes_a_labelled_clip_of_81_frames_and_says_how_far_it_is(request_, tmp_path):
    lines = filmed(request_, tmp_path)
    facts = probe(request_.out)
    assert (facts.width, facts.height, facts.fps, facts.tagged) == (320, 192, 16, True)
    verdict = verify_clip(
        request_.out,
        frames=81,
        width=320,
        height=192,
        fps=16,
        first=request_.first,
        last=request_.last,
        lands=AnimaticGenerator.capabilities.lands_on_keyframes,
    )
    assert verdict.problems == ()
    assert comment_of(request_.out) == ANIMATIC_LABEL
    assert load_rgb(request_.newest).shape == (192, 320, 3)
    told = [progress for line in lines if (progress := AnimaticGenerator().read_progress(line))]
    assert told[-1] == Progress("render", 81, 81)
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert not list(tmp_path.glob("*.partial*"))


def test_lines_that_are_no_progress_are_none():
    assert AnimaticGenerator().read_progress("Traceback (most recent call last):") is None


def test_the_prompt_is_not_in_the_arguments_of_the_process(request_):
    command = AnimaticGenerator().command(request_)
    assert not any(request_.prompt in word for word in command.argv)
    assert command.args["prompt"] == request_.prompt


def comment_of(clip: Path) -> str:
    import av

    with av.open(str(clip)) as container:
        return container.metadata["comment"]
