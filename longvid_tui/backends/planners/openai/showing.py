"""Pictures for a model to look at: small JPEGs as data URLs."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from longvid_tui.backends.contract import BadAnswer
from longvid_tui.backends.http import settled
from longvid_tui.media.errors import BadPicture

LONGEST_EDGE = 768
"""Pixels. Services scale to about this before a model looks
(https://platform.openai.com/docs/guides/images-vision); a movement is told by poses and places, not by
grain."""


def data_url(path: Path) -> str:
    """A picture file as a data URL, always the same for the same file; raises BadAnswer if it cannot be
    read."""
    from longvid_tui.media.images import load_picture

    try:
        small = load_picture(path)
    except BadPicture as error:
        raise settled(
            BadAnswer(f"{path.name} cannot be read as a picture: `run` again to make it anew.")
        ) from error
    small.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
