"""What a caller of Wan2.1 can rely on, asserted of the stand-in and, where WAN_REPO names one, of a real checkout.

WAN_REPO: a checkout of Wan-Video/Wan2.1; WAN_PYTHON: an interpreter with torch for the processor and Wan's
requirements but flash_attn (default: .venv/bin/python in the checkout). Its code runs as it is, with models of
random weights (tests/doubles/wan/cpu). docs/wan.md has the result.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from wan_film import CANVAS, keyframe, wan_double

from longvid_tui.backends.contract import Progress
from longvid_tui.backends.video.wan.launching import environment
from longvid_tui.backends.video.wan.progress import read_progress

REAL_REPO = os.environ.get("WAN_REPO")
SECONDS = 170


@dataclass(frozen=True)
class Checkout:
    """A checkout with its interpreter and a folder of weights."""

    repo: Path
    python: Path
    weights: Path
    real: bool

    def run(self, *argv: str, nproc: int = 0, logs: Path | None = None, **more: str) -> Run:
        torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={nproc}"]
        if logs:
            torchrun += ["--log-dir", str(logs), "--redirects", "3", "--tee", "3"]
        line = [str(self.python), *(torchrun if nproc else []), "generate.py", *argv]
        done = subprocess.run(
            line,
            cwd=self.repo,
            env={**os.environ, **environment(["GPU-0"]), **more},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return Run(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def parse(self, *lines: str) -> list[dict[str, Any]]:
        script = Path(wan_double.HERE, "parse_many.py")
        wishes = json.dumps([[*line.split(), "--ckpt_dir=x"] for line in lines])
        done = subprocess.run(
            [str(self.python), str(script)],
            cwd=self.repo,
            input=wishes,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
        return found


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str


@pytest.fixture(params=["stand-in", "real"])
def wan(request: pytest.FixtureRequest, tmp_path: Path) -> Checkout:
    weights = wan_double.checkpoint(tmp_path / "weights", "flf2v")
    if request.param == "stand-in":
        return Checkout(wan_double.REPO, wan_double.interpreter(tmp_path / "wan"), weights, real=False)
    if not REAL_REPO:
        pytest.skip("WAN_REPO names no checkout of Wan2.1")
    python = os.environ.get("WAN_PYTHON") or f"{REAL_REPO}/.venv/bin/python"
    return Checkout(Path(REAL_REPO), wan_double.real_interpreter(tmp_path / "wan", python), weights, real=True)


def film(wan: Checkout, tmp_path: Path, *more: str, out: str = "out.mp4") -> list[str]:
    """The flags of a segment between two keyframes, in two steps."""
    first, last = keyframe(tmp_path / "k1.png", 1), keyframe(tmp_path / "k2.png", 2)
    return [
        *("--task", "flf2v-14B", "--size", "832*480", "--ckpt_dir", str(wan.weights)),
        *("--first_frame", str(first), "--last_frame", str(last), "--sample_steps", "2", "--base_seed", "7"),
        *("--save_file", str(tmp_path / out), "--prompt=a fox", *more),
    ]


def test_defaults_depend_on_task_and_size(wan: Checkout) -> None:
    expected = {
        "": {"task": "t2v-14B", "size": "1280*720", "frame_num": 81, "sample_steps": 50, "sample_shift": 5.0},
        "--task flf2v-14B": {"sample_steps": 50, "sample_shift": 16, "frame_num": 81},
        "--task flf2v-14B --size 832*480": {"sample_steps": 50, "sample_shift": 16},
        "--task i2v-14B": {"sample_steps": 40, "sample_shift": 5.0, "sample_guide_scale": 5.0},
        "--task i2v-14B --size 832*480": {"sample_steps": 40, "sample_shift": 3.0},
        "--task vace-14B": {"sample_steps": 50, "sample_shift": 16},
        "--task t2i-14B --size 1024*1024": {"frame_num": 1},
        "--task t2v-1.3B --size 480*832": {"sample_shift": 5.0},
        "--sample_steps 20 --sample_shift 8": {"sample_steps": 20, "sample_shift": 8.0},
        "--offload_model no": {"offload_model": False},
        "--offload_model T": {"offload_model": True},
        "--prompt=-x --base_seed 5": {"prompt": "-x", "base_seed": 5, "sample_solver": "unipc"},
        "--sample_st 12 --t5_c": {"sample_steps": 12, "t5_cpu": True, "t5_fsdp": False, "dit_fsdp": False},
        "--ulysses_size 2 --ring_size 3": {"ulysses_size": 2, "ring_size": 3},
    }
    found = wan.parse(*expected)
    assert [
        {name: each.get(name) for name in want} for each, want in zip(found, expected.values(), strict=True)
    ] == [*expected.values()]


def test_a_seed_that_is_not_given_is_drawn(wan: Checkout) -> None:
    first, second = wan.parse("", "--base_seed -1")
    assert first["base_seed"] >= 0
    assert second["base_seed"] >= 0
    assert first["base_seed"] != second["base_seed"]


def test_command_lines_are_refused_with_exit_code_2(wan: Checkout) -> None:
    refused = {
        "--size 1280x720": "argument --size: invalid choice",
        "--size 1024*576": "argument --size: invalid choice",
        "--task flf2v": "argument --task: invalid choice",
        "--offload_model maybe": "argument --offload_model: Boolean value expected",
        "--sample_solver euler": "argument --sample_solver: invalid choice",
        "--frame_num many": "argument --frame_num: invalid int value",
        "--prompt -x": "argument --prompt: expected one argument",
        "--negative_prompt x": "unrecognized arguments: --negative_prompt",
        "--fps 24": "unrecognized arguments: --fps",
    }
    for found, words in zip(wan.parse(*refused), refused.values(), strict=True):
        assert found["exit"] == 2
        assert words in found["said"]
        assert re.search(r"^generate\.py: error: ", found["said"], re.MULTILINE)


def test_what_the_model_cannot_is_an_assertion(wan: Checkout) -> None:
    refused = {
        "--task t2v-1.3B": "Unsupport size 1280*720 for task t2v-1.3B",
        "--task flf2v-14B --size 1024*1024": "Unsupport size 1024*1024 for task flf2v-14B",
        "--task t2i-14B --frame_num 81": "Unsupport frame_num 81 for task t2i-14B",
    }
    for found, words in zip(wan.parse(*refused), refused.values(), strict=True):
        assert words in found["assertion"]


def test_a_run_logs_its_stages_in_order_its_bars_are_readable_and_its_clip_is_81_frames_untagged_in_bt601(
    wan: Checkout, tmp_path: Path
) -> None:
    done = wan.run(*film(wan, tmp_path))
    assert done.code == 0, done.err
    said = [line.partition("] INFO: ")[2] for line in done.out.splitlines() if "] INFO: " in line]
    starts = (
        "offload_model is not specified, set to True.", "Generation job args: Namespace(", "Generation model config: ",
        "Input prompt: a fox", "Input first frame: ", "Input last frame: ", "Creating WanFLF2V pipeline.", "loading ",
        "loading ", "loading ", "Creating WanModel from ", "Generating video ...", "Saving generated video to ",
        "Finished.",
    )  # fmt: skip
    said = [line for line in said if not line.startswith("umT5")]
    assert len(said) == len(starts)
    assert all(line.startswith(start) for line, start in zip(said, starts, strict=True)), said
    assert "base_seed=7" in said[1]
    steps = [read_progress(line) for line in re.split(r"[\r\n]+", done.err) if line.startswith("@LV  ")]
    assert list(dict.fromkeys(steps)) == [
        Progress("sample", 0, 2),
        Progress("sample", 1, 2),
        Progress("decode", 0, 1),
    ]
    with av.open(str(tmp_path / "out.mp4")) as container:
        [stream] = container.streams
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == 16
        assert stream.codec_context.colorspace in (2, 5, 6)
        decoded = list(container.decode(video=0))
    assert len(decoded) == 81
    if not wan.real:
        assert (decoded[0].width, decoded[0].height) == CANVAS.size


def test_a_clip_of_a_known_colour_shows_which_matrix_was_used(wan: Checkout, tmp_path: Path) -> None:
    if not wan.real:
        pytest.skip("the stand-in makes pictures only from pictures")
    script = (
        "import sys; sys.path[0] = '.'\nimport torch, wan\nfrom wan.utils.utils import cache_video\n"
        "clip = torch.ones(1, 3, 5, 64, 64)\n"
        "for at, level in enumerate((200, 60, 40)): clip[:, at] = level / 127.5 - 1\n"
        f"cache_video(clip, save_file={str(tmp_path / 'red.mp4')!r}, fps=16, nrow=1)\n"
    )
    subprocess.run([str(wan.python), "-c", script], cwd=wan.repo, check=True)
    with av.open(str(tmp_path / "red.mp4")) as container:
        luma = np.frombuffer(memoryview(next(container.decode(video=0)).planes[0]), np.uint8)
    assert abs(float(luma[:64].mean()) - 101.5) < 1.5


@pytest.mark.parametrize("name", ["absent/out.mp4", "out.mp4.part"])
def test_a_clip_that_could_not_be_saved_ends_with_exit_code_0(wan: Checkout, tmp_path: Path, name: str) -> None:
    done = wan.run(*film(wan, tmp_path, out=name))
    assert done.code == 0
    assert "cache_video failed, error: " in done.out
    assert done.out.rstrip().endswith("Finished.")
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--dit_fsdp"], "t5_fsdp and dit_fsdp are not supported in non-distributed environments."),
        (["--ulysses_size", "2"], "context parallel are not supported in non-distributed environments."),
        (["--first_frame", "/nowhere.png"], "No such file or directory: '/nowhere.png'"),
        (["--frame_num", "41"], "Expected size 21 but got size 11"),
    ],
)
def test_refusals_end_with_exit_code_1_and_their_words(
    wan: Checkout, tmp_path: Path, flags: list[str], words: str
) -> None:
    done = wan.run(*film(wan, tmp_path, *flags))
    assert done.code == 1
    assert words in done.err
    assert ("Creating WanModel" in done.out) == ("--frame_num" in flags)
    assert not (tmp_path / "out.mp4").exists()


def test_one_keyframe_alone_becomes_the_birds_of_the_example(wan: Checkout, tmp_path: Path) -> None:
    flags = [flag for flag in film(wan, tmp_path) if flag not in ("--last_frame", str(tmp_path / "k2.png"))]
    done = wan.run(*flags, "--frame_num", "41")
    assert "Input first frame: examples/flf2v_input_first_frame.png" in done.out


def test_ranks_log_apart_and_are_told_apart(wan: Checkout, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    done = wan.run(*film(wan, tmp_path), nproc=2, logs=logs)
    assert done.code == 0, done.err
    assert {path.parent.name for path in logs.glob("*/attempt_0/*/stderr.log")} == {"0", "1"}
    assert "[default0]:[" in done.out
    assert re.search(r"\[default1\]:@LV  1/2", done.err)


def test_a_rank_that_runs_out_of_memory_is_in_the_table_of_failures(wan: Checkout, tmp_path: Path) -> None:
    fault = {"WAN_CPU_FAULT": "oom@1#1"} if wan.real else {"WAN_FAULTS": "oom@1#1"}
    done = wan.run(*film(wan, tmp_path), nproc=2, logs=tmp_path / "logs", **fault)
    assert done.code == 1
    assert re.search(r"^\[default1\]:.*OutOfMemoryError: CUDA out of memory", done.err, re.MULTILINE)
    table = done.err[done.err.index("Root Cause (first observed failure):") :]
    assert re.search(r"rank +: 1 \(local_rank: 1\)\n +exitcode +: 1 ", table)


def test_a_fixed_port_that_is_taken_is_refused(wan: Checkout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [str(wan.python), "-m", "torch.distributed.run", f"--master_port={port}", "generate.py"],
            cwd=wan.repo,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert done.returncode == 1
    assert re.search("EADDRINUSE|ddress already in use", done.stderr)


def test_torchrun_told_to_stop_takes_its_ranks_along(wan: Checkout, tmp_path: Path) -> None:
    fault = {"WAN_CPU_FAULT": "hang@1#0"} if wan.real else {"WAN_FAULTS": "hang@1"}
    line = [str(wan.python), "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", "generate.py"]
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*line, *film(wan, tmp_path)],
            cwd=wan.repo,
            env={**os.environ, **environment(["GPU-0"]), **fault, "LONGVID_ATTEMPT": "contract"},
            stdout=file,
            stderr=file,
        )
    deadline = time.monotonic() + SECONDS
    while b"@LV  0/2" not in log.read_bytes():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    began = time.monotonic()
    process.terminate()
    assert process.wait(60) != 0
    assert time.monotonic() - began < 30
    assert not (tmp_path / "out.mp4").exists()
