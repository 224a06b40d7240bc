"""Where a service is asked, and what a server of the person's is given."""

from __future__ import annotations

import pytest

from longvid_tui.backends.contract import BadKey
from longvid_tui.backends.endpoint import Endpoint, is_near
from longvid_tui.settings import Settings

OFFICIAL = "https://api.openai.com/v1"


def at(url: str) -> Endpoint:
    return Endpoint("openai", "planner", OFFICIAL, url)


@pytest.mark.parametrize(
    ("url", "ending", "title"),
    [
        (OFFICIAL, "0123", "OpenAI"),
        (f"{OFFICIAL}/", "0123", "OpenAI"),
        ("http://api.openai.com/v1", "4567", "The server at api.openai.com"),
        ("https://api.openai.com.example.org/v1", "4567", "The server at api.openai.com.example.org"),
        ("http://me:secret@127.0.0.1:8080/v1", "4567", "The server at 127.0.0.1:8080"),
    ],
)
def test_a_service_gets_its_key_at_its_own_address_alone(
    url: str, ending: str, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-belongs-to-openai-0123")
    monkeypatch.setenv("LONGVID_PLANNER_KEY", "sk-belongs-to-a-server-4567")
    check = at(url).check_key("planner key", Settings.load())
    assert (check.ok, check.sentence, at(url).title) == (True, f"set (ends ..{ending})", title)


def test_only_the_service_itself_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "LONGVID_PLANNER_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert at("http://127.0.0.1:8080/v1").key(Settings.load()) is None
    with pytest.raises(BadKey, match="There is no key for OpenAI: set OPENAI_API_KEY"):
        at(OFFICIAL).key(Settings.load())


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]:8080", True),
        ("http://192.168.1.7/v1", True),
        ("http://gpu-box:8000", True),
        ("http://models.internal/v1", True),
        ("https://8.8.8.8/v1", False),
        (OFFICIAL, False),
    ],
)
def test_nobody_sends_a_bill_from_a_private_network(url: str, near: bool) -> None:
    assert is_near(url) is near
