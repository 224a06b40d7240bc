"""The engine from outside: who may talk to it, what it answers, and what no client can do to it."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from doubles.answer import typed

from longvid_tui import client, wire
from longvid_tui.backends.contract import Command, Resident
from longvid_tui.client import Client, EngineGone
from longvid_tui.engine import residents
from longvid_tui.engine.processes import marked_pids
from longvid_tui.project.journal import Event, format_line
from longvid_tui.wire import WireError


def raw() -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(str(wire.socket_path()))
    connection.settimeout(10)
    return connection


def answer(connection: socket.socket, **message) -> dict:
    connection.sendall(wire.encode(message))
    return json.loads(connection.makefile("rb").readline())


HELLO = {"id": 1, "method": "hello", "params": {"protocol": [1, 1], "version": "0"}}


def wait_for(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def rests(engine: Client) -> dict:
    return next(message["params"] for message in engine.notices() if message["method"] == "rested")


def test_only_one_engine_lives_however_many_clients_start_it_at_once():
    with ThreadPoolExecutor(6) as pool:
        clients = list(pool.map(lambda _: client.engine(), range(6)))
    assert len({connected.engine["pid"] for connected in clients}) == 1
    for connected in clients[1:]:
        connected.close()
    client.dismiss(clients[0], keep_jobs=False)
    assert client.connect() is None


def test_socket_and_folder_belong_to_their_owner_alone(engine):
    assert stat.S_IMODE(wire.socket_path().lstat().st_mode) == 0o600
    assert stat.S_IMODE(wire.run_dir().stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0 for path in wire.run_dir().iterdir())


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_another_user_cannot_connect_nor_list(engine, tmp_path):
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/") and folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)  # the way there is open, the engine's own folder is not
    attempt = (
        "import os, socket, sys; os.setgid(65534); os.setuid(65534)\n"
        "for act in (lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[1]), lambda: os.listdir(os.path.dirname(sys.argv[1]))):\n"
        "    try: act(); print('in')\n"
        "    except PermissionError: print('refused')"
    )
    argv = [sys.executable, "-c", attempt, str(wire.socket_path())]
    said = subprocess.run(argv, capture_output=True, text=True, check=True, cwd="/").stdout.split()
    assert said == ["refused", "refused"]


def test_hello_comes_first_and_agrees_on_a_protocol(engine):
    with raw() as connection:
        assert answer(connection, id=1, method="status", params={})["error"]["message"] == "say hello first"
    with raw() as connection:
        newer = {"protocol": [7, 9], "version": "9"}
        assert answer(connection, id=1, method="hello", params=newer)["error"]["code"] == wire.OTHER_PROTOCOL
    with raw() as connection:
        assert answer(connection, **HELLO)["result"]["protocol"] == wire.PROTOCOL
        assert answer(connection, id=2, method="dance", params={})["error"]["code"] == wire.NO_METHOD
        assert (
            answer(connection, id=3, method="subscribe", params={"project": "film"})["error"]["code"]
            == wire.BAD_PARAMS
        )


def test_an_engine_of_another_protocol_is_told_of_and_made_to_leave():
    wire.private_dir(wire.run_dir())
    with socket.create_server(str(wire.socket_path()), family=socket.AF_UNIX) as door:
        theirs = threading.Thread(target=_speak, args=(door, 9, 3))
        theirs.start()
        refused = typed("engine", "status")
        assert (refused.code, "`longvid-tui engine restart` replaces it" in refused.err) == (1, True)
        with pytest.raises(EngineGone, match="another version"):
            client.engine()
        assert typed("engine", "stop").out == "stopped\n"
        theirs.join(timeout=10)


def _speak(door: socket.socket, protocol: int, times: int) -> None:
    """An engine of this protocol, for so many connections; the last asks it to leave."""
    for _ in range(times):
        peer, _address = door.accept()
        with peer, peer.makefile("rb") as lines:
            for line in lines:
                asked = wire.decode(line)
                lowest, highest = asked["params"].get("protocol", (protocol, protocol))
                refusal = {
                    "error": {"code": wire.OTHER_PROTOCOL, "message": f"this engine speaks protocol {protocol}"}
                }
                answer = {"result": {}} if lowest <= protocol <= highest else refusal
                peer.sendall(wire.encode({"id": asked["id"], **answer}))
                if asked["method"] == "leave":
                    break


def test_subscriber_gets_snapshot_missing_events_and_everything_after(engine, film):
    said = engine.ask("subscribe", project=str(film), from_seq=0)
    snapshot, events = said["snapshot"], said["events"]
    engine.ask("run", project=str(film), until="film", approve=True)
    seqs = [event["seq"] for event in events]
    for message in engine.notices():
        if message["method"] == "changed":
            snapshot = wire.apply(snapshot, message["params"]["change"])
        elif message["method"] == "events":
            seqs += [event["seq"] for event in message["params"]["events"]]
        elif message["method"] == "rested":
            break
    assert snapshot["report"]["film"]["status"] == "ready"
    assert snapshot["document"]["title"] == "Counted"
    with client.engine() as other:
        fresh = other.ask("subscribe", project=str(film), from_seq=0)
    assert fresh["snapshot"] == snapshot
    assert seqs == [event["seq"] for event in fresh["events"]] == list(range(1, len(seqs) + 1))


def test_a_project_is_one_however_it_is_called(engine, film):
    said = engine.ask("subscribe", project=f"{film}/../{film.name}", from_seq=0)
    assert engine.ask("subscribe", project=str(film), from_seq=0) == said
    assert [project["folder"] for project in engine.ask("status")["projects"]] == [str(film)]


def test_command_sent_twice_under_one_id_is_done_once(engine, film):
    engine.ask("subscribe", project=str(film))
    engine.ask("run", project=str(film), until="keyframes", approve=True)
    rests(engine)
    ask = {"project": str(film), "command": "retake", "params": {"targets": ["k1"]}, "req": "r1"}
    assert engine.ask("perform", **ask)["said"] == "to be made again"
    assert engine.ask("perform", **ask)["said"] == "done already"
    events = engine.ask("subscribe", project=str(film), from_seq=0)["events"]
    assert [event["data"]["req"] for event in events if event["kind"] == "retake"] == ["r1"]


def test_approval_of_something_else_than_was_seen_is_a_conflict_and_changes_nothing(engine, film):
    engine.ask("subscribe", project=str(film))
    engine.ask("run", project=str(film), until="plan")
    rests(engine)
    seen = {"targets": ["plan"], "seen": {"plan": "0" * 64}}
    with pytest.raises(WireError, match="changed since you looked") as refused:
        engine.ask("perform", project=str(film), command="approve", params=seen)
    assert refused.value.code == wire.CONFLICT
    assert not engine.ask("subscribe", project=str(film))["snapshot"]["report"]["plan"]["approved"]


def test_edit_of_an_older_document_is_a_conflict_and_nothing_is_lost(engine, film):
    said = engine.ask("subscribe", project=str(film))["snapshot"]
    mine = {**said["document"], "prompt": "Mine."}
    document = film / "project.yaml"
    document.write_text(document.read_text().replace("A test.", "Somebody else's."))
    edit = {"project": mine, "base": said["revision"]}
    with pytest.raises(WireError) as refused:
        engine.ask("perform", project=str(film), command="edit", params=edit)
    assert refused.value.code == wire.CONFLICT
    assert "Somebody else's." in document.read_text()
    fresh = engine.ask("subscribe", project=str(film))["snapshot"]
    edit = {"project": {**fresh["document"], "prompt": "Mine."}, "base": fresh["revision"]}
    assert engine.ask("perform", project=str(film), command="edit", params=edit)["said"] == "written"
    assert "Mine." in document.read_text()


def test_a_document_that_cannot_be_read_is_told_of_once(engine, film):
    engine.ask("subscribe", project=str(film))
    document = film / "project.yaml"
    texts: list[str] = []

    def told_of(fault: str) -> None:
        notices = (message["params"]["text"] for message in engine.notices() if message["method"] == "notice")
        while not any(fault in text for text in texts):
            texts.append(next(notices))

    text = document.read_text()
    document.write_text(text.replace("seed:", "sead:"))
    told_of("did you mean seed?")
    engine.ask("subscribe", project=str(film))
    document.write_text(text.replace("prompt:", "promt:"))
    told_of("did you mean prompt?")
    assert len([text for text in texts if "did you mean seed?" in text]) == 1


def test_two_projects_run_side_by_side(engine, make_film):
    films = [make_film(name, 1) for name in ("one", "two")]
    for root in films:
        engine.ask("subscribe", project=str(root))
        engine.ask("run", project=str(root), until="film", approve=True)
    resting = {rests(engine)["project"] for _ in films}
    assert resting == {str(root) for root in films}
    assert all((root / "film.mp4").exists() for root in films)


def test_a_project_is_let_go_once_it_was_moved_and_not_because_one_look_at_it_failed(engine, make_film):
    root = make_film("mount/film", 1)
    other = make_film("other", 1)

    def open_while_somebody_asks_for_another() -> list[str]:
        engine.ask("cancel", project=str(other), target="s1")
        return [each["folder"] for each in engine.ask("status")["projects"]]

    with client.engine() as onlooker:
        onlooker.ask("subscribe", project=str(root))
        onlooker.ask("run", project=str(root), until="keyframes")
        rests(onlooker)
    mount, away = root.parent, root.parent.with_name("away")
    mount.rename(away)
    mount.symlink_to(mount)  # every look fails, and not for want of the file
    assert open_while_somebody_asks_for_another() == [str(root)]
    mount.unlink()
    assert open_while_somebody_asks_for_another() == []


def test_removed_socket_comes_back(engine):
    wire.socket_path().unlink()
    wait_for(lambda: wire.socket_path().exists())
    with client.engine() as again:
        assert again.engine["pid"] == engine.engine["pid"]


def test_engine_hands_over_to_one_with_this_clients_surroundings_and_the_run_goes_on(engine, film, monkeypatch):
    monkeypatch.setenv("LONGVID_QUICK_SECONDS", "1")
    with client.engine(for_work=True) as slow:
        assert slow.engine["pid"] != engine.engine["pid"]
        slow.ask("run", project=str(film), until="film", approve=True)
        wait_for(lambda: '"k":"start"' in (film / "journal.jsonl").read_text())
    monkeypatch.setenv("LONGVID_QUICK_SECONDS", "0")
    with client.engine(for_work=True) as fresh:
        assert fresh.engine["pid"] != slow.engine["pid"]
        fresh.ask("subscribe", project=str(film))
        wait_for((film / "film.mp4").exists, 60)
    journal = (film / "journal.jsonl").read_text()
    assert journal.count('"k":"start"') == 2, journal


@pytest.mark.parametrize("keep_jobs", [True, False])
def test_resident_outlives_a_hand_over_and_ends_when_the_engine_is_stopped(engine, keep_jobs):
    asleep = Command(("sleep", "60"))
    resident = Resident(residents.home() / "asleep", ("GPU-0",), "a model", asleep)
    residents.keep(resident)
    marks = residents.marks()
    client.dismiss(engine, keep_jobs=keep_jobs)
    assert residents.marks() == (marks if keep_jobs else [])
    residents.dismiss()
    wait_for(lambda: not marked_pids(marks))


def test_idle_engine_leaves_by_itself(monkeypatch):
    monkeypatch.setenv("LONGVID_ENGINE_IDLE", "0.5")
    client.engine().close()
    wait_for(lambda: not wire.socket_path().exists())
    assert client.connect() is None


def test_rude_clients_are_cut_off_and_a_good_one_is_answered_throughout(engine):
    memory = psutil.Process(engine.engine["pid"])

    def rude(number: int) -> None:
        with raw() as connection:
            try:
                if number % 6 == 0:
                    connection.sendall(os.urandom(4000) + b"\n")
                elif number % 6 == 1:
                    connection.sendall(wire.encode(HELLO) + b"{" + b"x" * (10 << 20) + b"\n")
                elif number % 6 == 2:
                    connection.sendall(b'{"id": 1, "method": "hel')
                elif number % 6 == 3:
                    connection.sendall(wire.encode({**HELLO, "params": {"protocol": "x"}}))
                elif number % 6 == 4:
                    connection.sendall(wire.encode(HELLO) + wire.encode({"id": 5, "method": "run"}))
                connection.recv(100)
            except OSError:
                return

    rude(1)
    before = memory.memory_info().rss
    slowest = 0.0
    with ThreadPoolExecutor(25) as pool:
        busy = [pool.submit(rude, number) for number in range(50)]
        while not all(task.done() for task in busy):
            began = time.monotonic()
            engine.ask("status")
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.02)
    assert slowest < 5, "a rude client kept the engine from answering"
    assert memory.memory_info().rss < before + (40 << 20)


def test_a_long_journal_is_told_piece_by_piece_as_fast_as_it_is_read_and_then_what_happens(engine, film):
    happened = [
        Event(seq, 1.0, "retake", {"target": "s1", "note": f"{seq} " + "x" * 400}) for seq in range(1, 3001)
    ]
    (film / "journal.jsonl").write_bytes(b"".join(map(format_line, happened)))
    with raw() as slow:
        answer(slow, **HELLO)
        slow.sendall(
            wire.encode({"id": 2, "method": "subscribe", "params": {"project": str(film), "from_seq": 0}})
        )
        lines = slow.makefile("rb")
        told = [json.loads(lines.readline())["result"]["events"]]
        known = engine.ask("subscribe", project=str(film))["snapshot"]
        edited = {"project": known["document"] | {"title": "Another"}, "base": known["revision"]}
        engine.ask("perform", project=str(film), command="edit", params=edited)
        while told[-1][-1]["kind"] != "edit":
            message = json.loads(lines.readline())
            if message["method"] == "events":
                told.append(message["params"]["events"])
    assert max(map(len, told)) == 100
    assert [event["seq"] for events in told for event in events] == list(range(1, 3002))


def test_client_that_does_not_read_is_dropped_and_never_waited_for(engine, film):
    with raw() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(wire.encode(HELLO))
        deaf.sendall(wire.encode({"id": 2, "method": "subscribe", "params": {"project": str(film)}}))
        asked = b"".join(
            wire.encode({"id": n, "method": "subscribe", "params": {"project": str(film)}}) for n in range(400)
        )
        deaf.settimeout(0.2)
        dropped = False
        for _ in range(100):
            try:
                deaf.sendall(asked)
            except TimeoutError:
                break
            except OSError:
                dropped = True
                break
        engine.ask("status", within=5)
        assert dropped or psutil.Process(engine.engine["pid"]).memory_info().rss < 400 << 20


def test_why_an_engine_cannot_be_reached_is_in_its_log():
    wire.socket_path().mkdir(parents=True)
    wire.run_dir().chmod(0o700)
    with pytest.raises(EngineGone, match="its reason is at the end of"):
        client.engine()
    assert "IsADirectoryError" in (wire.state_dir() / "engine.log").read_text()


def test_a_state_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("LONGVID_STATE_DIR", str(tmp_path / "file" / "state"))
    with pytest.raises(EngineGone, match=r"file cannot be written \(.+ LONGVID_STATE_DIR"):
        client.engine()


def test_a_run_goes_on_where_orders_cannot_be_remembered(engine, film):
    (wire.state_dir() / "orders.new").mkdir()
    engine.ask("subscribe", project=str(film))
    engine.ask("run", project=str(film), until="plan")
    assert rests(engine)["how"] == "done"


def test_engine_that_dies_is_told_to_whoever_waits(engine):
    process = psutil.Process(engine.engine["pid"])
    process.suspend()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(engine.ask, "status")
        process.kill()
        with pytest.raises(EngineGone):
            waiting.result()
