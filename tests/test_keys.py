"""Where keys come from, in which order, and how they are kept out of sight."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from longvid_tui import keys
from longvid_tui.redacting import key_shaped, redacted
from longvid_tui.settings import Settings
from longvid_tui.strict_yaml import Problems

KEY = "sk-proj-0123456789abcdefghij-WXYZ"


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for service in keys.SERVICES.values():
        for name in service.variables:
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def write_credentials() -> Callable[..., Path]:
    def write(text: str, mode: int = 0o600) -> Path:
        path = keys.credentials_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    return write


def with_command(command: str) -> Settings:
    return Settings.load(overrides={"openai.key_command": command})


def prints(key: str) -> str:
    return f"{sys.executable} -c \"print('{key}')\""


def test_nothing_set_is_no_key() -> None:
    assert keys.find("openai", Settings.load()) is None


def test_the_environment_comes_first_then_the_command_then_the_file(
    monkeypatch: pytest.MonkeyPatch, write_credentials: Callable[..., Path]
) -> None:
    path = write_credentials("openai: from-the-file-0123456789\n")
    settings = with_command(prints("from-the-command-0123"))
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    assert keys.locate("openai", settings).source == "environment OPENAI_API_KEY"
    monkeypatch.delenv("OPENAI_API_KEY")
    found = keys.locate("openai", settings)
    assert (found.source, found.key.get_secret_value()) == ("openai.key_command", "from-the-command-0123")
    found = keys.locate("openai", Settings.load())
    assert (found.source, found.key.get_secret_value()) == (str(path), "from-the-file-0123456789")


def test_an_empty_variable_is_no_key_and_googles_second_name_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", " ")
    monkeypatch.setenv("GOOGLE_API_KEY", "from-google-0123456789")
    assert keys.locate("gemini", Settings.load()).source == "environment GOOGLE_API_KEY"


def test_a_command_is_run_once_for_many_pictures(tmp_path: Path) -> None:
    log = tmp_path / "runs"
    script = tmp_path / "key.py"
    script.write_text(f"open({str(log)!r}, 'a').write('x'); print('{KEY}')")
    settings = with_command(f"{sys.executable} {script}")
    for _ in range(3):
        assert keys.find("openai", settings).get_secret_value() == KEY
    assert log.read_text() == "x"


@pytest.mark.parametrize(
    "command",
    [
        "/no/such/program",
        f"{sys.executable} -c 'raise SystemExit(1)'",
        f"{sys.executable} -c ''",
        "'unfinished",
    ],
)
def test_a_command_that_gives_no_key_is_named_and_its_output_is_not(command: str) -> None:
    with pytest.raises(Problems, match=r"openai\.key_command: .*: try it in a shell"):
        keys.find("openai", with_command(command))


def test_the_keyring_is_asked_where_its_package_is_installed(tmp_path: Path) -> None:
    package = tmp_path / "site" / "keyring"
    package.mkdir(parents=True)
    (package / "errors.py").write_text("class KeyringError(Exception): ...\n")
    (package / "__init__.py").write_text(
        "from keyring import errors\n"
        "def get_password(service, name):\n"
        "    if name == 'flux' and service == 'longvid-tui':\n"
        "        return 'from-the-keyring-0123456789'\n"
        "    raise errors.KeyringError('no such entry, or no keyring at all')\n"
    )
    command = [sys.executable, "-m", "longvid_tui", "keys", "check"]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "flux       set (ends ..6789; keyring)" in done.stdout
    assert "openai     unset" in done.stdout


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_credentials_file_that_others_can_read_is_refused(
    write_credentials: Callable[..., Path], mode: int
) -> None:
    path = write_credentials(f"openai: {KEY}\n", mode)
    with pytest.raises(Problems, match="others can read or change it: run chmod 600") as refused:
        keys.find("openai", Settings.load())
    assert str(path) in str(refused.value)
    assert KEY not in str(refused.value)


def test_a_credentials_file_that_is_a_link_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(f"openai: {KEY}\n")
    keys.credentials_path().parent.mkdir(parents=True)
    keys.credentials_path().symlink_to(elsewhere)
    with pytest.raises(Problems, match="make it a plain file of yours"):
        keys.find("openai", Settings.load())


def test_mistakes_in_the_credentials_file_are_named_by_line_without_the_key(
    write_credentials: Callable[..., Path],
) -> None:
    write_credentials(f"openai: {KEY}\nopenay: {KEY}\nstability: 12345678901234567890\n")
    with pytest.raises(Problems) as refused:
        keys.find("openai", Settings.load())
    assert [problem.line for problem in refused.value.problems] == [2, 3]
    assert KEY not in str(refused.value)


def test_a_key_is_never_in_a_repr() -> None:
    os.environ["OPENAI_API_KEY"] = KEY
    try:
        assert KEY not in repr(keys.locate("openai", Settings.load()))
    finally:
        del os.environ["OPENAI_API_KEY"]


def test_a_project_cannot_name_a_key_command_or_a_host() -> None:
    from longvid_tui.strict_yaml import parse

    for section in ("openai", "stability", "gemini", "flux", "planner"):
        project = parse(f"settings:\n  {section}:\n    base_url: https://evil.example\n", "project.yaml")
        with pytest.raises(Problems, match=r"project\.yaml:2:3: .*only your own settings\.yaml"):
            Settings.load(project=project)


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"use {KEY} for this",
        "sk-ant-api03-abcdefgh1jklmnopqrst",
        "AIza" + "SyA-1234567890abcdefghijklmnopqrstu",
        "hf_abcdefghijklmnopqrstuvwxyz0123456789",
        "AKIAIOSFODNN7EXAMPLE",
        'stability_api_key: "0123456789abcdefghij0123"',
        "api-key=0123456789abcdefghijklmn",
        "01234567-89ab-cdef-0123-456789abcdef:0123456789abcdef0123456789abcdef",
    ],
)
def test_what_looks_like_a_key_is_found_and_shown_by_its_ends_alone(text: str) -> None:
    found = key_shaped(text)
    assert found is not None
    assert len(found) == 10
    assert found[:4] in text
    assert found[-4:] in text


@pytest.mark.parametrize(
    "text",
    [
        "a risk-averse dog walks into a task-oriented-and-very-long-named bar",
        "the secret key of the castle: an old woman holds it, api or not",
        "keyframe k3: the token of love lies on the table",
        "#56B4E9 d41d8cd98f00b204e9800998ecf8427e 01234567-89ab-cdef-0123-456789abcdef",
        "sk-i-run-down-the-snowy-mountain-side",
    ],
)
def test_prose_hashes_and_ids_are_no_keys(text: str) -> None:
    assert key_shaped(text) is None


def test_a_refusal_that_echoes_the_key_is_redacted() -> None:
    short = "odd-but-known"
    text = f"Incorrect API key provided: {KEY}. Authorization: Bearer abcdefghijkl, x-key: mnopqrstuv, odd-but-known"
    clean = redacted(text, [short])
    for secret in (KEY, "abcdefghijkl", "mnopqrstuv", "odd-but-known"):
        assert secret not in clean
    assert clean.startswith("Incorrect API key provided: [key].")


def test_only_the_end_of_a_long_key_is_shown() -> None:
    assert keys.ending(SecretStr(KEY)) == "ends ..WXYZ"
    assert "abcd" not in keys.ending(SecretStr("abcd"))
