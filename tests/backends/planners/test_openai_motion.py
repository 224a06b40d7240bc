"""The planner `openai` writes a movement again from its two pictures."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from desk import Desk
from PIL import Image

from longvid_tui.backends.contract import BackendError, BadAnswer, Misconfigured, Refused
from longvid_tui.backends.rehearsal.cloud import chat
from longvid_tui.project.model import Character, Look

RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, Path]:
    """A red one and a blue one, as large as keyframes are."""
    paths = tmp_path / "first.png", tmp_path / "last.png"
    for path, colour in zip(paths, (RED, BLUE), strict=True):
        Image.new("RGB", (1280, 720), colour).save(path)
    return paths


def shown(desk: Desk) -> list[Image.Image]:
    """The pictures of the last question, in their order."""
    content = desk.asked[-1].json["messages"][-1]["content"]
    urls = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    return [Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) for url in urls]


@pytest.mark.parametrize("mode", ["json_schema", "json", "text"])
def test_a_model_sees_both_pictures_and_the_planned_words(
    desk: Desk, pictures: tuple[Path, Path], mode: str
) -> None:
    desk.settings = {"mode": mode, "base_url": f"{desk.cloud.url}/v1"}
    look = Look(characters=(Character(id="Mara", features="a woman with grey hair"),))
    motion = desk.looks(*pictures, look=look, note="slower")
    assert motion.prompt.startswith("The camera")
    assert motion.prompt_zh.startswith("镜头")
    assert motion.seen
    first, last = shown(desk)
    assert first.size == last.size == (768, 432)
    assert first.getpixel((9, 9))[0] > 150 < last.getpixel((9, 9))[2]
    question = desk.question(-1)
    assert all(words in question for words in ("She walks along the quay.", "a woman with grey hair", "slower"))
    (spent,) = desk.spent
    assert spent.what == "the movement of s7 from its pictures"
    assert desk.cloud.billed() > 0


def test_the_same_pictures_and_words_are_paid_once_and_another_picture_or_take_is_asked_for(
    desk: Desk, pictures: tuple[Path, Path]
) -> None:
    first, last = pictures
    assert desk.looks(first, last) == desk.looks(first, last)
    assert len(desk.asked) == 1
    desk.looks(last, first)
    desk.looks(first, last, words="She runs.")
    desk.looks(first, last, take=1)
    assert len(desk.asked) == 4


SIGHTLESS = [
    "Invalid content type. image_url is only supported by certain models.",
    "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
    "/model/qwen3 is not a multimodal model",
    "this model is missing data required for vision",
]


@pytest.mark.parametrize("says", SIGHTLESS)
def test_a_model_that_cannot_look_is_told_after_one_request(
    desk: Desk, pictures: tuple[Path, Path], says: str
) -> None:
    desk.cloud.always(chat.blind(says))
    with pytest.raises(Misconfigured, match=r"cannot look at pictures: set planner\.model to one that can"):
        desk.looks(*pictures)
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    ("fault", "error", "requests"),
    [
        (chat.refusal(), Refused, 1),
        (chat.content_filter(), Refused, 1),
        (chat.cut_stream(), BadAnswer, 3),
        (chat.changed(lambda answer: {**answer, "motion": " "}), BadAnswer, 3),
    ],
)
def test_what_comes_of_no_use_costs_what_it_does_for_a_plan(
    desk: Desk, pictures: tuple[Path, Path], fault: Any, error: type[BackendError], requests: int
) -> None:
    desk.cloud.always(fault)
    with pytest.raises(error):
        desk.looks(*pictures)
    assert len(desk.asked) == len(desk.spent) == requests


def test_a_picture_that_is_gone_is_told_without_a_request(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadAnswer, match=r"gone\.png cannot be read"):
        desk.looks(tmp_path / "gone.png", tmp_path / "gone.png")
    assert not desk.asked
