"""JSON schemas for strict structured output, with the film's own counts and names written into them.

A server that enforces such a schema cannot answer with another number of segments, or a character nobody
described.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

_DROPPED = ("title", "default")
"""`default` is not allowed, and `title` only repeats the name."""


def strict(form: type[BaseModel]) -> Schema:
    """The schema of a form: all properties required, no others allowed, no defaults, nothing beside a $ref.

    https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
    """
    return deepcopy(_bare(form))


@cache
def _bare(form: type[BaseModel]) -> Schema:
    """The schema of a form, before anything about a film is written into it."""
    return _strict(form.model_json_schema())


def exactly(schema: Schema, form: type[BaseModel], field: str, count: int) -> None:
    """Demand exactly `count` items of the list `field` of a form."""
    _properties(schema, form)[field] |= {"minItems": count, "maxItems": count}


def at_most(schema: Schema, form: type[BaseModel], field: str, count: int) -> None:
    """Allow at most `count` items in the list `field` of a form, so that a model that repeats itself ends."""
    _properties(schema, form)[field] |= {"maxItems": count}


def one_of(schema: Schema, form: type[BaseModel], field: str, values: Sequence[str]) -> None:
    """Allow only `values` for `field`, or for each text in it if it is a list."""
    where = _properties(schema, form)[field]
    (where["items"] if where["type"] == "array" else where)["enum"] = list(values)


def leave_out(schema: Schema, form: type[BaseModel], field: str) -> None:
    """Do not ask for `field`: there is nothing it could name."""
    del _properties(schema, form)[field]
    _definition(schema, form)["required"].remove(field)


def _strict(schema: Mapping[str, Any]) -> Schema:
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    plain = {name: value for name, value in schema.items() if name not in _DROPPED}
    for name in ("properties", "$defs"):
        if name in plain:
            plain[name] = {inner: _strict(value) for inner, value in plain[name].items()}
    if "items" in plain:
        plain["items"] = _strict(plain["items"])
    if "anyOf" in plain:
        plain["anyOf"] = [_strict(choice) for choice in plain["anyOf"]]
    if plain.get("type") == "object":
        plain |= {"required": list(plain["properties"]), "additionalProperties": False}
    return plain


def _definition(schema: Schema, form: type[BaseModel]) -> Schema:
    found: Schema = schema.get("$defs", {}).get(form.__name__, schema)
    return found


def _properties(schema: Schema, form: type[BaseModel]) -> Schema:
    found: Schema = _definition(schema, form)["properties"]
    return found
