"""Installs the stand-in for Wan2.1 into a folder: checkout, interpreter and weights, as settings name them."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
REPO = HERE / "repo"
PACKAGES = (
    "torchvision", "diffusers", "transformers", "tokenizers", "accelerate", "imageio", "imageio_ffmpeg",
    "easydict", "ftfy", "regex", "einops", "dashscope", "flash_attn", "xfuser",
)  # fmt: skip
"""What Wan's interpreter must have and the stand-in never imports."""

_INDEX = "diffusion_pytorch_model.safetensors.index.json"
_SHARDS = [f"diffusion_pytorch_model-{at:05}-of-00007.safetensors" for at in range(1, 8)]
_PARTS = (
    "models_t5_umt5-xxl-enc-bf16.pth",
    "models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth",
    "Wan2.1_VAE.pth",
)
_BYTES = 2 << 20
_TENSOR = b'{"weight": {"dtype": "F32", "shape": [524288], "data_offsets": [0, 2097152]}}'
_HEADER = len(_TENSOR).to_bytes(8, "little") + _TENSOR
"""Of safetensors: its length, the names and places of its tensors."""
_XFUSER = """
def init_distributed_environment(rank, world_size): pass
def initialize_model_parallel(sequence_parallel_degree, ring_degree, ulysses_degree):
    assert sequence_parallel_degree == ring_degree * ulysses_degree
"""


def install(directory: Path, packages: tuple[str, ...] = PACKAGES) -> dict[str, str]:
    """Make everything in `directory`; answers the settings by which it is found."""
    return {
        "wan.repo": str(REPO),
        "wan.python": str(interpreter(directory, packages)),
        "wan.checkpoints.flf2v": str(checkpoint(directory / "flf2v", "flf2v")),
        "wan.checkpoints.i2v": str(checkpoint(directory / "i2v", "i2v")),
    }


def interpreter(directory: Path, packages: tuple[str, ...] = PACKAGES) -> Path:
    """This Python with the stand-ins of torch and tqdm, and empty modules for the other packages."""
    site = directory / "site-packages"
    site.mkdir(parents=True)
    for name in packages:
        (site / name).mkdir()
        (site / name / "__init__.py").touch()
    if "xfuser" in packages:
        (site / "xfuser/core/distributed").mkdir(parents=True)
        (site / "xfuser/core/distributed/__init__.py").write_text(_XFUSER)
    return _wrapped(directory / "python", f"{HERE / 'site'}:{site}", sys.executable)


def real_interpreter(directory: Path, python: str) -> Path:
    """The interpreter of a real checkout, with what lets it run without a GPU and with small models."""
    return _wrapped(directory / "python", f"{HERE / 'cpu'}", python)


def _wrapped(path: Path, searched: str, python: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{searched}${{PYTHONPATH:+:$PYTHONPATH}}" exec "{python}" "$@"\n')
    path.chmod(0o755)
    return path


def checkpoint(folder: Path, model_type: str) -> Path:
    """Weights of no content and some size, with the index, configuration and tokenizers of the real ones."""
    for tokenizer in ("google/umt5-xxl", "xlm-roberta-large"):
        (folder / tokenizer).mkdir(parents=True)
        (folder / tokenizer / "tokenizer.json").write_text("{}")
    for name in _SHARDS:
        with (folder / name).open("wb") as file:
            file.write(_HEADER)
            file.truncate(len(_HEADER) + _BYTES)
    for name in _PARTS:
        with zipfile.ZipFile(folder / name, "w") as archive:  # as torch.save makes them
            archive.writestr("archive/data.pkl", bytes(_BYTES))
    config = {"_class_name": "WanModel", "model_type": model_type, "num_heads": 40, "in_dim": 36}
    (folder / "config.json").write_text(json.dumps(config))
    weights = {f"blocks.{at}.weight": name for at, name in enumerate(_SHARDS)}
    (folder / _INDEX).write_text(json.dumps({"weight_map": weights}))
    return folder
