"""Settings: which layer wins, where each value came from, what a project may not say, how a change is written."""

from __future__ import annotations

import stat
from itertools import combinations
from pathlib import Path

import pytest

from longvid_tui.settings import USER_ONLY, Settings, described, user_settings_path
from longvid_tui.strict_yaml import Parsed, Problems, parse

LAYERS = ("user", "project", "environment", "command line")


def _user(text: str) -> Path:
    path = user_settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _project(settings: str) -> Parsed:
    return parse(f"schema: 1\nsettings: {settings}\n", "project.yaml")


def test_settings_are_explained_where_they_stand():
    about = described()
    assert about["film.crf"] == "x264 quality of the film: lower is better and larger"
    assert about["canvas.size"] == "of a new film"
    assert all(about[name] for name in Settings.load().flat())


def test_every_setting_has_a_default_and_says_so():
    settings = Settings.load()
    assert settings.film.crf == 16
    assert settings.ffmpeg.path is None
    assert {origin for name, origin in settings.origins.items()} == {"default"}
    assert set(settings.flat()) == set(settings.origins)
    assert settings.get("film.crf") == settings.flat()["film.crf"] == 16
    assert settings.get("film")["preset"] == "faster"


@pytest.mark.parametrize(
    "there", [chosen for count in range(5) for chosen in combinations(LAYERS, count)], ids="+".join
)
def test_the_highest_layer_that_speaks_wins_and_is_named(there, monkeypatch):
    if "user" in there:
        path = _user("film:\n  crf: 1\n")
    if "environment" in there:
        monkeypatch.setenv("LONGVID_FILM__CRF", "3")
    settings = Settings.load(
        project=_project("\n  film:\n    crf: 2") if "project" in there else None,
        overrides={"film.crf": 4} if "command line" in there else None,
    )
    winner = there[-1] if there else "default"
    assert settings.film.crf == [16, 1, 2, 3, 4][("default", *LAYERS).index(winner)]
    assert settings.origins["film.crf"] == {
        "user": lambda: f"{path}:2", "project": lambda: "project.yaml:4", "environment": lambda: "environment LONGVID_FILM__CRF",
    }.get(winner, lambda: winner)()  # fmt: skip
    assert settings.origins["film.preset"] == "default"
    assert settings.film.preset == "faster"


def test_sections_of_plugins_are_merged_key_by_key(monkeypatch):
    _user("plugins:\n  mine: {url: 'http://x', tries: 2}\n")
    monkeypatch.setenv("LONGVID_PLUGINS__MINE__TRIES", "5")
    assert Settings.load().plugins == {"mine": {"url": "http://x", "tries": 5}}


def test_variables_of_ours_that_are_no_settings_are_left_alone(monkeypatch):
    monkeypatch.setenv("LONGVID_SOMETHING", "x")
    monkeypatch.setenv("OTHER_FILM__CRF", "x")
    assert Settings.load().film.crf == 16


@pytest.mark.parametrize("section", USER_ONLY)
def test_a_project_may_not_name_programs_or_hosts(section):
    with pytest.raises(Problems) as caught:
        Settings.load(project=_project(f"\n  film: {{crf: 3}}\n  {section}: {{path: /bin/evil}}"))
    assert str(caught.value) == (
        f"project.yaml:4:3: settings.{section}: can name programs or hosts, so only your own settings.yaml may hold it"
    )


def test_every_mistake_is_told_where_it_stands(monkeypatch):
    path = _user("film:\n  crf: lots\n  prset: slow\nflm: 1\n")
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "pink")
    monkeypatch.setenv("LONGVID_NO__SUCH", "1")
    with pytest.raises(Problems) as caught:
        Settings.load(project=_project("{canvas: {fit: fll}}"), overrides={"run.retries": 99})
    expected = {
        f"{path}:2:3: film.crf: must be a whole number, not 'lots'",
        f"{path}:3:3: film.prset: unknown key; did you mean preset?",
        f"{path}:4:1: flm: unknown key; did you mean film?",
        "project.yaml:2:21: settings.canvas.fit: must be 'fill', 'fit' or 'blur', not 'fll'",
        "environment LONGVID_GPUS__STRATEGY: gpus.strategy: must be 'auto', 'wide' or 'parallel', not 'pink'",
        f"environment LONGVID_NO__SUCH: no: unknown key; known are {', '.join(Settings.model_fields)}",
        "command line: run.retries: must be at most 10",
    }
    assert set(str(caught.value).splitlines()) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n", ":1:1: must be lines of `key: value`"),
        ("film: [1\n", ":1:7: is not YAML: "),
        ("film: 5\n", ":1:1: film: must be lines of `key: value`"),
        ("film:\n  crf: 1\nfilm:\n  crf: 2\n", ":3:1: film stands twice: keep one"),
        (
            "film:\n  size: 99x98\n",
            ":2:3: film.size: must be WIDTHxHEIGHT, both even and at most 8192, not '99x98'",
        ),
        ("film:\n  size: 9000x100\n", ":2:3: film.size: must be WIDTHxHEIGHT, both even and at most 8192"),
        ("film:\n  crf:\n", ":2:3: film.crf: has no value: write one, or delete the line"),
    ],
)
def test_a_broken_file_is_told_at_its_place(text, told):
    path = _user(text)
    with pytest.raises(Problems) as caught:
        Settings.load()
    assert str(caught.value).startswith(f"{path}{told}")


def test_a_file_that_cannot_be_read_is_told():
    user_settings_path().mkdir(parents=True)
    with pytest.raises(Problems, match=r"settings\.yaml: cannot be read: Is a directory"):
        Settings.load()


def test_an_empty_file_says_nothing():
    _user("# nothing yet\n")
    assert Settings.load().film.crf == 16


@pytest.mark.parametrize(
    ("before", "name", "value", "after"),
    [
        (None, "film.crf", "18", "film:\n  crf: 18\n"),
        ("# mine\n", "ffmpeg.path", "/opt/ff mpeg", "# mine\nffmpeg:\n  path: /opt/ff mpeg\n"),
        ("film:\n  crf: 20  # good\n", "film.crf", "18", "film:\n  crf: 18  # good\n"),
        ("film:\n  crf: 20  # good\n", "film.preset", "slow", "film:\n  crf: 20  # good\n  preset: slow\n"),
        ("film: {crf: 20}  # good\n", "film.preset", "slow", "film: {crf: 20, preset: slow}  # good\n"),
        ("run:\n  retries: 1\n# end\n", "film.crf", "18", "run:\n  retries: 1\n# end\n\nfilm:\n  crf: 18\n"),
        ("ffmpeg:\n  path: /x  # old\n", "ffmpeg.path", "null", "ffmpeg:\n  path: null  # old\n"),
        (None, "openai.key_command", '"false"', 'openai:\n  key_command: "false"\n'),
        (None, "notify.command", "[say, it is 5]", 'notify:\n  command: [say, "it is 5"]\n'),
        (None, "planner.parameters", "{top_k: 3}", "planner:\n  parameters:\n    top_k: 3\n"),
    ],
)  # fmt: skip
def test_a_change_touches_only_its_line(before, name, value, after):
    path = user_settings_path() if before is None else _user(before)
    Settings.set_user(name, value)
    assert path.read_text() == after
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["settings.yaml"]
    assert Settings.load().get(name) == parse(f"v: {value}", "v").data["v"]


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("# mine\nfilm:\n  crf: 20  # good\n", "film.crf", "# mine\n"),
        ("film:\n  crf: 20\n  preset: slow\n", "film.crf", "film:\n  preset: slow\n"),
        ("film:\n  crf: 20\nrun:\n  retries: 1\n", "film", "run:\n  retries: 1\n"),
        ("film: {crf: 20, preset: slow}\n", "film.crf", "film: {preset: slow}\n"),
        ("flim:\n  crf: 20\nrun:\n  retries: 1\n", "flim", "run:\n  retries: 1\n"),
    ],
)
def test_what_is_unset_leaves_the_rest(before, name, after):
    path = _user(before)
    Settings.unset_user(name)
    assert path.read_text() == after
    Settings.load()
    with pytest.raises(Problems, match="nothing to unset"):
        Settings.unset_user(name)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "wan.repo",
            "Wan2.1",
            "command line: wan.repo: must begin with / or ~, not 'Wan2.1': the engine stands elsewhere",
        ),
        (
            "planner.instructions",
            "mine",
            "command line: planner.instructions: must begin with / or ~, not 'mine'",
        ),
        ("film.crf", "lots", "command line: film.crf: must be a whole number, not 'lots'"),
        ("film.crff", "1", "command line: film.crff: unknown key; did you mean crf?"),
        ("film", "1", "command line: film: must be lines of `key: value`"),
    ],
)
def test_a_wrong_change_is_refused_and_nothing_is_written(name, value, told):
    with pytest.raises(Problems) as caught:
        Settings.set_user(name, value)
    assert str(caught.value).startswith(told)
    assert not user_settings_path().exists()


def test_a_file_whose_writing_cannot_be_changed_is_left_alone():
    path = _user("film:\n  ? crf\n  : 20\n? ui\n")
    before = path.read_text()
    with pytest.raises(Problems):
        Settings.set_user("film.crf", "18")
    assert path.read_text() == before


def test_a_linked_file_stays_a_link(tmp_path):
    real = tmp_path / "dotfiles.yaml"
    real.write_text("film:\n  crf: 20\n")
    user_settings_path().parent.mkdir(parents=True)
    user_settings_path().symlink_to(real)
    Settings.set_user("film.crf", "18")
    assert user_settings_path().is_symlink()
    assert real.read_text() == "film:\n  crf: 18\n"


def test_a_file_that_cannot_be_written_is_told():
    user_settings_path().parent.mkdir(parents=True)
    user_settings_path().symlink_to("/proc/nowhere/settings.yaml")
    with pytest.raises(Problems, match=r"settings.yaml: cannot be written \(.+LONGVID_CONFIG_DIR"):
        Settings.set_user("film.crf", "18")


def test_a_name_there_is_not_is_told():
    with pytest.raises(
        Problems, match=r"settings: film.crff: there is no such setting; did you mean film.crf\?"
    ):
        Settings.load().get("film.crff")
