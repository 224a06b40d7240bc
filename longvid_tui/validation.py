"""Turns pydantic's findings into sentences for a person, each at its place in a YAML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from longvid_tui.strict_yaml import Location, Parsed, Problem, did_you_mean

_SENTENCES = {
    "missing": "is missing",
    "bool_type": "must be true or false, not {got!r}",
    "bool_parsing": "must be true or false, not {got!r}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number, not {got!r}",
    "int_from_float": "must be a whole number, not {got}",
    "float_type": "must be a number",
    "float_parsing": "must be a number, not {got!r}",
    "string_type": "must be text: put it in quotes",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "{got!r} is no valid name (it must match {pattern})",
    "literal_error": "must be {expected}, not {got!r}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be lines of `key: value`",
    "model_type": "must be lines of `key: value`",
    "model_attributes_type": "must be lines of `key: value`",
    "too_long": "has {actual_length} items where {max_length} are allowed",
}


_PATTERNS = {r"^https?://": "must begin with http:// or https://, not {got!r}"}
"""Sentences for patterns of values that are not names."""


def problems(parsed: Parsed, error: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """Every finding of `error` at its line and column."""
    for found in error.errors(include_url=False):
        location: Location = tuple(found["loc"])
        yield parsed.problem(location, sentence(found, location, model))


def sentence(found: Mapping[str, Any], location: Location, model: type[BaseModel]) -> str:
    """What is wrong, in the words of the file's author."""
    kind, context = found["type"], found.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key{_instead(str(location[-1]), _siblings(model, location))}"
    if found.get("input") is None and kind != "missing":
        return "has no value: write one, or delete the line"
    if kind == "value_error":
        return str(context["error"])
    words = _PATTERNS.get(context.get("pattern", "")) or _SENTENCES.get(kind)
    return words.format(got=found.get("input"), **context) if words else str(found["msg"])


def _instead(name: str, known: list[str]) -> str:
    return did_you_mean(name, known) or (f"; known are {', '.join(known)}" if known else "")


def _siblings(model: Any, location: Location) -> list[str]:
    """The keys a person may write beside the last part of a location."""
    for part in location[:-1]:
        if isinstance(part, int):
            continue
        fields = model.model_fields
        name = next((name for name, field in fields.items() if part in (name, field.alias)), None)
        model = _model_of(fields[name].annotation) if name else None
        if model is None:
            return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_of(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    parts = getattr(annotation, "__args__", ())
    return next((found for found in map(_model_of, parts) if found), None)
