"""Who knows the token gets the film; everybody else, and every other path, gets nothing."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from growth import Studio, uris

from longvid_tui.playing.server import FilmServer


@pytest.fixture
def server(conformed: Path) -> Iterator[FilmServer]:
    with FilmServer(Studio(conformed, 3, 2).film) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def ask(
    server: FilmServer, name: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    path = name if name.startswith("/") else f"/{server.token}/{name}"
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request(method, path, headers={key.replace("_", "-"): value for key, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def test_page_playlist_and_film_are_there(server: FilmServer) -> None:
    status, headers, page = ask(server, "")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<title>&lt;b&gt;Film&lt;/b&gt;</title>" in page
    for name, kind in (
        ("player.js", "text/javascript; charset=utf-8"),
        ("player.css", "text/css; charset=utf-8"),
    ):
        status, headers, _ = ask(server, name)
        assert (status, headers["content-type"]) == (200, kind)
    status, headers, playlist = ask(server, "film.m3u8")
    assert (status, headers["content-type"]) == (200, "application/vnd.apple.mpegurl")
    for name in uris(playlist.decode()):
        status, headers, data = ask(server, name)
        assert (status, headers["content-type"]) == (200, "video/mp4")
        assert data[4:8] == b"moof"


@pytest.mark.parametrize(
    "path",
    ["/", "/film.m3u8", "/wrong/film.m3u8", "//film.m3u8", "/%00/", "/{token}/../x", "/{token}/player.py"],
)
def test_without_the_token_and_elsewhere_there_is_nothing(server: FilmServer, path: str) -> None:
    assert ask(server, path.format(token=server.token))[0] == 404


def test_it_listens_on_this_machine_only_and_tokens_are_not_guessed(server: FilmServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert len(server.token) >= 20
    assert server.address == f"http://127.0.0.1:{server.server_port}/{server.token}/"


def test_the_page_may_load_only_what_is_its_own_and_tells_its_address_to_nobody(server: FilmServer) -> None:
    headers = ask(server, "")[1]
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_a_range_of_bytes_is_served_as_such(server: FilmServer) -> None:
    name = uris(ask(server, "film.m3u8")[2].decode())[0]
    whole = ask(server, name)[2]
    status, headers, part = ask(server, name, Range="bytes=4-7")
    assert (status, headers["content-range"], part) == (206, f"bytes 4-7/{len(whole)}", b"moof")
    assert ask(server, name, Range="bytes=4-")[2] == whole[4:]
    for odd in (
        "bytes=-5",
        "bytes=9-4",
        f"bytes={len(whole)}-",
        "lines=1-2",
        "bytes=\xb2-",
        f"bytes={'9' * 5000}-",
    ):
        assert ask(server, name, Range=odd)[0] == 200
    status, headers, nothing = ask(server, name, method="HEAD")
    assert (status, headers["content-length"], nothing) == (200, str(len(whole)), b"")


def test_a_browser_that_leaves_halfway_is_not_reported_to_the_terminal(
    server: FilmServer, capfd: pytest.CaptureFixture[str]
) -> None:
    def answering() -> bool:
        return any("process_request_thread" in thread.name for thread in threading.enumerate())

    with socket.create_connection(("127.0.0.1", server.server_port)) as leaving:
        leaving.sendall(f"GET /{server.token}/ HTTP/1.1\r\n".encode())
        while not answering():
            time.sleep(0.01)
        leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    while answering():
        time.sleep(0.01)
    assert capfd.readouterr().err == ""


def test_a_piece_that_was_taken_away_is_an_answer_not_a_crash(tmp_path: Path, conformed: Path) -> None:
    folder = tmp_path / "conformed"
    folder.mkdir()
    for path in conformed.iterdir():
        (folder / path.name).hardlink_to(path)
    with FilmServer(Studio(folder, 3, 2).film) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        names = uris(ask(server, "film.m3u8")[2].decode())
        (folder / "p2.mp4").unlink()
        assert ask(server, names[-1])[0] == 503
        assert ask(server, names[0])[0] == 200
        server.shutdown()
