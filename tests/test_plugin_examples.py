"""docs/plugins.md is true: its code is that of the packages under examples/, and its commands make a film of them."""

from __future__ import annotations

import asyncio
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest
from doubles.answer import Answer, typed

from longvid_tui.backends import registry
from longvid_tui.backends.contract import ANIMATIC_LABEL, ImageRequest, Misconfigured, PlanRequest, Refused
from longvid_tui.cli.app import run
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan, Wanted
from longvid_tui.settings import Settings

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "docs" / "plugins.md").read_text(), re.M | re.S)
CODE = [text for language, text in BLOCKS if language != "console"]
COMMANDS = [line for language, text in BLOCKS if language == "console" for line in text.splitlines()]

Types = Callable[[str], Answer]


@pytest.mark.parametrize("block", CODE, ids=lambda block: block.strip().partition("\n")[0][:40])
def test_code_of_the_guide_is_code_of_the_examples(block: str) -> None:
    files = (path.read_text() for path in EXAMPLES.rglob("*") if path.suffix in (".py", ".toml"))
    assert any(unspaced(block) in unspaced(text) for text in files), f"no file of examples/ holds:\n{block}"


def unspaced(code: str) -> str:
    """Without white space: a part of a method stands at the margin in the guide."""
    return "".join(code.split())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages that the guide installs, built and installed by themselves, without a network."""
    target = tmp_path_factory.mktemp("installed")
    (install,) = (shlex.split(line) for line in COMMANDS if line.startswith("uv pip install "))
    packages = [word for word in install if word.startswith("examples/")]
    assert sorted(packages) == sorted(
        str(path.parent.relative_to(ROOT)) for path in EXAMPLES.glob("*/pyproject.toml")
    )
    offline = ["--offline", "--no-cache", "--no-deps", "--no-build-isolation", "--quiet"]
    where = ["--python", sys.executable, "--target", str(target)]
    subprocess.run(["uv", "pip", "install", *offline, *where, *packages], cwd=ROOT, check=True, timeout=60)
    return target


@pytest.fixture
def _found(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples are found by this process, too."""
    monkeypatch.syspath_prepend(str(installed))


@pytest.fixture
def types(
    installed: Path,
    _found: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Types]:
    """Types one command line as a person would who installed the examples, in an empty folder beside them."""
    monkeypatch.setenv("PYTHONPATH", str(installed))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(EXAMPLES)

    def types(line: str) -> Answer:
        program, *words = shlex.split(line)
        assert program == "longvid-tui"
        return typed(*words)

    yield types
    types("longvid-tui engine stop")


def test_the_commands_of_the_guide_make_a_film(types: Types, tmp_path: Path) -> None:
    film = tmp_path / "verses"
    new, make, *finish, export, recolour, dry_run = (
        line for line in COMMANDS if line.startswith("longvid-tui")
    )
    assert types(new).code == 0
    in_document(film, "canvas: 1280x720", "canvas: 128x64")
    made = types(make)
    assert made.code == 0, made.err
    plan = Folder(film).project.plan()
    assert [segment.prompt for segment in plan.segments] == (EXAMPLES / "verses.txt").read_text().splitlines()
    assert lint(plan, Folder(film).project.wanted) == []
    with av.open(str(film / "film.mp4")) as clip:
        assert clip.streams.video[0].frames == 4 * 80 + 1
        assert clip.metadata["comment"] == ANIMATIC_LABEL
    assert [types(line).code for line in finish] == [0, 0]
    exported = types(export)
    assert exported.code == 0, exported.err
    with av.open(str(film / "exports" / "verses-s1.mp4")) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == 81 * 24 // 16
    assert len(list((film / "finished").iterdir())) == 1
    assert types(recolour).code == 0
    again = types(dry_run)
    assert re.search(r"^paint +k1 +the backend or its settings changed", again.out, re.M), again.out
    assert "to pay" not in again.out


@pytest.mark.usefixtures("_found")
@pytest.mark.parametrize(
    "wanted", [Wanted(), Wanted(segments=2), Wanted(segments=7), Wanted(seconds=10)], ids=str
)
def test_the_planner_of_the_guide_keeps_what_was_set(wanted: Wanted) -> None:
    request = PlanRequest((EXAMPLES / "verses.txt").read_text(), wanted, Canvas(128, 64))
    grown: list[Plan] = []
    plan = asyncio.run(registry.planner("lines", Settings.load()).plan(request, grown.append))
    assert [found for found in lint(plan, wanted) if found.severity in ("error", "warning")] == []
    assert [len(partial.segments) for partial in grown] == list(range(1, len(plan.segments) + 1))


@pytest.mark.usefixtures("_found")
def test_the_planner_of_the_guide_refuses_a_prompt_without_lines() -> None:
    planner = registry.planner("lines", Settings.load())
    with pytest.raises(Refused, match=r"The prompt has no line: write one for every segment\."):
        asyncio.run(planner.plan(PlanRequest(" \n ", Wanted(), Canvas(128, 64)), lambda _: None))


@pytest.mark.usefixtures("_found")
def test_a_wrong_setting_of_a_plugin_is_told_by_doctor_and_by_the_first_picture(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = r"plugins\.cards\.paper is no colour \(reddish\): set one such as '#20242c'\."
    for name, value in (("backends.images", "cards"), ("plugins.cards.paper", "reddish")):
        assert run(["config", "set", name, value]) == 0
    assert run(["doctor"]) == 1
    assert re.search(f"^BAD cards paper +{said}", capsys.readouterr().out, re.M)
    painter = registry.image_provider("cards", Settings.load())
    with pytest.raises(Misconfigured, match=said):
        asyncio.run(painter.paint(ImageRequest("a boat", Canvas(128, 64), seed=1)))


def in_document(film: Path, before: str, after: str) -> None:
    """Change project.yaml by hand."""
    document = film / "project.yaml"
    text = document.read_text()
    assert before in text
    document.write_text(text.replace(before, after, 1))
