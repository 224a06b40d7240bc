"""Checks what Wan needs on this machine before any GPU time is spent; each finding is one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import which

from longvid_tui import allotted
from longvid_tui.backends.contract import Check, Misconfigured
from longvid_tui.backends.video.wan import checkpoint, memory, repository
from longvid_tui.backends.video.wan.interpreter import installed
from longvid_tui.backends.video.wan.places import checkpoint as checkpoint_of
from longvid_tui.backends.video.wan.places import interpreter, places, to_set, unusable
from longvid_tui.backends.video.wan.places import repository as repository_of
from longvid_tui.backends.video.wan.sampling import FLF2V, I2V, Task, gpu_counts
from longvid_tui.gpus import Sampler, usable
from longvid_tui.settings.sections import WanSettings


def checks(wan: WanSettings) -> list[Check]:
    """All checks, in the order in which a run would meet what they find; never raises."""
    repo = repository_of(wan)
    if repo is None:
        return [Check("wan", False, f"wan.repo does not say where Wan2.1 is checked out: {to_set('wan.repo')}")]
    count, found = gpus()
    return [
        _repository(repo),
        *_interpreter(interpreter(wan), count),
        *_checkpoints(wan),
        found,
        memory.host_check(allotted.memory(), count, memory.alone_gb(wan, rung=0)),
        *_ring(wan, count),
    ]


def refuse_unready(wan: WanSettings, task: Task) -> None:
    """Raise Misconfigured, in the words of `checks`, for what a run would fail over after minutes of loading.

    The interpreter is not asked here, because that takes long.
    """
    found = places(wan, task)
    if which(found.python) is None:
        raise Misconfigured(f"{found.python} cannot be run: set wan.python.")
    for check in (_repository(found.repo), _checkpoint(found.checkpoint, task)):
        if not check.ok:
            raise Misconfigured(f"{check.sentence}.")


def _repository(repo: Path) -> Check:
    wrong = unusable(repo, ("wan", *repository.code(repo)))
    if not wrong and (lacking := repository.lacks(repo)):
        wrong = f"lacks {', '.join(lacking)}"
    if wrong:
        return Check("wan repository", False, f"{repo} {wrong}: set wan.repo to a checkout of Wan-Video/Wan2.1")
    version = repository.commit(repo) or f"code {repository.code_hash(repo)}"
    return Check("wan repository", True, f"Wan2.1 {version} at {repo}")


def _interpreter(python: Path | None, gpus: int) -> Iterator[Check]:
    try:
        found = installed(Path(python or ""))
    except OSError as error:
        yield Check("wan python", False, f"{python} cannot be run ({error.strerror}): set wan.python")
        return
    except ValueError as error:
        yield Check("wan python", False, f"{python} {error}: set wan.python to the one Wan is installed for")
        return
    if found.missing:
        names = ", ".join(found.missing)
        yield Check("wan python", False, f"{python} lacks {names}: install Wan's requirements.txt there")
        return
    if found.broken:
        name, why = next(iter(found.broken.items()))  # torch first: without it nothing else can be imported
        advice = "install it anew" if name == "torch" else f"install one that is built for torch {found.torch}"
        yield Check("wan python", False, f"{python} cannot import {name} ({why[:200]}): {advice}")
        return
    if not found.cuda:
        cpu_only = f"{python} has torch {found.torch}, which was built without CUDA: install one that was not"
        yield Check("wan python", False, cpu_only)
        return
    yield Check("wan python", True, f"Python {found.python} with torch {found.torch} at {python}")
    if gpus > 1 and found.missing_for_several:
        names = ", ".join(found.missing_for_several)
        yield Check("wan several GPUs", False, f"{python} lacks {names}: one segment can use one GPU only")


def _checkpoints(wan: WanSettings) -> Iterator[Check]:
    for task in (FLF2V, I2V):
        folder = checkpoint_of(wan, task)
        if folder is not None:
            yield _checkpoint(folder, task)
        elif task is I2V:
            yield Check("wan i2v", True, "wan.checkpoints.i2v is not set: every segment needs a last keyframe")
        else:
            yield Check(
                "wan flf2v",
                False,
                f"wan.checkpoints.flf2v does not say where the weights are: {to_set('wan.checkpoints.flf2v')}",
            )


def _checkpoint(folder: Path, task: Task) -> Check:
    name = f"wan {task.model_type}"
    found = list(checkpoint.problems(folder, task))
    if found:
        return Check(
            name,
            False,
            f"{folder} {'; it '.join(found)}: set wan.checkpoints.{task.model_type} to a whole download of"
            f" Wan2.1-{task.model_type.upper()}-14B-720P",
        )
    return Check(name, True, f"{checkpoint.size(folder) / 1e9:.1f} GB of weights at {folder}")


def gpus() -> tuple[int, Check]:
    """How many can film, and what that is enough for."""
    sampler = Sampler()
    sampler.start()
    reading = sampler.first(3.0)
    sampler.stop()
    # Who else uses them now is no fault of the installation.
    pool = usable(reading.gpus, (), allow_foreign=True, visible=os.environ.get("CUDA_VISIBLE_DEVICES"))
    sizes = [gpu.memory_total for gpu in reading.gpus if gpu.index in pool.gpus and gpu.memory_total]
    none = f"{reading.problem.rstrip('.')}; Wan films on NVIDIA GPUs only"
    why = f"No GPU can film ({pool.why_not})" if pool.out else none
    return len(sizes), memory.gpu_check(sizes, why)


def _ring(wan: WanSettings, gpus: int) -> Iterator[Check]:
    """Only a fault is worth a line: a ring that no number of these GPUs can be split by."""
    if wan.ring > 1 and not [count for count in gpu_counts(wan.ring) if 1 < count <= gpus]:
        yield Check(
            "wan ring", False, f"wan.ring {wan.ring} fits no number of these GPUs but one: set wan.ring to 1"
        )
