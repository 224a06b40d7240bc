"""Which GPUs a film may be made on, and why not the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from longvid_tui.gpus.sample import BROKEN_XIDS, Process, Sample, problems, xid_told

_UNSEEN_BYTES = 2 << 30
"""Memory in use that no visible process explains; less may be what a desktop or a finished program leaves."""


@dataclass(frozen=True)
class Pool:
    """Indices of the usable GPUs, and for each of the others one phrase why it is not.

    `taken`: those of the others that programs use which may end.
    """

    gpus: tuple[int, ...]
    out: Mapping[int, str]
    taken: frozenset[int] = frozenset()

    @property
    def why_not(self) -> str:
        """All phrases in one line, each once: `GPU 0-6: in use by python; GPU 7: lost`."""
        return "; ".join(told_together([(index, [phrase]) for index, phrase in self.out.items()]))


def told_together(phrases: Iterable[tuple[int, Iterable[str]]]) -> list[str]:
    """What there is to say of GPUs, each phrase once: `GPU 0-6: in use by python`."""
    alike: dict[str, list[int]] = {}
    for index, said in phrases:
        for phrase in said:
            alike.setdefault(phrase, []).append(index)
    return [f"GPU {listed(indices)}: {phrase}" for phrase, indices in alike.items()]


def usable(
    samples: Sequence[Sample],
    ours: Collection[int],
    *,
    held: Collection[str] = (),
    stuck: Collection[str] = (),
    allow_foreign: bool = False,
    visible: str | None = None,
) -> Pool:
    """Sort the GPUs into usable and not; pure. Usable are those of one card, the one that there is most memory of:
    segments of a film share GPUs that are alike.

    `ours`: pids of our own programs. `held`: UUIDs of the GPUs that we have programs on: what cannot be seen
    there is taken for them, as in a container nobody's can. `stuck`: UUIDs of those where one of ours cannot be
    killed. `allow_foreign`: share GPUs with programs of others. `visible`: a CUDA_VISIBLE_DEVICES of indices or
    UUIDs, which bounds the pool; None for all.
    """
    unfit = {sample.index: _why_not(sample, visible) for sample in samples}
    taken = {
        sample.index: _use(sample, ours, sample.uuid in held, sample.uuid in stuck, allow_foreign)
        for sample in samples
        if not unfit[sample.index]
    }
    reasons = unfit | {index: phrase for index, phrase in taken.items() if phrase}
    reasons |= _of_other_cards([sample for sample in samples if not reasons[sample.index]])
    return Pool(
        tuple(index for index, reason in reasons.items() if not reason),
        {index: reason for index, reason in reasons.items() if reason},
        frozenset(index for index, phrase in taken.items() if phrase),
    )


def listed(indices: Sequence[int]) -> str:
    """`0-3, 5`"""
    runs: list[list[int]] = []
    for index in indices:
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _why_not(sample: Sample, visible: str | None) -> str:
    if visible is not None and not _is_named(sample, visible):
        return "CUDA_VISIBLE_DEVICES leaves it out"
    if sample.stale or sample.fault:
        return problems(sample)[0]
    if sample.xid is not None and sample.xid in BROKEN_XIDS:
        return f"{xid_told(sample.xid)}; it is tried again later"
    if sample.mig:
        return f"split into MIG slices; `nvidia-smi -i {sample.index} -mig 0` joins them"
    return ""


def _of_other_cards(fit: Sequence[Sample]) -> dict[int, str]:
    by_card: dict[str, list[int]] = {}
    for sample in fit:
        by_card.setdefault(sample.name or "?", []).append(sample.memory_total or 0)
    if len(by_card) < 2:
        return {}
    card = max(by_card, key=lambda name: (sum(by_card[name]), len(by_card[name])))
    return {sample.index: f"another card than the {card}s" for sample in fit if (sample.name or "?") != card}


def _is_named(sample: Sample, visible: str) -> bool:
    """By the rules of CUDA: a UUID may be shortened, and nothing counts from the first bad entry on."""
    for entry in visible.split(","):
        name = entry.strip()
        if name == str(sample.index) or (name.startswith("GPU-") and (sample.uuid or "").startswith(name)):
            return True
        if not name.isdigit() and not name.startswith("GPU-"):
            return False
    return False


def _use(sample: Sample, ours: Collection[int], held: bool, stuck: bool, allow_foreign: bool) -> str:
    if stuck:
        return "a generator there was killed and does not end"
    return "" if allow_foreign else _foreign_use(sample, ours, held)


def _foreign_use(sample: Sample, ours: Collection[int], held: bool) -> str:
    if sample.processes is None:
        return ""
    foreign = [
        process
        for process in sample.processes
        if process.pid not in ours and not (held and process.uid is None)
    ]
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        return f"in use by {spoken(foreign[0])}{more}"
    if not held and _unseen_bytes(sample, sample.processes) > _UNSEEN_BYTES:
        return "in use by a program that cannot be seen from here"
    return ""


def _unseen_bytes(sample: Sample, processes: Sequence[Process]) -> int:
    known = [process.memory for process in processes if process.memory is not None]
    if sample.memory_used is None or len(known) < len(processes):
        return 0
    return sample.memory_used - sum(known)


def spoken(process: Process) -> str:
    """`alice (python 4242, 61.2 GB)`, as far as it is known."""
    size = "" if process.memory is None else f", {process.memory / 2**30:.1f} GB"
    return f"{process.owner or 'somebody'} ({process.name or 'process'} {process.pid}{size})"
