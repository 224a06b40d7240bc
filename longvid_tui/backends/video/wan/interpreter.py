"""Asks Wan's interpreter what is installed for it, and whether what is compiled can be loaded."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from longvid_tui.launch import without_secrets

_REQUIRED = (
    "torch", "torchvision", "diffusers", "transformers", "tokenizers", "accelerate", "numpy", "PIL", "tqdm",
    "imageio", "imageio_ffmpeg", "easydict", "ftfy", "regex", "einops", "dashscope",
)  # fmt: skip
"""What generate.py imports (Wan2.1@9737cba), and accelerate, without which weights are loaded twice."""

_ATTENTION = ("flash_attn_interface", "flash_attn")
"""Flash attention 3 and 2: one must be there, the model calls nothing else."""

_SEVERAL = ("xfuser",)
"""For more than one GPU."""

_SECONDS = 180.0
"""torch is 3 GB to read from a cold disk."""

_FRESH_SECONDS = 15.0
"""How long an answer stands at most: what was lacking may be installed by then."""

_PROBE = """
import importlib, importlib.util, json, sys
names, compiled = json.loads(sys.argv[1])
missing = [name for name in names if importlib.util.find_spec(name) is None]
broken = {}
for name in compiled:
    try:
        name in missing or importlib.import_module(name)
    except Exception as error:
        broken[name] = f"{type(error).__name__}: {error}"
torch = sys.modules.get("torch")
print()
print(json.dumps({"python": sys.version.split()[0], "torch": getattr(torch, "__version__", None),
                  "cuda": bool(torch and torch.version.cuda), "missing": missing, "broken": broken}))
"""


@dataclass(frozen=True)
class Installed:
    """Versions of Python and torch, whether that is built for `cuda`, and the packages that are missing: any of
    `missing` stops every run, `missing_for_several` a run on more than one GPU. `broken`: what is there and
    cannot be imported, and why: mostly flash attention that was compiled for another torch."""

    python: str
    torch: str | None
    cuda: bool
    missing: tuple[str, ...]
    missing_for_several: tuple[str, ...]
    broken: Mapping[str, str]


def installed(python: Path) -> Installed:
    """What that interpreter has, seen without a GPU; raises OSError and ValueError (one phrase) for one that does
    not run.

    Asked once for both generators: torch takes seconds to import, and minutes from a cold disk.
    """
    return _ask(python, int(time.monotonic() / _FRESH_SECONDS))


@lru_cache(maxsize=4)
def _ask(python: Path, _moment: int) -> Installed:
    names = [*_REQUIRED, *_ATTENTION, *_SEVERAL]
    try:
        process = subprocess.run(
            [str(python), "-c", _PROBE, json.dumps([names, ["torch", *_ATTENTION]])],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**without_secrets(os.environ), "CUDA_VISIBLE_DEVICES": ""},
            cwd="/",  # `-c` imports from where it is: a folder of somebody's film may hold a torch.py
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=True,
        )
        found = json.loads(process.stdout.splitlines()[-1])
        missing = set(found["missing"])
        return Installed(
            found["python"],
            found["torch"],
            found["cuda"],
            _required(missing),
            tuple(missing & set(_SEVERAL)),
            {name: " ".join(why.split()) for name, why in found["broken"].items()},
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"did not answer within {_SECONDS:.0f} s") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or [f"exit code {error.returncode}"]
        raise ValueError(f"does not run ({said[-1][:200]})") from error
    except (IndexError, KeyError, ValueError) as error:
        raise ValueError("is no Python") from error


def _required(missing: set[str]) -> tuple[str, ...]:
    attention = () if set(_ATTENTION) - missing else ("flash_attn",)
    return (*(name for name in _REQUIRED if name in missing), *attention)
