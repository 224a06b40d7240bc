"""Every command: help with an example, usage errors, JSON, and errors as one sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from longvid_tui.cli.parts import PART_OF
from longvid_tui.settings import user_settings_path
from longvid_tui.wire import state_dir

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("command", sorted(PART_OF))
def test_help_of_every_command_has_a_sentence_and_an_example(person, command):
    said = person.types(command, "--help")
    assert said.code == 0
    assert "Example:" in said.out
    assert not re.search(r"\[\[|list\[str\]> *$|[A-Z]\.\.\.}", said.out), "names of arguments are for people"
    assert re.search(r"[A-Z][^\n]{10,}\.", said.out)


@pytest.mark.parametrize("group", [(), ("engine",), ("config",), ("keys",)])
def test_help_tells_what_each_command_does_whole_on_80_columns(person, monkeypatch, group):
    monkeypatch.setenv("COLUMNS", "80")
    listed = person.types(*group, "--help").out.partition("Commands:")[2]
    assert listed
    assert "..." not in listed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("new", "film"), "say what the film shows: -p PROMPT, -f FILE or --import FILE (see"),
        (("new", "film", "-p", "x", "-f", "y"), "say what the film shows"),
        (("new", "film", "-p", "   "), "the prompt is empty"),
        (("new", "film", "-p", "12345 ..."), "the prompt has no word in it"),
        (("new", "film", "-p", "A cat \udcff"), "the prompt is not UTF-8 text"),
        (("new", "film", "-p", "x", "--segments", "3", "--seconds", "9"), "not both"),
        (("new", "film", "-p", "x", "--language", "klingon"), "takes en, zh, es"),
        (("new", "film", "-p", "x", "--size", "big"), "is not a size"),
        (("new", "film", "-p", "x", "--size", "5000x100"), "more than three times"),
        (("new", "film", "-f", "nowhere.txt"), "cannot be read"),
        (("new", "film", "-p", "x" * 20_001), "prompt is longer than 20000 characters"),
        (("new", "film", "-f", "long.txt"), "prompt is longer than 20000 characters"),
        (("new", "film", "-f", "latin.txt"), "latin.txt is not UTF-8 text"),
        (("run", "film", "--until", "nowhere"), "--until': 'nowhere' is not one of"),
        (
            ("frobnicate",),
            "frobnicate is neither a command nor a folder that is here. `longvid-tui new frobnicate`",
        ),
        (("runn", "film"), "runn is neither a command nor a folder that is here. Did you mean 'run'?"),
        (("config", "frobnicate"), "No such command"),
        (("folder",), "folder is a folder that holds no project"),
        (("story.txt",), "story.txt is a file: `longvid-tui new DIR -f story.txt`"),
        (("made", "k3"), "made is a project: open it alone, or put a command before it"),
        (("status",), "Missing argument"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(person, tmp_path, words, sentence):
    for name in ("story.txt", "folder/notes.txt", "made/project.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("A story.")
    (tmp_path / "long.txt").write_text(".." + 200_000 * "日")
    (tmp_path / "latin.txt").write_text("Une rivière", encoding="latin-1")
    answer = person.types(*words)
    assert answer.code == 2
    assert sentence in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("status", "nowhere"), "is not a project"),
        (("new", "film", "-p", "x", "--video", "sora"), "There is no video generator 'sora'"),
        (("new", "/", "-p", "x"), "/ exists already: choose another name\n"),
        (("new", "story.txt", "-p", "x"), "story.txt exists already: choose another name\n"),
        (("new", "\udcff", "-p", "x"), "has a name that is not UTF-8: give it another one\n"),
        (("show", "\udcff"), "has a name that is not UTF-8: give it another one\n"),
        (("repair", "nowhere"), "nowhere holds no journal.jsonl, so there is nothing to repair"),
        (("config", "get", "film.crff"), "no such setting"),
        (("config", "unset", "film.crf"), "your settings do not set it"),
        (
            ("new", "story.txt/film", "-p", "x"),
            "story.txt is a file, so no project can be made in it: choose another",
        ),
    ],
)
def test_failures_are_one_sentence_and_exit_1(person, tmp_path, words, sentence):
    (tmp_path / "story.txt").write_text("A story.")
    answer = person.types(*words)
    assert answer.code == 1
    assert sentence in answer.err
    assert "Traceback" not in answer.err


def test_new_refuses_a_folder_that_holds_something(person):
    person.film.mkdir()
    (person.film / "notes.txt").write_text("mine")
    answer = person.types("new", person.film, "-p", "x")
    assert answer.code == 1
    assert list(person.film.iterdir()) == [person.film / "notes.txt"]


def test_new_settles_on_a_size_wan_can_make_and_says_so(person):
    answer = person.types("new", person.film, "-p", "x", "--size", "832x480", "--json")
    assert answer.json["canvas"] == "832x464"
    assert "Wan2.1 cannot make 832x480" in answer.err


def test_one_segment_is_told_in_the_singular(person):
    assert "film: 1 segment, 5.1 s, " in person.types("new", person.film, "-p", "x", "--segments", "1").out
    assert "in 1 segment." in person.types("plan", person.film, "--json").out
    assert "1 segment, 2 keyframes, 5.1 s" in person.types("show", person.film).out


def test_every_mistake_of_a_hand_edit_is_named_at_its_place(person):
    person.starts(1)
    person.document.write_text(person.document.read_text() + "\nfit: fll\nsegmnts: []\n")
    answer = person.types("show", person.film)
    assert answer.code == 1
    lines = answer.err.strip().splitlines()
    assert re.fullmatch(r"project.yaml:\d+:1: fit: must be 'fill', 'fit' or 'blur', not 'fll'", lines[0])
    assert re.fullmatch(r"project.yaml:\d+:1: segmnts: unknown key; did you mean segments\?", lines[1])


def test_hostile_text_reaches_the_terminal_only_as_visible_signs(person):
    person.types("new", person.film, "-p", "x", "--segments", "1", "--planner", "counting")
    person.types("run", person.film, "--until", "plan")
    person.edits('"it moves on, number 1"', '"\\e]52;c;x\\a [/nope] [@click=app.quit]go[/] \\u202e"')
    answer = person.types("show", person.film)
    assert answer.code == 0
    assert "[/nope]" in answer.out
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", answer.out)


def test_every_key_of_status_json_is_documented(person):
    person.finishes(1)
    documented = (DOCS / "status-json.md").read_text()
    said = person.status()
    assert said["version"] == 1
    rows = documented.partition("An item of")[0].splitlines()
    listed = {
        name for row in rows if row.startswith("| `") for name in re.findall(r"`(\w+)", row.split("|")[1])
    }
    assert listed == set(said), "engine or not, no key is left out"
    for key in (*said["segments"][0], *said["segments"][0]["take"], *said["film"], *said["plan"]):
        assert key in documented, key


def test_status_and_show_speak_plainly(person):
    person.finishes(2)
    said = person.types("status", person.film).out
    assert "6 of 6 done, 10.1 s at 128x64" in said
    assert "segments: 2 of 2 made, 2 approved" in said
    assert "2 segments, 3 keyframes, 10.1 s" in person.types("show", person.film).out
    words = "傍晚，渔夫回到家，发现破旧的小屋变成了宫殿。" * 4
    person.edits("it moves on, number 1", words)
    shown = person.types("show", person.film).out
    assert words in re.sub(r"\s", "", shown), "a line without a space is folded, not cut"


def test_projects_lists_recent_ones_with_their_state(person):
    person.finishes(1)
    (row,) = person.types("projects", "--json").json
    assert row["folder"] == str(person.film)
    assert row["progress"] == {"done": 4, "total": 4}
    assert "100 %" in person.types("projects").out
    with (person.film / "project.yaml").open("a") as file:
        file.write("seed: 1\ncanvas: 832x464\n")
    assert person.types("projects").out.splitlines()[0].endswith("seed stands twice: keep one (and more)")


def test_a_project_is_known_by_one_name_however_it_is_called(person):
    called = person.folder / "elsewhere" / ".." / "film"
    person.types("new", called, "-p", "A test.")
    person.types("show", person.film)
    assert person.types("projects").out.count("film") == 1


def test_config_set_keeps_comments_and_show_tells_origins(person):
    settings = user_settings_path()
    settings.parent.mkdir()
    settings.write_text("# mine\nfilm:\n  crf: 20  # good enough\n")
    assert person.types("config", "set", "film.crf", "18").code == 0
    assert settings.read_text() == "# mine\nfilm:\n  crf: 18  # good enough\n"
    shown = person.types("config", "show", "--json").json
    assert (shown["film.crf"]["value"], shown["film.crf"]["origin"]) == (18, f"{settings}:3")
    assert shown["run.retries"]["origin"] == "default"
    assert "film.crf: 16   (default)" in person.types("config", "unset", "film.crf").out
    assert settings.read_text() == "# mine\n"
    wrong = person.types("config", "set", "film.crf", "lots")
    assert wrong.code == 1
    assert "must be a whole number" in wrong.err


def test_doctor_says_what_it_found(person):
    checks = {check["name"]: check for check in person.types("doctor", "--json").json}
    assert checks["python"]["ok"]
    assert checks["ffmpeg"]["ok"]
    assert {"disk", "memory", "terminal", "keys", "animatic"} <= set(checks)


def test_doctor_never_shows_a_key(person, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-" + "a" * 40 + "wxyz")
    said = person.types("doctor").out
    assert "..wxyz" in said
    assert "aaaa" not in said


def test_damaged_journal_is_refused_by_line_and_repair_keeps_a_copy(person):
    person.finishes(1)
    journal = person.film / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    damaged = b"".join([*lines[:3], lines[3].replace(b"seq", b"sqe"), *lines[4:]])
    journal.write_bytes(damaged)
    refused = person.types("status", person.film)
    assert refused.code == 1
    assert "journal.jsonl:4:" in refused.err
    assert journal.read_bytes() == damaged
    assert person.types("repair", person.film).code == 0
    assert damaged in [path.read_bytes() for path in person.film.glob("journal.jsonl.damaged-*")]
    assert person.types("run", person.film, "--yes").code == 0


def test_a_full_disk_is_one_sentence_where_output_goes_to_it():
    words = [sys.executable, "-m", "longvid_tui", "config", "path"]
    with Path("/dev/full").open("wb") as full:
        said = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (said.returncode, said.stderr) == (1, "What was to be said cannot be written: the disk is full.\n")


def test_what_broke_is_one_sentence_and_its_log_holds_no_key(person, monkeypatch):
    key = "sk-proj-0123456789abcdef0123456789abcdef"
    monkeypatch.setattr("longvid_tui.library.recent", lambda: int(key))
    answer = person.types("projects")
    log = state_dir() / "crash.log"
    assert (answer.code, answer.err) == (1, f"Something unexpected happened (ValueError); details: {log}\n")
    said = log.read_text()
    assert "in recent" in said or "lambda" in said
    assert key not in said
    monkeypatch.setenv("LONGVID_STATE_DIR", str(log))
    assert person.types("projects").err.endswith("details: /dev/null\n")


def test_version_answers_without_importing_anything_heavy():
    script = (
        "import sys; sys.argv=['longvid-tui','--version']; from longvid_tui.__main__ import main; main();"
        "print([name for name in ('pydantic','rich','typer','numpy','av','PIL') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == [said.splitlines()[0], "[]"]


ONE_THEN_ALL = """
import sys
from longvid_tui.cli.app import commands_for
commands_for(["gpus"])
assert "longvid_tui.engine.studio" not in sys.modules
commands_for(["--help"])
"""


@pytest.mark.parametrize(
    ("starting", "without"),
    [(ONE_THEN_ALL, ("numpy", "av", "PIL")), ("import sys, longvid_tui.engine.server", ("numpy", "av"))],
)
def test_commands_and_the_engine_start_without_what_they_do_not_need(starting, without):
    script = f"{starting}\nprint([name for name in {without} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_commands_in_sentences_can_be_copied_from_wherever_they_are_typed(person, monkeypatch, tmp_path):
    made = person.types("new", "two words", "-p", "A fox in snow")
    assert "longvid-tui run 'two words'" in made.err
    (tmp_path / "elsewhere").mkdir()
    there = Path("two words").absolute()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert f"plan '{there}'" in person.types("show", str(there)).out


def test_a_title_reaches_a_terminal_that_has_no_letters_for_it(person):
    person.types("new", "film", "-p", "狐狸走过雪地")
    with Path("film/project.yaml").open("a", encoding="utf-8") as document:
        document.write("\ntitle: 狐狸\n")
    words = [sys.executable, "-m", "longvid_tui", "status", "film"]
    with_ascii = {**os.environ, "PYTHONIOENCODING": "ascii"}
    assert subprocess.run(words, capture_output=True, env=with_ascii, check=True).stdout.startswith(
        b"??: 0 of 1"
    )
    said = subprocess.run([*words, "--json"], capture_output=True, env=with_ascii, check=True)
    assert said.stdout.isascii()
