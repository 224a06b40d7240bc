"""`longvid-tui keys check`: which keys there are, without showing them."""

from __future__ import annotations

import json

import pytest

from longvid_tui.cli.app import run
from longvid_tui.keys import SERVICES, credentials_path

KEY = "sk-proj-0123456789abcdefghij-WXYZ"


@pytest.fixture(autouse=True)
def _one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for service in SERVICES.values():
        for name in service.variables:
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def test_it_says_set_or_unset_and_the_last_four_characters(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split(maxsplit=1) == ["openai", "set (ends ..WXYZ; environment OPENAI_API_KEY)"]
    assert lines[3].split(maxsplit=1) == ["flux", "unset (BFL_API_KEY)"]
    assert KEY[:20] not in "".join(lines)


def test_its_json_holds_no_key_either(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "check", "--json"]) == 0
    out = capsys.readouterr().out
    found = json.loads(out)
    assert (found["openai"]["set"], found["stability"]["set"]) == (True, False)
    assert KEY[:20] not in out


def test_a_file_that_others_can_read_fails_the_check_but_the_rest_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    credentials_path().parent.mkdir(parents=True)
    credentials_path().write_text(f"flux: {KEY}\n")
    credentials_path().chmod(0o644)
    assert run(["keys", "check"]) == 1
    out = capsys.readouterr().out
    assert "chmod 600" in out
    assert "set (ends ..WXYZ; environment OPENAI_API_KEY)" in out
    assert KEY[:20] not in out
