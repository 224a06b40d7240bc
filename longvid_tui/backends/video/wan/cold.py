"""One run of generate.py from a checkout of Wan2.1, with every flag given and nothing left to defaults."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from longvid_tui.backends.contract import Command, VideoRequest
from longvid_tui.backends.video.wan import launching
from longvid_tui.backends.video.wan.ladder import thrift
from longvid_tui.backends.video.wan.places import places
from longvid_tui.backends.video.wan.sampling import FLF2V, I2V, refuse_unreachable, sampling, split
from longvid_tui.settings.sections import WanSettings


def command(wan: WanSettings, request: VideoRequest) -> Command:
    """The process that films `request`; raises Misconfigured if no run could film it."""
    refuse_unreachable(request.canvas)
    environment = launching.environment(request.gpus)
    paths = places(wan, FLF2V if request.last else I2V)
    flags = [*_recipe(wan, request), *_machine(wan, request, paths.checkpoint)]
    return Command(
        launching.argv(paths.python, _launcher(), len(request.gpus), request.out.parent / "ranks"),
        args={"script": str(paths.repo / "generate.py"), "argv": flags, "cwd": str(paths.repo)},
        env=environment,
    )


def one_line(prompt: str) -> str:
    """A prompt without line breaks, because Wan writes it to its log; its tokenizer folds white space
    anyway."""
    return " ".join(prompt.split())


def _recipe(wan: WanSettings, request: VideoRequest) -> Iterator[str]:
    chosen = sampling(wan, request.canvas, open_ended=request.last is None)
    yield from ("--task", chosen.task.name, "--size", chosen.size(request.canvas))
    yield from ("--frame_num", str(request.frames))
    if request.last is None:
        yield from ("--image", str(request.first))
    else:
        # One without the other and Wan films the birds of its examples.
        yield from ("--first_frame", str(request.first), "--last_frame", str(request.last))
    yield from ("--sample_steps", str(chosen.steps), "--sample_shift", str(chosen.shift))
    yield from ("--sample_guide_scale", str(chosen.guide), "--sample_solver", chosen.solver)
    yield from ("--base_seed", str(request.seed))
    # In one word: argparse takes a prompt that starts with a dash for a flag.
    yield f"--prompt={one_line(request.prompt)}"


def _machine(wan: WanSettings, request: VideoRequest, checkpoint: Path) -> Iterator[str]:
    gpus = len(request.gpus)
    ulysses, ring = split(gpus, wan.ring)
    memory = thrift(wan, gpus, request.rung)
    yield from ("--ckpt_dir", str(checkpoint), "--save_file", str(request.out))
    yield from (
        "--offload_model",
        str(memory.offload),
        "--ulysses_size",
        str(ulysses),
        "--ring_size",
        str(ring),
    )
    if memory.t5_cpu:
        yield "--t5_cpu"
    if gpus > 1:
        # Without these every GPU holds all the weights, and both are refused on one.
        yield "--dit_fsdp"
        if not memory.t5_cpu:
            yield "--t5_fsdp"


def _launcher() -> Path:
    """The path of the launcher, a script for any Python that is run by path and not imported."""
    return Path(str(resources.files("longvid_tui") / "launch.py"))
