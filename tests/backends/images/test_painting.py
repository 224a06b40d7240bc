"""What each provider asks its service for, and what comes of it; the stand-in refuses what the service refuses."""

from __future__ import annotations

import asyncio
import io
import time
from dataclasses import replace
from pathlib import Path

import pytest
from painters import KEYS, hire, mask_file, paint, picture_file, request, together
from PIL import Image

from longvid_tui.backends import models
from longvid_tui.backends.contract import (
    BadAnswer,
    BadKey,
    ImageProvider,
    Misconfigured,
    Online,
    Priced,
    Refused,
)
from longvid_tui.backends.rehearsal.cloud import canvases, flux, openai_images
from longvid_tui.backends.rehearsal.cloud.server import Cloud
from longvid_tui.media.errors import BadPicture
from longvid_tui.project.canvas import Canvas

SERVICES = ("openai", "stability", "gemini", "flux")
RED = (200, 30, 30)
BOX = (320, 180, 960, 540)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("service", SERVICES)
def test_words_become_a_picture_and_a_price(cloud: Cloud, service: str) -> None:
    painter = hire(service, cloud)
    assert isinstance(painter, ImageProvider)
    result = paint(painter)
    assert opened(result.data).getpixel((5, 5)) == canvases.colour("a dog on a beach")
    assert result.cost_usd == pytest.approx(cloud.billed())
    assert cloud.billed() > 0
    assert result.model == painter.fingerprint()["model"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_key_goes_to_the_service_alone_and_into_no_result(cloud: Cloud, service: str) -> None:
    painter = hire(service, cloud)
    result = paint(painter)
    spoken = f"{painter!r} {vars(painter)} {painter.fingerprint()} {painter.checks()} {result.details}"
    for key in KEYS.values():
        assert key not in spoken
        assert all(key not in request.path + request.query for request in cloud.requests)


@pytest.mark.parametrize(
    ("service", "asked"),
    [("openai", "1280x720"), ("stability", "16:9"), ("gemini", "16:9 1K"), ("flux", "1280x720")],
)
def test_each_is_asked_for_the_nearest_it_makes_to_the_canvas(cloud: Cloud, service: str, asked: str) -> None:
    assert paint(hire(service, cloud)).details["asked"] == asked


def test_the_first_image_model_of_openai_still_paints_where_it_is_served(cloud: Cloud) -> None:
    painter = hire("openai", cloud, model="gpt-image-1")
    result = paint(painter)
    assert opened(result.data).size == (1536, 1024)
    assert result.cost_usd == pytest.approx(cloud.billed())
    assert all(check.ok for check in painter.checks())


def test_a_retired_model_at_the_service_itself_costs_no_request_and_names_its_successor(cloud: Cloud) -> None:
    painter = hire("openai", cloud, model="gpt-image-1", base_url="https://api.openai.com/v1")
    with pytest.raises(Misconfigured, match=r"shut gpt-image-1 down on 2026-10-23: .* gpt-image-2\.5-sunburst"):
        paint(painter)
    assert [check.ok for check in painter.checks()] == [True, False]


def test_square_and_tall_canvases_of_stable_diffusion(cloud: Cloud) -> None:
    sizes = [
        opened(paint(hire("stability", cloud), request(canvas=c)).data).size for c in ("960x960", "480x832")
    ]
    assert sizes == [(1024, 1024), (768, 1344)]


@pytest.mark.parametrize("service", ["openai", "gemini", "flux"])
def test_references_are_sent_in_their_order_after_the_base(cloud: Cloud, service: str, tmp_path: Path) -> None:
    base, lena, barn = (picture_file(tmp_path / f"{name}.png") for name in ("base", "lena", "barn"))
    result = paint(hire(service, cloud), request(base=base, references=(lena, barn)))
    sent = cloud.requests[0]
    if service == "openai":
        assert [(part.name, part.filename) for part in sent.files()] == [
            ("image[]", "base.png"),
            ("image[]", "lena.png"),
            ("image[]", "barn.png"),
        ]
        assert result.cost_usd == pytest.approx(cloud.billed())
    elif service == "gemini":
        assert ["text" in part for part in sent.json["contents"][0]["parts"]] == [True, False, False, False]
        assert result.cost_usd is None, "the price of pictures sent to Gemini is not known"
    else:
        assert [name for name in sent.json if "image" in name] == [
            "input_image",
            "input_image_2",
            "input_image_3",
        ]
        assert result.cost_usd == pytest.approx(cloud.billed())


@pytest.mark.parametrize("service", ["openai", "stability", "flux"])
def test_a_mask_repaints_its_white_part_whatever_the_service_calls_it(
    cloud: Cloud, service: str, tmp_path: Path
) -> None:
    base, mask = picture_file(tmp_path / "k3.png", RED), mask_file(tmp_path / "mask.png", BOX)
    painted = opened(paint(hire(service, cloud), request(base=base, mask=mask)).data)
    centre, corner = (painted.width // 2, painted.height // 2), (10, 10)
    assert painted.getpixel(corner) == RED
    assert painted.getpixel(centre) == canvases.colour("a dog on a beach")


def test_a_reference_in_a_format_services_do_not_take_is_sent_as_png(cloud: Cloud, tmp_path: Path) -> None:
    Image.new("RGB", (640, 384), RED).save(tmp_path / "lena.bmp")
    paint(hire("openai", cloud), request(references=(tmp_path / "lena.bmp",)))
    (sent,) = cloud.requests[0].files()
    assert (sent.filename, sent.content_type, opened(sent.data).size) == ("lena.png", "image/png", (640, 384))


def test_a_reference_that_is_no_picture_costs_no_request(cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "lena.png").write_text("no picture")
    with pytest.raises(BadPicture, match=r"lena\.png cannot be read as a picture: choose another"):
        paint(hire("openai", cloud), request(references=(tmp_path / "lena.png",)))
    assert cloud.requests == []


def test_a_seed_of_zero_is_a_seed_and_not_a_wish_for_any(cloud: Cloud) -> None:
    paint(hire("stability", cloud), replace(request(), seed=0))
    assert cloud.requests[0].form()["seed"] == "4294967294"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v1/get_result?id=1",
        "https://api.bfl.ai.evil.example/v1/get_result?id=1",
        "https://evilbfl.ai/v1/get_result?id=1",
        "http://api.bfl.ai/v1/get_result?id=1",
        "https://api.bfl.ai@evil.example/v1/get_result?id=1",
        "file:///etc/passwd",
        "",
    ],
)
def test_the_key_of_flux_follows_no_order_to_a_stranger(cloud: Cloud, url: str) -> None:
    cloud.then(flux.sending_to(url))
    with pytest.raises(BadAnswer, match="where no key belongs"):
        paint(hire("flux", cloud))
    assert len(cloud.requests) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_cannot_do_is_said_before_it_is_asked(
    cloud: Cloud, service: str, tmp_path: Path
) -> None:
    picture = picture_file(tmp_path / "k3.png", size="64x64")
    mask = mask_file(tmp_path / "mask.png", (0, 0, 9, 9), size="64x64")
    painter = hire(service, cloud)
    too_much = [request(references=(picture,) * 17), request(mask=mask)]
    too_much += [] if painter.capabilities.masks else [request(base=picture, mask=mask)]
    for wanted in too_much:
        with pytest.raises(Misconfigured):
            paint(painter, wanted)
    assert cloud.requests == []


def test_strength_says_how_far_from_the_base_stability_goes(cloud: Cloud, tmp_path: Path) -> None:
    base = picture_file(tmp_path / "k3.png", RED, size="640x384")
    near, far = (
        opened(paint(hire("stability", cloud), request(base=base, strength=strength)).data).getpixel((5, 5))
        for strength in (0.0, 1.0)
    )
    assert (near, far) == (RED, canvases.colour("a dog on a beach"))
    assert cloud.requests[0].form()["mode"] == "image-to-image"


def test_a_note_and_what_to_avoid_are_part_of_what_is_asked(cloud: Cloud) -> None:
    wanted = request(note="rain instead of sun", negative="text, blur")
    paint(hire("openai", cloud), wanted)
    paint(hire("stability", cloud), wanted)
    openai, stability = cloud.requests
    assert openai.json["prompt"] == "a dog on a beach\n\nrain instead of sun\n\nAvoid: text, blur."
    assert stability.form()["prompt"] == "a dog on a beach\n\nrain instead of sun"
    assert stability.form()["negative_prompt"] == "text, blur"


def test_a_prompt_beyond_the_limit_is_refused_before_it_is_asked(cloud: Cloud) -> None:
    with pytest.raises(Refused, match="at most 32000 characters"):
        paint(hire("openai", cloud), request("word " * 7000))
    assert cloud.requests == []


def test_unfinished_pictures_are_shown_while_one_forms_and_are_paid_for(cloud: Cloud) -> None:
    shown: list[bytes] = []
    result = paint(hire("openai", cloud, partial_images=3), request(on_partial=shown.append))
    assert len(shown) == 3
    assert [opened(data).width for data in shown] == [16, 32, 64]
    assert opened(result.data).size == (1280, 720)
    assert result.cost_usd == pytest.approx(cloud.billed())


def test_nobody_looking_on_means_no_unfinished_pictures_to_pay_for(cloud: Cloud) -> None:
    paint(hire("openai", cloud, partial_images=3))
    assert "stream" not in cloud.requests[0].json


def test_a_masked_retake_is_streamed_too(cloud: Cloud, tmp_path: Path) -> None:
    shown: list[bytes] = []
    base, mask = picture_file(tmp_path / "k3.png", RED), mask_file(tmp_path / "mask.png", BOX)
    result = paint(hire("openai", cloud), request(base=base, mask=mask, on_partial=shown.append))
    assert (len(shown), opened(result.data).getpixel((10, 10))) == (2, RED)


def test_a_server_that_answers_whole_where_a_stream_was_asked_for_is_understood(cloud: Cloud) -> None:
    cloud.then(openai_images.picture_of(canvases.paint("whole", (1280, 720))))
    result = paint(hire("openai", cloud), request(on_partial=lambda _: None))
    assert opened(result.data).getpixel((5, 5)) == canvases.colour("whole")


def test_a_local_server_with_a_model_of_its_own_needs_no_key_and_gets_the_plain_fields_alone(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LONGVID_IMAGES_KEY")
    cloud.then(openai_images.picture_of(canvases.paint("local", (1280, 720))))
    painter = hire("openai", cloud, model="sd-turbo")
    result = paint(painter)
    sent = cloud.requests[0]
    assert sorted(sent.json) == ["model", "n", "prompt", "response_format", "size"]
    assert "authorization" not in sent.headers
    assert result.cost_usd == 0.0
    assert [check.ok for check in painter.checks()] == [True, True]


def test_a_picture_behind_an_address_is_fetched_without_the_key(cloud: Cloud) -> None:
    from longvid_tui.backends.rehearsal.cloud.server import Answer, json_answer

    cloud.route("GET", "/file.png", lambda _: Answer(200, canvases.paint("file", (64, 64))))
    cloud.then(lambda request: json_answer({"data": [{"url": f"{request.base_url}/file.png"}]}))
    result = paint(hire("openai", cloud, model="sd-turbo"))
    assert opened(result.data).getpixel((5, 5)) == canvases.colour("file")
    assert "authorization" not in cloud.requests[1].headers


def test_a_quality_the_model_does_not_have_is_said_before_it_is_asked(cloud: Cloud) -> None:
    with pytest.raises(
        Misconfigured, match=r"has no quality xhigh: set openai\.quality to one of low, medium, high"
    ):
        paint(hire("openai", cloud, quality="xhigh"))
    assert cloud.requests == []


def test_the_same_recipe_has_the_same_fingerprint_and_another_server_another(cloud: Cloud) -> None:
    one, other = hire("flux", cloud), hire("flux", cloud, base_url="https://api.bfl.ai/v1")
    assert one.fingerprint() == hire("flux", cloud, deadline_seconds=9, parallel=2).fingerprint()
    assert one.fingerprint() != other.fingerprint()
    assert hire("gemini", cloud).fingerprint() != hire("gemini", cloud, resolution="2K").fingerprint()
    assert hire("openai", cloud).fingerprint() != hire("openai", cloud, quality="low").fingerprint()


def test_a_price_is_told_before_where_the_list_has_one(cloud: Cloud) -> None:
    canvas = Canvas(1280, 720)
    prices = {}
    for service in SERVICES:
        painter = hire(service, cloud)
        assert isinstance(painter, Priced)
        prices[service] = painter.price(canvas)
    assert prices == {"openai": 0.041, "stability": 0.065, "gemini": 0.0336, "flux": 0.03}
    assert hire("openai", cloud, model="gpt-image-2.6-flare").price(canvas) is None
    assert hire("flux", cloud).price(canvas, edit=True) == 0.045


@pytest.mark.parametrize("service", SERVICES)
def test_doctor_asks_the_service_for_nothing(cloud: Cloud, service: str) -> None:
    painter = hire(service, cloud)
    assert isinstance(painter, Online)
    (check,) = asyncio.run(painter.ask())
    assert check.ok
    assert cloud.billed() == 0
    assert [request.method for request in cloud.requests] == ["GET"]


def test_doctor_warns_when_the_account_does_not_have_the_model(cloud: Cloud) -> None:
    (check,) = asyncio.run(hire("openai", cloud, model="gpt-image-9").ask())
    assert not check.ok
    assert "gpt-image-" in check.sentence


@pytest.mark.parametrize("service", SERVICES)
def test_the_services_own_key_is_not_sent_to_another_server(
    cloud: Cloud, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LONGVID_IMAGES_KEY")
    with pytest.raises(BadKey):
        paint(hire(service, cloud))
    (sent,) = cloud.requests
    assert not any(key in f"{sent.headers} {sent.query}" for key in KEYS.values())


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_key_nothing_is_asked_and_the_check_says_where_to_get_one(
    cloud: Cloud, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    painter = hire(service, cloud, base_url=hire(service, cloud).official)
    key = painter.checks()[0]
    assert not key.ok
    assert "https://" in key.sentence
    assert asyncio.run(painter.ask()) == []


def test_pictures_in_parallel_keep_within_a_rate_limit_without_failing(cloud: Cloud) -> None:
    cloud.always(openai_images.at_most(4, 0.5), path="/v1/images/.*")
    painter = hire("openai", cloud, quality="low")
    waits: list[tuple[str, float]] = []
    started = time.monotonic()
    wanted = [request(f"dog {n}", canvas="832x480", on_wait=lambda *w: waits.append(w)) for n in range(12)]
    results = together(*(painter.paint(one) for one in wanted))
    assert [type(result).__name__ for result in results] == ["ImageResult"] * 12
    assert sum(result.cost_usd for result in results) == pytest.approx(cloud.billed())
    assert time.monotonic() - started < 15
    assert all("too many requests" in why or "takes no more requests" in why for why, _ in waits)
    assert all(0 < seconds < 10 for _, seconds in waits)


def test_every_living_image_model_in_the_registry_can_be_asked() -> None:
    for service in SERVICES:
        for name in models.names(service):
            model = models.lookup(service, name)
            assert models.size_for(model, Canvas(1280, 720))
