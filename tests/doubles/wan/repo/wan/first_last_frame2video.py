"""FLF2V: between two pictures, in 81 frames and no other number."""

from __future__ import annotations

import sys
from typing import Any

from PIL import Image
from tqdm import tqdm

from .pipeline import Frames, Pipeline, canvas, fitted

__all__ = ["WanFLF2V", "tqdm"]


class WanFLF2V(Pipeline):
    home = sys.modules[__name__]
    model_type = "flf2v"
    wrong_model = (
        "Sizes of tensors must match except in dimension 1. Expected size 2 but got size 1 for tensor number 1 "
        "in the list."
    )

    def generate(
        self,
        input_prompt: str,
        first_frame: Image.Image,
        last_frame: Image.Image,
        max_area: int = 720 * 1280,
        frame_num: int = 81,
        shift: float = 16,
        sample_solver: str = "unipc",
        sampling_steps: int = 50,
        guide_scale: float = 5.5,
        n_prompt: str = "",
        seed: int = -1,
        offload_model: bool = True,
    ) -> Any:
        if frame_num != 81:
            latents = (frame_num - 1) // 4 + 1
            raise RuntimeError(
                "Sizes of tensors must match except in dimension 0. Expected size 21 but got size "
                f"{latents} for tensor number 1 in the list."
            )
        pictures = [first_frame, fitted(last_frame, first_frame)]
        frames = Frames(pictures, canvas(first_frame, max_area), frame_num, seed)
        return self._film(input_prompt, frames, sampling_steps, n_prompt, offload_model)
