"""A plugin's process makes the clip, is listened to, gets no key, and its end is told in one sentence."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import ClassVar

import pytest

from longvid_tui.backends.contract import (
    Check,
    Command,
    Crashed,
    Fingerprint,
    Finisher,
    FinishRequest,
    Misconfigured,
    Progress,
)
from longvid_tui.engine.finishers import model_of
from longvid_tui.exporting.finish import Wanted


class Scripted:
    """Runs a line of Python with the request as `args`."""

    name: ClassVar[str] = "scripted"
    learned: ClassVar[bool] = True

    def __init__(self, script: str, program: str = sys.executable) -> None:
        self._argv = (program, "-c", f"import json, os, sys; args = json.load(open(sys.argv[1])); {script}")

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name}

    def command(self, request: FinishRequest) -> Command:
        return Command((*self._argv, "{args}"), args=request.to_json(), env={"SAID": "yes"})

    def read_progress(self, line: str) -> Progress | None:
        done, _, total = line.partition("/")
        return Progress("make", int(done), int(total)) if total else None

    def checks(self) -> list[Check]:
        return []


def make(folder: Path, script: str, **program: str) -> list[int]:
    told: list[int] = []
    finisher = Scripted(script, **program)
    assert isinstance(finisher, Finisher)
    wanted = Wanted(folder / "clip.mp4", folder / "out.mov", 40, 24, (64, 32))
    model_of("scripted", finisher).make(wanted, told.append)
    return told


def test_it_gets_the_request_no_key_and_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    told = make(
        tmp_path,
        "open(args['out'], 'w').write(str([args['frames'], args['width'], os.environ['SAID'], "
        "'OPENAI_API_KEY' in os.environ, oct(os.stat(sys.argv[1]).st_mode)[-3:]])); "
        "print('1/4\\r2/4'); print('20/0'); print('loading')",
    )
    assert told == [10, 20, 20]
    assert (tmp_path / "out.mov").read_text() == "[40, 64, 'yes', False, '600']"


def test_its_last_words_are_repeated_when_it_fails(tmp_path: Path) -> None:
    with pytest.raises(Crashed, match=r"scripted ended with exit code 3 \(no weights\): correct its settings"):
        make(tmp_path, "print('no weights'); print(); sys.exit(3)")
    with pytest.raises(Misconfigured, match="scripted cannot be run"):
        make(tmp_path, "", program=str(tmp_path / "nothing"))


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    child = f"{sys.executable} -c 'import time; time.sleep(60)' >{tmp_path / 'log'} 2>&1 & echo $!"
    make(tmp_path, f"import subprocess; print(subprocess.getoutput({child!r}), file=open(args['out'], 'w'))")
    pid = int((tmp_path / "out.mov").read_text())
    assert not runs(pid)


def runs(pid: int) -> bool:
    """Whether it still does, some moments later: a killed one may still be waited for by its new parent."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.02)
    return True
