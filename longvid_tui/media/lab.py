"""How far apart two colours look: CIE L*a*b* under D65 and CIEDE2000."""

from __future__ import annotations

from typing import Any

import numpy as np

Values = np.ndarray[Any, np.dtype[np.floating[Any]]]

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""Linear sRGB to XYZ, IEC 61966-2-1."""

_EDGE = 216 / 24389
_FAR = 25.0**7


def lab(rgb: Values) -> Values:
    """L*, a*, b* (first axis) of sRGB 0..255 (first axis)."""
    value = np.asarray(rgb, np.float64).clip(0, 255) / 255
    linear = np.where(value > 0.04045, ((value + 0.055) / 1.055) ** 2.4, value / 12.92)
    xyz = np.tensordot(_TO_XYZ / _TO_XYZ.sum(axis=1, keepdims=True), linear, 1)
    x, y, z = np.where(xyz > _EDGE, np.cbrt(xyz), (xyz * 24389 / 27 + 16) / 116)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(one: Values, other: Values) -> Values:
    """The difference of L*a*b* colours (first axis), after Sharma, Wu and Dalal 2005."""
    light, mean_light = other[0] - one[0], (one[0] + other[0]) / 2
    chroma = np.hypot(one[1], one[2]), np.hypot(other[1], other[2])
    grey = 0.5 * (1 - np.sqrt(((sum(chroma) / 2) ** 7) / ((sum(chroma) / 2) ** 7 + _FAR)))
    reds = one[1] * (1 + grey), other[1] * (1 + grey)
    chromas = np.hypot(reds[0], one[2]), np.hypot(reds[1], other[2])
    hues = np.arctan2(one[2], reds[0]) % (2 * np.pi), np.arctan2(other[2], reds[1]) % (2 * np.pi)
    coloured = chromas[0] * chromas[1] > 0
    turn = (hues[1] - hues[0] + np.pi) % (2 * np.pi) - np.pi
    hue = 2 * np.sqrt(chromas[0] * chromas[1]) * np.sin(np.where(coloured, turn, 0) / 2)
    mean_hue = np.where(coloured, hues[0] + turn / 2, hues[0] + hues[1])
    mean_chroma = (chromas[0] + chromas[1]) / 2
    weight = (
        1
        - 0.17 * np.cos(mean_hue - np.radians(30))
        + 0.24 * np.cos(2 * mean_hue)
        + 0.32 * np.cos(3 * mean_hue + np.radians(6))
        - 0.20 * np.cos(4 * mean_hue - np.radians(63))
    )
    middle = (mean_light - 50) ** 2
    by_light = light / (1 + 0.015 * middle / np.sqrt(20 + middle))
    by_chroma = (chromas[1] - chromas[0]) / (1 + 0.045 * mean_chroma)
    by_hue = hue / (1 + 0.015 * mean_chroma * weight)
    degrees = np.degrees(mean_hue) % 360
    bend = np.exp(-(((degrees - 275) / 25) ** 2))
    twist = -2 * np.sqrt(mean_chroma**7 / (mean_chroma**7 + _FAR)) * np.sin(np.radians(60) * bend)
    return np.asarray(np.sqrt(by_light**2 + by_chroma**2 + by_hue**2 + twist * by_chroma * by_hue))
