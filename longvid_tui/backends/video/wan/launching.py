"""How Wan's own interpreter is started: on one GPU or, through torchrun, on several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from longvid_tui import allotted
from longvid_tui.backends.contract import Misconfigured

STEP_MARK = "@LV"
"""What every line of a progress bar starts with."""


def argv(python: Path, script: Path, gpus: int, rank_logs: Path) -> tuple[str, ...]:
    """The command line that runs `script {args}` with one process per GPU.

    `--standalone` picks a free port, so that runs side by side never meet on one. The logs of all ranks are
    kept apart in `rank_logs` and also shown, each line with its rank: a rank that runs out of memory says so
    nowhere else, torchrun only tells that it died. What the environment may say for several machines (PET_NNODES, set
    by clusters that give out boxes) is said here.
    """
    if gpus == 1:
        return (str(python), str(script), "{args}")
    return (
        str(python), "-m", "torch.distributed.run", "--standalone", "--nnodes=1", f"--nproc_per_node={gpus}",
        "--max-restarts=0",
        "--log-dir", str(rank_logs), "--redirects", "3", "--tee", "3", str(script), "{args}",
    )  # fmt: skip


def environment(gpus: Sequence[str]) -> dict[str, str]:
    """What the processes get besides our own environment; raises Misconfigured without a GPU.

    One process alone is told so: clusters set RANK and WORLD_SIZE for all that runs on their boxes, and it would wait
    for the others. Bars print every step, as a line that a program can read (tqdm 4.66 and later; the person's own
    TQDM_DISABLE would hide them, whatever its value is).
    """
    if not gpus:
        raise Misconfigured("Wan films on GPUs and none is free or allowed: see `longvid-tui gpus`.")
    cores = allotted.cores()
    return {
        "CUDA_VISIBLE_DEVICES": ",".join(gpus),
        "RANK": "0",
        "LOCAL_RANK": "0",
        "WORLD_SIZE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",  # as its log is read, in whatever language the person works
        "PYTHONSAFEPATH": "",  # a script of ours finds its package beside it
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        # By its newer and its older name: one that the person has set may replace the other.
        "PYTORCH_ALLOC_CONF": "expandable_segments:True",
        "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True",
        # torchrun says 1 otherwise, and the text encoder is initialised on the processor for minutes.
        "OMP_NUM_THREADS": str(max(1, cores // len(gpus))),
        "TQDM_MININTERVAL": "0",
        "TQDM_BAR_FORMAT": f"{STEP_MARK} {{desc}} {{n_fmt}}/{{total_fmt}} {{elapsed_s:.1f}} {{rate_noinv_fmt}} ",
        "TQDM_DISABLE": "",
        "NCCL_DEBUG": "WARN",
    }
