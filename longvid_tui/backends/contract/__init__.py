"""The protocols a plugin implements, their requests and results, and the one error taxonomy.

A plugin imports all of it from here.
"""

from __future__ import annotations

from longvid_tui.backends.contract.backend import ANIMATIC_LABEL, Check, Fingerprint, Online, unheard
from longvid_tui.backends.contract.errors import (
    BackendError,
    BadAnswer,
    BadKey,
    Crashed,
    Misconfigured,
    NoQuota,
    OutOfHostMemory,
    OutOfMemory,
    OverCap,
    RateLimited,
    Refused,
    Stalled,
    Unavailable,
)
from longvid_tui.backends.contract.finishing import Finisher, FinishRequest
from longvid_tui.backends.contract.images import (
    ImageCapabilities,
    ImageProvider,
    ImageRequest,
    ImageResult,
    Priced,
)
from longvid_tui.backends.contract.planning import (
    Motion,
    MotionRequest,
    Planner,
    PlanRequest,
    Quoting,
    Seeing,
    Spent,
)
from longvid_tui.backends.contract.processes import (
    DECODING,
    LOADING,
    SAMPLING,
    SAVING,
    Command,
    Progress,
    Resident,
)
from longvid_tui.backends.contract.video import (
    HOST_GB_TO_LOAD,
    MORE_GPUS,
    CostClass,
    VideoCapabilities,
    VideoGenerator,
    VideoRequest,
    Weighty,
)

__all__ = [
    "ANIMATIC_LABEL",
    "DECODING",
    "HOST_GB_TO_LOAD",
    "LOADING",
    "MORE_GPUS",
    "SAMPLING",
    "SAVING",
    "BackendError",
    "BadAnswer",
    "BadKey",
    "Check",
    "Command",
    "CostClass",
    "Crashed",
    "Fingerprint",
    "FinishRequest",
    "Finisher",
    "ImageCapabilities",
    "ImageProvider",
    "ImageRequest",
    "ImageResult",
    "Misconfigured",
    "Motion",
    "MotionRequest",
    "NoQuota",
    "Online",
    "OutOfHostMemory",
    "OutOfMemory",
    "OverCap",
    "PlanRequest",
    "Planner",
    "Priced",
    "Progress",
    "Quoting",
    "RateLimited",
    "Refused",
    "Resident",
    "Seeing",
    "Spent",
    "Stalled",
    "Unavailable",
    "VideoCapabilities",
    "VideoGenerator",
    "VideoRequest",
    "Weighty",
    "unheard",
]
