"""A stand-in for the package of Wan-Video/Wan2.1: the same names, log lines, refusals and bars, other pixels."""

from . import configs
from .first_last_frame2video import WanFLF2V
from .image2video import WanI2V

__all__ = ["WanFLF2V", "WanI2V", "configs"]
