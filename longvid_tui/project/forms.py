"""The forms of the events that this program knows, by which it refuses lines that are damaged or made up.
Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args

from longvid_tui.project.canvas import Canvas
from longvid_tui.project.history import Stage, Strategy

LATEST = 253_402_300_800.0
"""The year 10000 in seconds since 1970: no datetime can be later."""

_DEEPEST = 8
"""Most lists and mappings within each other; fingerprints of backends have three."""


class Shape:
    """A mapping that has the `required` fields and may have the `optional` ones; other fields do not matter."""

    def __init__(
        self, required: Mapping[str, Form] | None = None, optional: Mapping[str, Form] | None = None
    ) -> None:
        named = [(name, True, form) for name, form in (required or {}).items()]
        named += [(name, False, form) for name, form in (optional or {}).items()]
        self._fields = [
            (name, needed, form if isinstance(form, frozenset) else None, form) for name, needed, form in named
        ]

    def misfit(self, value: Mapping[str, Any]) -> str:
        """The name of a field that is missing or of another form, "" if all is well."""
        for name, needed, types, form in self._fields:
            each = value.get(name, _ABSENT)
            if each is _ABSENT:
                if needed:
                    return name
            elif types is not None:
                if type(each) not in types:
                    return name
            elif not _fits(each, form):
                return name
        return ""


@dataclass(frozen=True)
class Each:
    """A list or mapping whose values all have the same form."""

    kind: type[list[Any]] | type[dict[str, Any]]
    form: Form


Types: TypeAlias = "frozenset[type]"
Form: TypeAlias = "Types | tuple[str | None, ...] | range | Shape | Each | Callable[[Any], bool]"
"""JSON types, the words or whole numbers that are allowed, a structure, or a test."""

_ABSENT = object()


def misfit(kind: str, data: Mapping[str, Any]) -> str:
    """The name of a field of an event that is missing or of another form, "" if all is well.

    Of an event of an unknown kind only the request's id is checked.
    """
    return _ANY.misfit(data) or (_FORMS[kind].misfit(data) if kind in _FORMS else "")


def _fits(value: Any, form: Form) -> bool:
    if isinstance(form, frozenset):
        return type(value) in form
    if isinstance(form, Shape):
        return isinstance(value, dict) and not form.misfit(value)
    if isinstance(form, Each):
        if not isinstance(value, form.kind):
            return False
        return all(_fits(each, form.form) for each in (value.values() if isinstance(value, dict) else value))
    if isinstance(form, (range, tuple)):
        return type(value) in (int, str, type(None)) and value in form
    return form(value)


def _is_canvas(value: Any) -> bool:
    try:
        return isinstance(value, str) and Canvas.parse(value) is not None
    except ValueError:
        return False


def _is_flat(value: Any, left: int = _DEEPEST) -> bool:
    """Whether it is not nested too deeply for Python to compare and send."""
    for each in value.values() if isinstance(value, dict) else value:
        if type(each) in (dict, list) and not (left and _is_flat(each, left - 1)):
            return False
    return True


def _is(shape: Shape) -> Callable[[Any], bool]:
    """The test for a mapping that is kept as a whole: it has this shape, and nothing in it is nested too
    deeply."""
    return lambda value: isinstance(value, dict) and not shape.misfit(value) and _is_flat(value)


def _texts(names: str) -> dict[str, Form]:
    return dict.fromkeys(names.split(), _TEXT)


_NOTHING: type = type(None)
_TEXT: Types = frozenset({str})
_MAYBE_TEXT: Types = frozenset({str, _NOTHING})
_TRUTH: Types = frozenset({bool})
_COUNT: Types = frozenset({int})
_NUMBER: Types = frozenset({int, float})
_MAYBE_NUMBER: Types = frozenset({int, float, _NOTHING})
_LIST = Each(list, _TEXT)

_ANY = Shape(optional={"req": _TEXT})

_REVISION = Shape({"base": _TEXT}, {"mask": _TEXT, "note": _TEXT, "strength": _MAYBE_NUMBER})

_RECIPE = _is(
    Shape(
        optional={
            "by": Shape(optional={"name": _TEXT}),
            "canvas": _is_canvas,
            "masters": Each(dict, _TEXT),
            "revision": _REVISION,
            "draft": _TRUTH,
            **dict.fromkeys(("seed", "take", "frames", "fps"), _COUNT),
            **dict.fromkeys(("first", "last", "chained_to"), _MAYBE_TEXT),
            **_texts("prompt negative picture"),
        }
    )
)

_FACTS = _is(
    Shape(
        optional=dict.fromkeys(
            ("black", "motion", "flash_first", "flash_last", "ssim_first", "ssim_last"), _NUMBER
        )
    )
)
"""Only the facts that are calculated with (media.quality)."""

_SHOWS = _is(
    Shape(
        {"grade": _TEXT},
        {
            "reason": _TEXT,
            **dict.fromkeys(("score", "colour", "light", "jump", "raw", "jerk", "sharp"), _MAYBE_NUMBER),
        },
    )
)

_GROUPS = range(1 << 16)
"""How many groups a splice may replace; no piece has as many."""

_CANDIDATES = range(1, 65)

_FORMS: Mapping[str, Shape] = {
    "run": Shape(
        {"until": get_args(Stage), "approve": _TRUTH},
        {
            "most_usd": _MAYBE_NUMBER,
            "most_gpu_hours": _MAYBE_NUMBER,
            "draft": _TRUTH,
            "probe": _TEXT,
            "strategy": (None, *get_args(Strategy)),
            "motions": _LIST,
        },
    ),
    "redo plan": Shape({"segments": _LIST}),
    "edit": Shape(_texts("before after")),
    "undo": Shape(optional={"target": _MAYBE_TEXT}),
    "redo": Shape(optional={"target": _MAYBE_TEXT}),
    "spent": Shape({"target": _TEXT, "cost_usd": _MAYBE_NUMBER}),
    "plan": Shape(_texts("sha prompt_sha")),
    "approve": Shape(_texts("target sha")),
    "reject": Shape(_texts("target sha"), _texts("note")),
    "retake": Shape(
        _texts("target"),
        {
            **_texts("note subject by"),
            "candidates": _CANDIDATES,
            "revision": lambda value: not value or _fits(value, _REVISION),
        },
    ),
    "choose": Shape(_texts("target sha key")),
    "lock": Shape(_texts("target sha")),
    "unlock": Shape(_texts("target")),
    "start": Shape(
        {**_texts("attempt target key"), "recipe": _RECIPE},
        {
            **_texts("card resident behind why"),
            "gpus": _LIST,
            "expected": _NUMBER,
            "changes": _LIST,
            "probe": _TRUTH,
        },
    ),
    "end": Shape(
        _texts("attempt"), {**_texts("how detail"), "seconds": _MAYBE_NUMBER, "on_gpus": _MAYBE_NUMBER}
    ),
    "painted": Shape(
        {**_texts("target key path sha model"), "cost_usd": _MAYBE_NUMBER},
        {"others": Each(list, Shape(_texts("key path sha")))},
    ),
    "take": Shape(
        {**_texts("target key sha path"), "bytes": _COUNT, "recipe": _RECIPE},
        {
            **_texts("pixels attempt"),
            "seconds": _NUMBER,
            "on_gpus": _MAYBE_NUMBER,
            "probe": _TRUTH,
            "facts": _FACTS,
        },
    ),
    "motion": Shape(_texts("target segment subject prompt prompt_zh seen")),
    "seam": Shape(
        {
            "key": _TEXT,
            "splice": lambda value: value is None or _is_pair(value),
            "shows": lambda value: value is None or _SHOWS(value),
        },
        _texts("before after transition"),
    ),
    "assemble": Shape(
        {"key": _TEXT, "sha": _TEXT, "bytes": _COUNT, "frames": _COUNT, "pieces": Each(dict, _TEXT)},
        {"seams": Each(dict, _MAYBE_TEXT), "drafts": _LIST},
    ),
}


def _is_pair(value: Any) -> bool:
    return _fits(value, Each(list, _GROUPS)) and len(value) == 2
