"""What a model makes of the film is checked, kept, and made again only when something that determines it changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from reel import SIZE, make_shots, numbers

from longvid_tui.exporting.clips import Framing
from longvid_tui.exporting.finish import Finish, Model, Wanted
from longvid_tui.exporting.renditions import Clip, Film, write_clip
from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import find_ffmpeg, run_ffmpeg


class Repeating:
    """Repeats frames and pixels, and remembers what it was asked for."""

    def __init__(self, name: str, pixels: str = "yuv420p", **other: int) -> None:
        self.asked: list[Wanted] = []
        self._pixels, self._other = pixels, other
        self.model = Model(name, {"name": name}, self._make)

    def _make(self, wanted: Wanted, on_progress: Callable[[int], None]) -> None:
        self.asked.append(wanted)
        wide, high = self._other.get("wide", wanted.size[0]), wanted.size[1]
        fps, frames = self._other.get("fps", wanted.fps), self._other.get("frames", wanted.frames)
        way = f"tpad=stop=4:stop_mode=clone,fps={fps},scale={wide}:{high}:flags=neighbor,format={self._pixels}"
        encoder = ["-c:v", "ffv1", "-frames:v", str(frames), "-y", f"file:{wanted.out}"]
        run_ffmpeg(find_ffmpeg(), ["-i", f"file:{wanted.clip}", "-vf", way, *encoder])
        on_progress(frames)


@pytest.fixture
def copy(film: Film, tmp_path: Path) -> Film:
    """The film in a project of its own."""
    (tmp_path / "film.mp4").hardlink_to(film.path)
    return Film(tmp_path / "film.mp4", film.sha, film.frames)


def make(film: Film, out: str, kind: str = "mp4", ids: str = "s2", **finish: object) -> Path:
    shots, path = make_shots().only(ids.split()), film.path.with_name(out)
    wanted = Finish(Framing("fill", (0.5, 0.5)), **finish)  # type: ignore[arg-type]
    write_clip(find_ffmpeg(), Clip(kind, film, shots, wanted), path, lambda _: None)  # type: ignore[arg-type]
    return path


def test_frames_between_come_first_then_larger_pictures_each_made_once_for_all_kinds(copy: Film) -> None:
    between, larger = Repeating("between"), Repeating("larger")
    finish = {"fps": 24, "size": (512, 288), "between": between.model, "larger": larger.model}
    out = make(copy, "out.mp4", **finish)
    assert numbers(out) == pytest.approx([17 + index * 2 // 3 for index in range(24)], abs=1.01)
    make(copy, "out.mov", "dnxhr", **finish)
    with av.open(str(out)) as clip:
        assert (clip.streams.video[0].width, clip.streams.video[0].average_rate) == (512, 24)
    asked = [(w.frames, w.fps, w.size) for model in (between, larger) for w in model.asked]
    assert asked == [(24, 24, SIZE), (24, 24, (512, 288))]
    make(copy, "other.mp4", ids="s3", **finish)
    assert len(between.asked) == 2
    newer = Film(copy.path, "f" * 64, copy.frames)
    make(newer, "newer.mp4", **finish)
    assert {path.name[:12] for path in copy.path.with_name("finished").iterdir()} == {"f" * 12}


def test_a_shape_of_its_own_is_covered_and_a_smaller_one_needs_no_model(copy: Film) -> None:
    larger = Repeating("larger")
    finish = Finish(Framing("fill", (0.5, 0.5)), larger=larger.model)
    assert [Clip(kind, copy, make_shots(), finish).is_retouched for kind in ("square", "web")] == [True, False]
    make(copy, "square.mp4", "square", larger=larger.model)
    make(copy, "web.mp4", "web", larger=larger.model)
    assert [wanted.size for wanted in larger.asked] == [(1920, 1080)]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"wide": 256}, "a clip of 256x288 instead of 512x288"),
        ({"fps": 15}, "15 frames a second instead of 16"),
        ({"frames": 9}, "9 frames instead of 16"),
        ({"pixels": "bgra"}, "instead of YUV in BT.709"),
    ],
)
def test_what_was_not_wanted_is_refused_and_nothing_stays(copy: Film, other: dict[str, int], why: str) -> None:
    with pytest.raises(MediaError, match=why):
        make(copy, "out.mp4", size=(512, 288), larger=Repeating("odd", **other).model)  # type: ignore[arg-type]
    assert [path.name for path in copy.path.parent.rglob("*") if path.is_file()] == ["film.mp4"]
