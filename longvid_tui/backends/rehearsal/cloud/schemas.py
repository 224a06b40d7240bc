"""What strict structured output refuses about JSON schemas, as OpenAI's service does."""

from __future__ import annotations

from typing import Any

from longvid_tui.backends.rehearsal.cloud.server import Rejected

FORBIDDEN = ("default", "title", "minLength", "maxLength", "patternProperties", "allOf", "oneOf", "not")


def check_strict(schema: Any, at: str = "schema") -> None:
    """Refuse what strict structured output refuses, in the service's words."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema and len(schema) > 1:
        _refuse_schema(at, "$ref cannot have keywords beside it.")
    for word in FORBIDDEN:
        if word in schema and isinstance(schema.get("type", schema.get("anyOf")), (str, list)):
            _refuse_schema(at, f"'{word}' is not permitted.")
    if schema.get("type") == "object":
        _check_object(schema, at)
    for name, inner in schema.get("$defs", {}).items():
        check_strict(inner, f"{at}.$defs.{name}")
    check_strict(schema.get("items"), f"{at}.items")
    for choice in schema.get("anyOf", []):
        check_strict(choice, f"{at}.anyOf")
    if "enum" in schema and not schema["enum"]:
        _refuse_schema(at, "'enum' must not be empty.")


def _check_object(schema: dict[str, Any], at: str) -> None:
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") is not False:
        _refuse_schema(at, "'additionalProperties' is required to be supplied and to be false.")
    missing = properties.keys() - set(schema.get("required", ()))
    if missing or len(schema.get("required", ())) != len(properties):
        told = "'required' is required to be supplied and to be an array including every key in properties."
        _refuse_schema(at, f"{told} Missing {sorted(missing)}.")
    for name, inner in properties.items():
        check_strict(inner, f"{at}.{name}")


def _refuse_schema(at: str, why: str) -> None:
    message = f"Invalid schema for response_format: In context={at}, {why}"
    raise Rejected(400, {"error": {"message": message, "code": None, "param": "response_format"}})
