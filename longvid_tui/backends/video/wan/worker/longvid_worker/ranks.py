"""The processes of one model: how they start, and how they agree."""

from __future__ import annotations

import datetime
import os
from typing import Any

_AGES = datetime.timedelta(days=30)
"""How long ranks wait for rank 0, which waits for work."""


class Ranks:
    """Messages between the processes of one model, over a gloo group of their own and not over NCCL."""

    def __init__(self, rank: int, world: int, group: Any = None) -> None:
        self.rank = rank
        self._world = world
        self._group = group

    def hear(self, message: Any) -> Any:
        """The message of rank 0, on every rank."""
        if self._world == 1:
            return message
        import torch.distributed as dist

        box = [message]
        dist.broadcast_object_list(box, src=0, group=self._group)
        return box[0]

    def all(self, own: Any) -> list[Any]:
        """The messages of all ranks, on every rank."""
        if self._world == 1:
            return [own]
        import torch.distributed as dist

        found: list[Any] = [None] * self._world
        dist.all_gather_object(found, own, group=self._group)
        return found


def join(args: dict[str, Any]) -> Ranks:
    """Start this rank as generate.py does."""
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        return Ranks(rank, world)
    import torch
    import torch.distributed as dist

    torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group(backend="nccl", init_method="env://", rank=rank, world_size=world)
    if args["ulysses"] * args["ring"] > 1:
        from xfuser.core.distributed import init_distributed_environment, initialize_model_parallel

        init_distributed_environment(rank=rank, world_size=world)
        initialize_model_parallel(
            sequence_parallel_degree=world,
            ring_degree=args["ring"],
            ulysses_degree=args["ulysses"],
        )
    return Ranks(rank, world, dist.new_group(backend="gloo", timeout=_AGES))
