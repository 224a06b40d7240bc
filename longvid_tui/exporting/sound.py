"""The sound of a finished film: a track cut or looped to its length, faded, and as loud as others are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import av
from av.filter.loudnorm import stats

from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import Ffmpeg, run_ffmpeg

LOUDNESS = -14.0
"""LUFS that streaming services play at (EBU R 128 measures; Spotify, YouTube and others aim there)."""

TRUE_PEAK = -1.5
"""dBTP the loudest moment stays under, so that lossy codecs do not clip."""

RATE = 48_000
"""Samples a second."""

_FADE_IN, _FADE_OUT = 0.3, 2.0
"""Seconds; of a film shorter than four fades, a quarter."""

_FORMATS = "aac,aiff,caf,flac,matroska,webm,mov,mp4,m4a,mp3,ogg,wav,w64"
"""What a track may be: no playlists, which name other files."""


@dataclass(frozen=True)
class Track:
    """A WAV of exactly the film's length, and the gain in dB that brings it to LOUDNESS or TRUE_PEAK."""

    path: Path
    gain: float


def fitted(ffmpeg: Ffmpeg, audio: Path, seconds: float, out: Path) -> Track:
    """Write `audio` to `out`, cut or looped to `seconds`, faded in and out; then measure it.

    Nothing is compressed: where peaks stand in the way the track stays quieter. Raises MediaError.
    """
    fade_in, fade_out = (min(fade, seconds / 4) for fade in (_FADE_IN, _FADE_OUT))
    fades = f"afade=t=in:d={fade_in:g},afade=t=out:st={seconds - fade_out:g}:d={fade_out:g}"
    safe = ["-protocol_whitelist", "file", "-format_whitelist", _FORMATS]
    source = [*safe, "-stream_loop", "-1", "-i", f"file:{audio}"]
    sound = ["-map", "0:a:0", "-af", f"aresample={RATE},{fades}", "-ac", "2", "-ar", str(RATE)]
    wav = ["-c:a", "pcm_s16le", "-t", f"{seconds:.6f}", "-f", "wav", "-y", f"file:{out}"]
    try:
        run_ffmpeg(ffmpeg, [*source, *sound, *wav])
        return Track(out, _gain(out))
    except (MediaError, av.FFmpegError, OSError) as error:
        raise MediaError(
            f"{audio.name} cannot be the film's sound ({error}): name another film.audio"
        ) from error


def _gain(track: Path) -> float:
    with av.open(f"file:{track}") as container:
        said = json.loads(stats(f"i={LOUDNESS}:tp={TRUE_PEAK}:lra=11", container.streams.audio[0]))
    loudness, peak = float(said["input_i"]), float(said["input_tp"])
    if loudness == float("-inf"):
        return 0.0
    return min(LOUDNESS - loudness, TRUE_PEAK - peak)
