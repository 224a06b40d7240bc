"""The cut for editing programs: OpenTimelineIO is read back by its own library, the EDL by the columns of CMX 3600."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import opentimelineio as otio
import pytest
from reel import LENGTHS, make_film, make_shots, numbers

from longvid_tui.exporting.clips import Framing
from longvid_tui.exporting.cliptime import ClipTime
from longvid_tui.exporting.edl import to_edl
from longvid_tui.exporting.finish import Finish
from longvid_tui.exporting.otio import to_otio
from longvid_tui.exporting.renditions import Clip, write_clip
from longvid_tui.media.ffmpeg import find_ffmpeg

FILM, FINISHED, CARDED = ClipTime(16, 16), ClipTime(16, 24), ClipTime(16, 16, lead=48, tail=32)


def read(time: ClipTime = FILM, ids: str = "s1 s2 s3", **takes: str) -> otio.schema.Timeline:
    text = to_otio(make_shots().only(ids.split()), time, "my%20film.mp4", takes)
    timeline = otio.adapters.read_from_string(text, "otio_json")
    assert isinstance(timeline, otio.schema.Timeline)
    return timeline


def test_the_library_reads_every_shot_where_it_stands_in_the_clip() -> None:
    timeline = read()
    clips = list(timeline.find_clips())
    assert [clip.name for clip in clips] == ["s1 words", "s2 words", "s3 words"]
    assert [clip.source_range.start_time.value for clip in clips] == [0, 17, 33]
    assert [clip.source_range.duration.value for clip in clips] == list(LENGTHS)
    assert [clip.range_in_parent().start_time.value for clip in clips] == [0, 17, 33]
    assert clips[1].metadata["longvid-tui"]["seed"] == 41


def test_every_shot_has_the_film_around_it_as_handles() -> None:
    middle = list(read().find_clips())[1]
    available, used = middle.media_reference.available_range, middle.source_range
    assert middle.media_reference.target_url == "my%20film.mp4"
    assert (available.start_time.value, available.duration.value) == (0, sum(LENGTHS))
    assert used.start_time.value - available.start_time.value == 17
    assert available.end_time_exclusive().value - used.end_time_exclusive().value == 16


def test_cards_are_clips_of_their_own_and_the_shots_stand_between_them() -> None:
    clips = list(read(CARDED).find_clips())
    spans = [
        (clip.name, clip.source_range.start_time.value, clip.source_range.duration.value) for clip in clips
    ]
    assert spans == [
        ("Title", 0, 48),
        ("s1 words", 48, 17),
        ("s2 words", 65, 16),
        ("s3 words", 81, 16),
        ("End", 97, 32),
    ]
    assert {clip.media_reference.available_range.duration.value for clip in clips} == {129}
    (marker,) = clips[3].markers
    assert marker.marked_range.start_time.value == 81


def test_a_range_counts_from_its_own_first_frame_and_raw_takes_are_second_references() -> None:
    first, second = read(ids="s2 s3", s2="../segments/s2/a.mp4").find_clips()
    assert [first.source_range.start_time.value, second.source_range.start_time.value] == [0, 16]
    assert first.media_references()["take"].target_url == "../segments/s2/a.mp4"
    assert first.active_media_reference_key == "DEFAULT_MEDIA"
    assert list(second.media_references()) == ["DEFAULT_MEDIA"]


def test_only_seams_that_show_are_marked() -> None:
    markers = {clip.name: [(m.color, m.comment) for m in clip.markers] for clip in read().find_clips()}
    assert markers == {"s1 words": [], "s2 words": [], "s3 words": [("RED", "it jumps")]}


@pytest.mark.parametrize("time", [FILM, FINISHED, ClipTime(16, 30), ClipTime(16, 60)])
def test_shots_touch_and_fill_the_clip_at_every_rate(time: ClipTime) -> None:
    clips = list(read(time).find_clips())
    ends = [clip.source_range.end_time_exclusive().value for clip in clips]
    assert [clip.source_range.start_time.value for clip in clips] == [0, *ends[:-1]]
    assert ends[-1] == time.count(sum(LENGTHS)) == clips[0].media_reference.available_range.duration.value


@pytest.mark.parametrize("fps", [24, 30])
def test_a_cut_in_the_list_is_where_the_clip_cuts(tmp_path: Path, fps: int) -> None:
    film = make_film(tmp_path, lambda number: 40 if number < LENGTHS[0] else 200)
    shots, out = make_shots(), tmp_path / "out.mp4"
    finish = Finish(Framing("fill", (0.5, 0.5)), fps=fps)
    write_clip(find_ffmpeg(), Clip("mp4", film, shots, finish), out, lambda _: None)
    _, second, _ = read(ClipTime(16, fps)).find_clips()
    bright = [number > 20 for number in numbers(out)]
    assert bright == [index >= second.source_range.start_time.value for index in range(len(bright))]


EVENT = re.compile(
    r"^(\d{3})  AX       V     C        (\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d)$",
    re.MULTILINE,
)


def frames_of(timecode: str, fps: int) -> int:
    hours, minutes, seconds, frames = map(int, timecode.split(":"))
    assert frames < fps
    return ((hours * 60 + minutes) * 60 + seconds) * fps + frames


@pytest.mark.parametrize("time", [FILM, FINISHED])
def test_the_edl_has_one_event_for_each_shot_and_they_touch(time: ClipTime) -> None:
    text = to_edl(make_shots(), time, "film.mp4")
    events = [(number, *(frames_of(t, time.fps) for t in times)) for number, *times in EVENT.findall(text)]
    assert [event[0] for event in events] == ["001", "002", "003"]
    assert text.splitlines()[2:4] == [
        "",
        "001  AX       V     C        " + " ".join(EVENT.findall(text)[0][1:]),
    ]
    assert f"\n* {time.fps} FRAMES PER SECOND\n" in text
    assert events[0][3] == 3600 * time.fps
    assert events[-1][2] == time.count(sum(LENGTHS))
    assert all(source_out - source_in == out - into for _, source_in, source_out, into, out in events)
    assert all(before[4] == after[3] and before[2] == after[1] for before, after in pairwise(events))


def test_no_text_of_a_film_can_begin_a_line_of_the_edl() -> None:
    text = to_edl(make_shots(title="A\n002  AX"), FILM, "film.mp4")
    assert text.startswith("TITLE: A 002 AX\nFCM: NON-DROP FRAME\n")
    lines = [line for line in text.splitlines() if line and not line.startswith("* ")]
    assert len(lines) == 2 + 3


def test_a_film_with_sound_has_all_of_it_in_one_piece() -> None:
    text = to_otio(make_shots(), CARDED, "film.mp4", {}, sounds=True)
    _, track = otio.adapters.read_from_string(text, "otio_json").tracks
    (sound,) = track
    assert (track.kind, sound.media_reference.target_url) == ("Audio", "film.mp4")
    assert sound.source_range == sound.media_reference.available_range
    assert sound.source_range.duration.value == CARDED.total(sum(LENGTHS))
    events = to_edl(make_shots(), FILM, "film.mp4", sounds=True)
    assert "\n004  AX       AA    C        00:00:00:00 00:00:03:01 01:00:00:00 01:00:03:01\n" in events
