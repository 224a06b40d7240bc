"""As much of torch as Wan's callers touch: one error, pictures as tensors, no GPU at all."""

from __future__ import annotations

from typing import Any

uint8 = "uint8"


class OutOfMemoryError(RuntimeError):
    pass


class Tensor:
    """A numpy array with the names torch has for what is done to it."""

    def __init__(self, values: Any) -> None:
        self._values = values

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self._values.shape)

    def float(self) -> Tensor:
        return Tensor(self._values.astype("float32"))

    def clamp(self, low: float, high: float) -> Tensor:
        return Tensor(self._values.clip(low, high))

    def add(self, other: float) -> Tensor:
        return Tensor(self._values + other)

    def mul(self, other: float) -> Tensor:
        return Tensor(self._values * other)

    def round(self) -> Tensor:
        return Tensor(self._values.round())

    def to(self, kind: Any) -> Tensor:
        return Tensor(self._values.astype("uint8")) if kind == uint8 else self

    def permute(self, *axes: int) -> Tensor:
        return Tensor(self._values.transpose(axes))

    def contiguous(self) -> Tensor:
        return Tensor(self._values.copy(order="C"))

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> Any:
        return self._values


class cuda:  # noqa: N801
    OutOfMemoryError = OutOfMemoryError

    @staticmethod
    def set_device(device: int) -> None:
        pass

    @staticmethod
    def empty_cache() -> None:
        pass
