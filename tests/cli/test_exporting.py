"""Handing the film over at the command line: without an engine, never over a file of the person's."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from urllib.parse import unquote

import av
import psutil


def test_export_copies_the_film_or_a_range_without_an_engine_and_never_over_a_named_file(person, monkeypatch):
    person.finishes(2)
    person.has_no_engine()
    for name, why in (("gone.mp3", "the project holds no such file"), ("../a.mp3", "not a path inside")):
        monkeypatch.setenv("LONGVID_FILM__AUDIO", name)
        assert why in person.types("export", person.film).err
    monkeypatch.delenv("LONGVID_FILM__AUDIO")
    for name, why in (
        ("C2PA__KEY", "Only one of c2pa.certificate and c2pa.key"),
        ("FILM__UPSCALER", "no upscaler"),
    ):
        monkeypatch.setenv(f"LONGVID_{name}", "nothing")
        assert why in person.types("export", person.film).err
        monkeypatch.delenv(f"LONGVID_{name}")
    for wrong, why in (
        (("--to", "gif"), "'--to': 'gif' is not one of 'mp4'"),
        *((("--range", part), "this film has s1-s2") for part in ("s1-s9", "k1-k2", "s2-s1", "")),
        # in this place an edit list would take that of its own clip
        (("--to", "edl", "-o", person.folder / "cut.mp4"), "writes .edl, not cut.mp4: name it cut.edl"),
    ):
        refused = person.types("export", person.film, *wrong)
        assert refused.code == 2
        assert why in refused.err
    assert not (person.folder / "cut.mp4").exists()
    target = person.folder / "out.mp4"
    assert person.types("export", person.film, "-o", target).code == 0
    assert target.read_bytes() == (person.film / "film.mp4").read_bytes()
    assert person.types("export", person.film, "-o", target).code == 1
    for place, why in (("no/a.mp4", "There is no folder"), (f"{'a' * 300}.mp4", "cannot be written")):
        assert why in person.types("export", person.film, "-o", person.folder / place).err

    said = person.types("export", person.film, "--range", "s2", "--json").json
    assert said == {"path": str(person.film / "exports" / "film-s2.mp4")}
    with av.open(said["path"]) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == 80
        assert clip.metadata["comment"].startswith("AI generated")
        assert clip.metadata["digital_source_type"].endswith("/trainedAlgorithmicMedia")

    edit_lists_bring_their_clip_and_spare_others(person)
    plan = person.film / "project.yaml"
    plan.write_text(re.sub(r"(?m)^title: .*", "title: Another", plan.read_text()))
    assert "film.mp4 is still the one before" in person.types("export", person.film).err
    (person.film / "film.mp4").unlink()
    (person.film / "film.mp4").write_bytes(b"no film")
    assert "still" not in person.types("export", person.film).err
    assert not person.types("engine", "status", "--json").json["running"]


def test_a_closed_terminal_ends_an_export_with_all_its_processes(person, monkeypatch):
    person.finishes(2)
    monkeypatch.setenv("LONGVID_FILM__FPS", "60")

    def hang_up() -> None:
        while not encoders():
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGHUP)

    threading.Thread(target=hang_up, daemon=True).start()
    ended = person.types("export", person.film, "--to", "prores")
    assert ended.code == 130
    assert "the export was not written" in ended.err
    end = time.monotonic() + 10
    while encoders():
        assert time.monotonic() < end, "what was told to end is still there"
        time.sleep(0.02)
    assert list((person.film / "exports").iterdir()) == []


def encoders() -> list[psutil.Process]:
    """Processes of ffmpeg that this one started to write an export."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if any(".longvid-" in word for word in cmdline(child))]


def cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def edit_lists_bring_their_clip_and_spare_others(person):
    target = person.folder / "cut one.otio"
    said = person.types("export", person.film, "--to", "otio", "-o", target, "--json").json
    assert said == {"path": str(target), "media": str(person.folder / "cut one.mp4")}
    clips = json.loads(target.read_text())["tracks"]["children"][0]["children"]
    for clip in clips:
        urls = [unquote(reference["target_url"]) for reference in clip["media_references"].values()]
        assert urls[0] == "cut one.mp4"
        assert all((person.folder / url).is_file() for url in urls)
    listed = person.types("export", person.film, "--to", "edl", "-o", person.folder / "cut one.edl")
    assert listed.code == 0
    assert "16 frames a second" in listed.err
    (person.folder / "other.mp4").write_bytes(b"mine")
    spared = person.types("export", person.film, "--to", "edl", "-o", person.folder / "other.edl")
    assert spared.code == 1
    assert "other.mp4 is in the place" in spared.err
    assert (person.folder / "other.mp4").read_bytes() == b"mine"


def test_the_storyboard_is_there_before_the_film_and_all_else_waits_for_it(person):
    person.starts(2)
    assert "There is no plan yet" in person.types("export", person.film, "--to", "html").err
    assert "cannot be joined: there is no plan yet" in person.types("assemble", person.film).err
    person.types("run", person.film, "--until", "keyframes", "--yes")
    assert person.types("export", person.film, "--to", "sheet").code == 0
    page = person.types("export", person.film, "--to", "html")
    assert page.code == 0
    assert (person.film / "exports" / "film.html").read_text().count("data:image/jpeg") == 4
    waiting = person.types("export", person.film, "--to", "webp")
    assert waiting.code == 1
    assert "The film is not ready: waits for s1, s2" in waiting.err
