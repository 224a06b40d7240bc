"""Image providers: complete words become a still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from longvid_tui.backends.contract.amounts import at_least
from longvid_tui.backends.contract.backend import Check, Fingerprint, unheard
from longvid_tui.project.canvas import Canvas


@dataclass(frozen=True)
class ImageRequest:
    """One still to paint: complete words, exact canvas, resolved seed (0..2**31-1).

    `references`: pictures whose people and places are to be kept, most important first. `base`: a picture to
    change; `strength` (0..1) is how far from it. `mask`: the part of `base` to repaint (see `backends.masks`).
    `note`: what the person said about the take before. `count`: the most pictures to return.

    `on_partial` is called with the encoded bytes of unfinished pictures while one forms, `on_wait` with the
    reason and the seconds whenever the provider waits before trying again.
    """

    prompt: str
    canvas: Canvas
    seed: int
    negative: str = ""
    references: tuple[Path, ...] = ()
    base: Path | None = None
    mask: Path | None = None
    note: str = ""
    strength: float = 0.6
    count: int = 1
    on_partial: Callable[[bytes], None] | None = field(default=None, compare=False, repr=False)
    on_wait: Callable[[str, float], None] = field(default=unheard, compare=False, repr=False)


@dataclass(frozen=True)
class ImageResult:
    """Encoded picture bytes of any size, which the caller fits to the canvas, and their price (None: unknown).

    `others`: further pictures of the same request, where more than one was asked for.
    """

    data: bytes
    model: str
    cost_usd: float | None = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class ImageCapabilities:
    """What a provider can do, and how much of it at once.

    `image_to_image`: it can change a base; `strength`: it can be told how far; `masks`: it can keep to a part.
    `candidates`: the most pictures one request returns. `references`: the most reference pictures a request may
    hold, the base counted among them; 0: it takes none. `parallel`: requests at the same time.
    `seconds_per_megapixel`: of one picture on one core, where the provider knows it; None: learned from runs.
    `placeholder`: no model makes its pictures, and films made of them say so.
    """

    masks: bool = False
    image_to_image: bool = False
    strength: bool = False
    candidates: int = 1
    references: int = 0
    parallel: int = 1
    seconds_per_megapixel: float | None = None
    placeholder: bool = False

    def __post_init__(self) -> None:
        at_least(self, candidates=1, references=0, parallel=1, seconds_per_megapixel=0)


@runtime_checkable
class ImageProvider(Protocol):
    """Paints stills. Constructed with the settings object; must not do I/O when constructed."""

    name: ClassVar[str]

    @property
    def capabilities(self) -> ImageCapabilities: ...

    def fingerprint(self) -> Fingerprint: ...

    async def paint(self, request: ImageRequest) -> ImageResult:
        """Paint up to `request.count` pictures; raises BackendError."""
        ...

    def checks(self) -> list[Check]: ...


@runtime_checkable
class Priced(Protocol):
    """A provider that can say beforehand what a picture will cost."""

    def price(self, canvas: Canvas, *, edit: bool = False, masked: bool = False) -> float | None:
        """Price of one picture in dollars by the price list; None: unknown.

        `edit`: it is made from other pictures. `masked`: only a part of one is repainted.
        """
        ...
