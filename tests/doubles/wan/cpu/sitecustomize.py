"""Lets an unmodified checkout of Wan2.1 run on a processor, with models of random weights small enough for it.

Found by an interpreter through PYTHONPATH. Nothing in the checkout changes: torch and wan are patched as they are
imported, and a run says which frames it made. WAN_CPU_AREA: pixels of a clip. WAN_CPU_FAULT: `oom@STEP#RANK` or `hang@STEP#RANK`. WAN_CPU_STEP:
seconds that every step takes longer.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import time
import types
import zlib
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

RANK = int(os.environ.get("RANK", "0"))


class Finder(MetaPathFinder):
    """Has a module changed right after it was imported, once."""

    def __init__(self, name: str, change: Callable[[types.ModuleType], None]) -> None:
        self._name = name
        self._change = change

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec and spec.loader:
            spec.loader = Changing(spec.loader, self._change)
        return spec


class Changing(Loader):
    def __init__(self, loader: Loader, change: Callable[[types.ModuleType], None]) -> None:
        self._loader = loader
        self._change = change

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: types.ModuleType) -> None:
        self._loader.exec_module(module)
        self._change(module)


def prepare(torch: Any) -> None:
    import torch.distributed as dist

    # Layers this small gain nothing from a second thread, and lose all where cores are shared.
    torch.set_num_threads(1)
    _tolerate_a_torchvision_for_gpus(torch)
    torch.cuda.current_device = lambda: 0
    # torch._dynamo keeps a rule for each: they may not be one function.
    torch.cuda.set_device = lambda *_: None
    torch.cuda.synchronize = lambda *_: None
    start = dist.init_process_group
    dist.init_process_group = lambda *args, **kwargs: start(*args, **{**kwargs, "backend": "gloo"})
    for name in ("xfuser", "xfuser.core", "xfuser.core.distributed"):
        sys.modules[name] = _empty(name)
    for name in ("dashscope", "decord"):
        if importlib.util.find_spec(name) is None:
            sys.modules[name] = _empty(name)
    distributed = sys.modules["xfuser.core.distributed"]
    distributed.init_distributed_environment = distributed.initialize_model_parallel = lambda **_: None


def _empty(name: str) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__spec__ = ModuleSpec(name, None)
    return module


def _tolerate_a_torchvision_for_gpus(torch: Any) -> None:
    """Its operators for GPUs cannot be registered beside a torch without them."""
    fake = torch.library.register_fake

    def register(name: Any, *args: Any, **kwargs: Any) -> Any:
        return (
            (lambda function: function)
            if str(name).startswith("torchvision::")
            else fake(name, *args, **kwargs)
        )

    implement = torch.library.Library.impl

    def impl(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return implement(self, *args, **kwargs)
        except RuntimeError:
            if self.ns != "torchvision":
                raise

    torch.library.register_fake, torch.library.Library.impl = register, impl


def shrink(wan: Any) -> None:
    import torch

    def attention(q: Any, k: Any, v: Any, **_: Any) -> Any:
        q, k, v = (each.transpose(1, 2).to(torch.float32) for each in (q, k, v))
        return torch.nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2)

    wan.modules.model.flash_attention = attention
    area = int(os.environ.get("WAN_CPU_AREA", "1024"))
    for size in wan.configs.MAX_AREA_CONFIGS:
        wan.configs.MAX_AREA_CONFIGS[size] = area
    for pipeline, model_type in ((wan.WanFLF2V, "flf2v"), (wan.WanI2V, "i2v")):
        pipeline.__init__ = _small(wan, model_type)
        pipeline.generate = _told(pipeline.generate)


def _told(generate: Any) -> Any:
    """Says what came out, before anything is encoded."""

    def run(*args: Any, **kwargs: Any) -> Any:
        frames = generate(*args, **kwargs)
        if frames is not None:
            print(f"frames {hashlib.sha256(frames.numpy().tobytes()).hexdigest()}", flush=True)
        return frames

    return run


def _small(wan: Any, model_type: str) -> Any:
    import logging

    import torch
    import torch.distributed as dist

    def __init__(  # noqa: N807
        self: Any, config: Any, checkpoint_dir: str, device_id: int = 0, rank: int = 0, t5_fsdp: bool = False,
        dit_fsdp: bool = False, use_usp: bool = False, t5_cpu: bool = False, init_on_cpu: bool = True,
    ) -> None:  # fmt: skip
        for name in (config.t5_checkpoint, config.vae_checkpoint, config.clip_checkpoint):
            logging.info(f"loading {checkpoint_dir}/{name}")
        logging.info(f"Creating WanModel from {checkpoint_dir}")
        self.device, self.config, self.rank, self.t5_cpu = torch.device("cpu"), config, rank, t5_cpu
        self.use_usp, self.sp_size = False, 1
        self.num_train_timesteps, self.param_dtype = config.num_train_timesteps, torch.float32
        self.vae_stride, self.patch_size = config.vae_stride, config.patch_size
        self.sample_neg_prompt = config.sample_neg_prompt
        self.text_encoder, self.clip, self.vae = TextEncoder(torch), Clip(torch), _vae(wan, torch)
        torch.manual_seed(0)
        self.model = wan.modules.model.WanModel(
            model_type=model_type, in_dim=36, dim=48, ffn_dim=96, num_heads=4, num_layers=2, out_dim=16
        )
        self.model.eval().requires_grad_(False)
        self.model.forward = _faulty(self.model.forward, torch)
        if dist.is_initialized():
            dist.barrier()

    return __init__


def _faulty(forward: Any, torch: Any) -> Any:
    """Two passes are a step."""
    fault, _, where = os.environ.get("WAN_CPU_FAULT", "").partition("@")
    step, _, rank = where.partition("#")
    passes = 0

    def run(*args: Any, **kwargs: Any) -> Any:
        nonlocal passes
        passes += 1
        time.sleep(float(os.environ.get("WAN_CPU_STEP", "0")) / 2)
        if fault and passes == 2 * int(step) and int(rank or 0) == RANK:
            if fault == "hang":
                time.sleep(600)
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return forward(*args, **kwargs)

    return run


class TextEncoder:
    def __init__(self, torch: Any) -> None:
        self._torch, self.model = torch, torch.nn.Linear(1, 1)

    def __call__(self, texts: list[str], device: Any) -> list[Any]:
        return [self._encode(text) for text in texts]

    def _encode(self, text: str) -> Any:
        generator = self._torch.Generator().manual_seed(zlib.crc32(text.encode()))
        return self._torch.randn(12, 4096, generator=generator)


class Clip:
    def __init__(self, torch: Any) -> None:
        self._torch, self.model = torch, torch.nn.Linear(1, 1)

    def visual(self, videos: list[Any]) -> Any:
        return self._torch.randn(len(videos), 257, 1280, generator=self._torch.Generator().manual_seed(1))


def _vae(wan: Any, torch: Any) -> Any:
    torch.manual_seed(0)
    vae = wan.modules.vae.WanVAE.__new__(wan.modules.vae.WanVAE)
    vae.dtype, vae.device = torch.float, "cpu"
    vae.mean, vae.std = torch.zeros(16), torch.ones(16)
    vae.scale = [vae.mean, 1.0 / vae.std]
    shape = {"dim": 8, "z_dim": 16, "dim_mult": [1, 2, 4, 4], "num_res_blocks": 2, "attn_scales": []}
    model = wan.modules.vae.WanVAE_(**shape, temperal_downsample=[False, True, True], dropout=0.0)
    vae.model = model.eval().requires_grad_(False)
    return vae


sys.meta_path[:0] = [Finder("torch", prepare), Finder("wan", shrink)]
