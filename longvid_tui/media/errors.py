"""What goes wrong with pixels, each error one sentence for the person."""

from __future__ import annotations

from pathlib import Path

from longvid_tui import full_disk


class MediaError(Exception):
    """A picture, clip or film cannot be used or made; the text is the cause and the next step."""


class BadPicture(MediaError):
    """Bytes that are no picture this program opens."""


class BadClip(MediaError):
    """A clip that cannot be decoded or is not what it should be."""


class FfmpegFailed(MediaError):
    """ffmpeg is missing or ended with an error."""


class NoRoom(MediaError):
    """The disk is full. What was being written is gone, and can be made once there is room."""


def unwritten(out: Path, error: Exception) -> MediaError:
    """What a failure to write `out` means: an OSError, or one of libav's, which has the same numbers."""
    why = getattr(error, "strerror", "") or error
    kind = NoRoom if getattr(error, "errno", 0) in full_disk.NUMBERS else MediaError
    return kind(f"{out.name} could not be written: {why}")


class FragmentsDiffer(MediaError):
    """Two pieces were not encoded alike, so their bytes cannot be joined; which is the odd one is not known."""

    def __init__(self, piece: Path, other: Path) -> None:
        super().__init__(f"{piece.name} was encoded differently from {other.name}: conform it again")
        self.pieces = piece, other

    def __reduce__(self) -> tuple[type[FragmentsDiffer], tuple[Path, Path]]:
        return FragmentsDiffer, self.pieces
