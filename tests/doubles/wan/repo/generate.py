"""generate.py as its callers meet it: flags, defaults, refusals, log, exit codes (Wan-Video/Wan2.1@9737cba)."""

from __future__ import annotations

import argparse
import logging
import os
import random
import signal
import subprocess
import sys
from datetime import datetime

import switches
import torch
import torch.distributed as dist
import wan
from PIL import Image
from wan.configs import MAX_AREA_CONFIGS, SIZE_CONFIGS, SUPPORTED_SIZES, WAN_CONFIGS
from wan.utils.utils import cache_video, str2bool

EXAMPLES = {"first_frame": "examples/flf2v_input_first_frame.png", "last_frame": "examples/flf2v_input_last_frame.png",
            "image": "examples/i2v_input.JPG", "prompt": "CG动画风格，一只蓝色的小鸟从地面起飞，煽动翅膀。"}  # fmt: skip

_TEXTS = ("ckpt_dir", "save_file", "src_video", "src_mask", "src_ref_images", "prompt", "prompt_extend_model",
          "image", "first_frame", "last_frame")  # fmt: skip


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Generate a image or video from a text prompt or image using Wan"
    )
    parser.add_argument("--task", default="t2v-14B", choices=list(WAN_CONFIGS))
    parser.add_argument("--size", default="1280*720", choices=list(SIZE_CONFIGS))
    parser.add_argument("--frame_num", type=int)
    parser.add_argument("--offload_model", type=str2bool)
    parser.add_argument("--ulysses_size", type=int, default=1)
    parser.add_argument("--ring_size", type=int, default=1)
    for name in ("t5_fsdp", "t5_cpu", "dit_fsdp", "use_prompt_extend"):
        parser.add_argument(f"--{name}", action="store_true")
    for name in _TEXTS:
        parser.add_argument(f"--{name}")
    parser.add_argument("--prompt_extend_method", default="local_qwen", choices=["dashscope", "local_qwen"])
    parser.add_argument("--prompt_extend_target_lang", default="zh", choices=["zh", "en"])
    parser.add_argument("--base_seed", type=int, default=-1)
    parser.add_argument("--sample_solver", default="unipc", choices=["unipc", "dpm++"])
    parser.add_argument("--sample_steps", type=int)
    parser.add_argument("--sample_shift", type=float)
    parser.add_argument("--sample_guide_scale", type=float, default=5.0)
    args = parser.parse_args()
    _validate_args(args)
    return args


def _validate_args(args: argparse.Namespace) -> None:
    assert args.ckpt_dir is not None, "Please specify the checkpoint directory."
    if args.sample_steps is None:
        args.sample_steps = 40 if "i2v" in args.task else 50
    if args.sample_shift is None:
        args.sample_shift = 5.0
        if "i2v" in args.task and args.size in ("832*480", "480*832"):
            args.sample_shift = 3.0
        elif "flf2v" in args.task or "vace" in args.task:
            args.sample_shift = 16
    if args.frame_num is None:
        args.frame_num = 1 if "t2i" in args.task else 81
    if "t2i" in args.task:
        assert args.frame_num == 1, f"Unsupport frame_num {args.frame_num} for task {args.task}"
    if args.base_seed < 0:
        args.base_seed = random.randint(0, sys.maxsize)
    sizes = SUPPORTED_SIZES[args.task]
    assert args.size in sizes, (
        f"Unsupport size {args.size} for task {args.task}, supported sizes are: {', '.join(sizes)}"
    )


def _init_logging(rank: int) -> None:
    if rank == 0:
        logging.basicConfig(
            level=logging.INFO,
            format="[%(asctime)s] %(levelname)s: %(message)s",
            handlers=[logging.StreamHandler(stream=sys.stdout)],
        )
    else:
        logging.basicConfig(level=logging.ERROR)


def _misbehave() -> None:
    """Faults of the process itself, not of the model in it."""
    if switches.fault("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if switches.fault("orphan"):
        command = ["sh", "-c", "trap '' TERM; sleep 600"]
        subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)


def generate(args: argparse.Namespace) -> None:
    rank, world_size = int(os.getenv("RANK", "0")), int(os.getenv("WORLD_SIZE", "1"))
    local_rank = int(os.getenv("LOCAL_RANK", "0"))
    _init_logging(rank)
    _misbehave()
    if args.offload_model is None:
        args.offload_model = world_size == 1
        logging.info(f"offload_model is not specified, set to {args.offload_model}.")
    if world_size > 1:
        torch.cuda.set_device(local_rank)
        dist.init_process_group(backend="nccl", init_method="env://", rank=rank, world_size=world_size)
    else:
        assert not {args.t5_fsdp, args.dit_fsdp} & {True}, (
            "t5_fsdp and dit_fsdp are not supported in non-distributed environments."
        )
        assert max(args.ulysses_size, args.ring_size) <= 1, (
            "context parallel are not supported in non-distributed environments."
        )
    if args.ulysses_size > 1 or args.ring_size > 1:
        assert args.ulysses_size * args.ring_size == world_size, (
            "The number of ulysses_size and ring_size should be equal to the world size."
        )
    cfg = WAN_CONFIGS[args.task]
    assert cfg.num_heads % args.ulysses_size == 0, (
        f"`{cfg.num_heads=}` cannot be divided evenly by `{args.ulysses_size=}`."
    )
    logging.info(f"Generation job args: {args}")
    logging.info(f"Generation model config: {vars(cfg)}")
    if dist.is_initialized():
        dist.broadcast_object_list([args.base_seed], src=0)
    switches.note("start", args.task)
    video = _film(args, cfg, rank, local_rank)
    if rank == 0:
        if args.save_file is None:
            stamp = datetime.now().strftime("%Y%m%d_%H%M%S")  # noqa: DTZ005
            words = args.prompt.replace(" ", "_").replace("/", "_")[:50]
            args.save_file = f"{args.task}_{args.size}_{args.ulysses_size}_{args.ring_size}_{words}_{stamp}.mp4"
        logging.info(f"Saving generated video to {args.save_file}")
        cache_video(tensor=video[None], save_file=args.save_file, fps=cfg.sample_fps, nrow=1, normalize=True)
    logging.info("Finished.")
    switches.note("end", args.task)


def _film(args: argparse.Namespace, cfg: object, rank: int, device: int) -> object:
    if args.prompt is None:
        args.prompt = EXAMPLES["prompt"]
    logging.info(f"Input prompt: {args.prompt}")
    if "flf2v" in args.task:
        # Either missing, and both become the example.
        if args.first_frame is None or args.last_frame is None:
            args.first_frame, args.last_frame = EXAMPLES["first_frame"], EXAMPLES["last_frame"]
        logging.info(f"Input first frame: {args.first_frame}")
        logging.info(f"Input last frame: {args.last_frame}")
        pictures = [Image.open(args.first_frame).convert("RGB"), Image.open(args.last_frame).convert("RGB")]
        kind, name = wan.WanFLF2V, "WanFLF2V"
    elif "i2v" in args.task:
        if args.image is None:
            args.image = EXAMPLES["image"]
        logging.info(f"Input image: {args.image}")
        pictures = [Image.open(args.image).convert("RGB")]
        kind, name = wan.WanI2V, "WanI2V"
    else:
        raise NotImplementedError(f"the stand-in films no {args.task}")
    logging.info(f"Creating {name} pipeline.")
    pipeline = kind(
        config=cfg,
        checkpoint_dir=args.ckpt_dir,
        device_id=device,
        rank=rank,
        t5_fsdp=args.t5_fsdp,
        dit_fsdp=args.dit_fsdp,
        use_usp=args.ulysses_size > 1 or args.ring_size > 1,
        t5_cpu=args.t5_cpu,
    )
    logging.info("Generating video ...")
    return pipeline.generate(
        args.prompt,
        *pictures,
        max_area=MAX_AREA_CONFIGS[args.size],
        frame_num=args.frame_num,
        shift=args.sample_shift,
        sample_solver=args.sample_solver,
        sampling_steps=args.sample_steps,
        guide_scale=args.sample_guide_scale,
        seed=args.base_seed,
        offload_model=args.offload_model,
    )


if __name__ == "__main__":
    generate(_parse_args())
