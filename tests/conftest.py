"""Every test has its own state and settings folders, and the stand-in backends are installed as plugins.

The property tests try the same cases each time, so that the suite says the same of the same code, and few of
them, so that it is quick; `--hypothesis-profile=thorough` tries 2,000 others.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from longvid_tui import client, wire

# Machines that build images tell Python to keep no bytecode: each worker and engine would compile everything anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

gc.disable()  # until the tests are collected

PLUGINS = Path(__file__).parent / "doubles" / "plugins"
sys.path.insert(0, str(PLUGINS))
hypothesis.settings.register_profile("suite", hypothesis.settings.get_profile("ci"), max_examples=30)
hypothesis.settings.register_profile("thorough", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("suite")


class _FromTheMiddle(pytest.Dir):
    """The tests, from another place for each worker: what one of them compiles the others find compiled."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        folders = list(super().collect())
        number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        start = len(folders) * number // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
        return iter(folders[start:] + folders[:start])


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return _FromTheMiddle.from_parent(parent, path=path) if path == Path(__file__).parent else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path)  # workers have to agree on the order


def pytest_collection_finish() -> None:
    gc.freeze()  # what is collected stays: no use in looking for garbage among it
    gc.enable()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run of the suite, shared by its workers: what many tests begin with is made once."""
    base = tmp_path_factory.getbasetemp()
    shelf = (base if worker_id == "master" else base.parent) / "shelf"
    shelf.mkdir(exist_ok=True)
    return shelf


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
    monkeypatch.setenv("LONGVID_STATE_DIR", str(tmp_path / ".state"))
    monkeypatch.setenv("LONGVID_CONFIG_DIR", str(tmp_path / ".config"))
    monkeypatch.setenv("LONGVID_TOLD", str(tmp_path / ".told"))
    monkeypatch.setenv("LONGVID_QUICK_CACHE", str(shelf))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(scope="session")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """State and settings of one user, who makes the films of many tests, one after the other."""
    home = tmp_path_factory.mktemp("home")
    yield home
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("LONGVID_STATE_DIR", str(home / "state"))
        engine = client.connect()
        if engine is not None:
            client.dismiss(engine, keep_jobs=False)


@pytest.fixture
def same_user(_home: Path, _own_surroundings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test is of a user whose engine still runs, with nothing to do, from the test before.

    An engine takes a processor half a second to start: as long as many a test.
    """
    monkeypatch.setenv("LONGVID_STATE_DIR", str(_home / "state"))
    monkeypatch.setenv("LONGVID_CONFIG_DIR", str(_home / "config"))
    monkeypatch.setenv("LONGVID_TOLD", str(_home / "told"))
    usual = wire.surroundings()
    yield
    engine = client.connect()
    if engine is not None:
        is_free = engine.engine["surroundings"] == usual and not engine.ask("status")["projects"]
        engine.close() if is_free else client.dismiss(engine, keep_jobs=False)
    for folder in ("config", "told"):
        shutil.rmtree(_home / folder, ignore_errors=True)
    for left in (_home / "state").glob("*"):
        if left.name not in ("run", "engine.log"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two for each core, as tests wait half of their time for other processes; no test gains from more than 16."""
    return min(2 * (os.cpu_count() or 1), 16)
