"""The registry of models: what is asked for, what it costs, and what happens when a model is shut down."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.backends import models
from longvid_tui.backends.contract import Misconfigured
from longvid_tui.backends.models import SizeRule
from longvid_tui.project.canvas import Canvas

TODAY = date(2026, 11, 24)


def test_an_alias_is_its_model() -> None:
    assert models.lookup("openai", "gpt-image-2-2026-04-21", TODAY).name == "gpt-image-2"


def test_a_retired_model_is_refused_with_its_day_and_successor() -> None:
    with pytest.raises(
        Misconfigured,
        match=r"shut gpt-image-1 down on 2026-10-23: set openai\.model to gpt-image-2\.5-sunburst",
    ):
        models.lookup("openai", "gpt-image-1", TODAY)
    assert models.lookup("openai", "gpt-image-1", date(2026, 10, 22)).sizes


def test_every_successor_leads_to_a_living_model() -> None:
    for service in ("openai", "stability", "gemini", "flux"):
        for model in models._registry()[service].values():
            if model.successor:
                alive = models.find(service, models.successor(model, date(2027, 6, 1)))
                assert alive.known
                assert alive.ends is None


def test_an_unknown_model_is_allowed_and_nothing_is_claimed_of_it() -> None:
    model = models.lookup("openai", "my-local-model", TODAY)
    assert (model.known, model.cost({"text_in": 5}), model.picture_price("high", 64, 64)) == (False, None, None)
    assert models.size_for(model, Canvas(832, 480)) == (832, 480)


def test_the_check_warns_before_the_end_and_fails_after_it() -> None:
    early = models.check("openai", "gpt-5", date(2026, 9, 1))
    soon = models.check("openai", "gpt-5", TODAY)
    late = models.check("openai", "gpt-5", date(2026, 12, 11))
    assert (early.ok, "shut down" in early.sentence) == (True, False)
    assert (soon.ok, "gpt-6-luna before" in soon.sentence) == (True, True)
    assert (late.ok, "gpt-6-luna" in late.sentence) == (False, True)


def test_the_services_own_list_decides_over_the_registry() -> None:
    listing = {"gpt-image-2": None, "gpt-image-9": None, "gpt-image-8": date(2026, 12, 24)}
    assert models.check_listing("openai", "gpt-image-9", listing, TODAY).ok
    missing = models.check_listing("openai", "gpt-image-7", listing, TODAY)
    assert (missing.ok, "gpt-image-" in missing.sentence) == (False, True)
    assert "2026-12-24" in models.check_listing("openai", "gpt-image-8", listing, TODAY).sentence


@pytest.mark.parametrize(
    ("canvas", "asked"),
    [
        ("1280x720", "1280x720"),
        ("720x1280", "720x1280"),
        ("1168x768", "1168x768"),
        ("832x480", "1248x720"),
        ("480x832", "720x1248"),
        ("832x464", "1664x928"),
        ("768x512", "1152x768"),
        ("624x624", "1248x1248"),
    ],
)
def test_newer_models_are_asked_for_the_canvas_or_an_exact_multiple(canvas: str, asked: str) -> None:
    width, height = models.size_for(models.lookup("openai", "gpt-image-2", TODAY), Canvas.parse(canvas))
    assert f"{width}x{height}" == asked


@pytest.mark.parametrize(
    ("canvas", "asked"), [("1280x720", "1536x1024"), ("480x832", "1024x1536"), ("960x960", "1024x1024")]
)
def test_older_models_are_asked_for_the_size_that_loses_least(canvas: str, asked: str) -> None:
    width, height = models.size_for(models.find("openai", "gpt-image-1"), Canvas.parse(canvas))
    assert f"{width}x{height}" == asked


EDGES = st.integers(4, 256).map(lambda cells: cells * 16)


@given(EDGES, EDGES, st.sampled_from(["gpt-image-2", "gpt-image-2.6-sunburst"]))
def test_every_canvas_gets_a_size_the_rule_allows_and_no_other_shape(
    width: int, height: int, name: str
) -> None:
    if max(width, height) > 3 * min(width, height):
        return
    model = models.find("openai", name)
    assert isinstance(model.sizes, SizeRule)
    asked = models.size_for(model, Canvas(width, height))
    assert model.sizes.allows(*asked)
    assert abs(asked[0] / asked[1] / (width / height) - 1) < 0.05


def test_ratios_are_the_nearest() -> None:
    model = models.lookup("stability", "sd3.5-large", TODAY)
    assert [models.aspect_for(model, Canvas.parse(c)) for c in ("1280x720", "960x960", "480x832")] == [
        "16:9",
        "1:1",
        "9:16",
    ]


def test_tokens_are_priced_by_kind_and_an_unpriced_kind_makes_the_cost_unknown() -> None:
    model = models.lookup("openai", "gpt-image-2", TODAY)
    assert model.cost({"text_in": 50, "image_in": 0, "image_out": 1056}) == pytest.approx(0.03193)
    assert model.cost({"text_in": 50, "cached_in": 10}) is None
    assert model.cost({}) is None


def test_the_price_list_knows_its_sizes_and_says_nothing_of_others() -> None:
    image = models.lookup("openai", "gpt-image-2", TODAY)
    assert image.picture_price("medium", 1536, 1024) == 0.041
    assert image.picture_price("medium", 1280, 720) is None
    assert models.lookup("stability", "sd3.5-large", TODAY).picture_price("any", 1344, 768) == 0.065
    flux = models.lookup("flux", "flux-2-pro", TODAY)
    assert (flux.picture_price("", 1280, 720), flux.picture_price("", 1280, 720, edit=True)) == (0.03, 0.045)
    assert flux.picture_price("", 2000, 1000) is None


def test_every_price_has_a_day_and_a_source() -> None:
    for service in ("openai", "stability", "gemini", "flux"):
        for model in models._registry()[service].values():
            if model.prices:
                assert model.prices.as_of <= TODAY
                assert model.prices.source.startswith("https://")


@pytest.mark.parametrize(
    ("ends", "ok", "words"),
    [
        (None, True, "the service offers gpt-image-2"),
        (date(2027, 9, 1), True, "the service offers gpt-image-2"),
        (date(2026, 12, 20), True, "will shut gpt-image-2 down on 2026-12-20: set openai.model to"),
        (date(2026, 11, 1), False, "the service shut gpt-image-2 down on 2026-11-01: set openai.model to"),
    ],
)
def test_a_day_that_only_the_service_knows_is_told_with_what_to_use_instead(
    ends: date | None, ok: bool, words: str
) -> None:
    check = models.check_listing("openai", "gpt-image-2", {"gpt-image-2": ends}, date(2026, 11, 24))
    assert (check.ok, words in check.sentence) == (ok, True), check
    assert "to gpt-image-2 " not in f"{check.sentence} "


def test_a_model_that_is_no_longer_listed_is_told_with_its_successor() -> None:
    check = models.check_listing("openai", "gpt-image-1", {"gpt-image-2.5-flare": None}, date(2026, 11, 24))
    assert not check.ok
    assert check.sentence == "your account has no gpt-image-1: set openai.model to gpt-image-2.5-sunburst"


def test_a_list_of_models_is_read_whatever_stands_in_it() -> None:
    entries = [{"id": "a", "shutdown_date": "2026-12-20"}, {"id": "b", "shutdown_date": "soon"}, {"id": "c"}, 7]
    assert models.listed(entries) == {"a": date(2026, 12, 20), "b": None, "c": None}
    assert models.listed({"error": "no"}) == {}
