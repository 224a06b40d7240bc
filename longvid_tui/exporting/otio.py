"""OpenTimelineIO: the cut as JSON for editing programs. Schemas: Timeline.1, Track.1, Clip.2 of OTIO 0.15 and later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from longvid_tui.exporting.rates import Rate
from longvid_tui.exporting.shots import Shot, ShotList
from longvid_tui.project.timing import SEGMENT_FRAMES

_MARKERS = {"yellow": "YELLOW", "red": "RED"}


def to_otio(shots: ShotList, rate: Rate, media: str, take_of: Mapping[str, str]) -> str:
    """One video track of one clip for each shot, all cut from `media`, so every clip has handles: the film around it.

    `media` and `take_of` (the raw take of a segment, a second reference of its clip) are URLs relative to the
    timeline. Seams that are not green are markers at the start of the clip.
    """
    clips = [_clip(shots, shot, rate, media, take_of.get(shot.id)) for shot in shots.shots]
    track = {**_item("Track.1", "Film"), "kind": "Video", "source_range": None, "children": clips}
    stack = {**_item("Stack.1", "tracks"), "source_range": None, "children": [track]}
    about = {"label": shots.label, "backends": dict(shots.backends), "provenance": dict(shots.provenance)}
    timeline = {
        **_item("Timeline.1", shots.title, {"longvid-tui": about}),
        "global_start_time": None,
        "tracks": stack,
    }
    return json.dumps(timeline, indent=2, ensure_ascii=False) + "\n"


def _clip(shots: ShotList, shot: Shot, rate: Rate, media: str, take: str | None) -> dict[str, Any]:
    begin, end = rate.span(shots, shot)
    references = {"DEFAULT_MEDIA": _reference("film", media, 0, rate.count(shots.frames), rate.fps)}
    if take:
        references["take"] = _reference("take", take, 0, SEGMENT_FRAMES, shots.fps)
    about = {
        "segment": shot.id,
        "prompt": shot.prompt,
        "scene": shot.scene,
        "seed": shot.seed,
        "first": shot.first.id if shot.first else None,
        "last": shot.last.id if shot.last else None,
    }
    return {
        **_item("Clip.2", shot.title, {"longvid-tui": about}),
        "source_range": _range(begin, end - begin, rate.fps),
        "media_references": references,
        "active_media_reference_key": "DEFAULT_MEDIA",
        "markers": [
            {
                **_item("Marker.2", f"seam: {seam.grade}", {"longvid-tui": {"reason": seam.reason}}),
                "color": _MARKERS[seam.grade],
                "marked_range": _range(begin, 1, rate.fps),
                "comment": seam.reason,
            }
            for seam in [shot.seam]
            if seam and seam.grade in _MARKERS
        ],
    }


def _reference(name: str, url: str, start: int, frames: int, fps: int) -> dict[str, Any]:
    return {
        **_item("ExternalReference.1", name),
        "target_url": url,
        "available_range": _range(start, frames, fps),
        "available_image_bounds": None,
    }


def _range(start: int, frames: int, fps: int) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": float(fps), "value": float(start)},
        "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": float(fps), "value": float(frames)},
    }


def _item(schema: str, name: str, metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"OTIO_SCHEMA": schema, "name": name, "metadata": dict(metadata or {})}
