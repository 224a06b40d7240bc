"""What goes wrong with pixels, each error one sentence for the person."""

from __future__ import annotations

from pathlib import Path


class MediaError(Exception):
    """A picture, clip or film cannot be used or made; the text is the cause and the next step."""


class BadPicture(MediaError):
    """Bytes that are no picture this program opens."""


class BadClip(MediaError):
    """A clip that cannot be decoded or is not what it should be."""


class FfmpegFailed(MediaError):
    """ffmpeg is missing or ended with an error."""


class FragmentsDiffer(MediaError):
    """Two pieces were not encoded alike, so their bytes cannot be joined; which is the odd one is not known."""

    def __init__(self, piece: Path, other: Path) -> None:
        super().__init__(f"{piece.name} was encoded differently from {other.name}: conform it again")
        self.pieces = piece, other

    def __reduce__(self) -> tuple[type[FragmentsDiffer], tuple[Path, Path]]:
        return FragmentsDiffer, self.pieces
