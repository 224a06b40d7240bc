"""Tasks and sizes of wan/configs (Wan-Video/Wan2.1@9737cba)."""

from __future__ import annotations

from types import SimpleNamespace

_I2V = {
    "num_heads": 40,
    "sample_fps": 16,
    "t5_checkpoint": "models_t5_umt5-xxl-enc-bf16.pth",
    "clip_checkpoint": "models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth",
    "vae_checkpoint": "Wan2.1_VAE.pth",
    "sample_neg_prompt": "镜头晃动，静态",
}
_SMALL = {**_I2V, "num_heads": 12}

WAN_CONFIGS = {
    "t2v-14B": SimpleNamespace(**_I2V),
    "t2v-1.3B": SimpleNamespace(**_SMALL),
    "i2v-14B": SimpleNamespace(**_I2V),
    "t2i-14B": SimpleNamespace(**_I2V),
    "flf2v-14B": SimpleNamespace(**{**_I2V, "sample_neg_prompt": "镜头切换，镜头晃动，静态"}),
    "vace-1.3B": SimpleNamespace(**_SMALL),
    "vace-14B": SimpleNamespace(**_I2V),
}

SIZE_CONFIGS = {
    "720*1280": (720, 1280),
    "1280*720": (1280, 720),
    "480*832": (480, 832),
    "832*480": (832, 480),
    "1024*1024": (1024, 1024),
}

MAX_AREA_CONFIGS = {size: wide * high for size, (wide, high) in SIZE_CONFIGS.items() if size != "1024*1024"}

_FOUR = tuple(MAX_AREA_CONFIGS)
_SMALL_SIZES = ("480*832", "832*480")
SUPPORTED_SIZES = {
    "t2v-14B": _FOUR,
    "t2v-1.3B": _SMALL_SIZES,
    "i2v-14B": _FOUR,
    "flf2v-14B": _FOUR,
    "t2i-14B": tuple(SIZE_CONFIGS),
    "vace-1.3B": _SMALL_SIZES,
    "vace-14B": _FOUR,
}
