"""A picture of a feeling: bands, discs and arcs in few colours, from the words themselves."""

from __future__ import annotations

import zlib

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import Colour, mix, rgb
from longvid_tui.backends.images.storyboard.noise import mottle
from longvid_tui.backends.images.storyboard.shapes import limb, oval
from longvid_tui.backends.images.storyboard.sheet import Floats

_PALETTES = (
    "1d2b4f 3f5f8f 7fb0b8 f2d9a8 e8895a",
    "2b1d3a 6a3f7a c0658a f0a987 fbe3c0",
    "10302f 2f6a5f 8fb58a e8d9a0 d8774a",
    "241f2f 4f4a6a 8a86a8 d8c8c0 c9584f",
    "0f2a3f 1f5f7a 5fa8a8 cfe0c0 f0b04a",
    "331f1f 7a3a34 c9704a eec07a f7ead0",
    "1a2420 44604f 93a878 dcd8b0 b5653f",
    "1f1f33 3a4a8a 7a8ad0 d8b8d8 f4d8c8",
)
_DARK_WORDS = "loss fear death grief war dark lonely alone forgetting forget silence end night pérdida muerte miedo verlust angst tod perte peur mort 失 死 怕 忘 寂"


def abstract(stage: Stage) -> None:
    sheet, chance = stage.sheet, np.random.default_rng(zlib.crc32(stage.scene.words.encode("utf-8", "replace")))
    seed = int(chance.integers(1 << 30))
    colours = [rgb(colour) for colour in _PALETTES[int(chance.integers(len(_PALETTES)))].split()]
    if stage.light.night or any(word in stage.scene.words.lower().split() for word in _DARK_WORDS.split()):
        colours = [mix(colour, rgb("0c0e18"), 0.35) for colour in colours]
    turned = colours[::-1] if chance.random() < 0.35 else colours
    sheet.sky((turned[0], turned[1], turned[2]), 1.1)
    _wash(stage, seed, turned)
    (_discs, _bands, _arcs, _shards)[int(chance.integers(4))](stage, chance, turned)
    _bands(stage, chance, turned, few=True)


def _wash(stage: Stage, seed: int, colours: list[Colour]) -> None:
    sheet = stage.sheet
    cloud = mottle(seed, sheet.height, sheet.width, (2.2, 3.4), 4, stage.left * 0.4)
    sheet.paint(np.asarray(np.clip((cloud - 0.42) * 2.6, 0, 0.75), np.float32), colours[2])
    veil = mottle(seed + 1, sheet.height, sheet.width, (3, 2), 4, stage.left * 0.4)
    sheet.paint(np.asarray(np.clip((veil - 0.5) * 2.2, 0, 0.55), np.float32), colours[3])


def _discs(stage: Stage, chance: np.random.Generator, colours: list[Colour]) -> None:
    sheet = stage.sheet
    x, y = sheet.aspect * (0.3 + 0.4 * chance.random()), 0.32 + 0.2 * chance.random()
    for ring in range(5, 0, -1):
        sheet.disc(x, y, 0.06 * ring * stage.zoom, mix(colours[4], colours[1 + ring % 2], 0.18 * ring))
    sheet.glow(x, y, 0.5, colours[4], 0.3)
    for _ in range(9):
        radius = 0.012 + 0.05 * chance.random()
        sheet.disc(
            sheet.aspect * chance.random(),
            chance.random() * 0.9,
            radius,
            mix(colours[3], colours[4], chance.random()),
        )


def _bands(stage: Stage, chance: np.random.Generator, colours: list[Colour], few: bool = False) -> None:
    """Waves that cross the picture, each darker than the one behind it."""
    sheet = stage.sheet
    count = 2 if few else 6
    phase, slow = 6.3 * chance.random(), 1.1 + 1.6 * chance.random()
    for at in range(count):
        base = (0.80 if few else 0.42) + (0.12 if few else 0.10) * at
        across = stage.world(0.6 - 0.08 * at) * slow + phase + at * 0.9
        tops: Floats = np.asarray(base + 0.06 * np.sin(across) + 0.03 * np.sin(across * 2.3 + at), np.float32)
        hue = mix(colours[4 - at % 5], colours[0], (0.75 if few else 0.25) + 0.1 * at)
        sheet.ridge(tops, mix(hue, colours[3], 0.22), hue, 0.16)


def _arcs(stage: Stage, chance: np.random.Generator, colours: list[Colour]) -> None:
    sheet = stage.sheet
    x, y = sheet.aspect * (0.25 + 0.5 * chance.random()), 0.75
    for ring in range(7):
        radius = (0.14 + 0.085 * ring) * stage.zoom
        angles = np.linspace(np.pi * (1.02 + 0.1 * chance.random()), np.pi * (1.75 + 0.22 * chance.random()), 9)
        path = [(x + radius * float(np.cos(a)), y + radius * float(np.sin(a))) for a in angles]
        sheet.shapes([limb(path, 0.012, 0.042, 0.010)], colours[ring % 5 if ring % 5 else 4], 0.9)
    sheet.glow(x, y - 0.2, 0.4, colours[4], 0.25)


def _shards(stage: Stage, chance: np.random.Generator, colours: list[Colour]) -> None:
    """Slanted planes of light, like a building that is coming apart."""
    sheet = stage.sheet
    for at in range(11):
        x, y = sheet.aspect * (chance.random() * 1.1 - 0.05), 0.15 + 0.65 * chance.random()
        wide, high, lean = (
            0.05 + 0.16 * chance.random(),
            0.2 + 0.45 * chance.random(),
            0.16 * (chance.random() - 0.5),
        )
        plane = [(x, y), (x + wide, y - 0.05), (x + wide + lean, y + high), (x + lean, y + high + 0.04)]
        sheet.shapes([plane], mix(colours[at % 5], colours[3], 0.2 * chance.random()), 0.62)
        sheet.shapes([[plane[0], plane[1], (x + wide, y - 0.035), (x, y + 0.012)]], rgb("ffffff"), 0.25)
    sheet.shapes(
        [oval(sheet.aspect * chance.random(), chance.random(), 0.003, 0.003) for _ in range(60)],
        colours[4],
        0.7,
    )
