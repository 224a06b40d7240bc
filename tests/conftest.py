"""Every test has its own state and settings folders, and the stand-in backends are installed as plugins.

The property tests try the same cases each time, so that the suite says the same of the same code, and few of
them, so that it is quick; `--hypothesis-profile=thorough` tries 2,000 others.
"""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

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

PROCESSORS = os.cpu_count() or 1
_WORKER = os.environ.get("PYTEST_XDIST_WORKER")
_TURN = int((_WORKER or "gw0").removeprefix("gw")) % PROCESSORS


def _quieten_hypothesis() -> None:
    """No setting says any of it, and another version may have other names for it: then all is as it was without."""
    with suppress(ImportError, AttributeError):
        from hypothesis.internal.conjecture import providers

        # Else the cases depend on the words and numbers in whatever modules are loaded, all of them read for it.
        providers._get_local_constants = providers.Constants
    if _WORKER == "gw0":
        with suppress(ImportError, AttributeError):
            from hypothesis.internal import charmap

            charmap.intervals_from_codec("utf-8")  # a second's work, which is left on disk for the others


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, Any, Any]:
    """As many workers at a time as there are processors: the others find compiled what those had to compile."""
    if hypothesis.settings.get_current_profile_name() == "suite":
        _quieten_hypothesis()
    if _WORKER is None:
        return (yield)
    with (Path(session.config.option.basetemp).parent / f"collecting-{_TURN}").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return (yield)


class _FromTheMiddle(pytest.Dir):
    """The tests, from another place for each worker that collects at the same time."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        folders = list(super().collect())
        start = len(folders) * _TURN // PROCESSORS
        return iter(folders[start:] + folders[:start])


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return _FromTheMiddle.from_parent(parent, path=path) if path == Path(__file__).parent else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path)  # workers have to agree on the order


def pytest_collection_finish() -> None:
    gc.freeze()  # what is collected stays: no use in looking for garbage among it
    gc.set_threshold(5_000, 20, 100)  # nor often in what the tests import, which stays as well
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
