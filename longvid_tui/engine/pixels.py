"""All work on pixels, as functions that `aside` calls in other processes.

NumPy and PyAV are imported there, inside the functions: the engine starts in half the time without them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from longvid_tui.media.pinned import Quality
from longvid_tui.media.source import Side, Source
from longvid_tui.media.splice import Splice
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.disk import read_file

if TYPE_CHECKING:
    from longvid_tui.media.chapters import Chapter
    from longvid_tui.media.ffmpeg import Ffmpeg
    from longvid_tui.media.grading import Seam
    from longvid_tui.media.images import Fit, Normalised
    from longvid_tui.media.mending import Transition


def fitted(picture: Path, canvas: Canvas, fit: Fit, focus: tuple[float, float]) -> tuple[str, Normalised]:
    """The sha256 of a picture file, and the picture fitted to a canvas; raises BadPicture and DiskError."""
    from longvid_tui.media import images

    data = read_file(picture)
    return hashlib.sha256(data).hexdigest(), images.normalise(data, *canvas.size, fit, focus)


def mask_for(base: Path, mask: Path | None, rectangle: str) -> bytes:
    """A mask from a picture file, or of a rectangle, as a PNG of the size of `base`; raises BadPicture."""
    from longvid_tui.backends import masks

    size = masks.size_of(base)
    return masks.as_white(masks.read(mask.resolve(), size) if mask else masks.rectangle(rectangle, size))


def verify(clip: Path, **asked: Any) -> tuple[Sequence[str], Mapping[str, Any], bool, bool]:
    """The problems of a clip, its facts, and whether it is a misfit or unlike; see verifying.Verdict."""
    from longvid_tui.media.verifying import verify_clip

    verdict = verify_clip(clip, **asked)
    return verdict.problems, dict(verdict.facts), verdict.misfit, verdict.unlike


def likeness(first: Path, last: Path) -> float:
    """SSIM of two pictures of one size."""
    from longvid_tui.media.images import load_rgb
    from longvid_tui.media.likeness import luma, ssim

    return ssim(luma(load_rgb(first)), luma(load_rgb(last)))


def stretch(clip: Path, out: Path, size: tuple[int, int]) -> None:
    """See `stretching.stretch`."""
    from longvid_tui.media import stretching

    stretching.stretch(clip, out, size)


def last_frame(clip: Path) -> bytes:
    """The last frame of a clip as a PNG; raises BadClip."""
    from longvid_tui.media import images, video

    return images.to_png(video.last_frame(clip))


def conform(source: Source, out: Path, quality: Quality) -> None:
    """See `conform.conform`."""
    from longvid_tui.media import conform

    conform.conform(source, out, quality)


def landed(before: Path, after: Path) -> tuple[bool, bool]:
    """Whether the end of one conformed piece, and the start of the next, could be drawn to their keyframe."""
    from longvid_tui.media.conform import read_facts

    tail, head = read_facts(before).tail, read_facts(after).head
    return not tail or tail.landed, not head or head.landed


def mend(transition: Transition, before: Side, after: Side, out: Path, quality: Quality) -> Splice | None:
    """See `mending.mend`."""
    from longvid_tui.media import mending

    return mending.mend(transition, before, after, out, quality)


def measure_seam(before: Path, after: Path, splice: Splice | None) -> Seam:
    """See `seams.measure_seam`."""
    from longvid_tui.media import seams

    return seams.measure_seam(before, after, splice)


def is_whole(piece: Path) -> bool:
    """See `contents.is_whole`."""
    from longvid_tui.media import contents

    return contents.is_whole(piece)


def assemble(
    ffmpeg: Ffmpeg, pieces: Sequence[Path], out: Path, *, chapters: Sequence[Chapter], **asked: Any
) -> None:
    """See `film.assemble`."""
    from longvid_tui.media import film

    film.assemble(ffmpeg, pieces, out, chapters=chapters, **asked)
