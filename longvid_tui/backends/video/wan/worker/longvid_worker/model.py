"""A pipeline of Wan2.1 with its weights loaded, its keyframes, and the frames it makes."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any, Callable, Iterator  # noqa: UP035 (Python 3.8)

from .ranks import Ranks

_REMEMBERED = 64
"""How many encoded prompts are kept, of at most 4 MB each."""


class Cancelled(Exception):
    """The client does not want the segment any more."""


class Encodings:
    """Stands in for a pipeline's text encoder and encodes each text once: doing so moves 11 GB."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder
        self._known: OrderedDict[str, Any] = OrderedDict()
        self._moved = False
        self.model = self

    def __call__(self, texts: list[str], device: Any) -> list[Any]:
        return [self._encoded(text, device) for text in texts]

    def _encoded(self, text: str, device: Any) -> Any:
        if text not in self._known:
            if "cpu" not in str(device):
                self._encoder.model.to(device)
                self._moved = True
            self._known[text] = self._encoder([text], device)[0]
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(text)
        return self._known[text].to(device)

    def to(self, _device: Any) -> Encodings:
        return self

    def cpu(self) -> Encodings:
        if self._moved:
            self._encoder.model.cpu()
            self._moved = False
        return self


class Model:
    """A pipeline of Wan2.1 with its weights loaded."""

    def __init__(self, args: dict[str, Any], ranks: Ranks) -> None:
        import wan
        from wan.configs import WAN_CONFIGS

        self._between = args["task"].startswith("flf2v")
        name = "WanFLF2V" if self._between else "WanI2V"
        logging.info("Creating %s pipeline.", name)
        self._pipeline = getattr(wan, name)(
            config=WAN_CONFIGS[args["task"]],
            checkpoint_dir=args["checkpoint"],
            device_id=int(os.environ.get("LOCAL_RANK", "0")),
            rank=ranks.rank,
            t5_fsdp=args["t5_fsdp"],
            dit_fsdp=args["dit_fsdp"],
            use_usp=args["ulysses"] * args["ring"] > 1,
            t5_cpu=args["t5_cpu"],
        )
        self._pipeline.text_encoder = Encodings(self._pipeline.text_encoder)
        self._offload = args["offload"]
        self._module: Any = sys.modules[type(self._pipeline).__module__]
        self._bar = self._module.tqdm

    def film(self, request: dict[str, Any], pictures: list[Any], before_step: Callable[[], None]) -> Any:
        """Film a segment; Tensor[3, frames, height, width] in -1..1 on rank 0, None on the others.

        Raises what `before_step` raises.
        """

        def steps(*args: Any, **kwargs: Any) -> Iterator[Any]:
            for item in self._bar(*args, **kwargs):
                before_step()
                yield item

        from wan.configs import MAX_AREA_CONFIGS

        self._module.tqdm = steps
        unwanted = self._pipeline.sample_neg_prompt
        logging.info("Input prompt: %s", request["prompt"])
        logging.info("Generating video ...")
        return self._pipeline.generate(
            request["prompt"],
            *pictures,
            max_area=MAX_AREA_CONFIGS[request["size"]],
            frame_num=request["frames"],
            shift=request["shift"],
            sample_solver=request["solver"],
            sampling_steps=request["steps"],
            guide_scale=request["guide"],
            n_prompt=f"{unwanted}，{request['negative']}" if request["negative"] else "",
            seed=request["seed"],
            offload_model=self._offload,
        )

    def put_away(self) -> None:
        """Free what a run that was broken off left on the GPU."""
        import torch

        if self._offload:
            self._pipeline.model.cpu()
            self._pipeline.text_encoder.cpu()
        gc.collect()
        torch.cuda.empty_cache()


def keyframes(request: dict[str, Any]) -> tuple[list[Any], str]:
    """The pictures of a request, and why they cannot be filmed ("" if they can); does not touch the model."""
    from PIL import Image

    found = []
    try:
        for path in filter(None, (request["first"], request["last"])):
            picture = Image.open(path).convert("RGB")
            if picture.size != (request["width"], request["height"]):
                raise ValueError(f"{path} is {picture.size[0]}x{picture.size[1]}")
            found.append(picture)
    except (OSError, ValueError) as error:
        return [], f"{type(error).__name__}: {error}"
    return found, ""


class Frames:
    """A clip in host memory as 8-bit RGB; once it is there, the GPUs are free for the next one."""

    def __init__(self, video: Any) -> None:
        import torch

        _, count, high, wide = video.shape
        self.shape = [count, high, wide]
        self._frames = []
        for at in range(count):
            frame = video[:, at].float().clamp(-1, 1).add(1).mul(127.5).round().to(torch.uint8)
            self._frames.append(frame.permute(1, 2, 0).contiguous().cpu().numpy())

    def save(self, path: str) -> None:
        """Write the frames one after the other."""
        part = Path(f"{path}.part")
        with part.open("wb") as file:
            for frame in self._frames:
                file.write(frame.tobytes())
        part.replace(path)
