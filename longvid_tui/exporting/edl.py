"""CMX 3600: the cut as the list every editing program reads, one event for each shot and card, one for the
sound."""

from __future__ import annotations

from longvid_tui.exporting.cliptime import ClipTime, Event
from longvid_tui.exporting.shots import ShotList
from longvid_tui.showing import one_line

RECORD_START_HOUR = 1
"""Programmes start at 01:00:00:00 by custom; the source, a file without timecode, at 0."""


def to_edl(shots: ShotList, time: ClipTime, media: str, *, sounds: bool = False) -> str:
    """The cut as an edit decision list. All events are cut from the file named `media`, so each can be extended
    by what stands around it in the film. Where that file `sounds`, one more event is all its sound, on channels
    1 and 2.

    Timecode counts `time.fps` frames to the second; the format itself does not say how many.
    """
    lines = [f"TITLE: {one_line(shots.title, 70)}", "FCM: NON-DROP FRAME", ""]
    cut = [(event, "V ") for event in time.events(shots)]
    if sounds:
        cut.append((Event("Sound", 0, time.total(shots.frames)), "AA"))
    for number, (event, channels) in enumerate(cut, 1):
        lines.append(f"{number:03}  AX       {channels}    C        {_times(event, time)}")
        lines.append(f"* FROM CLIP NAME: {one_line(media)}")
        lines.append(f"* COMMENT: {one_line(event.title, 66)}")
        if number == 1:
            # there are readers, OpenTimelineIO's among them, that take no comment before the first event
            lines += [f"* {one_line(shots.label, 76)}", f"* {time.fps} FRAMES PER SECOND"]
        if event.shot and event.shot.seam:
            seam = event.shot.seam
            lines.append(f"* COMMENT: SEAM {seam.grade.upper()}: {one_line(seam.reason, 54)}")
        lines.append("")
    return "\n".join(lines)


def _times(event: Event, time: ClipTime) -> str:
    hour = RECORD_START_HOUR * 3600 * time.fps
    frames = (event.begin, event.end, event.begin + hour, event.end + hour)
    return " ".join(map(time.timecode, frames))
