"""What is known of the services' models (configs/models.yaml): sizes, limits, prices with their day,
shutdowns."""

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
"""Tokens of one request by kind, as the service counted them; `text_in` leaves `cached_in` out."""

Kind = Literal["image", "text"]
Usd: TypeAlias = float
SOON_DAYS = 60
"""How long before its end a model is warned of."""


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SizeRule(_Fact):
    """Any size: edges (pixels) multiples of `multiple` within `edge`, area within `pixels`, longer to shorter
    edge at most `ratio`."""

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
    """What the service asks, in US dollars, as read on a day; see configs/models.yaml for the units."""

    as_of: date
    source: str
    tokens: Mapping[TokenKind, Usd] = {}
    picture: Mapping[str, Mapping[str, Usd]] = {}
    megapixel: Mapping[Literal["paint", "edit"], Usd] = {}


class Model(_Fact):
    """One model of a service. A model that is not in the registry has only its name: the rest is unknown."""

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
        """Dollars of one request by its tokens; None when a kind that was used has no known price."""
        prices = self.prices.tokens if self.prices else {}
        used = {kind: count for kind, count in tokens.items() if count}
        if not used or not used.keys() <= prices.keys():
            return None
        return sum(prices[kind] * count for kind, count in used.items()) / 1e6

    def estimate(self, quality: str, width: int, height: int, *, edit: bool = False) -> Usd | None:
        """Dollars of one picture, told before it is bought: the price of the listed size nearest to its own."""
        price = self.picture_price(quality, width, height, edit=edit)
        listed = self.prices.picture.get(quality) if self.prices else None
        if price is not None or not listed:
            return price
        return listed[min(listed, key=lambda size: _distance(parse_size(size), (width, height)))]

    def picture_price(self, quality: str, width: int, height: int, *, edit: bool = False) -> Usd | None:
        """Dollars of one picture by the price list; None when the list does not say."""
        if self.prices is None:
            return None
        by_size = self.prices.picture.get(quality) or self.prices.picture.get("any") or {}
        listed = by_size.get(f"{width}x{height}", by_size.get("any"))
        if listed is None and width * height <= 1_000_000:
            return self.prices.megapixel.get("edit" if edit else "paint")
        return listed


def lookup(service: str, name: str, today: date | None = None, setting: str = "") -> Model:
    """What is known of a model, by name or alias; raises Misconfigured for one that was shut down.

    `setting`: where the person chose it, `SERVICE.model` if not said.
    """
    model = find(service, name)
    if model.ends and model.ends <= (today or _today()):
        raise Misconfigured(
            f"{SERVICES[service].title} shut {name} down on {model.ends}: "
            f"set {setting or f'{service}.model'} to {successor(model, today)}."
        )
    return model


def find(service: str, name: str, kind: Kind = "image") -> Model:
    """What is known of a model, alive or not; a name nobody knows has no facts but its `kind`."""
    models = _registry().get(service, {})
    return models.get(name) or Model(service=service, name=name, known=False, kind=kind)


def names(service: str, kind: str = "image", today: date | None = None) -> list[str]:
    """The service's living models of a kind."""
    now = today or _today()
    found = {model.name: model for model in _registry().get(service, {}).values() if model.kind == kind}
    return [name for name, model in found.items() if model.ends is None or model.ends > now]


def successor(model: Model, today: date | None = None) -> str:
    """The living model that the service names instead of `model`, as far as the registry knows."""
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
    """A preflight of the chosen model: whether it is known and how long it will be there."""
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
    """The models of a `GET /v1/models`, each with the day it will be shut down, if one is named."""
    found = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return {str(entry.get("id")): _day(entry.get("shutdown_date")) for entry in found}


def check_listing(
    service: str, name: str, listing: Mapping[str, date | None], today: date | None = None
) -> Check:
    """A preflight against the service's own list of models: names, each with its shutdown day if it has one."""
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
    """What the day means on which the service says it shuts a model down; None where that is far or unknown."""
    now = today or _today()
    if ends is None or (ends - now).days > SOON_DAYS:
        return None
    instead = f"set {setting} to {successor(model, now)}"
    if ends <= now:
        return Check(title, False, f"{who} shut {model.name} down on {ends}: {instead}")
    return Check(title, True, f"{who} will shut {model.name} down on {ends}: {instead} before")


def size_for(model: Model, canvas: Canvas) -> tuple[int, int]:
    """The picture size to ask for: the nearest to the canvas that the model makes, in pixels.

    By a rule: the smallest multiple of the canvas in steps of one half, so that scaling down is exact; a canvas
    beyond the rule is shrunk into it. By a list: the least that has to be cropped, then the nearest area.
    A model of unknown sizes is asked for the canvas itself.
    """
    if isinstance(model.sizes, SizeRule):
        return _by_rule(model.sizes, canvas)
    sizes = [parse_size(size) for size in model.sizes if "x" in size]
    return min(sizes, key=lambda size: _distance(size, canvas.size)) if sizes else canvas.size


def aspect_for(model: Model, canvas: Canvas) -> str:
    """The ratio to ask for, such as 16:9: the nearest to the canvas's that the model makes."""
    ratios = [size for size in model.sizes if ":" in size] if isinstance(model.sizes, tuple) else []
    return min(ratios, key=lambda ratio: _distance(_ratio(ratio), canvas.size), default="1:1")


def _by_rule(rule: SizeRule, canvas: Canvas) -> tuple[int, int]:
    for halves in range(2, 17):
        width, height = canvas.width * halves / 2, canvas.height * halves / 2
        if width.is_integer() and height.is_integer() and rule.allows(int(width), int(height)):
            return int(width), int(height)
    return _within(rule, canvas)


def _within(rule: SizeRule, canvas: Canvas) -> tuple[int, int]:
    """The allowed size nearest to the canvas's shape, of about its area where that is allowed."""
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
