"""How much of each listed film is made is counted by a process beside the screen, once for each change."""

from __future__ import annotations

import time
from pathlib import Path

from longvid_tui import library
from longvid_tui.place import Place
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.model import Keyframe, Project, Segment
from longvid_tui.shares import Shares


def test_films_are_counted_until_nothing_is_new_and_a_broken_one_is_not_asked_of_again(tmp_path: Path) -> None:
    words = tuple(Keyframe(id=name, prompt="x") for name in ("k1", "k2"))
    project = Project(
        prompt="x", canvas=Canvas(64, 64), keyframes=words, segments=(Segment(id="s1", first="k1", last="k2"),)
    )
    film = Folder.create(tmp_path / "film", project)
    with film.writing("test"):
        film.record("approve", target="plan", sha=project.plan().sha())
    broken = Folder.create(tmp_path / "broken", project).root
    (broken / "project.yaml").write_text("prompt: [")
    for root in (film.root, broken):
        library.remember(root)
    place = Place()
    shares, folders = Shares(place), [str(film.root), str(broken)]
    shares.look(folders)
    end = time.monotonic() + 30
    while not place.get("counted", {}) and time.monotonic() < end:
        time.sleep(0.02)
        shares.look(folders)
    assert place.get("share", {}) == {str(film.root): 0.0}
    assert set(place.get("counted", {})) == set(folders)
    shares.look(folders)
    assert shares._counting is None
