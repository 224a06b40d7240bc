"""`play` at the command line: an address with a token, the film behind it, no engine, ended with Ctrl-C."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import urlopen

import av
import pytest


def test_play_serves_the_very_frames_of_the_film_until_it_is_interrupted(person):
    person.finishes(2)
    person.has_no_engine()
    argv = [sys.executable, "-m", "longvid_tui", "play", str(person.film), "--json"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        said = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")
        playlist = urlopen(f"{said['address']}film.m3u8").read().decode()
        header = next(line.split('"')[1] for line in playlist.splitlines() if line.startswith("#EXT-X-MAP"))
        names = [header, *(line for line in playlist.splitlines() if line.endswith(".m4s"))]
        got = b"".join(urlopen(said["address"] + name).read() for name in names)
        with pytest.raises(HTTPError):
            urlopen(f"http://127.0.0.1:{said['port']}/film.m3u8")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert playlist.endswith("#EXT-X-ENDLIST\n")
    assert pictures(io.BytesIO(got)) == pictures(str(person.film / "film.mp4"))
    assert not person.types("engine", "status", "--json").json["running"]


def pictures(film) -> list[bytes]:
    with av.open(film, "r") as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]
