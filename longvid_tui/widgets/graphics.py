"""Pictures in full resolution by kitty's graphics protocol, where the terminal has it
(terminal.takes_pictures).

A picture is sent once, under a number; the cells where it stands hold text that the terminal replaces by their
part of it (Unicode placeholders). So panes, dialogs over them and repaints treat it like any text.
https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders
"""

from __future__ import annotations

import base64
import io
import zlib
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

if TYPE_CHECKING:
    from PIL.Image import Image

_PLACEHOLDER = "\U0010eeee"
_PLACES = (
    "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c\u0350\u0351\u0352\u0357"
    "\u035b\u0363\u0364\u0365\u0366\u0367\u0368\u0369\u036a\u036b\u036c\u036d\u036e\u036f\u0483\u0484"
    "\u0485\u0486\u0487\u0592\u0593\u0594\u0595\u0597\u0598\u0599\u059c\u059d\u059e\u059f\u05a0\u05a1"
    "\u05a8\u05a9\u05ab\u05ac\u05af\u05c4\u0610\u0611\u0612\u0613\u0614\u0615\u0616\u0617\u0657\u0658"
    "\u0659\u065a\u065b\u065d\u065e\u06d6\u06d7\u06d8\u06d9\u06da\u06db\u06dc\u06df\u06e0\u06e1\u06e2"
    "\u06e4\u06e7\u06e8\u06eb\u06ec\u0730\u0732\u0733\u0735\u0736\u073a\u073d\u073f\u0740\u0741\u0743"
    "\u0745\u0747\u0749\u074a\u07eb\u07ec\u07ed\u07ee\u07ef\u07f0\u07f1\u07f3\u0816\u0817\u0818\u0819"
    "\u081b\u081c\u081d\u081e\u081f\u0820\u0821\u0822\u0823\u0825\u0826\u0827\u0829\u082a\u082b\u082c"
    "\u082d\u0951\u0953\u0954\u0f82\u0f83\u0f86\u0f87\u135d\u135e\u135f\u17dd\u193a\u1a17\u1a75\u1a76"
    "\u1a77\u1a78\u1a79\u1a7a\u1a7b\u1a7c\u1b6b\u1b6d\u1b6e\u1b6f\u1b70\u1b71\u1b72\u1b73\u1cd0\u1cd1"
    "\u1cd2\u1cda\u1cdb\u1ce0\u1dc0\u1dc1\u1dc3\u1dc4\u1dc5\u1dc6\u1dc7\u1dc8\u1dc9\u1dcb\u1dcc\u1dd1"
    "\u1dd2\u1dd3\u1dd4\u1dd5\u1dd6\u1dd7\u1dd8\u1dd9\u1dda\u1ddb\u1ddc\u1ddd\u1dde\u1ddf\u1de0\u1de1"
    "\u1de2\u1de3\u1de4\u1de5\u1de6\u1dfe\u20d0\u20d1\u20d4\u20d5\u20d6\u20d7\u20db\u20dc\u20e1\u20e7"
    "\u20e9\u20f0\u2cef\u2cf0\u2cf1\u2de0\u2de1\u2de2\u2de3\u2de4\u2de5\u2de6\u2de7\u2de8\u2de9\u2dea"
    "\u2deb\u2dec\u2ded\u2dee\u2def\u2df0\u2df1\u2df2\u2df3\u2df4\u2df5\u2df6\u2df7\u2df8\u2df9\u2dfa"
    "\u2dfb\u2dfc\u2dfd\u2dfe\u2dff"
)
"""The sign for each row and column: the beginning of kitty's rowcolumn-diacritics.txt."""

MOST_CELLS = len(_PLACES)

CELL = (8, 16)
"""Pixels of a cell that are sent: what most fonts have, or a half to a third of it on dense displays."""

_CHUNK = 4096
"""Bytes of a message at most, by the protocol."""


def placed(picture: Image, name: str, columns: int, rows: int) -> tuple[list[list[Segment]], str]:
    """The cells of a picture that fills `columns` x `rows`, and what shows it once it was written to the
    terminal."""
    number = _number(f"{name} {columns}x{rows}")
    style = Style(color=f"#{number:06x}")
    cells = [
        [Segment(_PLACEHOLDER + _PLACES[row] + _PLACES[column], style) for column in range(columns)]
        for row in range(rows)
    ]
    return cells, "".join(_messages(_png(picture, columns, rows), number, columns, rows))


def _number(name: str) -> int:
    """The number of a picture, the same for the same name. It travels as the colour of the cells: 24 bits, and
    not 0."""
    return (zlib.crc32(name.encode()) & 0xFFFFFF) or 1


def _png(picture: Image, columns: int, rows: int) -> bytes:
    out = io.BytesIO()
    # Half a byte to a byte a pixel: over ssh a picture is sent in a blink, too.
    picture.convert("RGB").resize((columns * CELL[0], rows * CELL[1])).quantize(128).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def _messages(data: bytes, number: int, columns: int, rows: int) -> list[str]:
    """Quiet (q=2): what the terminal answers would be read as keys."""
    text = base64.b64encode(data).decode()
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    first = f"a=T,U=1,i={number},f=100,t=d,c={columns},r={rows},q=2,"
    return [
        f"\x1b_G{first if not at else 'q=2,'}m={int(at + 1 < len(chunks))};{chunk}\x1b\\"
        for at, chunk in enumerate(chunks)
    ]
