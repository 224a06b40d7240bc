import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui import launch

REPORT = """
import json, os, sys
import neighbour
json.dump({"argv": sys.argv, "cwd": os.getcwd(), "path": sys.path[0], "name": __name__,
           "names": sorted(os.environ), "cmdline": open("/proc/self/cmdline").read()}, sys.stdout)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    folder = tmp_path / "their code"
    folder.mkdir()
    (folder / "neighbour.py").write_text("")
    (folder / "generate.py").write_text(REPORT)
    return folder / "generate.py"


def command(tmp_path: Path, script: Path, *argv: str, cwd: Path | None = None) -> list[str]:
    args = tmp_path / "args.json"
    args.write_text(json.dumps({"script": str(script), "argv": argv, "cwd": str(cwd) if cwd else None}))
    return [sys.executable, launch.__file__, str(args)]


def test_the_script_finds_itself_started_as_if_by_hand(tmp_path: Path, script: Path) -> None:
    argv = command(tmp_path, script, "--prompt=-x", "Ein Fuchs, 狐", cwd=script.parent)
    report = json.loads(subprocess.run(argv, stdout=subprocess.PIPE, check=True).stdout)
    assert report["argv"] == [str(script), "--prompt=-x", "Ein Fuchs, 狐"]
    assert report["cwd"] == report["path"] == str(script.parent)
    assert report["name"] == "__main__"


def test_a_prompt_longer_than_an_argument_can_be_arrives_and_shows_in_no_process_list(
    tmp_path: Path, script: Path
) -> None:
    prompt = "a fox crosses the snow " * 13_000
    argv = command(tmp_path, script, f"--prompt={prompt}")
    report = json.loads(subprocess.run(argv, stdout=subprocess.PIPE, check=True).stdout)
    assert report["argv"][1] == f"--prompt={prompt}"
    assert "fox" not in report["cmdline"]


def test_foreign_code_sees_no_secret(tmp_path: Path, script: Path) -> None:
    secret = {"OPENAI_API_KEY": "x", "HF_TOKEN": "x", "aws_secret_access_key": "x", "PGPASSWORD": "x"}
    result = subprocess.run(
        command(tmp_path, script),
        env={**os.environ, **secret, "PLAIN": "x"},
        stdout=subprocess.PIPE,
        check=True,
    )
    names = json.loads(result.stdout)["names"]
    assert "PLAIN" in names
    assert not set(secret) & set(names)


@pytest.mark.parametrize(
    "name", ["OPENAI_API_KEY", "HF_TOKEN", "GH_TOKEN", "S3_SECRET", "DB_PASSWORD_FILE", "Stability_Key"]
)
def test_names_of_secrets_are_recognised(name: str) -> None:
    assert launch.is_secret(name)


@pytest.mark.parametrize("name", ["TOKENIZERS_PARALLELISM", "KEYBOARD", "CUDA_VISIBLE_DEVICES", "PATH"])
def test_settings_that_resemble_secrets_stay(name: str) -> None:
    assert not launch.is_secret(name)


@given(st.text(alphabet="ABCz_09", max_size=8))
def test_anything_that_ends_as_a_key_is_a_secret(stem: str) -> None:
    assert launch.is_secret(f"{stem}_KEY")


def test_the_exit_code_of_the_script_is_the_exit_code(tmp_path: Path, script: Path) -> None:
    script.write_text("raise SystemExit(7)")
    assert subprocess.run(command(tmp_path, script), check=False).returncode == 7


def test_a_hanging_script_shows_the_stacks_of_all_its_threads(tmp_path: Path, script: Path) -> None:
    script.write_text(
        "import threading, time\n"
        "def wait_for_nccl(): time.sleep(60)\n"
        "threading.Thread(target=wait_for_nccl, daemon=True).start()\n"
        "print('up', flush=True)\n"
        "def sample(): time.sleep(60)\n"
        "sample()\n"
    )
    stacks = tmp_path / "stacks"
    with stacks.open("wb") as file:
        process = subprocess.Popen(command(tmp_path, script), stdout=subprocess.PIPE, stderr=file)
    with process:
        assert process.stdout
        process.stdout.readline()
        deadline = time.monotonic() + 10
        while not ("in sample" in (text := stacks.read_text()) and "in wait_for_nccl" in text):
            assert process.poll() is None, "the signal ended the script"
            assert time.monotonic() < deadline, text
            process.send_signal(signal.SIGUSR1)
            time.sleep(0.05)
        process.kill()
