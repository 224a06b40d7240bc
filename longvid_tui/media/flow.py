"""Dense optical flow without a vision library: where every point of one picture lies in another.

Iterative Lucas-Kanade over a pyramid with Gaussian windows (Lucas & Kanade 1981; inverse compositional steps as
in Baker & Matthews 2004). Local means are taken out first, so a change of brightness is no motion.
"""

from __future__ import annotations

import numpy as np

from longvid_tui.media.linear import Floats, Places, blurred, enlarged, reduced

_WINDOW = 2.0
"""Sigma of the window in pixels of each level."""

_SMOOTH = 1.5
"""Sigma of the blur of the flow after each step: without it the steps diverge where there is no texture."""

_ROUNDS = 4
_LONGEST_STEP = 2.0
"""Steps on each level, and the most a step may move a point, in pixels of the level."""

_COARSEST = 20
"""Fewest pixels across on the coarsest level."""

_FLAT = 4.0
"""Added to the squared gradients (8-bit levels): where there is no texture there is no step."""


Pyramid = tuple[Floats, ...]
"""A grey picture without its local means, from coarse to fine."""


def flow(here: Floats, there: Floats) -> Floats:
    """2 x height x width (x, y) in pixels with `here(p) ~ there(p + flow(p))`, for two grey pictures 0..255."""
    return flow_of(pyramid(here), pyramid(there))


def pyramid(grey: Floats) -> Pyramid:
    """What `flow_of` compares: made once of a picture that is compared with several."""
    levels = [np.asarray(grey, np.float32)]
    while min(levels[-1].shape) >= 2 * _COARSEST:
        high, wide = levels[-1].shape
        levels.append(reduced(levels[-1], high // 2, wide // 2))
    return tuple(level - blurred(level, 2 * _WINDOW) for level in reversed(levels))


def flow_of(here: Pyramid, there: Pyramid) -> Floats:
    """`flow` of two pictures of one size."""
    found = np.zeros((2, 1, 1), np.float32)
    for here_level, there_level in zip(here, there, strict=True):
        high, wide = here_level.shape
        stretch = np.array([wide / found.shape[2], high / found.shape[1]], np.float32)
        found = _refined(here_level, there_level, enlarged(found, high, wide) * stretch[:, None, None])
    return found


def warped(picture: Floats, by: Floats) -> Floats:
    """`picture(p + by(p))` by bilinear interpolation, the border repeated; planes x height x width or grey."""
    high, wide = picture.shape[-2:]
    across = by[0] + np.arange(wide, dtype=np.float32)
    down = by[1] + np.arange(high, dtype=np.float32)[:, None]
    np.clip(across, 0, wide - 1.001, out=across)
    np.clip(down, 0, high - 1.001, out=down)
    left, top = np.floor(across), np.floor(down)
    across -= left
    down -= top
    corner = top.astype(np.intp)
    corner *= wide
    corner += left.astype(np.intp)
    flat = picture.reshape(*picture.shape[:-2], high * wide)
    upper, lower = (_between(flat[..., row:], corner, across) for row in (0, wide))
    lower -= upper
    lower *= down
    lower += upper
    return lower


def _between(flat: Floats, at: Places, share: Floats) -> Floats:
    """Values at a share (0..1) of the way from each value at `at` to the one after it."""
    value, following = (flat[..., number:].take(at, axis=-1) for number in (0, 1))
    following -= value
    following *= share
    following += value
    return np.asarray(following, np.float32)


def _refined(here: Floats, there: Floats, found: Floats) -> Floats:
    down, across = np.gradient(here)
    xx, yy, xy = blurred(np.stack([across**2, down**2, across * down]), _WINDOW)
    xx, yy = xx + _FLAT, yy + _FLAT
    scale = 1 / (xx * yy - xy**2)
    for _ in range(_ROUNDS):
        missing = warped(there, found) - here
        x, y = blurred(np.stack([across * missing, down * missing]), _WINDOW)
        step = np.clip(np.stack([yy * x - xy * y, xx * y - xy * x]) * scale, -_LONGEST_STEP, _LONGEST_STEP)
        found = blurred(np.asarray(found - step), _SMOOTH)
    return found
