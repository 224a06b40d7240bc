"""What is listed is the beginning of the film, frame for frame, and what was listed never changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from growth import FPS, FRAMES, LENGTHS, Studio, downloaded, shown, uris

SETTLED = [
    ((0, 0), 0),
    ((1, 0), LENGTHS[0] - 16),  # its last group waits for the seam
    ((2, 0), LENGTHS[0] - 16),  # so does the piece after it
    ((2, 1), LENGTHS[0] + LENGTHS[1] - 16),
    ((3, 1), LENGTHS[0] + LENGTHS[1] - 16),
    ((3, 2), FRAMES),
]


@pytest.mark.parametrize(("made", "frames"), SETTLED[1:])
def test_all_that_is_settled_is_there_in_order_and_on_time(
    conformed: Path, made: tuple[int, int], frames: int
) -> None:
    film = Studio(conformed, *made).film
    seen = shown(downloaded(film))
    assert [number for _, number in seen] == pytest.approx(range(frames), abs=0.4)
    assert [time for time, _ in seen] == [seen[0][0] + index / FPS for index in range(frames)]
    assert ("#EXT-X-ENDLIST" in film.playlist()) == (frames == FRAMES)


def test_before_the_first_piece_nothing_is_listed(conformed: Path) -> None:
    playlist = Studio(conformed, 0, 0).film.playlist()
    assert uris(playlist) == []
    assert "#EXT-X-MAP" not in playlist
    assert "# planned 15.062500" in playlist


def test_what_was_listed_stays_byte_for_byte_while_the_film_grows(conformed: Path) -> None:
    studio = Studio(conformed, 0, 0)
    listed: dict[str, bytes | None] = {}
    for made, _ in SETTLED:
        studio.moves_on(*made)
        now = uris(studio.film.playlist())
        assert now[: len(listed)] == list(listed)
        assert [studio.film.read(name) for name in listed] == list(listed.values())
        listed = {name: studio.film.read(name) for name in now}
    assert len(listed) == 6


def test_lengths_say_how_long_each_stretch_is(conformed: Path) -> None:
    lines = Studio(conformed, 3, 2).film.playlist().splitlines()
    lengths = [float(line[8:-1]) for line in lines if line.startswith("#EXTINF:")]
    assert lengths == [1 / FPS, 2.0, 1.0, 1.0, 1.0, 1.0]
    target = next(int(line.partition(":")[2]) for line in lines if line.startswith("#EXT-X-TARGETDURATION"))
    assert max(lengths) <= target


def test_another_take_has_other_names_from_there_on(conformed: Path) -> None:
    studio = Studio(conformed, 3, 2)
    before = uris(studio.film.playlist())
    studio.moves_on(3, 2, other="other")
    after = uris(studio.film.playlist())
    assert after[:2] != before[:2]
    assert studio.film.read(before[0]) is None


def test_what_was_listed_stays_when_the_film_cannot_be_read_anew(tmp_path: Path, conformed: Path) -> None:
    for path in conformed.iterdir():
        (tmp_path / path.name).hardlink_to(path)
    studio = Studio(tmp_path, 3, 2)
    listed = {name: studio.film.read(name) for name in uris(studio.film.playlist())}
    (tmp_path / "pother0.mp4").unlink()
    with pytest.raises(OSError, match="pother0"):
        studio.moves_on(3, 2, other="other")
    assert {name: studio.film.read(name) for name in listed} == listed


@pytest.mark.parametrize("name", ["", "../p0.mp4", "p0.mp4", "init-x.mp4", "0-p0-0.m4s/../../p0.mp4"])
def test_only_what_is_listed_is_read(conformed: Path, name: str) -> None:
    assert Studio(conformed, 3, 2).film.read(name) is None
