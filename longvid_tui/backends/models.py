"""What is known of the services' models (configs/models.yaml): sizes, limits, dated prices, shutdown dates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from longvid_tui.backends.contract import Check, Misconfigured
from longvid_tui.keys import SERVICES
from longvid_tui.project.canvas import Canvas, parse_size
from longvid_tui.strict_yaml import did_you_mean, parse

TokenKind = Literal["text_in", "image_in", "cached_in", "text_out", "image_out"]
Tokens: TypeAlias = Mapping[TokenKind, int]
"""Tokens of one request by kind, as the service counted them; `text_in` does not include `cached_in`."""

Kind = Literal["image", "text"]
Usd: TypeAlias = float
SOON_DAYS = 60
"""How many days before its end a model is warned of."""


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SizeRule(_Fact):
    """All sizes whose edges (pixels) are multiples of `multiple` within `edge`, whose area is within `pixels`,
    and whose longer edge is at most `ratio` times the shorter."""

    multiple: int
    edge: tuple[int, int]
    pixels: tuple[int, int]
    ratio: float

    def allows(self, width: int, height: int) -> bool:
        shortest, longest = sorted((width, height))
        return (
            not (width % self.multiple or height % self.multiple)
            and self.edge[0] <= shortest
            and longest <= self.edge[1]
            and self.pixels[0] <= width * height <= self.pixels[1]
            and longest <= self.ratio * shortest
        )


class Prices(_Fact):
    """Prices in US dollars, as read on the day `as_of`; see configs/models.yaml for the units."""

    as_of: date
    source: str
    tokens: Mapping[TokenKind, Usd] = {}
    picture: Mapping[str, Mapping[str, Usd]] = {}
    megapixel: Mapping[Literal["paint", "edit"], Usd] = {}


class Model(_Fact):
    """One model of a service. One that is not in the registry is not `known`, and has only a name and a
    kind."""

    service: str
    name: str
    known: bool = True
    kind: Kind = "image"
    aliases: tuple[str, ...] = ()
    ends: date | None = None
    successor: str | None = None
    prompt_chars: int | None = None
    references: int | None = None
    negative: bool = False
    input_fidelity: bool = False
    qualities: tuple[str, ...] = ()
    sizes: tuple[str, ...] | SizeRule = ()
    prices: Prices | None = None

    def cost(self, tokens: Tokens) -> Usd | None:
        """Dollars of one request by its tokens; None if a kind that was used has no known price."""
        prices = self.prices.tokens if self.prices else {}
        used = {kind: count for kind, count in tokens.items() if count}
        if not used or not used.keys() <= prices.keys():
            return None
        return sum(prices[kind] * count for kind, count in used.items()) / 1e6

    def estimate(self, quality: str, width: int, height: int, *, edit: bool = False) -> Usd | None:
        """Dollars of one picture before it is bought, by the listed size nearest to its own; None: unknown."""
        price = self.picture_price(quality, width, height, edit=edit)
        listed = self.prices.picture.get(quality) if self.prices else None
        if price is not None or not listed:
            return price
        return listed[min(listed, key=lambda size: _distance(parse_size(size), (width, height)))]

    def picture_price(self, quality: str, width: int, height: int, *, edit: bool = False) -> Usd | None:
        """Dollars of one picture of exactly this size by the price list; None if the list does not say."""
        if self.prices is None:
            return None
        by_size = self.prices.picture.get(quality) or self.prices.picture.get("any") or {}
        listed = by_size.get(f"{width}x{height}", by_size.get("any"))
        if listed is None and width * height <= 1_000_000:
            return self.prices.megapixel.get("edit" if edit else "paint")
        return listed


def lookup(service: str, name: str, today: date | None = None, setting: str = "") -> Model:
    """What is known of a model, by name or alias; raises Misconfigured for one that was shut down.

    `setting`: where the person chose it, by default `SERVICE.model`.
    """
    model = find(service, name)
    if model.ends and model.ends <= (today or _today()):
        raise Misconfigured(
            f"{SERVICES[service].title} shut {name} down on {model.ends}: "
            f"set {setting or f'{service}.model'} to {successor(model, today)}."
        )
    return model


def find(service: str, name: str, kind: Kind = "image") -> Model:
    """What is known of a model, by name or alias, even if it was shut down; see Model for unknown names."""
    models = _registry().get(service, {})
    return models.get(name) or Model(service=service, name=name, known=False, kind=kind)


def names(service: str, kind: str = "image", today: date | None = None) -> list[str]:
    """The names of the service's models of a kind that are not shut down."""
    now = today or _today()
    found = {model.name: model for model in _registry().get(service, {}).values() if model.kind == kind}
    return [name for name, model in found.items() if model.ends is None or model.ends > now]


def successor(model: Model, today: date | None = None) -> str:
    """The model to use instead of `model`, in words: the successor that the service names, else others."""
    seen = {model.name}
    while model.successor and model.successor not in seen:
        seen.add(model.successor)
        model = find(model.service, model.successor)
        if model.ends is None or model.ends > (today or _today()):
            return model.name
    others = [name for name in names(model.service, model.kind, today) if name != model.name]
    staying = [name for name in others if find(model.service, name).ends is None]
    return " or ".join((staying or others)[:2]) or "one that the service lists"


def check(service: str, name: str, today: date | None = None, setting: str = "", kind: Kind = "image") -> Check:
    """A check of the chosen model: whether it is known, and how long it will be there."""
    title, now = f"{service} model", today or _today()
    try:
        model = lookup(service, name, now, setting)
    except Misconfigured as error:
        return Check(title, False, str(error))
    if not model.known:
        near = did_you_mean(name, names(service, kind, now))
        return Check(title, True, f"{name} is not in the registry, so its prices are unknown{near}")
    if model.ends and (model.ends - now).days <= SOON_DAYS:
        advice = f"set {setting or f'{service}.model'} to {successor(model, now)} before"
        return Check(title, True, f"{name} will be shut down on {model.ends}: {advice}")
    return Check(title, True, f"{name}{_priced(model)}")


def listed(entries: object) -> dict[str, date | None]:
    """The models in the answer to `GET /v1/models`, each with its shutdown date if it has one."""
    found = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return {str(entry.get("id")): _day(entry.get("shutdown_date")) for entry in found}


def check_listing(
    service: str, name: str, listing: Mapping[str, date | None], today: date | None = None
) -> Check:
    """A check of the chosen model against the service's own `listing`; see `listed`."""
    title = f"{service} models"
    if name not in listing:
        model = find(service, name)
        near = did_you_mean(name, listing) or f"; choose one of {', '.join(names(service, today=today))}"
        instead = f": set {service}.model to {successor(model, today)}" if model.ends else near
        return Check(title, False, f"your account has no {name}{instead}")
    ending = check_end(title, "the service", find(service, name), listing[name], f"{service}.model", today)
    return ending or Check(title, True, f"the service offers {name}")


def check_end(
    title: str, who: str, model: Model, ends: date | None, setting: str, today: date | None = None
) -> Check | None:
    """A check of a model that ends soon or has ended; None if it ends late or never.

    `who`: who says so, for the sentence.
    """
    now = today or _today()
    if ends is None or (ends - now).days > SOON_DAYS:
        return None
    instead = f"set {setting} to {successor(model, now)}"
    if ends <= now:
        return Check(title, False, f"{who} shut {model.name} down on {ends}: {instead}")
    return Check(title, True, f"{who} will shut {model.name} down on {ends}: {instead} before")


def size_for(model: Model, canvas: Canvas) -> tuple[int, int]:
    """The picture size to ask for, in pixels: the one nearest to the canvas that the model makes.

    With a rule: the smallest multiple of the canvas in steps of one half, so that scaling down is exact, or
    what the rule allows if the canvas is beyond it. With a list: the size that loses least by cropping, then
    the nearest area. If the model's sizes are unknown: the canvas itself.
    """
    if isinstance(model.sizes, SizeRule):
        return _by_rule(model.sizes, canvas)
    sizes = [parse_size(size) for size in model.sizes if "x" in size]
    return min(sizes, key=lambda size: _distance(size, canvas.size)) if sizes else canvas.size


def aspect_for(model: Model, canvas: Canvas) -> str:
    """The ratio to ask for, such as 16:9: the one nearest to the canvas that the model makes."""
    ratios = [size for size in model.sizes if ":" in size] if isinstance(model.sizes, tuple) else []
    return min(ratios, key=lambda ratio: _distance(_ratio(ratio), canvas.size), default="1:1")


def _by_rule(rule: SizeRule, canvas: Canvas) -> tuple[int, int]:
    for halves in range(2, 17):
        width, height = canvas.width * halves / 2, canvas.height * halves / 2
        if width.is_integer() and height.is_integer() and rule.allows(int(width), int(height)):
            return int(width), int(height)
    return _within(rule, canvas)


def _within(rule: SizeRule, canvas: Canvas) -> tuple[int, int]:
    """The allowed size with the shape nearest to the canvas, and about its area if that is allowed."""
    area = min(max(canvas.width * canvas.height, rule.pixels[0]), rule.pixels[1])
    around = math.sqrt(area * canvas.width / canvas.height) / rule.multiple
    widths = [round(around) + step for step in range(-16, 17)]
    sizes = [
        (width * rule.multiple, round(width * canvas.height / canvas.width) * rule.multiple) for width in widths
    ]
    allowed = [size for size in sizes if rule.allows(*size)]
    return min(allowed, key=lambda size: _distance(size, canvas.size), default=canvas.size)


def _distance(size: tuple[int, int], wanted: tuple[int, int]) -> tuple[float, float]:
    shape = abs(math.log(size[0] * wanted[1] / (size[1] * wanted[0])))
    return round(shape, 6), abs(math.log(size[0] * size[1] / (wanted[0] * wanted[1])))


def _ratio(text: str) -> tuple[int, int]:
    width, _, height = text.partition(":")
    return int(width), int(height)


def _priced(model: Model) -> str:
    return f", prices of {model.prices.as_of}" if model.prices else ", prices unknown"


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _today() -> date:
    return datetime.now(UTC).date()


@cache
def _registry() -> Mapping[str, Mapping[str, Model]]:
    text = resources.files("longvid_tui.configs").joinpath("models.yaml").read_bytes()
    data = parse(text, "models.yaml").data
    rules = data.pop("rules")
    return {service: _of_service(service, entries, rules) for service, entries in data.items()}


def _of_service(service: str, entries: Mapping[str, Any], rules: Mapping[str, Any]) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for name, facts in entries.items():
        sizes = facts.get("sizes", ())
        model = Model(
            service=service, name=name, **{**facts, "sizes": rules[sizes] if isinstance(sizes, str) else sizes}
        )
        found |= dict.fromkeys((name, *model.aliases), model)
    return found
