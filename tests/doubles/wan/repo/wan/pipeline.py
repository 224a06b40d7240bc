"""What both pipelines do: load with the log lines and bars of the original, step, decode, fail where it fails."""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import sys
import time
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import switches
import torch
import torch.distributed as dist
from PIL import Image, ImageChops

SHARDS = 7
_INDEX = "diffusion_pytorch_model.safetensors.index.json"


class TextEncoder:
    """`calls` counts the texts that were encoded, not found in somebody's cache."""

    def __init__(self) -> None:
        self.model = Module()
        self.calls = 0

    def __call__(self, texts: list[str], device: Any) -> list[Encoding]:
        self.calls += 1
        logging.info("umT5 encodes %d characters", len(texts[0]))
        return [Encoding(zlib.crc32(text.encode())) for text in texts]


class Encoding(int):
    def to(self, device: Any) -> Encoding:
        return self


class Module:
    def to(self, device: Any) -> Module:
        return self

    def cpu(self) -> Module:
        return self


class Vae:
    def encode(self, pictures: list[Any]) -> list[Any]:
        return pictures

    def decode(self, latents: list[Any]) -> list[Any]:
        """What takes its time is drawn meanwhile: after it frames are there, as on a GPU."""
        end = time.monotonic() + switches.seconds("DECODE")
        for frames in latents if switches.seconds("DECODE") else ():
            frames.draw()
        time.sleep(max(0.0, end - time.monotonic()))
        return latents


class Pipeline:
    """`home`: the module of the pipeline, whose `tqdm` draws the bar of the steps."""

    home: ModuleType
    model_type: str
    wrong_model: str

    def __init__(
        self,
        config: Any,
        checkpoint_dir: str,
        device_id: int = 0,
        rank: int = 0,
        t5_fsdp: bool = False,
        dit_fsdp: bool = False,
        use_usp: bool = False,
        t5_cpu: bool = False,
        init_on_cpu: bool = True,
    ) -> None:
        self.config, self.rank, self.t5_cpu, self.device = config, rank, t5_cpu, "cuda"
        for name in (config.t5_checkpoint, config.vae_checkpoint, config.clip_checkpoint):
            logging.info(f"loading {checkpoint_dir}/{name}")
            if switches.fault("stall-load"):
                time.sleep(600)
            if not Path(checkpoint_dir, name).is_file():
                raise FileNotFoundError(f"[Errno 2] No such file or directory: '{checkpoint_dir}/{name}'")
            time.sleep(switches.seconds("LOAD") / 10)
        logging.info(f"Creating WanModel from {checkpoint_dir}")
        switches.hold_gpu()
        self._found = json.loads(Path(checkpoint_dir, "config.json").read_text())["model_type"]
        shards = sorted(set(json.loads(Path(checkpoint_dir, _INDEX).read_text())["weight_map"].values()))
        for _shard in self.home.tqdm(shards, desc="Loading checkpoint shards"):
            time.sleep(switches.seconds("LOAD") / 10)
        if switches.fault("oom-load"):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 11.00 GiB. GPU 0 has ...")
        self.text_encoder, self.vae, self.model, self.clip = TextEncoder(), Vae(), Module(), Module()
        self.sample_neg_prompt = config.sample_neg_prompt
        if dist.is_initialized():
            dist.barrier()

    def _film(self, prompt: str, frames: Frames, steps: int, n_prompt: str, offload_model: bool) -> Any:
        self.text_encoder.model.to(self.device)
        words = self.text_encoder([prompt], self.device)[0]
        unwanted = self.text_encoder([n_prompt or self.sample_neg_prompt], self.device)[0]
        latent = self.vae.encode([frames])[0]
        for step in self.home.tqdm(list(range(1, steps + 1))):
            self._step(step)
        if dist.is_initialized():
            dist.barrier()
        frames.tint = (int(words) ^ int(unwanted)) % 12
        return self.vae.decode([latent])[0] if self.rank == 0 else None

    def _step(self, step: int) -> None:
        if self._found != self.model_type:
            raise RuntimeError(self.wrong_model)
        if switches.fault("oom", step):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has ...")
        if switches.fault("crash", step):
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        if switches.fault("kill", step):
            os.kill(os.getpid(), signal.SIGKILL)
        if switches.fault("hang", step):
            time.sleep(600)
        if switches.fault("flood", step):
            sys.stdout.write("NCCL WARN everything is slow\n" * 100_000)
        switches.pause("STEP")


class Frames:
    """A clip as Tensor[3, frames, high, wide] in -1..1, made frame by frame: near its pictures, never equal."""

    def __init__(self, pictures: list[Image.Image], size: tuple[int, int], count: int, seed: int) -> None:
        self.shape = (3, count, size[1], size[0])
        self.tint = 0
        self._drawn: list[Any] = []
        self._seed = seed
        self._ends = [picture.resize(size, Image.Resampling.BICUBIC) for picture in pictures]

    def __getitem__(self, at: Any) -> Any:
        import numpy as np

        if at is None:
            return self
        values = (np.arange(256) / 127.5 - 1).astype(np.float32)
        levels = self._drawn[at[1]] if self._drawn else np.asarray(self.picture(at[1]))
        return torch.Tensor(levels.transpose(2, 0, 1), values)

    def draw(self) -> None:
        """Make all frames now, and not one after the other for who looks at them."""
        import numpy as np

        self._drawn = [np.asarray(self.picture(index)) for index in range(self.shape[1])]

    def picture(self, index: int) -> Image.Image:
        """One frame as cache_video writes it."""
        count = self.shape[1]
        frame = Image.blend(self._ends[0], self._ends[-1], index / max(1, count - 1))
        if len(self._ends) == 1:
            frame = ImageChops.offset(frame, index, 0)
        # Colours are a little off, and most where Wan's are: at the start, and in the last latent's four frames.
        off = self.tint + self._seed % 5 + index % 3 + (3 if index < 4 or index > count - 5 else 0)
        return frame.point([min(255, level + off) for level in range(256)] * 3)


def canvas(picture: Image.Image, area: int) -> tuple[int, int]:
    """Size of the clip: the area of --size, the aspect of the first picture, down to whole patches of latents."""
    wide, high = picture.size
    ratio = high / wide
    latent_high = round(math.sqrt(area * ratio) // 8 // 2 * 2)
    latent_wide = round(math.sqrt(area / ratio) // 8 // 2 * 2)
    return latent_wide * 8, latent_high * 8


def fitted(last: Image.Image, first: Image.Image) -> Image.Image:
    """The "resize" of a last frame of another size: a centre crop with width and height swapped, padded grey."""
    if last.size == first.size:
        return last
    scale = max(first.size[0] / last.size[0], first.size[1] / last.size[1])
    wide, high = round(last.size[1] * scale), round(last.size[0] * scale)
    padded = Image.new("RGB", (wide, high), (127, 127, 127))
    padded.paste(last, ((wide - last.size[0]) // 2, (high - last.size[1]) // 2))
    return padded
