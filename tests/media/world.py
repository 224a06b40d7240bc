"""Clips with a known truth and the faults of generated video: one continuous world, filmed in segments.

The faults model what users of Wan2.1 FLF2V describe (colours that drift towards the ends, a sharp first frame, a
last frame that lands a little off, speed that eases); their sizes are a model, not a measurement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from footage import Rgb, photograph, save, write_clip
from PIL import Image, ImageDraw, ImageFilter

_MARGIN = 8

Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]


@lru_cache
def _ground() -> Image.Image:
    """A wall of photographs at their own resolution, 2560x1600."""
    photos = [photograph(name) for name in ("coffee.png", "chelsea.png", "astronaut.png", "rocket.jpg")]
    wall = Image.new("RGB", (2560, 1600))
    for row in range(4):
        for column in range(5):
            photo = photos[(row + 2 * column) % 4].resize((512, 400), Image.Resampling.LANCZOS)
            wall.paste(
                photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if row % 2 else photo,
                (512 * column, 400 * row),
            )
    return wall


@lru_cache
def _sprites(size: int) -> list[tuple[Image.Image, Image.Image]]:
    """Round cut-outs of the wall with their masks."""
    mask = Image.new("L", (size, size))
    ImageDraw.Draw(mask).ellipse((2, 2, size - 3, size - 3), fill=255)
    soft = mask.filter(ImageFilter.GaussianBlur(1))
    corners = ((100, 60), (700, 500), (1500, 900), (2000, 300))
    return [(_ground().crop((x, y, x + size, y + size)), soft) for x, y in corners]


@lru_cache(600)
def truth(time: float, size: tuple[int, int]) -> Rgb:
    """The world at `time` in frames: a camera that pans, zooms and turns, and things that move through it.

    Read-only, and kept: many tests film the same shot.
    """
    wide, high = size
    angle, zoom = 0.05 * np.sin(time / 70), (1 + 0.1 * np.sin(time / 90)) * 1280 / wide
    x = 1280 + 500 * np.sin(time / 260) - zoom * wide / 2
    y = 800 + 300 * np.sin(time / 190 + 1) - zoom * high / 2
    cos, sin = zoom * np.cos(angle), zoom * np.sin(angle)
    frame = _ground().transform(
        size, Image.Transform.AFFINE, (cos, -sin, x, sin, cos, y), Image.Resampling.BICUBIC
    )
    across = wide // 7
    for index, (sprite, mask) in enumerate(_sprites(across)):
        left = (wide - across) * (0.5 + 0.45 * np.sin(time / (60 + 17 * index) + index))
        top = (high - across) * (0.5 + 0.45 * np.cos(time / (75 + 13 * index) + 2 * index))
        frame.paste(*_placed(sprite, mask, left, top))
    return np.asarray(frame)


def _placed(
    sprite: Image.Image, mask: Image.Image, left: float, top: float
) -> tuple[Image.Image, tuple[int, int], Image.Image]:
    """A sprite between whole pixels."""
    whole = int(np.floor(left)), int(np.floor(top))
    shift = (1, 0, whole[0] - left, 0, 1, whole[1] - top)
    moved = [
        picture.transform(picture.size, Image.Transform.AFFINE, shift, Image.Resampling.BICUBIC)
        for picture in (sprite, mask)
    ]
    return moved[0], whole, moved[1]


@dataclass(frozen=True, eq=False)
class Look:
    """How colours are off: gain and offset of each channel, saturation, and brightness at the corners."""

    gain: Floats
    offset: Floats
    saturation: float
    corner: float

    @classmethod
    def drawn(cls, random: np.random.Generator, strength: float) -> Look:
        return cls(
            1 + strength * (random.normal(0, 0.018) + random.normal(0, 0.008, 3)),
            strength * (random.normal(0, 2) + random.normal(0, 1, 3)),
            1 + strength * random.normal(0, 0.03),
            strength * random.normal(0, 2),
        )

    def mixed(self, other: Look, share: float) -> Look:
        return Look(
            *(
                getattr(self, name) * (1 - share) + getattr(other, name) * share
                for name in ("gain", "offset", "saturation", "corner")
            )
        )

    def on(self, rgb: Floats) -> Floats:
        high, wide = rgb.shape[:2]
        rows, columns = np.linspace(-1, 1, high)[:, None], np.linspace(-1, 1, wide)
        vignette = np.float32(self.corner / 2) * np.asarray(rows**2 + columns**2, np.float32)
        grey = rgb.mean(axis=2, keepdims=True)
        toned = grey + (rgb - grey) * np.float32(self.saturation)
        return toned * np.float32(self.gain) + np.float32(self.offset) + vignette[..., None]


def _gaussian(rgb: Floats, sigma: float, axis: int) -> Floats:
    """Blurred along one axis, the border mirrored."""
    reach = round(3 * sigma)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights = np.asarray(weights / weights.sum(), np.float32)
    size = rgb.shape[axis]
    padded = np.pad(rgb, [(reach, reach) if of == axis else (0, 0) for of in range(3)], mode="symmetric")
    taps = (padded.take(range(at, at + size), axis) for at in range(2 * reach + 1))
    return sum((tap * weight for tap, weight in zip(taps, weights, strict=True)), np.float32(0))


@dataclass(frozen=True, eq=False)
class Faults:
    """What is wrong with one segment."""

    looks: tuple[Look, Look, Look]
    shift: tuple[float, float]
    scale: float
    easing: float
    seed: int

    @classmethod
    def drawn(cls, seed: int) -> Faults:
        random = np.random.default_rng(seed)
        looks = tuple(Look.drawn(random, strength) for strength in (0.5, 1, 1))
        shift, scale = tuple(random.normal(0, 0.6, 2)), 1 + random.normal(0, 0.0008)
        return cls(looks, shift, scale, random.uniform(-0.45, 0.45), seed)

    def eased(self, u: float) -> float:
        return u + self.easing * np.sin(2 * np.pi * u) / (2 * np.pi)

    def on(self, clean: Rgb, u: float, first: bool, random: np.random.Generator) -> Rgb:
        """The clean frame at 0 <= u <= 1 of the segment as a generator would show it."""
        sigma = 0.35 if first else 0.55 + 0.15 * u
        blurred = _gaussian(_gaussian(self._moved(clean, u**3), sigma, 0), sigma, 1)
        head, middle, tail = self.looks
        look = head.mixed(middle, 2 * u) if u < 0.5 else middle.mixed(tail, 2 * u - 1)
        toned = look.on(blurred)
        grain = random.standard_normal(toned.shape, np.float32)
        return (toned + grain).clip(0, 255).astype(np.uint8)

    def _moved(self, clean: Rgb, share: float) -> Floats:
        picture = clean.astype(np.float32)
        if not share or (self.shift == (0.0, 0.0) and self.scale == 1):
            return picture
        high, wide = clean.shape[:2]
        scale = 1 + (self.scale - 1) * share
        x = self.shift[0] * share + wide / 2 * (1 - scale) + _MARGIN
        y = self.shift[1] * share + high / 2 * (1 - scale) + _MARGIN
        padded = np.pad(picture, ((_MARGIN, _MARGIN), (_MARGIN, _MARGIN), (0, 0)), mode="edge")
        channels = [
            # on 8-bit pictures Pillow cuts fractions off
            Image.fromarray(np.ascontiguousarray(padded[..., channel])).transform(
                (wide, high), Image.Transform.AFFINE, (scale, 0, x, 0, scale, y), Image.Resampling.BICUBIC
            )
            for channel in range(3)
        ]
        return np.stack([np.asarray(channel) for channel in channels], axis=-1)


def filmed(clean: list[Rgb], faults: Faults, count: int) -> Iterator[Rgb]:
    """Clean frames with a segment's faults."""
    random = np.random.default_rng(faults.seed + 10_000)
    for index, frame in enumerate(clean):
        yield faults.on(frame, index / (count - 1), index == 0, random)


def clean_segment(number: int, faults: Faults, size: tuple[int, int], count: int) -> Iterator[Rgb]:
    """What the generator should have shown: the world between two keyframes, at the segment's own pace."""
    span = count - 1
    for index in range(count):
        yield truth(span * (number + faults.eased(index / span)), size)


def film_segment(folder: Path, number: int, clean: list[Rgb], faults: Faults, **options: str) -> Path:
    """Write its keyframes, the first and last of its clean frames, and s<number>.mp4 as Wan would."""
    for keyframe, frame in ((number, clean[0]), (number + 1, clean[-1])):
        save(folder / f"k{keyframe}.png", frame)
    frames = filmed(clean, faults, len(clean))
    return write_clip(folder / f"s{number}.mp4", frames, **{"crf": "10", "preset": "veryfast", **options})


def film_segments(folder: Path, segments: int, size: tuple[int, int], count: int) -> list[Path]:
    """The first segments of the world, each with faults of its own; returns the clips."""
    made = []
    for number in range(segments):
        faults = Faults.drawn(number)
        made.append(film_segment(folder, number, list(clean_segment(number, faults, size, count)), faults))
    return made
