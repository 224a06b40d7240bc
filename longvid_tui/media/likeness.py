"""How alike two pictures are: structural similarity of their luma."""

from __future__ import annotations

from typing import Any

import numpy as np

from longvid_tui.media.linear import LUMA
from longvid_tui.media.video import Rgb

Luma = np.ndarray[Any, np.dtype[np.float64]]


def luma(rgb: Rgb, block: int = 4) -> Luma:
    """BT.709 luma, 0..255, averaged over blocks of 4x4 pixels or of another size."""
    high, wide = (size // block * block for size in rgb.shape[:2])
    rows = rgb[:high:block].astype(np.uint16)
    for row in range(1, block):
        rows += rgb[row:high:block]
    red, green, blue = (rows[:, :wide, channel] for channel in range(3))
    grey = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    columns = [grey[:, column::block] for column in range(block)]
    return np.asarray(sum(columns) / block**2, np.float64)


def ssim(a: Luma, b: Luma) -> float:
    """Mean structural similarity of two pictures of one size, -1..1, with 7x7 uniform windows.

    Wang et al. 2004, K1 = 0.01, K2 = 0.03, L = 255; sample covariance as in scikit-image.
    """
    window = 7
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_a, mean_b = _box(a, window), _box(b, window)
    norm = window**2 / (window**2 - 1)
    var_a = norm * (_box(a * a, window) - mean_a**2)
    var_b = norm * (_box(b * b, window) - mean_b**2)
    both = norm * (_box(a * b, window) - mean_a * mean_b)
    top = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    bottom = (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    return float((top / bottom).mean())


def _box(picture: Luma, window: int) -> Luma:
    """Means over all windows that lie wholly inside the picture."""
    sums = np.pad(picture, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    inner = (
        sums[window:, window:] - sums[:-window, window:] - sums[window:, :-window] + sums[:-window, :-window]
    )
    return np.asarray(inner / window**2)
