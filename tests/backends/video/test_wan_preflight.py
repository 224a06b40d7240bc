"""What is found out about an installation before any GPU time is spent."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from wan_film import CANVAS, request, wan_double, wan_settings

from longvid_tui.backends.contract import Check, Misconfigured
from longvid_tui.backends.video.wan import WanGenerator, WarmWanGenerator, memory
from longvid_tui.engine.prefetching import Prefetch
from longvid_tui.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[2] / "doubles" / "nvml"))

from fake_nvml import FakeBox, build

GB = 2**30


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    return wan_double.install(tmp_path / "wan")


def checks(installed: dict[str, Any], **settings: Any) -> dict[str, Check]:
    found = WanGenerator(wan_settings(installed, **settings)).checks()
    assert all("\n" not in check.sentence for check in found)
    return {check.name: check for check in found}


def test_a_good_installation_is_described(installed: dict[str, str]) -> None:
    found = checks(installed)
    for name in ("wan repository", "wan python", "wan flf2v", "wan i2v"):
        assert found[name].ok, found[name]
    assert found["wan repository"].sentence.startswith("Wan2.1 code ")
    assert "Python 3." in found["wan python"].sentence
    assert "weights at" in found["wan flf2v"].sentence


def test_nothing_configured_is_one_finding_that_says_what_to_set() -> None:
    [found] = WanGenerator(Settings.load()).checks()
    assert not found.ok
    assert "wan.repo" in found.sentence


def test_a_clone_is_named_by_its_commit(installed: dict[str, str], tmp_path: Path) -> None:
    repo = Path(shutil.copytree(wan_double.REPO, tmp_path / "repo"))
    git = repo / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text(f"# pack-refs\n{'9737cba9' * 5} refs/heads/main\n")
    settings = {**installed, "wan.repo": str(repo)}
    assert checks(settings)["wan repository"].sentence == f"Wan2.1 9737cba99737 at {repo}"
    (git / "HEAD").write_text("ab12" * 10)
    assert "ab12ab12ab12" in checks(settings)["wan repository"].sentence


def test_a_folder_that_is_no_checkout_is_named(installed: dict[str, str], tmp_path: Path) -> None:
    found = checks({**installed, "wan.repo": str(tmp_path)})["wan repository"]
    assert not found.ok
    assert "lacks generate.py" in found.sentence
    found = checks({**installed, "wan.repo": f"{wan_double.REPO}/generate.py"})["wan repository"]
    assert found.sentence.startswith(f"{wan_double.REPO}/generate.py is no folder: set wan.repo to")


def test_packages_that_are_missing_are_named(installed: dict[str, str], tmp_path: Path) -> None:
    lacking = tuple(name for name in wan_double.PACKAGES if name not in ("easydict", "flash_attn"))
    python = wan_double.interpreter(tmp_path / "bare", lacking)
    found = checks({**installed, "wan.python": str(python)})["wan python"]
    assert not found.ok
    assert "lacks easydict, flash_attn" in found.sentence


UNFIT = """raise ImportError("flash_attn_2_cuda.so: undefined symbol:\\n_ZN3c105ErrorC2E")"""


@pytest.mark.parametrize(
    ("package", "code", "words"),
    [
        (
            "flash_attn",
            UNFIT,
            "cannot import flash_attn (ImportError: flash_attn_2_cuda.so: undefined symbol: _ZN3c105ErrorC2E): "
            "install one that is built for torch 2.9.0+cu128",
        ),
        (
            "torch",
            "raise OSError('libcublas.so.12: cannot open')",
            "cannot import torch (OSError: libcublas.so.12",
        ),
        (
            "torch",
            "__version__ = '2.9.0+cpu'\nclass version: cuda = None",
            "has torch 2.9.0+cpu, which was built without CUDA: install one that was not",
        ),
    ],
)
def test_what_is_installed_and_cannot_film_is_said_with_its_reason(
    installed: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    code: str,
    words: str,
) -> None:
    (tmp_path / "first" / package).mkdir(parents=True)
    (tmp_path / "first" / package / "__init__.py").write_text(code)
    wrapped = Path(installed["wan.python"])
    wrapped.write_text(wrapped.read_text().replace('PYTHONPATH="', f'PYTHONPATH="{tmp_path}/first:'))
    found = checks(installed)["wan python"]
    assert not found.ok
    assert words in found.sentence


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (None, "cannot be run"),
        ("#!/bin/sh\necho broken >&2; exit 3\n", "does not run (broken)"),
        ("#!/bin/sh\necho hello\n", "is no Python"),
    ],
)
def test_an_interpreter_that_does_not_answer_is_said_so(
    installed: dict[str, str], tmp_path: Path, script: str | None, words: str
) -> None:
    python = tmp_path / "other-python"
    if script:
        python.write_text(script)
        python.chmod(0o755)
    found = checks({**installed, "wan.python": str(python)})["wan python"]
    assert not found.ok
    assert words in found.sentence


def test_no_key_reaches_the_interpreter(
    installed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    python = tmp_path / "other-python"
    python.write_text(f"#!/bin/sh\nenv > {tmp_path}/env\n")
    python.chmod(0o755)
    checks({**installed, "wan.python": str(python)})
    assert "sk-secret" not in (tmp_path / "env").read_text()


def test_a_film_whose_folder_holds_modules_runs_none_of_them(
    installed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "flash_attn.py").write_text("open('ran', 'w')")
    monkeypatch.chdir(tmp_path)
    assert checks(installed)["wan python"].ok
    assert not (tmp_path / "ran").exists()


def _lose(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _cut(folder: Path) -> None:
    (folder / "models_t5_umt5-xxl-enc-bf16.pth").write_text("version https://git-lfs.github.com/spec/v1")


def _tear(folder: Path) -> None:
    shard = folder / "diffusion_pytorch_model-00005-of-00007.safetensors"
    os.truncate(shard, shard.stat().st_size - 1)


def _tear_archive(folder: Path) -> None:
    vae = folder / "Wan2.1_VAE.pth"
    os.truncate(vae, vae.stat().st_size - 1)


def _overwrite(folder: Path) -> None:
    (folder / "diffusion_pytorch_model-00005-of-00007.safetensors").write_bytes(b"<html>" * (1 << 18))


def _no_tokenizer(folder: Path) -> None:
    shutil.rmtree(folder / "google/umt5-xxl")


def _another_model(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "i2v"}))


def _torn_index(folder: Path) -> None:
    (folder / "diffusion_pytorch_model.safetensors.index.json").write_text('{"weight_map": {"a": ')


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (shutil.rmtree, "does not exist"),
        (_lose("diffusion_pytorch_model-00003-of-00007.safetensors"), "lacks diffusion_pytorch_model-00003"),
        (_lose("Wan2.1_VAE.pth"), "lacks Wan2.1_VAE.pth"),
        (_cut, "pointers to them (Git LFS) in models_t5"),
        (_tear, "holds only a part, as of a download that was cut off, of diffusion_pytorch_model-00005"),
        (_tear_archive, "holds only a part, as of a download that was cut off, of Wan2.1_VAE.pth"),
        (_overwrite, "holds only a part, as of a download that was cut off, of diffusion_pytorch_model-00005"),
        (_no_tokenizer, "lacks the tokenizer google/umt5-xxl"),
        (_another_model, "holds weights for i2v, not for flf2v"),
        (_lose("config.json"), "has no config.json"),
        (_torn_index, "index.json, or it is damaged"),
    ],
)
def test_what_is_wrong_with_the_weights_is_said_before_they_are_loaded(
    installed: dict[str, str], tmp_path: Path, harm: Callable[[Path], None], words: str
) -> None:
    harm(Path(installed["wan.checkpoints.flf2v"]))
    found = checks(installed)["wan flf2v"]
    assert not found.ok
    assert words in found.sentence
    assert "wan.checkpoints.flf2v to a whole download of Wan2.1-FLF2V-14B-720P" in found.sentence
    for generator in (WanGenerator, WarmWanGenerator):
        with pytest.raises(Misconfigured) as refused:
            generator(wan_settings(installed)).command(request(tmp_path / "s1"))
        assert str(refused.value) == f"{found.sentence}."


@contextmanager
def _an_account() -> Iterator[Path]:
    """A folder of an account that files can be kept from: from root none can."""
    if os.geteuid() == 0:
        try:
            os.setresuid(65534, 65534, 0)
        except OSError:
            pytest.skip("there is no account but root")
    try:
        with TemporaryDirectory(dir="/tmp") as folder:  # that of root may be root's alone
            yield Path(folder)
    finally:
        if os.getresuid()[2] == 0:
            os.setresuid(0, 0, 0)


def test_what_this_account_may_not_read_is_said_and_fails_nothing_else(
    installed: dict[str, str], tmp_path: Path
) -> None:
    WanGenerator(wan_settings(installed)).command(
        request(tmp_path / "s1")
    )  # all modules are there before root goes
    paths = {"wan.python": "/bin/sh", "wan.checkpoints.i2v": None}
    repo, weights = "wan/image2video.py", "models_t5_umt5-xxl-enc-bf16.pth"
    with _an_account() as folder:
        for name in ("generate.py", "wan/__init__.py", "wan/first_last_frame2video.py", repo):
            (folder / "repo" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "repo" / name).touch()
        paths["wan.repo"] = str(folder / "repo")
        paths["wan.checkpoints.flf2v"] = str(wan_double.checkpoint(folder / "flf2v", "flf2v"))
        wan = WanGenerator(wan_settings(paths))
        for kept, words in (
            (folder / "repo" / repo, f"repo has a {repo} that this account may not read (its owner"),
            (
                folder / "repo",
                "repo may not be read by this account (its owner can let it: `chmod -R a+rX`): set wan",
            ),
            (folder / "flf2v" / weights, f"flf2v has a {weights} that this account may not read"),
            (folder / "flf2v", "flf2v may not be read by this account"),
        ):
            mode = kept.stat().st_mode
            kept.chmod(0)
            with pytest.raises(Misconfigured, match=re.escape(words)):
                wan.command(request(folder / "s1"))
            wan.fingerprint(CANVAS)
            assert Prefetch().begin(wan.weights(), spare=math.inf) == 0
            kept.chmod(mode)
        wan.command(request(folder / "s1"))


def test_i2v_may_be_absent_and_what_that_means_is_said(installed: dict[str, Any]) -> None:
    found = checks({**installed, "wan.checkpoints.i2v": None})["wan i2v"]
    assert found.ok
    assert "needs a last keyframe" in found.sentence


@pytest.mark.parametrize(
    ("gpus", "size", "fits"),
    [(1, 80, "1"), (8, 80, "1, 2, 4, 8"), (8, 48, "4, 8"), (8, 40, "8"), (2, 48, None), (8, 24, None)],
)
def test_gpu_memory_decides_over_how_many_a_segment_may_be_split(
    gpus: int, size: int, fits: str | None
) -> None:
    found = memory.gpu_check([size * GB] * gpus, "")
    assert found.ok == (fits is not None)
    assert f"fits on {fits} of them" in found.sentence if fits else "77 GB on 1" in found.sentence


def test_gpus_that_cannot_film_do_not_count_and_say_why(tmp_path: Path) -> None:
    box = FakeBox(tmp_path / "box", build(tmp_path))
    look = "from longvid_tui.backends.video.wan.preflight import gpus; print(gpus()[1].sentence)"
    for lines, words in (
        (("gpus 2", "1.mig 1", f"*.memory_total {48 * GB}"), "1 GPU of 48 GB: 1280x720 needs 77 GB on 1"),
        (
            ("1.mig 0", "0.name T400", f"0.memory_total {4 * GB}", f"1.memory_total {80 * GB}"),
            "1 GPU of 80 GB: a",
        ),
        (
            ("0.mig 1", "1.mig 1"),
            "No GPU can film (GPU 0: split into MIG slices; `nvidia-smi -i 0 -mig 0` joins them",
        ),
        (("gpus 0",), "The NVIDIA driver finds no GPU; Wan films on NVIDIA GPUs only"),
    ):
        box.says(*lines)
        seen = subprocess.run(
            [sys.executable, "-c", look], env=box.environment, check=True, capture_output=True, text=True
        )
        assert words in seen.stdout


@pytest.mark.parametrize(
    ("available", "gpus", "ok", "words"),
    [
        (280, 8, True, "8 processes can load"),
        (80, 8, True, "2 processes can load at once, of 8"),
        (75, 8, True, "at once, of 8, and a segment on one GPU needs 80 GB, where its model waits"),
        (80, 1, True, "1 process can load"),
        (64, 1, False, "and a segment on one GPU needs 80 GB, where its model waits: free some"),
        (16, 1, False, "each process needs 34 GB to load: free some"),
    ],
)
def test_host_memory_decides_how_many_can_load_at_once(available: int, gpus: int, ok: bool, words: str) -> None:
    found = memory.host_check(available * GB, gpus, alone_gb=80.0)
    assert found.ok == ok
    assert words in found.sentence
