"""The ladder of Wan: what changes after memory ran out. A rung costs time and never changes the picture."""

from __future__ import annotations

from dataclasses import dataclass

from longvid_tui.backends.contract import MORE_GPUS
from longvid_tui.settings.sections import WanSettings


@dataclass(frozen=True)
class Thrift:
    """How the models share memory.

    `offload`: each waits in host memory while it is not needed. `t5_cpu`: the text encoder works on the
    processor. Expandable segments of the allocator cost nothing and are always on.
    """

    offload: bool
    t5_cpu: bool


FIRST_RUNG = "models wait in host memory while they are not needed, the text encoder works on the processor"
"""Two changes in one rung: on one GPU the first is the default, and a rung that changed nothing would cost a
load."""


def ladder(wan: WanSettings) -> tuple[str, ...]:
    """What each rung changes in these settings, in words; the last one is MORE_GPUS."""
    thrifty_already = wan.offload is True and wan.t5_cpu
    return (MORE_GPUS,) if thrifty_already else (FIRST_RUNG, MORE_GPUS)


def thrift(wan: WanSettings, gpus: int, rung: int) -> Thrift:
    """How memory is shared on `gpus` GPUs after `rung` rungs.

    `offload: auto` is generate.py's own default: on one GPU only.
    """
    if rung:
        return Thrift(offload=True, t5_cpu=True)
    return Thrift(offload=gpus == 1 if wan.offload == "auto" else wan.offload, t5_cpu=wan.t5_cpu)
