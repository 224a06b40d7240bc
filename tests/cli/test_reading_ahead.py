"""While keyframes are painted and wait for approval: what filming lacks is told, its weights are read ahead.

With --yes nobody is asked, so nothing is bought where no GPU could film it.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles" / "wan"))

import wan_double


def test_with_yes_no_picture_is_bought_where_no_gpu_could_film_it(person):
    person.starts(1)
    person.edits("video: quick", "video: wan-small")
    refused = person.types("run", person.film, "--yes")
    assert refused.code == 1
    assert "k1-k2 failed: No GPU can be used (No NVIDIA d" in refused.err
    assert "No picture is bought for that: `run --until keyframes` buys them all the same." in refused.err
    assert person.status()["spent_usd"] == 0.0
    assert person.types("run", person.film, "--until", "keyframes", "--yes").code == 0
    assert person.status()["spent_usd"] == 0.02


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
