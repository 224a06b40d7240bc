"""The GPUs of this machine through NVML. Stands on nothing else of ours."""

from longvid_tui.gpus.pool import Pool, usable
from longvid_tui.gpus.sample import Group, Link, Process, Reading, Sample, groups, problems
from longvid_tui.gpus.sampler import Sampler

__all__ = [
    "Group",
    "Link",
    "Pool",
    "Process",
    "Reading",
    "Sample",
    "Sampler",
    "groups",
    "problems",
    "usable",
]
