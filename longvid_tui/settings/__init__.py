"""Settings from five layers, with the place each value came from.

Command line > environment (LONGVID_SECTION__NAME) > a project's `settings:` > the user's settings.yaml >
configs/default.yaml.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import PrivateAttr, ValidationError

from longvid_tui.settings.sections import (
    BackendSettings,
    C2paSettings,
    CanvasSettings,
    FfmpegSettings,
    FilmSettings,
    GeminiSettings,
    GpuSettings,
    NotifySettings,
    OpenAiSettings,
    PlannerSettings,
    RunSettings,
    Section,
    ServiceSettings,
    StoryboardSettings,
    WanSettings,
)
from longvid_tui.strict_yaml import Location, Parsed, Problem, Problems, did_you_mean, parse, resolve
from longvid_tui.validation import sentence
from longvid_tui.yaml_edit import change

PROGRAM = "longvid-tui"
ENVIRONMENT_PREFIX = "LONGVID_"
USER_ONLY = ("ffmpeg", "plugins", "wan", "openai", "stability", "gemini", "flux", "planner", "notify", "c2pa")
"""Sections that can name programs, or hosts that get keys: refused in a project, so that opening somebody's
project runs nothing and sends no key anywhere."""


class Settings(Section):
    """All settings; `origins` says for each dotted name where its value came from."""

    backends: BackendSettings
    canvas: CanvasSettings
    run: RunSettings
    gpus: GpuSettings
    film: FilmSettings
    storyboard: StoryboardSettings
    planner: PlannerSettings
    ffmpeg: FfmpegSettings
    wan: WanSettings
    openai: OpenAiSettings
    stability: ServiceSettings
    gemini: GeminiSettings
    flux: ServiceSettings
    notify: NotifySettings
    c2pa: C2paSettings
    plugins: dict[str, dict[str, Any]]

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    def drafted(self) -> Settings:
        """These settings with the sampling steps of drafts, for the generator that films them."""
        return self.model_copy(update={"wan": self.wan.model_copy(update={"steps": self.wan.draft_steps})})

    @property
    def origins(self) -> Mapping[str, str]:
        return self._origins

    @classmethod
    def load(cls, project: Parsed | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
        """Merge the layers; `project` is a parsed project.yaml, `overrides` dotted names from the command line.

        Raises Problems naming file:line:column, or the environment variable, of every mistake.
        """
        layers = [_defaults(), *_user(), *_project(project), _environment(), _overrides(overrides or {})]
        merged: dict[str, Any] = {}
        origins: dict[str, _Origin] = {}
        for layer in layers:
            for location, value in _leaves(layer.data):
                _put(merged, location, value)
                origins[".".join(location)] = _Origin(layer, location)
        try:
            settings = cls.model_validate(merged)
        except ValidationError as error:
            raise Problems(_blame(error, origins)) from error
        settings._origins.update({name: str(origin) for name, origin in origins.items()})
        return settings

    @staticmethod
    def set_user(name: str, value: str) -> None:
        """Change one value in the user's settings.yaml, leaving its other bytes; raises Problems."""
        location = name.split(".")
        layer = next(_user(), None)
        old = layer.data if layer else {}
        new = _copied(old)
        meant = _meant(value)
        _put(new, location, meant)
        Settings.load(overrides={name: meant})
        parsed = layer.parsed if layer and layer.parsed else parse("", "settings.yaml")
        _write_private(user_settings_path(), _changed(parsed, old, new, name).encode())

    @staticmethod
    def unset_user(name: str) -> None:
        """Take one value, or a group of them, out of the user's settings.yaml, leaving its other bytes; raises
        Problems.

        A name there is not can be taken out, too: it may be the mistake that stops everything else.
        """
        layer = next(_user(), None)
        old = layer.data if layer else {}
        new = _copied(old)
        if layer is None or layer.parsed is None or not _taken(new, name.split(".")):
            what = "your settings do not set it, so there is nothing to unset (see `config show --origin`)"
            raise Problems([Problem("settings", 0, 0, name, what)])
        _write_private(user_settings_path(), _changed(layer.parsed, old, new, name).encode())

    def get(self, name: str) -> Any:
        """The value of a dotted name; raises Problems for a name there is not."""
        value: Any = self.model_dump(mode="json")
        for part in name.split("."):
            if not isinstance(value, Mapping) or part not in value:
                near = did_you_mean(name, self.flat()) or "; `config show` lists them"
                raise Problems([Problem("settings", 0, 0, name, f"there is no such setting{near}")])
            value = value[part]
        return value

    def flat(self) -> dict[str, Any]:
        """Every dotted name with its value."""
        return {".".join(location): value for location, value in _leaves(self.model_dump(mode="json"))}


@dataclass(frozen=True)
class _Layer:
    """One source of settings: its data, how to name it, its YAML if it has one and where in it it stands."""

    name: str
    data: Mapping[str, Any]
    parsed: Parsed | None = None
    under: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Origin:
    layer: _Layer
    location: tuple[str, ...]

    def __str__(self) -> str:
        if self.layer.parsed is None:
            return self.layer.name.format(variable=_variable(self.location))
        line, _ = self.layer.parsed.at((*self.layer.under, *self.location))
        return f"{self.layer.name}:{line}"

    def problem(self, location: Location, what: str) -> Problem:
        if self.layer.parsed is not None:
            return self.layer.parsed.problem((*self.layer.under, *location), what)
        return Problem(str(self), 0, 0, ".".join(map(str, location)), what)


def user_settings_path() -> Path:
    """The person's own settings.yaml, whether it exists or not."""
    base = os.environ.get("LONGVID_CONFIG_DIR") or platformdirs.user_config_dir(PROGRAM)
    return Path(base) / "settings.yaml"


def described() -> dict[str, str]:
    """What the comment beside each setting in configs/default.yaml says of it, or the one beside its section."""
    text = _default_text()
    parsed, lines = parse(text, "default.yaml"), text.decode().splitlines()

    def comment(location: Location) -> str:
        line, _ = parsed.at(location)
        return lines[line - 1].partition(" # ")[2].strip()

    leaves = [location for location, _ in _leaves(parsed.data)]
    return {".".join(location): comment(location) or comment(location[:1]) for location in leaves}


def _default_text() -> bytes:
    return resources.files("longvid_tui.configs").joinpath("default.yaml").read_bytes()


@cache
def _defaults() -> _Layer:
    return _Layer("default", parse(_default_text(), "default.yaml").data)


def _user() -> Iterator[_Layer]:
    try:
        text = user_settings_path().read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise Problems([Problem(str(user_settings_path()), 0, 0, "", what)]) from error
    parsed = parse(text, str(user_settings_path()))
    yield _Layer(parsed.name, _mapping(parsed.data, parsed, ()), parsed)


def _project(parsed: Parsed | None) -> Iterator[_Layer]:
    if parsed is None or not parsed.data.get("settings"):
        return
    data = _mapping(parsed.data["settings"], parsed, ("settings",))
    refused = [
        parsed.problem(
            ("settings", name), "can name programs or hosts, so only your own settings.yaml may hold it"
        )
        for name in USER_ONLY
        if name in data
    ]
    if refused:
        raise Problems(refused)
    yield _Layer(parsed.name, data, parsed, ("settings",))


def _environment() -> _Layer:
    data: dict[str, Any] = {}
    for name, value in os.environ.items():
        section, mark, rest = name.removeprefix(ENVIRONMENT_PREFIX).partition("__")
        if name.startswith(ENVIRONMENT_PREFIX) and mark:
            _put(data, (section.lower(), *rest.lower().split("__")), _meant(value))
    return _Layer("environment {variable}", data)


def _meant(typed: str) -> Any:
    """A value as it is typed in a shell: lists, mappings and texts in quotes are YAML, all else is one plain
    value, whatever signs are in it."""
    if typed[:1] in ("[", "{", '"', "'"):
        with suppress(Problems):
            return parse(typed, "value").data
    return resolve(typed)


def _overrides(dotted: Mapping[str, Any]) -> _Layer:
    data: dict[str, Any] = {}
    for name, value in dotted.items():
        _put(data, name.split("."), value)
    return _Layer("command line", data)


def _variable(location: Location) -> str:
    return ENVIRONMENT_PREFIX + "__".join(str(part).upper() for part in location)


def _mapping(data: Any, parsed: Parsed, at: Location) -> Mapping[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Problems([parsed.problem(at, "must be lines of `key: value`")])
    return data


def _leaves(data: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(data, Mapping) and (data or not at):
        for name, value in data.items():
            yield from _leaves(value, (*at, str(name)))
    else:
        yield at, data


def _put(data: dict[str, Any], location: Location, value: Any) -> None:
    for part in location[:-1]:
        inner = data.get(str(part))
        if not isinstance(inner, dict):
            inner = data[str(part)] = {}
        data = inner
    if not (isinstance(value, Mapping) and not value and isinstance(data.get(str(location[-1])), dict)):
        data[str(location[-1])] = dict(value) if isinstance(value, Mapping) else value


def _taken(data: dict[str, Any], location: Sequence[str]) -> bool:
    """Take a value out, and the groups that are empty without it; whether it was there."""
    first, *rest = location
    inner = data.get(first)
    if first not in data or (rest and not (isinstance(inner, dict) and _taken(inner, rest))):
        return False
    if not rest or not inner:
        del data[first]
    return True


def _changed(parsed: Parsed, old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> str:
    with suppress(ValueError, Problems):
        text = change(parsed, old, new)
        if (parse(text, parsed.name).data or {}) == new:
            return text
    raise Problems(
        [parsed.problem(name.split("."), "cannot be changed as it is written here: edit it by hand")]
    )


def _copied(data: Any) -> Any:
    return {name: _copied(value) for name, value in data.items()} if isinstance(data, Mapping) else data


def _blame(error: ValidationError, origins: Mapping[str, _Origin]) -> Iterator[Problem]:
    for found in error.errors(include_url=False):
        location = tuple(map(str, found["loc"]))
        what = sentence(found, location, Settings)
        name = ".".join(location)
        near = (
            origin
            for key, origin in origins.items()
            if name.startswith(f"{key}.") or key.startswith(f"{name}.")
        )
        origin = origins.get(name) or next(near, None)
        yield origin.problem(location, what) if origin else Problem("settings", 0, 0, name, what)


def _write_private(path: Path, data: bytes) -> None:
    """Replace a file of the user's, or what its link leads to: beside, fsync, rename; 0600 in a 0700 folder.

    Raises Problems.
    """
    path = path.resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # the first failure is the one to tell
            part.unlink(missing_ok=True)
        what = f"cannot be written ({error.strerror}): make it yours, or name a folder in LONGVID_CONFIG_DIR"
        raise Problems([Problem(str(path), 0, 0, "", what)]) from error
