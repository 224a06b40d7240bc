"""Backends are found by name among installed packages, and a broken one is a sentence, not a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from longvid_tui.backends import registry
from longvid_tui.backends.contract import (
    ImageCapabilities,
    ImageProvider,
    Misconfigured,
    Planner,
    RateLimited,
    VideoCapabilities,
    VideoGenerator,
)
from longvid_tui.settings import Settings


@pytest.fixture
def settings() -> Settings:
    return Settings.load()


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Installs a package with one planner, as pip would: its module and what its metadata says about it."""

    def install(name: str, source: str, target: str) -> None:
        module = f"plugin_{name}"
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[longvid_tui.planners]\n{name} = {module}:{target}\n")
        monkeypatch.syspath_prepend(str(tmp_path))

    return install


def test_the_embedded_defaults_are_there_and_follow_their_contracts(settings):
    assert isinstance(registry.planner("outline", settings), Planner)
    assert isinstance(registry.image_provider("storyboard", settings), ImageProvider)
    assert isinstance(registry.video_generator("animatic", settings), VideoGenerator)


def test_numbers_that_nobody_can_work_with_are_refused_where_a_plugin_says_them():
    with pytest.raises(
        Misconfigured, match=r"A plugin says parallel=0 in its ImageCapabilities, and 1 is the least"
    ):
        ImageCapabilities(parallel=0)
    with pytest.raises(Misconfigured, match=r"A plugin says gpus=inf in its VideoCapabilities"):
        VideoCapabilities(gpus=(1, float("inf")))  # type: ignore[arg-type]
    assert RateLimited("Too many.", float("nan")).retry_after is None


def test_names_are_listed_in_order():
    listed = registry.names(registry.PLANNERS)
    assert "outline" in listed
    assert listed == sorted(set(listed))


def test_an_unknown_name_is_answered_with_the_names_there_are(settings):
    with pytest.raises(Misconfigured, match=r"There is no planner 'outlin': choose one of .*outline.*\."):
        registry.planner("outlin", settings)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("import a_package_that_is_not_installed", "Planner"),
        ("VERSION = 1", "Planner"),
        ("class Planner:\n    def __init__(self): ...", "Planner"),
        ("raise OSError('libfoo.so.3 is missing')", "Planner"),
    ],
    ids=["missing package", "missing class", "wrong constructor", "broken module"],
)
def test_a_plugin_that_cannot_be_loaded_is_one_sentence_with_what_to_do(settings, plugin, source, target):
    plugin(f"broken{abs(hash(source))}", source, target)
    with pytest.raises(Misconfigured, match=r"cannot be loaded \(.+\): reinstall its package\."):
        registry.planner(f"broken{abs(hash(source))}", settings)


def test_a_plugin_installed_after_another_was_found_is_found_as_well(settings, plugin, tmp_path):
    plugin("absent", "from longvid_tui.backends.planners.outline import OutlinePlanner as Planner\n", "Planner")
    assert isinstance(registry.planner("outline", settings), Planner)
    (tmp_path / "plugin_absent-1.0.dist-info").rename(tmp_path / "plugin_late-1.0.dist-info")
    told = tmp_path / "plugin_late-1.0.dist-info" / "entry_points.txt"
    told.write_text(told.read_text().replace("absent =", "late ="))
    assert isinstance(registry.planner("late", settings), Planner)


def test_a_plugin_that_does_less_than_the_contract_is_refused(settings, plugin):
    plugin("lazy", "class Lazy:\n    name = 'lazy'\n    def __init__(self, settings): ...\n", "Lazy")
    with pytest.raises(Misconfigured, match="does not follow the contract"):
        registry.planner("lazy", settings)


def test_asking_for_a_backend_imports_no_heavy_package():
    """The face shows before a picture is painted: numpy and Pillow are for the one who paints."""
    code = """
import sys
from longvid_tui.backends import registry
from longvid_tui.settings import Settings
settings = Settings.load()
registry.planner("outline", settings), registry.image_provider("storyboard", settings)
registry.video_generator("animatic", settings)
heavy = {"numpy", "PIL", "av", "openai", "instructor", "httpx2", "textual"} & set(sys.modules)
sys.exit(", ".join(sorted(heavy)) or 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
