"""CMX 3600: the cut as the list every editing program reads, one event for each shot."""

from __future__ import annotations

from longvid_tui.exporting.rates import Rate
from longvid_tui.exporting.shots import ShotList
from longvid_tui.showing import one_line

RECORD_START_HOUR = 1
"""Programmes start at 01:00:00:00 by custom; the source, a file without timecode, at 0."""


def to_edl(shots: ShotList, rate: Rate, media: str) -> str:
    """All events are cut from `media`, a file name, so each has handles: the film around it.

    Timecode counts `rate.fps` frames to the second; the format itself does not say how many.
    """
    hour = RECORD_START_HOUR * 3600 * rate.fps
    lines = [f"TITLE: {one_line(shots.title, 70)}", "FCM: NON-DROP FRAME", ""]
    lines += [f"* {one_line(shots.label, 76)}", f"* {rate.fps} FRAMES PER SECOND", ""]
    for number, shot in enumerate(shots.shots, 1):
        spans = [(frame, frame + hour) for frame in rate.span(shots, shot)]
        (source_in, record_in), (source_out, record_out) = spans
        times = " ".join(map(rate.timecode, (source_in, source_out, record_in, record_out)))
        lines.append(f"{number:03}  AX       V     C        {times}")
        lines.append(f"* FROM CLIP NAME: {one_line(media)}")
        lines.append(f"* COMMENT: {one_line(shot.title, 66)}")
        if shot.seam:
            lines.append(f"* COMMENT: SEAM {shot.seam.grade.upper()}: {one_line(shot.seam.reason, 54)}")
        lines.append("")
    return "\n".join(lines)
