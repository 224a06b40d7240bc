"""The playlist of a growing film: an HLS event playlist (RFC 8216) of fragmented MP4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from longvid_tui.media.fmp4 import Joined

_TARGET_SECONDS = 6
"""No stretch is longer: a segment is five seconds."""


@dataclass(frozen=True)
class Entry:
    """A stretch in its place: what stands before its start, and before its end."""

    name: str
    before: Joined
    until: Joined

    @property
    def uri(self) -> str:
        """The address of exactly these bytes: at another time the same stretch has other ones."""
        return f"{self.before.ticks}-{self.name}.m4s"


def to_m3u8(
    entries: Sequence[Entry], *, header: str, ticks_per_second: int, planned: float, complete: bool
) -> str:
    """`header` is the address of what stands before all stretches; `planned` the seconds the film will have."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{_TARGET_SECONDS}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:EVENT",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f"# planned {planned:.6f}",
    ]
    if entries:
        lines.append(f'#EXT-X-MAP:URI="{header}"')
    for entry in entries:
        seconds = (entry.until.ticks - entry.before.ticks) / ticks_per_second
        lines += [f"#EXTINF:{seconds:.6f},", entry.uri]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if complete else [])]) + "\n"
