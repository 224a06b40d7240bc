"""`demo --fake-cloud`: a film by OpenAI's protocols without OpenAI, which says of itself that it is not real."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import av
import pytest
from PIL import Image

from longvid_tui.backends import registry
from longvid_tui.backends.contract import ANIMATIC_LABEL, ImageRequest, PlanRequest, Spent
from longvid_tui.backends.rehearsal import script
from longvid_tui.backends.rehearsal.cloud.server import Cloud
from longvid_tui.cli.app import run
from longvid_tui.media.images import load_label
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan, Wanted
from longvid_tui.settings import Settings

ONLOOKER = Path(__file__).parents[1] / "doubles" / "onlooker"
CANVAS = Canvas(128, 64)


class Rehearsing:
    """A person without a key, whose every process tells which addresses it speaks to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._connections = folder / "connections"
        keys = ("OPENAI_API_KEY", "LONGVID_PLANNER_KEY", "LONGVID_IMAGES_KEY")
        self._env = {
            **{name: value for name, value in os.environ.items() if name not in keys},
            "PYTHONPATH": str(ONLOOKER),
            "LONGVID_CONNECTIONS": str(self._connections),
            "HTTP_PROXY": "http://proxy.example:3128",
        }

    def starts(self, *words: str) -> subprocess.Popen[str]:
        argv = [sys.executable, "-m", "longvid_tui", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(argv, env=self._env, cwd=self.folder, text=True, **pipes)

    def types(self, *words: str) -> subprocess.CompletedProcess[str]:
        process = self.starts(*words)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def begins_the_demo(self) -> Path:
        """Start it, leave it as soon as it has said what it is, and make the film small; answers its folder."""
        film = self.folder / "rehearsal-film"
        demo = self.starts("demo", "--fake-cloud")
        assert demo.stderr
        assert "A rehearsal: a stand-in on this machine answers" in demo.stderr.readline()
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)
        self.types("stop", "rehearsal-film")
        document = film / "project.yaml"
        small = document.read_text().replace("canvas: 832x464", f"canvas: {CANVAS}")
        document.write_text(small.replace("seconds: 20", "seconds: 10"))
        return film

    def spoken_to(self) -> set[str]:
        """Hosts that were connected to or looked up."""
        return set(self._connections.read_text().split())


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Rehearsing]:
    person = Rehearsing(tmp_path)
    yield person
    person.types("engine", "stop")


def test_the_demo_makes_a_film_without_a_key_and_speaks_to_this_machine_alone(person: Rehearsing) -> None:
    film = person.begins_the_demo()
    made = person.types("demo", "--fake-cloud")
    assert made.returncode == 0, made.stderr
    assert person.spoken_to() == {"127.0.0.1"}
    opened = Folder(film)
    assert (opened.project.backends.planner, opened.project.backends.images) == ("rehearsal", "rehearsal")
    assert (opened.project.canvas, opened.history.spent_usd) == (CANVAS, 0)
    takes = [opened.path(take.path) for record in opened.history.records.values() for take in record.takes]
    assert {load_label(path) for path in takes if path.suffix == ".png"} == {ANIMATIC_LABEL}
    with av.open(str(film / "film.mp4")) as clip:
        assert clip.metadata["comment"] == ANIMATIC_LABEL


def test_a_film_of_somebodys_is_not_taken_for_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["new", "film", "-p", "A dog."]) == 0
    for words in (["demo", "film", "--fake-cloud"], ["demo", "film"]):
        assert run(words) == 1
        assert "film is another film already" in capsys.readouterr().err


WORDS = "A fox crosses a frozen lake at dawn. It slips and gets up. It finds the den and sleeps."


def test_a_plan_grows_while_it_is_written_and_costs_nothing() -> None:
    told: list[Spent] = []
    grown: list[Plan] = []
    wanted = Wanted(segments=3, language="de", dialogue=True)
    asked: list[float | None] = []
    request = PlanRequest(WORDS, wanted, CANVAS, may_spend=asked.append, on_spent=told.append)
    plan = asyncio.run(registry.planner("rehearsal", Settings.load()).plan(request, grown.append))
    assert grown[-1] == plan
    assert len(grown) > 2
    assert {spent.cost_usd for spent in told} == set(asked) == {0.0}


@pytest.mark.parametrize("segments", [1, 5, 45])
def test_the_stand_in_tells_the_film_of_the_words_in_every_pass(segments: int) -> None:
    wanted = Wanted(segments=segments)
    with Cloud() as cloud:
        cloud.route("POST", "/v1/chat/completions", partial(script.answer, seconds=0))
        settings = Settings.load(overrides={"planner.base_url": f"{cloud.url}/v1"})
        planner = registry.planner("openai", settings)
        plan = asyncio.run(planner.plan(PlanRequest(WORDS, wanted, CANVAS), lambda _: None))
        redo = PlanRequest(WORDS, wanted, CANVAS, previous=plan, redo=("s1",))
        again = asyncio.run(planner.plan(redo, lambda _: None))
    assert len(plan.segments) == len(again.segments) == segments
    assert "fox" in plan.segments[0].prompt
    assert [found for found in lint(plan, wanted) if found.severity == "error"] == []


def test_pictures_are_seen_while_they_form_and_cost_nothing() -> None:
    seen: list[bytes] = []
    painter = registry.image_provider("rehearsal", Settings.load())
    request = ImageRequest("a fox on a frozen lake", CANVAS, seed=1, on_partial=seen.append)
    picture = asyncio.run(painter.paint(request))
    assert len(seen) == Settings.load().openai.partial_images > 0
    assert (picture.cost_usd, picture.model) == (0.0, "rehearsal")
    assert asyncio.run(painter.paint(request)).data != picture.data, "no service paints the same picture twice"


def test_a_picture_that_is_changed_in_part_says_that_it_is_not_real(tmp_path: Path) -> None:
    base, mask = tmp_path / "base.png", tmp_path / "mask.png"
    Image.new("RGB", CANVAS.size, (200, 30, 30)).save(base)
    half = Image.new("L", CANVAS.size, 0)
    half.paste(255, (64, 0, 128, 64))
    half.save(mask)
    painter = registry.image_provider("rehearsal", Settings.load())
    picture = asyncio.run(painter.paint(ImageRequest("a fox", CANVAS, seed=1, base=base, mask=mask)))
    (tmp_path / "changed.png").write_bytes(picture.data)
    assert load_label(tmp_path / "changed.png") == ANIMATIC_LABEL


def test_a_broken_file_of_keys_is_no_reason_not_to_rehearse(tmp_path: Path) -> None:
    config = Path(os.environ["LONGVID_CONFIG_DIR"])
    config.mkdir(parents=True)
    (config / "credentials.yaml").write_text("planner: sk-0123456789\n")
    (config / "credentials.yaml").chmod(0o644)
    request = PlanRequest("A fox.", Wanted(segments=1), CANVAS)
    plan = asyncio.run(registry.planner("rehearsal", Settings.load()).plan(request, lambda _: None))
    assert len(plan.segments) == 1
