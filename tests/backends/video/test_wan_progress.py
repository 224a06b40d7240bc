"""What single lines of a run's log say about it."""

from __future__ import annotations

import pytest

from longvid_tui.backends.contract import Progress
from longvid_tui.backends.video.wan.progress import read_progress

AT = "[2026-11-24 19:32:37,669] INFO: "


@pytest.mark.parametrize(
    ("line", "progress"),
    [
        (f"{AT}Creating WanFLF2V pipeline.", Progress("load", 0, 10)),
        (f"{AT}loading /w/models_t5_umt5-xxl-enc-bf16.pth", None),
        (f"{AT}loading /w/Wan2.1_VAE.pth", Progress("load", 1, 10)),
        (f"{AT}loading /w/models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth", Progress("load", 2, 10)),
        (f"{AT}Creating WanModel from /w", Progress("load", 3, 10)),
        ("@LV Loading checkpoint shards 0/7 0.0 ?it/s ", Progress("load", 3, 10)),
        ("@LV Loading checkpoint shards 7/7 61.2  0.11it/s ", Progress("load", 10, 10)),
        ("@LV Loading checkpoint shards 1/2 61.2  0.11it/s ", Progress("load", 7, 10)),
        (f"{AT}Generating video ...", Progress("encode", 0, 1)),
        ("@LV  0/50 0.0 ?it/s ", Progress("sample", 0, 50)),
        ("@LV  7/50 182.4  0.04it/s ", Progress("sample", 7, 50)),
        ("@LV  50/50 1303.2  0.04it/s ", Progress("decode", 0, 1)),
        (f"{AT}Saving generated video to /p/out.mp4", Progress("save", 0, 1)),
        (f"{AT}Finished.", Progress("save", 1, 1)),
    ],
)
def test_stages_of_one_gpu(line: str, progress: Progress | None) -> None:
    assert read_progress(line) == progress
    assert read_progress(f"[default0]:{line}") == progress


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[default1]:@LV  4/50 100.0  0.04it/s ",
        f"{AT}Input prompt: @LV 9/9 0.0  Finished.",
        f"{AT}Generation job args: Namespace(prompt='@LV  3/9 1.0 ')",
        "cache_video failed, error: result type Float",
        "@LV",
        "@LV  12/5",
        "Downloading 3/7 files",
    ],
)
def test_lines_that_say_nothing(line: str) -> None:
    assert read_progress(line) is None


@pytest.mark.parametrize(
    ("line", "progress"),
    [
        ("[default1]:@LV  6/50 1.2  3.33it/s [default0]:@LV  5/50 1.2  3.32it/s ", Progress("sample", 5, 50)),
        ("[default0]:@LV  5/50 1.2  3.32it/s [default1]:@LV  6/50 1.2  3.33it/s ", Progress("sample", 5, 50)),
        (
            f"[default0]:@LV  5/50 1.5  3.33it/s [default0]:{AT}Saving generated video to x",
            Progress("save", 0, 1),
        ),
    ],
)
def test_ranks_that_share_a_line_as_torchrun_makes_them(line: str, progress: Progress) -> None:
    assert read_progress(line) == progress
