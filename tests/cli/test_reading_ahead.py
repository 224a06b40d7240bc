"""While keyframes are painted and wait for approval: what filming lacks is told, its weights are read ahead."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles" / "wan"))

import wan_double


def test_weights_are_read_ahead_once_the_plan_is_approved_unless_that_is_off(person, monkeypatch):
    for name, value in wan_double.install(person.folder / "wan").items():
        monkeypatch.setenv(f"LONGVID_{name.upper().replace('.', '__')}", value)
    person.starts(1)
    person.edits("video: quick", "video: wan-small")
    person.edits("canvas: 128x64", "canvas: 832x464")
    assert "weights" not in person.types("plan", person.film).err
    person.types("approve", person.film, "plan")
    waiting = person.types("run", person.film)
    assert waiting.code == 3
    assert "Filming is not ready here: No NVIDIA d" in waiting.err
    assert "Reading 0.0 GB of weights into free memory meanwhile." in waiting.err
    person.types("engine", "stop")
    monkeypatch.setenv("LONGVID_WAN__PREFETCH", "false")
    assert "weights" not in person.types("run", person.film).err
    assert "Filming" not in person.types("run", person.film, "--until", "keyframes").err
