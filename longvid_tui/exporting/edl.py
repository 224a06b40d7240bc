"""CMX 3600: the cut as the list every editing program reads, one event for each shot and card."""

from __future__ import annotations

from longvid_tui.exporting.cliptime import ClipTime
from longvid_tui.exporting.shots import ShotList
from longvid_tui.showing import one_line

RECORD_START_HOUR = 1
"""Programmes start at 01:00:00:00 by custom; the source, a file without timecode, at 0."""


def to_edl(shots: ShotList, time: ClipTime, media: str) -> str:
    """All events are cut from `media`, a file name, so each has handles: the film around it.

    Timecode counts `time.fps` frames to the second; the format itself does not say how many.
    """
    hour = RECORD_START_HOUR * 3600 * time.fps
    lines = [f"TITLE: {one_line(shots.title, 70)}", "FCM: NON-DROP FRAME", ""]
    lines += [f"* {one_line(shots.label, 76)}", f"* {time.fps} FRAMES PER SECOND", ""]
    for number, event in enumerate(time.events(shots), 1):
        frames = (event.begin, event.end, event.begin + hour, event.end + hour)
        times = " ".join(map(time.timecode, frames))
        lines.append(f"{number:03}  AX       V     C        {times}")
        lines.append(f"* FROM CLIP NAME: {one_line(media)}")
        lines.append(f"* COMMENT: {one_line(event.title, 66)}")
        if event.shot and event.shot.seam:
            seam = event.shot.seam
            lines.append(f"* COMMENT: SEAM {seam.grade.upper()}: {one_line(seam.reason, 54)}")
        lines.append("")
    return "\n".join(lines)
