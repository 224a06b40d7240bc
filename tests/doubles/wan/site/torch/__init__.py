"""As much of torch as Wan's callers touch: one error, pictures as tensors, no GPU at all."""

from __future__ import annotations

from typing import Any

__version__ = "2.9.0+cu128"
uint8 = "uint8"


class OutOfMemoryError(RuntimeError):
    pass


class Tensor:
    """A picture with the names torch has for what is done to it, as quick as on a GPU: its levels (a numpy array of
    bytes) stay what they are, what they stand for (256 values) is reckoned with."""

    def __init__(self, levels: Any, values: Any) -> None:
        self._levels, self._values = levels, values

    def float(self) -> Tensor:
        return Tensor(self._levels, self._values.astype("float32"))

    def clamp(self, low: float, high: float) -> Tensor:
        return Tensor(self._levels, self._values.clip(low, high))

    def add(self, other: float) -> Tensor:
        return Tensor(self._levels, self._values + other)

    def mul(self, other: float) -> Tensor:
        return Tensor(self._levels, self._values * other)

    def round(self) -> Tensor:
        return Tensor(self._levels, self._values.round())

    def to(self, kind: Any) -> Tensor:
        return Tensor(self._levels, self._values.astype("uint8")) if kind == uint8 else self

    def permute(self, *axes: int) -> Tensor:
        return Tensor(self._levels.transpose(axes), self._values)

    def contiguous(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> Any:
        are_themselves = all(int(value) == level for level, value in enumerate(self._values))
        return self._levels if are_themselves else self._values[self._levels]


class version:  # noqa: N801
    cuda = "12.8"


class cuda:  # noqa: N801
    OutOfMemoryError = OutOfMemoryError

    @staticmethod
    def set_device(device: int) -> None:
        pass

    @staticmethod
    def empty_cache() -> None:
        pass
