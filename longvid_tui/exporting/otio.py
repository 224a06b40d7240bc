"""OpenTimelineIO: the cut as JSON for editing programs. Schemas: Timeline.1, Track.1, Clip.2 of OTIO 0.15 and
later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from longvid_tui.exporting.cliptime import ClipTime, Event
from longvid_tui.exporting.shots import SeamNote, Shot, ShotList
from longvid_tui.project.timing import SEGMENT_FRAMES

_MARKERS = {"yellow": "YELLOW", "red": "RED"}


def to_otio(
    shots: ShotList, time: ClipTime, media: str, take_of: Mapping[str, str], *, sounds: bool = False
) -> str:
    """The cut as a timeline. One video track has a clip for each shot and card, all cut from `media`, so each
    can be extended by what stands around it in the film. Where that file `sounds`, an audio track has all its
    sound.

    `media` and `take_of` (by segment its raw take, a second reference of the clip) are URLs relative to the
    timeline. Seams that are not green become markers at the start of the clip.
    """
    whole = _reference("film", media, time.total(shots.frames), time.fps)
    clips = [
        _clip(event, time, whole, take_of.get(event.shot.id) if event.shot else None, shots.fps)
        for event in time.events(shots)
    ]
    tracks = [_track("Film", "Video", clips)]
    if sounds:
        sound = Event("Sound", 0, time.total(shots.frames))
        tracks.append(_track("Sound", "Audio", [_clip(sound, time, whole, None, shots.fps)]))
    stack = {**_item("Stack.1", "tracks"), "source_range": None, "children": tracks}
    about = {"label": shots.label, "backends": dict(shots.backends), "provenance": dict(shots.provenance)}
    timeline = {
        **_item("Timeline.1", shots.title, {"longvid-tui": about}),
        "global_start_time": None,
        "tracks": stack,
    }
    return json.dumps(timeline, indent=2, ensure_ascii=False) + "\n"


def _track(name: str, kind: str, clips: list[dict[str, Any]]) -> dict[str, Any]:
    return {**_item("Track.1", name), "kind": kind, "source_range": None, "children": clips}


def _clip(event: Event, time: ClipTime, whole: Mapping[str, Any], take: str | None, fps: int) -> dict[str, Any]:
    references = {"DEFAULT_MEDIA": whole}
    if take:
        references["take"] = _reference("take", take, SEGMENT_FRAMES, fps)
    seam = event.shot.seam if event.shot else None
    return {
        **_item("Clip.2", event.title, {"longvid-tui": _about(event.shot)} if event.shot else None),
        "source_range": _range(event.begin, event.end - event.begin, time.fps),
        "media_references": references,
        "active_media_reference_key": "DEFAULT_MEDIA",
        "markers": [_marker(seam, event, time)] if seam and seam.grade in _MARKERS else [],
    }


def _about(shot: Shot) -> dict[str, Any]:
    return {
        "segment": shot.id,
        "prompt": shot.prompt,
        "scene": shot.scene,
        "seed": shot.seed,
        "first": shot.first.id if shot.first else None,
        "last": shot.last.id if shot.last else None,
    }


def _marker(seam: SeamNote, event: Event, time: ClipTime) -> dict[str, Any]:
    return {
        **_item("Marker.2", f"seam: {seam.grade}", {"longvid-tui": {"reason": seam.reason}}),
        "color": _MARKERS[seam.grade],
        "marked_range": _range(event.begin, 1, time.fps),
        "comment": seam.reason,
    }


def _reference(name: str, url: str, frames: int, fps: int) -> dict[str, Any]:
    return {
        **_item("ExternalReference.1", name),
        "target_url": url,
        "available_range": _range(0, frames, fps),
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
