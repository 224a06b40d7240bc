"""One ffmpeg is chosen by a plain rule, run in a clean room, and ended when it is told to."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from longvid_tui.media.errors import FfmpegFailed
from longvid_tui.media.ffmpeg import ENCODERS, FILTERS, Ffmpeg, capabilities, find_ffmpeg, run_ffmpeg

TEST_PICTURE = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=16"]
NOWHERE = ["-f", "null", "-"]


def program(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def speaking(path: Path, version: str, encoders: tuple[str, ...] = ENCODERS) -> Path:
    """A program that answers about itself as ffmpeg does."""
    listed = "\n".join(f" V..... {name} words" for name in encoders)
    filters = "\n".join(f" ... {name} V->V words" for name in FILTERS)
    return program(
        path,
        f'case "$*" in\n*-version*) echo "ffmpeg version {version} Copyright";;\n'
        f"*-encoders*) echo '{listed}';;\n*-filters*) echo '{filters}';;\nesac",
    )


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a system's ffmpeg would stand."""
    monkeypatch.delenv("LONGVID_FFMPEG", raising=False)
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder / "ffmpeg"


def test_the_environment_comes_before_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: Path
) -> None:
    speaking(on_path, "8.1")
    named, configured = speaking(tmp_path / "named", "n7.0.2-3"), speaking(tmp_path / "configured", "6.1")
    assert find_ffmpeg(str(configured)) == Ffmpeg(str(configured), "6.1")
    monkeypatch.setenv("LONGVID_FFMPEG", str(named))
    assert find_ffmpeg(str(configured)) == Ffmpeg(str(named), "7.0.2-3")


@pytest.mark.parametrize(
    ("version", "encoders", "used"),
    [("8.1", ENCODERS, True), ("6.0", ENCODERS, True), ("5.1.9", ENCODERS, False), ("8.1", ("aac",), False)],
)
def test_the_systems_ffmpeg_is_used_when_it_can_do_the_work(
    on_path: Path, version: str, encoders: tuple[str, ...], used: bool
) -> None:
    speaking(on_path, version, encoders)
    assert (find_ffmpeg().path == str(on_path)) is used


def test_the_bundled_ffmpeg_can_do_the_work(on_path: Path) -> None:
    bundled = find_ffmpeg()
    assert "imageio_ffmpeg" in bundled.path
    assert {*ENCODERS, *FILTERS} <= capabilities(bundled)


def test_what_is_no_ffmpeg_is_refused_with_the_next_step(tmp_path: Path, on_path: Path) -> None:
    mute = program(tmp_path / "mute", "exit 0")
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o755)
    for path in (tmp_path / "absent", mute, broken):
        with pytest.raises(FfmpegFailed, match=r"correct ffmpeg\.path or LONGVID_FFMPEG") as caught:
            find_ffmpeg(str(path))
        assert str(path) in str(caught.value)


def test_progress_is_told_in_frames(tmp_path: Path) -> None:
    seen: list[int] = []
    run_ffmpeg(find_ffmpeg(), [*TEST_PICTURE, "-frames:v", "80", *NOWHERE], on_progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 80


def test_a_failure_ends_with_what_ffmpeg_said_last(tmp_path: Path) -> None:
    with pytest.raises(FfmpegFailed, match="No such file or directory") as caught:
        run_ffmpeg(find_ffmpeg(), ["-i", str(tmp_path / "absent.mp4"), *NOWHERE])
    assert "\n" not in str(caught.value)


def test_a_silent_failure_names_the_exit_code(tmp_path: Path) -> None:
    with pytest.raises(FfmpegFailed, match="exit code 3"):
        run_ffmpeg(Ffmpeg(str(program(tmp_path / "ffmpeg", "exit 3")), "9"), [])


def test_much_talk_does_not_stall_it(tmp_path: Path) -> None:
    talker = program(tmp_path / "ffmpeg", "head -c 3000000 /dev/zero | tr '\\0' 'x' >&2; echo progress=end")
    run_ffmpeg(Ffmpeg(str(talker), "9"), [])


@pytest.mark.parametrize("ask", [lambda it: run_ffmpeg(it, []), capabilities])
def test_no_key_reaches_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Ffmpeg], object]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("HARMLESS", "1")
    ask(Ffmpeg(str(program(tmp_path / "ffmpeg", f"env > {tmp_path}/env; cat")), "9"))
    told = (tmp_path / "env").read_text()
    assert "HARMLESS" in told
    assert "sk-secret" not in told


ENDLESS = ["-re", *TEST_PICTURE, *NOWHERE]


def test_it_ends_when_its_caller_breaks_off(tmp_path: Path) -> None:
    def interrupt(frame: int) -> None:
        raise KeyboardInterrupt

    def children() -> set[str]:
        return set(Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text().split())

    before = children()  # other tests of this process have left some
    with pytest.raises(KeyboardInterrupt):
        run_ffmpeg(find_ffmpeg(), ENDLESS, on_progress=interrupt)
    assert children() <= before
