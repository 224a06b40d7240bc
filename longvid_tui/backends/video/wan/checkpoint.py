"""A folder of Wan2.1 weights: what must lie in it, and what identifies it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from longvid_tui.backends.video.wan.places import unusable
from longvid_tui.backends.video.wan.sampling import Task

_CONFIG = "config.json"
INDEX = "diffusion_pytorch_model.safetensors.index.json"
PARTS = (
    "models_t5_umt5-xxl-enc-bf16.pth",
    "models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth",
    "Wan2.1_VAE.pth",
)
TOKENIZERS = ("google/umt5-xxl", "xlm-roberta-large")
"""Names from wan/configs/wan_i2v_14B.py (Wan2.1@9737cba). Without a tokenizer transformers asks the network."""

_LONGEST_HEADER = 100_000_000
"""What safetensors itself reads at most."""

_ZIP_BEGINS, _ZIP_ENDS, _ZIP_LAST = b"PK\3\4", b"PK\5\6", 22 + 0xFFFF
"""Marks of a first file and of the end of all, which stands in so many last bytes, 18 of them or more after its mark
(APPNOTE.TXT 4.3.7, 4.3.16)."""

_LEAST_BYTES = 1 << 20
"""Less than this are no weights, but what a clone leaves in their place without Git LFS."""


def problems(checkpoint: Path, task: Task) -> Iterator[str]:
    """What a run would stumble over after minutes of loading, one phrase each."""
    names = _weights(checkpoint)
    if why := unusable(checkpoint, (_CONFIG, INDEX, *names)):
        yield why
        return
    yield from _wrong_model(checkpoint, task)
    if not _shards(checkpoint):
        yield f"lacks {INDEX}, or it is damaged"
    missing = [name for name in names if not (checkpoint / name).is_file()]
    if missing:
        yield _named("lacks", missing)
    small = [name for name in names if name not in missing and _size(checkpoint / name) < _LEAST_BYTES]
    if small:
        yield _named("holds no weights but pointers to them (Git LFS) in", small)
    long = [name for name in names if name not in (*missing, *small)]
    torn = [name for name in long if (_is_cut if name in PARTS else _is_torn)(checkpoint / name)]
    if torn:
        yield _named("holds only a part, as of a download that was cut off, of", torn)
    bare = [name for name in TOKENIZERS if not any(_listed(checkpoint / name))]
    if bare:
        yield _named("lacks the tokenizer", bare)


def size(checkpoint: Path) -> int:
    """Bytes of all the weights that are there."""
    return sum(_size(checkpoint / name) for name in _weights(checkpoint))


def files(checkpoint: Path) -> list[Path]:
    """All the weights, in the order in which they are loaded (Wan2.1@9737cba)."""
    text, *others = (checkpoint / name for name in (PARTS[0], PARTS[2], PARTS[1]))
    return [text, *others, *(checkpoint / name for name in _shards(checkpoint))]


def fingerprint(checkpoint: Path) -> str | None:
    """Digest (16 hex) of the index and the sizes of all weights; None where there is no index.

    82 GB are too many to hash: files that were altered and kept their size pass for the same.
    """
    try:
        stat = (checkpoint / INDEX).stat()
        sizes = tuple((name, _size(checkpoint / name)) for name in _weights(checkpoint))
        return _digest(checkpoint / INDEX, stat.st_mtime_ns, sizes)
    except OSError:
        return None


@lru_cache(maxsize=8)
def _digest(index: Path, _changed: int, sizes: tuple[tuple[str, int], ...]) -> str:
    whole = hashlib.sha256(index.read_bytes())
    whole.update(json.dumps(sizes).encode())
    return whole.hexdigest()[:16]


def _wrong_model(checkpoint: Path, task: Task) -> Iterator[str]:
    try:
        found = json.loads((checkpoint / _CONFIG).read_bytes())["model_type"]
    except (OSError, ValueError, KeyError, TypeError):
        yield f"has no {_CONFIG} that names a model_type"
        return
    if found != task.model_type:
        yield f"holds weights for {found!s:.20}, not for {task.model_type}"


def _is_torn(shard: Path) -> bool:
    """Whether a file is not as long as its header says (format of safetensors: 8 bytes of length, JSON, tensors)."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        with shard.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(min(length, _LONGEST_HEADER)))
        ends = [int(tensor["data_offsets"][1]) for name, tensor in header.items() if name != "__metadata__"]
        return _size(shard) != 8 + length + max(ends)
    return True


def _is_cut(part: Path) -> bool:
    """Whether a file of torch.save, which is an archive of zip, has no end. Older ones are none: of those nothing is
    known."""
    with suppress(OSError), part.open("rb") as file:
        begins = file.read(len(_ZIP_BEGINS)) == _ZIP_BEGINS
        file.seek(-_ZIP_LAST, os.SEEK_END)
        return begins and len(file.read().rpartition(_ZIP_ENDS)[2]) not in range(18, _ZIP_LAST)
    return True


def _weights(checkpoint: Path) -> list[str]:
    return [*_shards(checkpoint), *PARTS]


def _shards(checkpoint: Path) -> tuple[str, ...]:
    """Files the index names; none where it is missing or damaged."""
    with suppress(OSError):
        index = checkpoint / INDEX
        return _read_shards(index, index.stat().st_mtime_ns)
    return ()


@lru_cache(maxsize=8)
def _read_shards(index: Path, _changed: int) -> tuple[str, ...]:
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        return tuple(sorted({str(name) for name in json.loads(index.read_bytes())["weight_map"].values()}))
    return ()


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _listed(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from folder.iterdir()


def _named(what: str, names: list[str]) -> str:
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{what} {', '.join(names[:3])}{rest}"
