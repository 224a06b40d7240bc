"""A finished copy: sound of the film's length and loudness, frames between, another size; the film stays as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.filter.loudnorm import stats
from reel import SIZE, make_film, make_shots, numbers

from longvid_tui.exporting.cards import Card
from longvid_tui.exporting.clips import ClipKind, Framing, suffix
from longvid_tui.exporting.finish import Finish
from longvid_tui.exporting.renditions import Clip, Film, write_clip
from longvid_tui.exporting.sound import LOUDNESS, TRUE_PEAK, fitted
from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import find_ffmpeg

PLAIN = Finish(Framing("fill", (0.5, 0.5)))


def write_tone(path: Path, seconds: float, level: float = 0.05, click: float = 0.0) -> Path:
    """A tone that swells, with one loud click in its middle where wanted."""
    at = np.arange(int(seconds * 44_100)) / 44_100
    wave = level * np.sin(2 * np.pi * 330 * at) * (0.7 + 0.3 * np.sin(2 * np.pi * at))
    wave[len(wave) // 2] += click
    with av.open(str(path), "w") as target:
        stream = target.add_stream("flac", rate=44_100)
        frame = av.AudioFrame.from_ndarray((wave * 32767).astype(np.int16)[None], format="s16", layout="mono")
        frame.rate, frame.pts = 44_100, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            target.mux(packet)
    return path


def sound_of(path: Path) -> np.ndarray:
    """Its left channel."""
    with av.open(str(path)) as clip:
        parts = [frame.to_ndarray() for frame in clip.decode(audio=0)]
    return np.concatenate(parts, axis=1)[0]


def loudness_of(path: Path) -> tuple[float, float]:
    with av.open(str(path)) as clip:
        said = json.loads(stats("i=-14:tp=-1.5:lra=11", clip.streams.audio[0]))
    return float(said["input_i"]), float(said["input_tp"])


def make(film: Film, out: Path, kind: str = "mp4", ids: str = "s1 s2 s3", **finish: object) -> Path:
    shots = make_shots().only(ids.split())
    write_clip(find_ffmpeg(), Clip(kind, film, shots, replace(PLAIN, **finish)), out, lambda _: None)  # type: ignore[arg-type]
    return out


@pytest.mark.parametrize("seconds", [1.2, 9.0])
def test_a_track_is_looped_or_cut_to_the_films_length_and_levelled(
    film: Film, tmp_path: Path, seconds: float
) -> None:
    out = make(film, tmp_path / "out.mp4", audio=write_tone(tmp_path / "tone.flac", seconds))
    assert len(sound_of(out)) / 48_000 == pytest.approx(49 / 16, abs=0.05)
    assert loudness_of(out)[0] == pytest.approx(LOUDNESS, abs=0.7)
    assert numbers(out) == numbers(film.path)


def test_sound_fades_in_and_out(tmp_path: Path) -> None:
    track = fitted(find_ffmpeg(), write_tone(tmp_path / "tone.flac", 9), 8.0, tmp_path / "out.wav")
    with av.open(str(track.path)) as container:
        sound = np.concatenate([frame.to_ndarray().reshape(-1, 2)[:, 0] for frame in container.decode(audio=0)])
    loud = [float(np.abs(sound[int(at * 48_000) :][:2400]).max()) for at in (0, 0.25, 4, 6.6, 7.93)]
    assert len(sound) == 8 * 48_000
    assert loud[0] < 0.4 * loud[2]
    assert loud[3] > 3 * loud[4]


def test_peaks_are_never_pushed_into_clipping(tmp_path: Path) -> None:
    tone = write_tone(tmp_path / "tone.flac", 5, level=0.01, click=0.8)
    track = fitted(find_ffmpeg(), tone, 5.0, tmp_path / "out.wav")
    loudness, peak = loudness_of(track.path)
    assert peak + track.gain <= TRUE_PEAK + 0.01
    assert loudness + track.gain < LOUDNESS - 3


def test_silence_stays_silent(tmp_path: Path) -> None:
    tone = write_tone(tmp_path / "tone.flac", 3, level=0.0)
    assert fitted(find_ffmpeg(), tone, 3.0, tmp_path / "out.wav").gain == 0


def test_a_range_has_its_own_part_of_the_sound(film: Film, tmp_path: Path) -> None:
    finish = {"audio": write_tone(tmp_path / "tone.flac", 9), "title": Card("A film", 0.5)}
    whole = make(film, tmp_path / "whole.mov", "dnxhr", **finish)
    part = make(film, tmp_path / "part.mov", "dnxhr", "s2", whole=False, **finish)
    first, last = (8 + 17) * 48_000 // 16, (8 + 33) * 48_000 // 16
    assert len(numbers(part)) == 16
    assert interleaved(part)[:40_000] == pytest.approx(interleaved(whole)[2 * first : 2 * last][:40_000], abs=2)


def interleaved(path: Path) -> list[int]:
    with av.open(str(path)) as clip:
        return np.concatenate([frame.to_ndarray().ravel() for frame in clip.decode(audio=0)]).tolist()


def test_what_is_no_sound_is_named_and_a_playlist_opens_nothing(film: Film, tmp_path: Path) -> None:
    (tmp_path / "words.mp3").write_text("no music")
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\ntone.flac\n#EXT-X-ENDLIST\n"
    (tmp_path / "list.mp3").write_text(playlist)
    write_tone(tmp_path / "tone.flac", 9)
    for name in ("words.mp3", "list.mp3"):
        with pytest.raises(MediaError, match=f"{name} cannot be the film's sound"):
            make(film, tmp_path / "out.mp4", audio=tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.mp3", "tone.flac", "words.mp3"]


@pytest.mark.parametrize("fps", [24, 30])
def test_frames_between_lie_between_and_the_length_stays(film: Film, tmp_path: Path, fps: int) -> None:
    out = make(film, tmp_path / "out.mp4", fps=fps)
    shown = numbers(out)
    assert len(shown) == 49 * fps // 16
    with av.open(str(out)) as clip:
        stamps = [frame.pts * frame.time_base for frame in clip.decode(video=0)]
    assert {after - before for before, after in pairwise(stamps)} == {Fraction(1, fps)}
    assert shown[0] == pytest.approx(0, abs=0.5)
    assert shown[-1] == pytest.approx(48, abs=0.8)
    wanted = [min(index * 16 / fps, 48) for index in range(len(shown))]
    assert shown == pytest.approx(wanted, abs=1.01)


def lit(picture: np.ndarray) -> float:
    """The part of a picture that is bright."""
    return float((picture > 100).mean())


@pytest.mark.parametrize(("kind", "fps", "size"), [("mp4", 16, SIZE), ("web", 24, SIZE)])
def test_cards_come_and_go_around_the_film_with_chapters_and_sound(
    film: Film, tmp_path: Path, kind: ClipKind, fps: int, size: tuple[int, int]
) -> None:
    tone = write_tone(tmp_path / "tone.flac", 9)
    cards = {"title": Card("A film\nby nobody", 1.0), "end": Card("The end", 0.5)}
    ids = "s1 s2 s3" if fps == 16 else "s1"
    out = make(film, tmp_path / f"out{suffix(kind)}", kind, ids, fps=fps, audio=tone, **cards)
    lead, shown, tail = fps, (49 if fps == 16 else 17 * fps // 16), fps // 2
    with av.open(str(out)) as clip:
        frames = [frame.to_ndarray(format="gray") for frame in clip.decode(video=0)]
        starts = [chapter["start"] * chapter["time_base"] for chapter in clip.chapters()]
        titles = [chapter["metadata"]["title"] for chapter in clip.chapters()]
    assert (len(frames), frames[0].shape[::-1]) == (lead + shown + tail, size)
    assert (titles[0], titles[1], titles[-1]) == ("Title", "s1 words", "End")
    assert (starts[0], starts[1], starts[-1]) == (0, 1, Fraction(lead + shown, fps))
    assert all(0.002 < lit(frames[at]) < 0.2 for at in (lead // 2, lead + shown + tail // 2))
    assert all(lit(frames[at]) == 0 for at in (0, lead - 1, lead + shown, -1))
    assert sound_of(out).size / 48_000 == pytest.approx((lead + shown + tail) / fps, abs=0.05)
    if fps == 16:
        assert numbers(out)[lead : lead + shown] == pytest.approx(range(49), abs=0.4)


def test_a_card_says_which_letter_no_font_has(film: Film, tmp_path: Path) -> None:
    (tmp_path / "mine.ttf").write_bytes(b"no font")
    for card, why in (
        (Card("a \U0010fffd", 1), "no font that was found has"),
        (Card("a", 1, tmp_path / "mine.ttf"), "mine.ttf cannot be read as a font"),
    ):
        with pytest.raises(MediaError, match=why):
            make(film, tmp_path / "out.mp4", title=card)


def test_flicker_is_stilled_and_a_cut_in_the_middle_of_it_stays(tmp_path: Path) -> None:
    def brightness(number: int) -> int:
        return (70 if number < 25 else 160) + (3 if number % 2 else -3)

    (tmp_path / "a film's [1]; folder").mkdir()
    film = make_film(tmp_path / "a film's [1]; folder", brightness)
    before = np.array(numbers(film.path))
    after = np.array(numbers(make(film, film.path.with_name("out.mp4"), deflicker=True)))
    for part in (slice(2, 23), slice(27, 47)):
        assert before[part].std() > 4 * after[part].std()
        assert after[part].mean() == pytest.approx(before[part].mean(), abs=0.2)
    assert after[25] - after[24] == pytest.approx((160 - 70) / 4, abs=1.5)


def test_frames_between_stilled_ones_are_whole(tmp_path: Path) -> None:
    """In a width for which ffmpeg's decoder and its filters lay pictures out differently in memory."""
    wide, high = 416, 96
    blocks = np.random.default_rng(1).integers(60, 180, (high // 8, wide // 8), np.uint8)
    picture = blocks.repeat(8, 0).repeat(8, 1)
    film = make_film(tmp_path, lambda number: np.roll(picture, number, axis=1), (wide, high))
    shots, finish = make_shots(width=wide, height=high).only(["s1"]), replace(PLAIN, deflicker=True, fps=24)
    write_clip(find_ffmpeg(), Clip("mp4", film, shots, finish), tmp_path / "out.mp4", lambda _: None)
    with av.open(str(tmp_path / "out.mp4")) as clip:
        shown = [frame.to_ndarray(format="yuv420p")[:high].astype(int) for frame in clip.decode(video=0)]
    assert max(np.abs(after - before).mean() for before, after in pairwise(shown)) < 12


def test_another_size_is_the_whole_picture_enlarged(film: Film, tmp_path: Path) -> None:
    out = make(film, tmp_path / "out.mp4", ids="s2", size=(512, 288))
    with av.open(str(out)) as clip:
        frames = list(clip.decode(video=0))
    assert {(frame.width, frame.height) for frame in frames} == {(512, 288)}
    assert len(frames) == 16


def test_another_track_or_rate_makes_the_clip_anew_and_the_same_does_not(film: Film, tmp_path: Path) -> None:
    tone = write_tone(tmp_path / "tone.flac", 4)
    out = make(film, tmp_path / "out.mp4", audio=tone)
    first = out.stat().st_ino
    assert make(film, out, audio=tone).stat().st_ino == first
    write_tone(tone, 5)
    assert make(film, out, audio=tone).stat().st_ino != first
