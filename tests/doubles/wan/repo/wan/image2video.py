"""I2V: from one picture on, in any 4n+1 frames."""

from __future__ import annotations

import sys
from typing import Any

from PIL import Image
from tqdm import tqdm

from .pipeline import Frames, Pipeline, canvas

__all__ = ["WanI2V", "tqdm"]


class WanI2V(Pipeline):
    home = sys.modules[__name__]
    model_type = "i2v"
    wrong_model = "shape '[-1, 514, 1280]' is invalid for input of size 328960"

    def generate(
        self,
        input_prompt: str,
        img: Image.Image,
        max_area: int = 720 * 1280,
        frame_num: int = 81,
        shift: float = 5.0,
        sample_solver: str = "unipc",
        sampling_steps: int = 40,
        guide_scale: float = 5.0,
        n_prompt: str = "",
        seed: int = -1,
        offload_model: bool = True,
    ) -> Any:
        if frame_num % 4 != 1:
            raise RuntimeError(
                f"shape '[1, {frame_num // 4}, 4, 1, 1]' is invalid for input of size {frame_num}"
            )
        frames = Frames([img], canvas(img, max_area), frame_num, seed)
        return self._film(input_prompt, frames, sampling_steps, n_prompt, offload_model)
