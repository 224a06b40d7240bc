"""One project folder, through its public door: made once, one writer, hand edits respected, odd pictures told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from longvid_tui.project.disk import DiskError
from longvid_tui.project.folder import Busy, Folder, NoProject, repair_journal
from longvid_tui.project.makers import Makers
from longvid_tui.project.model import Keyframe, Plan, Project, Segment
from longvid_tui.strict_yaml import Problems

FILM = Project(prompt="Rain.", keyframes=(Keyframe(id="k1", prompt="a street"),))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder.create(tmp_path / "film", FILM)


def _by_hand(folder: Folder, before: str, after: str) -> None:
    path = folder.root / "project.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.mark.parametrize("there", ["file", "full folder", "link", "broken link", "long name"])
def test_a_project_is_made_only_where_nothing_is(tmp_path, there):
    root = tmp_path / ("x" * 300 if there == "long name" else "film")
    (tmp_path / "other").mkdir()
    {
        "file": lambda: root.write_text("mine"),
        "full folder": lambda: (root.mkdir(), (root / "notes").write_text("mine")),
        "link": lambda: root.symlink_to(tmp_path / "other"),
        "broken link": lambda: root.symlink_to(tmp_path / "nowhere"),
        "long name": lambda: None,
    }[there]()
    with pytest.raises(DiskError, match=r"exists already: choose another name|File name too long"):
        Folder.create(root, FILM)
    assert not list((tmp_path / "other").iterdir())


def test_a_project_is_made_in_an_empty_folder_or_a_new_one_far_down(tmp_path):
    (tmp_path / "empty").mkdir()
    for root in (tmp_path / "empty", tmp_path / "a" / "b" / "film"):
        assert Folder.create(root, FILM).project == FILM
        assert Folder(root).project == FILM


def test_a_project_that_could_not_be_read_back_is_not_made(tmp_path):
    for project in (Project(title="\ud800"), Project(segments=(Segment(id="s1", first="k1", last="k2"),))):
        with pytest.raises(Problems):
            Folder.create(tmp_path / "film", project)
    assert not (tmp_path / "film").exists()


def test_a_folder_that_is_no_project_is_told(tmp_path):
    for root in (tmp_path, tmp_path / "nowhere", tmp_path / "file" / "below"):
        (tmp_path / "file").write_text("")
        with pytest.raises(
            NoProject, match=r"is not a project: it holds no project\.yaml; make one with `new`"
        ):
            Folder(root)


def test_one_writer_at_a_time_and_who_it_is_is_told(folder):
    with folder.writing("approve"), pytest.raises(Busy) as caught, Folder(folder.root).writing("run"):
        pass
    assert str(caught.value).startswith(f"`approve` (pid {os.getpid()}) works on film: wait for it to end")
    assert not caught.value.by_engine
    with folder.writing("engine"), pytest.raises(Busy) as caught, Folder(folder.root).writing("run"):
        pass
    assert caught.value.by_engine
    assert str(caught.value).startswith(f"an engine (pid {os.getpid()}) has film open")


def test_who_waited_for_the_lock_works_on_what_the_one_before_wrote(folder):
    waiting = Folder(folder.root)
    with folder.writing("plan"):
        folder.write_project(folder.project.model_copy(update={"title": "Written meanwhile"}))
    with waiting.writing("approve"):
        assert waiting.project.title == "Written meanwhile"


def test_a_journal_is_never_repaired_under_its_writer(folder):
    with folder.writing("run"):
        with pytest.raises(Busy):
            repair_journal(folder.root)
        folder.record("run", until="film", approve=True)
    assert "1 events, nothing to repair" in repair_journal(folder.root)


def test_a_writer_that_was_killed_leaves_no_lock(folder):
    script = (
        "import os, sys; from pathlib import Path; from longvid_tui.project.folder import Folder\n"
        "with Folder(Path(sys.argv[1])).writing('run') as folder:\n"
        "    folder.record('run', until='film', approve=True); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", script, folder.root], check=False).returncode == -9
    with folder.writing("run"):
        assert folder.history.order is not None
    assert Folder(folder.root).history.last_seq == 1


def test_a_hand_edit_is_taken_in_and_never_written_over(folder):
    assert not folder.reload()
    _by_hand(folder, "a street", "a road  # wider")
    with pytest.raises(DiskError, match="was edited in the meantime: nothing was written"):
        folder.write_project(folder.project.model_copy(update={"title": "x"}))
    assert folder.reload()
    folder.write_project(folder.project.model_copy(update={"title": "x"}))
    assert "a road  # wider" in (folder.root / "project.yaml").read_text()
    assert Folder(folder.root).project.title == "x"


def test_a_broken_hand_edit_is_told_until_it_is_mended(folder):
    _by_hand(folder, "schema: 1", "schema: 1\nfit: fll")
    for _ in range(2):
        with pytest.raises(Problems, match=r"project\.yaml:5:1: fit: must be"):
            folder.reload()
    _by_hand(folder, "fll", "fit")
    assert folder.reload()
    assert folder.project.fit == "fit"


def test_a_plan_that_cannot_be_read_back_is_not_written(folder):
    before = (folder.root / "project.yaml").read_bytes()
    with folder.writing("plan"), pytest.raises(Problems, match="there is no keyframe k8"):
        folder.write_plan(Plan(segments=(Segment(id="s1", first="k8", last="k9", prompt="x"),)), by={})
    assert (folder.root / "project.yaml").read_bytes() == before
    assert Folder(folder.root).history.plan_sha is None


def test_a_text_that_was_kept_can_be_come_back_to(folder):
    first = folder.keep_text()
    _by_hand(folder, "a street", "a road")
    folder.reload()
    assert folder.keep_text() != first
    folder.restore_text(first)
    assert folder.project == FILM
    with pytest.raises(DiskError):
        folder.restore_text("../../x")


def test_an_own_picture_is_known_by_its_bytes_and_missed_by_name(folder):
    folder.write_project(FILM.model_copy(update={"keyframes": (Keyframe(id="k1", picture="mine.png"),)}))
    with pytest.raises(
        DiskError, match=r"mine.png is named as a picture of the film, but the project holds no such"
    ):
        folder.survey(Makers())
    picture = folder.root / "mine.png"
    picture.write_bytes(b"one")
    first = folder.survey(Makers()).keyframes["k1"].key
    assert folder.survey(Makers()).keyframes["k1"].key == first
    picture.write_bytes(b"two")
    os.utime(picture, ns=(1, 1))
    assert folder.survey(Makers()).keyframes["k1"].key != first


def test_a_take_whose_file_is_gone_altered_or_no_file_is_made_again(folder):
    with folder.writing("run"):
        state = folder.survey(Makers())
        path = folder.keep("k1", b"bytes", ".png", "a" * 64)
        item = state.keyframes["k1"]
        folder.record("take", target="k1", key=item.key, sha="a" * 64, path=path, bytes=5, recipe=item.recipe)
    place = folder.path(path)
    assert folder.survey(Makers()).keyframes["k1"].status == "ready"
    for harm in (
        place.unlink,
        lambda: place.write_bytes(b"byte"),
        lambda: (place.unlink(), place.symlink_to("/etc/hostname")),
    ):
        harm()
        item = Folder(folder.root).survey(Makers()).keyframes["k1"]
        assert (item.status, item.reason) == ("missing", "its file is gone or altered")


def test_a_project_that_was_moved_has_lost_none_of_its_takes(folder):
    with folder.writing("run"):
        item = folder.survey(Makers()).keyframes["k1"]
        path = folder.keep("k1", b"bytes", ".png", "a" * 64)
        folder.record("take", target="k1", key=item.key, sha="a" * 64, path=path, bytes=5, recipe=item.recipe)
        folder.root.rename(folder.root.with_name("moved"))
        with pytest.raises(DiskError, match="was moved or deleted in the meantime"):
            folder.survey(Makers())
