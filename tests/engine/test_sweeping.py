"""What is swept before work begins: never anything that a link in a project leads to."""

from collections.abc import Callable
from pathlib import Path

import pytest

from longvid_tui.backends.contract import unheard
from longvid_tui.engine.finishing import sweep_parts
from longvid_tui.engine.rendering import sweep_attempts
from longvid_tui.engine.studio import Studio
from longvid_tui.project.disk import LeavesProject
from longvid_tui.project.folder import Folder
from longvid_tui.settings import Settings

ENDED = "s1-0123456789"


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder of the person's own, with what would be swept if it were a project's."""
    home = tmp_path / "home"
    for name in ("letters/to-mara.txt", "holiday.mp4", "holiday.part.mp4"):
        path = home / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("dear")
    return home


def opened(film: Path) -> Studio:
    return Studio.open(Folder(film), Settings.load(), unheard)


@pytest.mark.parametrize(("name", "sweep"), [("attempts", sweep_attempts), ("conformed", sweep_parts)])
def test_a_folder_that_is_a_link_is_refused_and_left(
    film: Path, letters: Path, name: str, sweep: Callable[[Studio], None]
) -> None:
    (film / name).symlink_to(letters)
    with pytest.raises(LeavesProject):
        sweep(opened(film))
    assert len(list(letters.rglob("*"))) == 4


def test_an_attempt_that_is_a_link_is_left_with_all_it_leads_to(film: Path, letters: Path) -> None:
    studio = opened(film)
    with studio.folder.writing("test"):
        studio.folder.record("start", attempt=ENDED, target="s1", key="", recipe={})
        studio.folder.record("end", attempt=ENDED, target="s1", how="Crashed", detail="")
    for name in (ENDED, "unheard-of"):
        (film / "attempts").mkdir(exist_ok=True)
        (film / "attempts" / name).symlink_to(letters)
    sweep_attempts(studio)
    assert len(list(letters.rglob("*"))) == 4
