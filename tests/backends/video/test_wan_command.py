"""What a run of generate.py is told: every flag, the environment, the rungs after running out of memory."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wan_film import CANVAS, request, wan_double, wan_settings

from longvid_tui import allotted
from longvid_tui.backends.contract import MORE_GPUS, CostClass, Misconfigured
from longvid_tui.backends.video.wan import WanGenerator
from longvid_tui.backends.video.wan.sampling import HEADS, gpu_counts, split
from longvid_tui.project.canvas import OFFERED, Canvas, wan_output
from longvid_tui.settings import Settings
from longvid_tui.strict_yaml import Problems, parse


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    return wan_double.install(tmp_path / "wan")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "s1-0").mkdir()
    return tmp_path / "s1-0"


def flags(installed: dict[str, str], directory: Path, asked: dict[str, Any], **settings: Any) -> dict[str, str]:
    """Flags of the command by name; "" for those without a value."""
    command = WanGenerator(wan_settings(installed, **settings)).command(request(directory, **asked))
    found: dict[str, str] = {}
    words = list(command.args["argv"])
    while words:
        name, _, value = words.pop(0).partition("=")
        found[name] = value or (words.pop(0) if words and not words[0].startswith("--") else "")
    return found


def test_every_flag_of_a_segment_between_two_keyframes_is_said(
    installed: dict[str, str], directory: Path
) -> None:
    found = flags(installed, directory, {"prompt": "a fox\ncrosses", "seed": 12}, steps=None)
    assert found == {
        "--task": "flf2v-14B",
        "--size": "832*480",
        "--frame_num": "81",
        "--first_frame": str(directory.parent / "k1.png"),
        "--last_frame": str(directory.parent / "k2.png"),
        "--sample_steps": "50",
        "--sample_shift": "16.0",
        "--sample_guide_scale": "5.5",
        "--sample_solver": "unipc",
        "--base_seed": "12",
        "--prompt": "a fox crosses",
        "--ckpt_dir": installed["wan.checkpoints.flf2v"],
        "--save_file": str(directory / "out.mp4"),
        "--offload_model": "True",
        "--ulysses_size": "1",
        "--ring_size": "1",
    }


def test_an_open_ended_segment_takes_the_image_the_weights_and_the_defaults_of_i2v(
    installed: dict[str, str], directory: Path
) -> None:
    found = flags(installed, directory, {"last": False}, steps=None)
    assert "--first_frame" not in found
    assert "--last_frame" not in found
    told = {name: found[name] for name in ("--task", "--image", "--ckpt_dir", "--sample_steps")}
    assert told == {
        "--task": "i2v-14B",
        "--image": str(directory.parent / "k1.png"),
        "--ckpt_dir": installed["wan.checkpoints.i2v"],
        "--sample_steps": "40",
    }
    assert (found["--sample_shift"], found["--sample_guide_scale"]) == ("3.0", "5.0")
    large = flags(installed, directory, {"last": False, "canvas": Canvas(1280, 720)})
    assert large["--sample_shift"] == "5.0"


def test_settings_replace_what_the_model_was_published_with(installed: dict[str, str], directory: Path) -> None:
    found = flags(installed, directory, {}, steps=30, shift=8, guide=6.5, solver="dpm++")
    names = ("--sample_steps", "--sample_shift", "--sample_guide_scale", "--sample_solver")
    assert [found[name] for name in names] == ["30", "8.0", "6.5", "dpm++"]


def test_a_prompt_that_looks_like_a_flag_stays_one_word(installed: dict[str, str], directory: Path) -> None:
    command = WanGenerator(wan_settings(installed)).command(request(directory, prompt="--t5_cpu -x"))
    assert "--prompt=--t5_cpu -x" in command.args["argv"]
    assert not any("t5_cpu" in word for word in command.argv)


@pytest.mark.parametrize("size", OFFERED)
def test_the_area_asked_for_gives_back_every_offered_canvas(
    installed: dict[str, str], directory: Path, size: str
) -> None:
    canvas = Canvas.parse(size)
    width, height = map(int, flags(installed, directory, {"canvas": canvas})["--size"].split("*"))
    assert wan_output(*canvas.size, width * height) == canvas.size


def test_a_canvas_that_wan_would_change_is_refused_with_the_nearest(
    installed: dict[str, str], directory: Path
) -> None:
    with pytest.raises(Misconfigured, match=r"cannot film 832x480: .* 832x464"):
        flags(installed, directory, {"canvas": Canvas(832, 480)})


def test_one_gpu_runs_the_script_and_several_run_torchrun_with_sharded_weights(
    installed: dict[str, str], directory: Path
) -> None:
    wan = WanGenerator(wan_settings(installed))
    alone, four = wan.command(request(directory)), wan.command(request(directory, gpus=4))
    assert [Path(part).name for part in alone.argv] == ["python", "launch.py", "{args}"]
    assert alone.args["script"] == f"{wan_double.REPO}/generate.py"
    assert alone.args["cwd"] == str(wan_double.REPO)
    assert four.argv[1:4] == ("-m", "torch.distributed.run", "--standalone")
    assert {"--nnodes=1", "--nproc_per_node=4", "--max-restarts=0"} <= set(four.argv)
    assert four.argv[four.argv.index("--log-dir") + 1] == str(directory / "ranks")
    assert not {"--dit_fsdp", "--t5_fsdp"} & set(alone.args["argv"])
    assert {"--dit_fsdp", "--t5_fsdp"} <= set(four.args["argv"])


def test_the_environment_names_the_gpus_and_makes_bars_readable(
    installed: dict[str, str], directory: Path
) -> None:
    environment = WanGenerator(wan_settings(installed)).command(request(directory, gpus=2)).env
    assert environment["CUDA_VISIBLE_DEVICES"] == "GPU-0,GPU-1"
    assert environment["TQDM_BAR_FORMAT"].startswith("@LV ")
    assert environment["HF_HUB_OFFLINE"] == environment["TRANSFORMERS_OFFLINE"] == "1"
    assert (
        environment["PYTORCH_ALLOC_CONF"]
        == environment["PYTORCH_CUDA_ALLOC_CONF"]
        == "expandable_segments:True"
    )
    cores = allotted.cores()
    assert environment["OMP_NUM_THREADS"] == str(max(1, cores // 2))


def test_without_a_gpu_nothing_is_started(installed: dict[str, str], directory: Path) -> None:
    with pytest.raises(Misconfigured, match="films on GPUs"):
        flags(installed, directory, {"gpus": 0})


@pytest.mark.parametrize("name", ["wan.repo", "wan.checkpoints.flf2v"])
def test_without_its_paths_nothing_is_started(installed: dict[str, str], directory: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        flags({**installed, name: None}, directory, {})


@given(st.integers(1, 16), st.integers(1, 16))
def test_ulysses_times_ring_is_the_number_of_gpus_and_ulysses_divides_the_heads(gpus: int, ring: int) -> None:
    if gpus not in gpu_counts(ring):
        with pytest.raises(Misconfigured):
            split(gpus, ring)
        return
    ulysses, degree = split(gpus, ring)
    assert ulysses * degree == gpus
    assert HEADS % ulysses == 0
    assert degree in (1, ring)


def test_the_counts_of_gpus_follow_from_the_ring() -> None:
    assert gpu_counts(1) == (1, 2, 4, 5, 8, 10)
    assert gpu_counts(3) == (1, 3, 6, 12, 15)


def test_the_ladder_spares_memory_before_it_asks_for_more_gpus(
    installed: dict[str, str], directory: Path
) -> None:
    def memory(gpus: int, rung: int, **settings: Any) -> tuple[str, bool, bool]:
        found = flags(installed, directory, {"gpus": gpus, "rung": rung}, **settings)
        return found["--offload_model"], "--t5_cpu" in found, "--t5_fsdp" in found

    assert memory(1, 0) == ("True", False, False)
    assert memory(4, 0) == ("False", False, True)
    assert memory(1, 1) == memory(1, 2) == ("True", True, False)
    assert memory(4, 1) == ("True", True, False)
    assert memory(1, 0, offload=False) == ("False", False, False)
    assert memory(4, 0, offload=True, t5_cpu=True) == ("True", True, False)


def test_the_ladder_says_what_each_rung_changes_and_none_changes_nothing(installed: dict[str, str]) -> None:
    assert WanGenerator(wan_settings(installed)).ladder() == (
        "models wait in host memory while they are not needed, the text encoder works on the processor",
        MORE_GPUS,
    )
    assert WanGenerator(wan_settings(installed, offload=True, t5_cpu=True)).ladder() == (MORE_GPUS,)


def test_no_rung_changes_the_picture(installed: dict[str, str], directory: Path) -> None:
    recipe = ("--task", "--size", "--frame_num", "--sample_steps", "--sample_shift", "--base_seed", "--prompt")
    before, after = (flags(installed, directory, {"rung": rung}) for rung in (0, 2))
    assert [before[name] for name in recipe] == [after[name] for name in recipe]


def test_its_cost_is_that_of_the_published_rows(installed: dict[str, str]) -> None:
    wan = WanGenerator(wan_settings(installed, steps=None))
    assert wan.cost_class(CANVAS) == CostClass("wan21", "14B", 50, heads=40, alone_gb=80.0)


def test_drafts_take_fewer_steps_and_are_other_takes(installed: dict[str, str]) -> None:
    settings = wan_settings(installed)
    whole, draft = WanGenerator(settings), WanGenerator(settings.drafted())
    assert (whole.fingerprint(CANVAS)["steps"], draft.fingerprint(CANVAS)["steps"]) == (3, 20)
    assert draft.cost_class(CANVAS).steps == 20


def test_open_ended_segments_need_the_weights_for_them(installed: dict[str, str]) -> None:
    assert WanGenerator(wan_settings(installed)).capabilities.open_ended
    without = wan_settings({**installed, "wan.checkpoints.i2v": None})
    assert not WanGenerator(without).capabilities.open_ended


class TestFingerprint:
    def test_it_holds_what_determines_the_pixels(self, installed: dict[str, str]) -> None:
        wan = WanGenerator(wan_settings(installed, steps=20))
        found = dict(wan.fingerprint(CANVAS))
        assert isinstance(found.pop("code"), str)
        assert isinstance(found.pop("checkpoint"), str)
        assert found == {
            "name": "wan", "task": "flf2v-14B", "steps": 20, "shift": 16.0, "guide": 5.5, "solver": "unipc"
        }  # fmt: skip
        assert json.loads(json.dumps(wan.fingerprint(CANVAS))) == wan.fingerprint(CANVAS)

    def test_how_memory_and_gpus_are_used_does_not_show(self, installed: dict[str, str]) -> None:
        spared = wan_settings(installed, offload=True, t5_cpu=True, ring=3, idle_minutes=1)
        assert WanGenerator(spared).fingerprint(CANVAS) == WanGenerator(wan_settings(installed)).fingerprint(
            CANVAS
        )

    def test_weights_for_open_ended_segments_change_no_other_segment(self, installed: dict[str, str]) -> None:
        without = wan_settings({**installed, "wan.checkpoints.i2v": None})
        both = WanGenerator(wan_settings(installed))
        assert WanGenerator(without).fingerprint(CANVAS) == both.fingerprint(CANVAS)
        assert both.fingerprint(CANVAS, open_ended=True)["task"] == "i2v-14B"

    def test_other_weights_change_it_and_other_places_do_not(
        self, installed: dict[str, str], tmp_path: Path
    ) -> None:
        settings = wan_settings(installed)
        before = WanGenerator(settings).fingerprint(CANVAS)
        weights = Path(installed["wan.checkpoints.flf2v"])
        moved = weights.rename(tmp_path / "elsewhere")
        after = wan_settings({**installed, "wan.checkpoints.flf2v": str(moved)})
        assert WanGenerator(after).fingerprint(CANVAS) == before
        with (moved / "Wan2.1_VAE.pth").open("ab") as file:
            file.write(b"x")
        assert WanGenerator(after).fingerprint(CANVAS)["checkpoint"] != before["checkpoint"]

    def test_a_patched_checkout_is_another_one(self, installed: dict[str, str], tmp_path: Path) -> None:
        repo = tmp_path / "repo"
        (repo / "wan").mkdir(parents=True)
        (repo / "generate.py").write_text("print(1)")
        (repo / "wan/model.py").write_text("x = 1")
        wan = WanGenerator(wan_settings({**installed, "wan.repo": str(repo)}))
        before = wan.fingerprint(CANVAS)["code"]
        (repo / "wan/model.py").write_text("x = 2 ")
        assert wan.fingerprint(CANVAS)["code"] not in (before, None)

    def test_a_machine_without_wan_can_still_be_asked(self) -> None:
        found = WanGenerator(Settings.load()).fingerprint(CANVAS)
        assert (found["code"], found["checkpoint"]) == (None, None)


def test_a_received_project_cannot_say_what_wan_runs() -> None:
    project = parse("settings:\n  wan: {python: /tmp/evil}\n", "project.yaml")
    with pytest.raises(Problems, match=r"settings\.wan: can name programs"):
        Settings.load(project)


def test_requests_travel_with_their_gpus_and_rungs(directory: Path) -> None:
    asked = replace(request(directory, gpus=2), rung=1)
    assert type(asked).from_json(json.loads(json.dumps(asked.to_json()))) == asked
