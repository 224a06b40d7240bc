"""A whole film by OpenAI's protocols: planned, painted within a rate limit, retaken, uploaded, filmed, and accounted for.

pytest -n 0 -rP tests/cli/test_paid_film.py        prints what was asked, painted, billed
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest
from doubles.telling import tell
from longvid_doubles import still_clip
from PIL import Image

from longvid_tui import client
from longvid_tui.backends.rehearsal.cloud import canvases, chat, openai_images
from longvid_tui.backends.rehearsal.cloud.openai_images import Hand
from longvid_tui.backends.rehearsal.cloud.server import Cloud, Request
from longvid_tui.project.folder import Folder

SEGMENTS = 9
CHAT, IMAGES = "/v1/chat/completions", "/v1/images/(generations|edits)"
AT_ONCE, SECONDS = 8, 0.5
"""What the stand-in lets through: so many pictures in any so many seconds."""


@pytest.fixture
def services(cloud: Cloud, person: Any, tmp_path: Path) -> Cloud:
    """The stand-in is slow with words, and lets only so many pictures through."""
    person.prefers(openai__base_url=f"{cloud.url}/v1", openai__quality="low")
    person.has_keys("planner", "images")
    tell(INSTANT_CLIP=still_clip(tmp_path / "clip.mp4"))
    cloud.always(chat.slowly(0.008), path=CHAT)
    cloud.always(openai_images.at_most(AT_ONCE, SECONDS), path=IMAGES)
    return cloud


@pytest.mark.timeout(400)  # some 15 s on two idle cores: the whole way of a paid film, once
def test_a_film_is_planned_painted_retaken_uploaded_filmed_and_costs_what_was_billed(
    person: Any, services: Cloud, tmp_path: Path
) -> None:
    cloud = services
    person.starts(SEGMENTS, "--planner", "openai", "--images", "openai", "--video", "instant")
    assert appearing(person) > 2
    assert len(Folder(person.film).project.segments) == SEGMENTS
    approve(person, "plan")
    assert person.types("run", person.film, "--until", "masters").code == 0
    approve(person, "masters")

    own = tmp_path / "mine.png"
    Image.new("RGB", (128, 64), (250, 200, 0)).save(own)
    assert person.types("upload", person.film, "k3", own).code == 0
    painted = person.types("run", person.film, "--until", "keyframes")
    assert painted.code == 0, painted.err
    pictures = len(person.status()["masters"]) + len(person.status()["keyframes"]) - 1
    bought = [request for request in cloud.calls(IMAGES) if answered(request)]
    assert len(bought) == len({prompt_of(request) for request in bought}) == pictures
    assert 3 <= side_by_side(bought) <= AT_ONCE
    assert len(cloud.calls(IMAGES)) < 2 * len(bought), "who is refused waits as long as the service says"

    before = picture(person, "k5")
    assert (
        person.types("retake", person.film, "k5", "--mask-rect", "50%,0,50%,100%", "--note", "a lamp").code == 0
    )
    assert person.types("run", person.film, "--until", "keyframes").code == 0
    edit = cloud.calls(IMAGES)[-1]
    assert "mask" in {part.name for part in edit.files()}
    after = picture(person, "k5")
    near, far = (20, 32), (100, 32)
    assert after.getpixel(near) == before.getpixel(near)
    assert after.getpixel(far) == canvases.colour(prompt_of(edit))
    assert picture(person, "k3").getpixel(near) == (250, 200, 0)

    assert person.types("retake", person.film, "k5", "--edit", "--note", "brighter").code == 0
    cloud.then(lambda request: openai_images.edits(request, Hand(pause=0.4)), path=IMAGES)
    seen = forming(person, "k5")
    assert [size[0] for size in seen] == [16, 32], "what is seen while it forms grows sharper"
    assert cloud.calls(IMAGES)[-1].form()["partial_images"] == "2"
    assert not any(b"stream" in request.body for request in bought), "none is paid for where nobody looks on"
    assert not list(person.film.rglob("unfinished"))

    approve(person, "keyframes")
    made = person.types("run", person.film, "--yes")
    assert made.code == 0, made.err
    with av.open(str(person.film / "film.mp4")) as film:
        assert film.streams.video[0].frames == person.status()["frames"]

    ledger = [
        event.data["cost_usd"] for event in Folder(person.film).events_after(0) if "cost_usd" in event.data
    ]
    billed = [request for request in cloud.requests if answered(request)]
    assert len(ledger) == len(billed) == len(cloud.calls(CHAT)) + pictures + 2
    assert sum(ledger) == pytest.approx(cloud.billed(), abs=1e-6)
    assert person.status()["spent_usd"] == pytest.approx(cloud.billed(), abs=1e-5)
    told = f"{len(cloud.calls(CHAT))} questions, {pictures + 2} pictures of {len(cloud.calls(IMAGES))} requests"
    print(f"{told}: ledger ${sum(ledger):.6f}, billed ${cloud.billed():.6f}")


def appearing(person: Any) -> int:
    """Plan the film; answers how many different numbers of segments were seen written meanwhile."""
    seen = set()
    with client.engine(for_work=True) as engine:
        engine.ask("subscribe", project=str(person.film))
        engine.ask("run", project=str(person.film), until="plan", approve=False)
        for message in engine.notices():
            if message["method"] == "growing":
                seen.add(sum(bool(one["prompt"]) for one in message["params"]["plan"]["keyframes"]))
            if message["method"] == "rested":
                assert not message["params"]["failed"]
                return len(seen)
    raise AssertionError("the engine went away")


def forming(person: Any, name: str) -> list[tuple[int, int]]:
    """Make the keyframes that are missing, looking on; answers the sizes of what was seen of one before it was done."""
    seen: dict[str, tuple[int, int]] = {}
    with client.engine(for_work=True) as engine:
        engine.ask("subscribe", project=str(person.film), looks=True)
        engine.ask("run", project=str(person.film), until="keyframes", approve=False)
        for message in engine.notices():
            tasks = message["params"]["tasks"] if message["method"] == "progress" else ()
            for task in tasks:
                if task["target"] == name and (picture := task["picture"]):
                    with Image.open(person.film / picture["path"]) as unfinished:
                        seen[picture["sha"]] = unfinished.size
            if message["method"] == "rested":
                assert not message["params"]["failed"]
                return list(seen.values())
    raise AssertionError("the engine went away")


def approve(person: Any, target: str) -> None:
    said = person.types("approve", person.film, target)
    assert said.code == 0, said.err


def answered(request: Request) -> bool:
    return request.answer is not None and request.answer.status == 200


def prompt_of(request: Request) -> str:
    return str(request.json["prompt"] if request.path.endswith("generations") else request.form()["prompt"])


def side_by_side(requests: list[Request]) -> int:
    """The most pictures that were let through in any time of the rate limit's length."""
    times = [request.at for request in requests]
    return max(sum(at <= other < at + 0.9 * SECONDS for other in times) for at in times)


def picture(person: Any, name: str) -> Image.Image:
    listed = {item["id"]: item for item in person.status()["keyframes"]}
    return Image.open(person.film / listed[name]["take"]["path"]).convert("RGB")
