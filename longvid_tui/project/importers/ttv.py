"""Configurations of ttv-pipeline (pipeline_config.yaml): every key is taken over, or a remark says what
replaces it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from longvid_tui.project.importers.imported import Imported, NotImported
from longvid_tui.strict_yaml import did_you_mean, parse

SETTINGS: Mapping[str, str] = {
    "wan2_dir": "wan.repo",
    "flf2v_model_dir": "wan.checkpoints.flf2v",
    "i2v_model_dir": "wan.checkpoints.i2v",
    "chaining_max_retries": "run.retries",
    "remote_api_settings.max_retries": "run.retries",
    "remote_api_settings.timeout": "openai.deadline_seconds",
    "openai_base_url": "planner.base_url and openai.base_url",
    "prompt_enhancement_model": "planner.model",
    "keyframe_prompt_model": "planner.model",
    "sample_steps": "wan.steps",
    "sample_shift": "wan.shift",
    "guide_scale": "wan.guide",
}
"""Keys whose values belong into the person's settings, and the names of those."""

PUBLISHED = {"sample_steps": 40, "sample_shift": 5.0, "guide_scale": 5.0}
"""Sample values of ttv-pipeline. The default here is what Wan's FLF2V was published with: 50 steps, shift 16,
guide 5.5."""

OPENAI = "https://api.openai.com/v1"

ELSEWHERE: Mapping[str, str] = {
    "task": "",
    "total_gpus": "All GPUs that are there are used; `longvid-tui gpus` lists them.",
    "gpu_count": "",
    "parallel_segments": "How many segments run at once follows from the GPUs.",
    "chaining_use_fsdp_flags": "",
    "auto_generate_initial": "",
    "segment_duration_seconds": "",
    "image_size": "Pictures are asked for at the size that fits the film.",
    "output_dir": "The film lies in the project's folder.",
    "remote_api_settings.fallback_backend": "There is no fallback: what fails is told.",
    "framepack_dir": "FramePack is not run here.",
    "i2i_mode": "Every keyframe is made from the look, not from the keyframe before.",
}
"""Keys without a setting here, and the remark about each, if there is one."""

OTHER_BACKENDS = ("hunyuan_video", "runway_ml", "google_veo", "minimax", "fal")
KEYS = ("gemini_api_key", "openai_api_key", "stability_api_key", "image_router_api_key", "image_router_token")
VARIABLES = {
    "gemini_api_key": "GEMINI_API_KEY",
    "openai_api_key": "OPENAI_API_KEY",
    "stability_api_key": "STABILITY_API_KEY",
}
PAINTERS = {
    "gemini": "gemini",
    "gpt-image": "openai",
    "openai": "openai",
    "stab": "stability",
    "diffusion": "stability",
}
"""The image provider, by a part of the model's name."""

TAKEN = (
    "prompt", "size", "base_seed", "frame_num", "generation_mode", "default_backend",
    "default_video_generation_backend", "image_generation_model", "video_aspect_ratio", "initial_image",
    "reference_images_dir", "single_keyframe_mode", "keyframe_position", "remote_api_settings",
)  # fmt: skip

_SIZE = re.compile(r"^\s*(\d{2,5})\s*[*xX×]\s*(\d{2,5})\s*$")
_PLACEHOLDER = re.compile(r"^(?:your[_-].*|<.*>|x+|\.\.\.|changeme)?$", re.IGNORECASE)


def read(text: str, name: str) -> Imported:
    """A project from a configuration; raises NotImported, and strict_yaml.Problems for broken YAML."""
    config = parse(text, name).data
    if not isinstance(config, dict) or not set(config) & {
        "prompt",
        "default_backend",
        "generation_mode",
        "task",
    }:
        raise NotImported(
            f"{name} is no configuration of ttv-pipeline: it has no prompt, task or default_backend."
        )
    backends, told = _backends(config)
    remarks = [*told, *(remark for told_by in _TELLERS for remark in told_by(config))]
    return Imported(
        prompt=str(config.get("prompt") or "").strip(),
        size=_size(config),
        seed=_seed(config),
        backends=backends,
        remarks=tuple(remarks),
    )


def _backends(config: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    chosen: dict[str, str] = {}
    told: list[str] = []
    if config.get("prompt_enhancement_model"):
        chosen["planner"] = "openai"
    model = str(config.get("image_generation_model") or "")
    painter = next((who for part, who in PAINTERS.items() if part in model.lower()), None)
    if painter:
        chosen["images"] = painter
        told.append(
            f"image_generation_model: {painter} paints; its model ({model} there) is {painter}.model here."
        )
    elif model:
        told.append(f"image_generation_model: {model} is not known here; choose with --images.")
    video = str(config.get("default_backend") or config.get("default_video_generation_backend") or "")
    if video.lower().startswith("wan"):
        chosen["video"] = "wan"
    elif video:
        told.append(
            f"default_backend: {video} is not here; the film is made by --video, Wan2.1 or the animatic."
        )
    return chosen, told


def _facts(config: Mapping[str, Any]) -> Iterator[str]:
    """Remarks about the values of keys that have no setting here."""
    if config.get("size") and not _size(config):
        yield f"size: {config['size']} is no size; the film gets the usual one."
    if config.get("frame_num") not in (None, 81):
        yield f"frame_num: {config['frame_num']} cannot be made by FLF2V; segments have 81 frames."
    if config.get("segment_duration_seconds") not in (None, 5, 5.0, 5.0625):
        yield f"segment_duration_seconds: {config['segment_duration_seconds']} there; segments last 5.06 seconds here."
    if config.get("generation_mode") == "chaining":
        yield (
            "generation_mode: segments lie between keyframes here, so that they can be made at once; write "
            "continuity: chain on those that must follow the real last frame."
        )
    if config.get("single_keyframe_mode"):
        yield "single_keyframe_mode: every segment has two keyframes here (keyframe_position is not needed)."
    shape, size = str(config.get("video_aspect_ratio") or ""), _size(config)
    if shape and size and not _same_shape(shape, size):
        yield f"video_aspect_ratio: {shape} is not the shape of {size}; the size counts."


def _pictures(config: Mapping[str, Any]) -> Iterator[str]:
    if config.get("initial_image"):
        yield f"initial_image: when the film is planned, make {config['initial_image']} the picture of k1."
    if config.get("reference_images_dir"):
        yield (
            f"reference_images_dir: describe who is in {config['reference_images_dir']} in look.characters; "
            "pictures of your own can be the picture of a keyframe."
        )


def _left_behind(config: Mapping[str, Any]) -> Iterator[str]:
    """Remarks about keys without a setting here."""
    services = [name for name in OTHER_BACKENDS if config.get(name)]
    if services:
        yield f"{', '.join(services)}: not called here; their settings were left out."
    for key, told in ELSEWHERE.items():
        if told and _value(config, key) is not None:
            yield f"{key.rpartition('.')[2]}: {told}"


def _settings(config: Mapping[str, Any]) -> Iterator[str]:
    for key, setting in SETTINGS.items():
        value = _value(config, key)
        if value is None or isinstance(value, (dict, list)) or value == OPENAI:
            continue
        if PUBLISHED.get(key) == value:
            yield f"{key}: {value} is ttv-pipeline's sample; Wan's own value is used (your setting {setting} changes it)."
        else:
            yield f"{key.rpartition('.')[2]}: {value} belongs into your own settings, as {setting}."


def _secrets(config: Mapping[str, Any]) -> Iterator[str]:
    """Remarks about API keys, which are never taken over: that there was one, and where it belongs."""
    sections = {f"{name}.api_key": (config.get(name) or {}).get("api_key") for name in OTHER_BACKENDS
                if isinstance(config.get(name), dict)}  # fmt: skip
    for name, value in ({key: config.get(key) for key in KEYS} | sections).items():
        if value and not _PLACEHOLDER.match(str(value).strip()):
            where = VARIABLES.get(name)
            yield f"{name}: the key was left out{f'; put it into {where}' if where else ''}."


def _unknown(config: Mapping[str, Any]) -> Iterator[str]:
    flat = {*SETTINGS, *ELSEWHERE}
    known = {*TAKEN, *KEYS, *OTHER_BACKENDS, *(key for key in flat if "." not in key)}
    nested = {key.partition(".")[2] for key in flat if key.startswith("remote_api_settings.")}
    for key in config:
        if key not in known:
            yield f"{key}: unknown to ttv-pipeline and to us, left out{did_you_mean(str(key), known) or '.'}"
    remote = config.get("remote_api_settings")
    for key in remote if isinstance(remote, dict) else ():
        if key not in nested:
            yield f"remote_api_settings.{key}: unknown to ttv-pipeline and to us, left out."


def _value(config: Mapping[str, Any], key: str) -> Any:
    value: Any = config
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _size(config: Mapping[str, Any]) -> str:
    found = _SIZE.match(str(config.get("size") or ""))
    return f"{found[1]}x{found[2]}" if found else ""


def _seed(config: Mapping[str, Any]) -> int | None:
    seed = config.get("base_seed")
    return seed & 0x7FFF_FFFF if isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0 else None


def _same_shape(shape: str, size: str) -> bool:
    numbers = re.findall(r"\d+(?:\.\d+)?", shape)
    if len(numbers) != 2:
        return False
    width, height = map(int, size.split("x"))
    return abs(float(numbers[0]) / float(numbers[1]) - width / height) < 0.05


_TELLERS = (_facts, _pictures, _settings, _left_behind, _secrets, _unknown)
