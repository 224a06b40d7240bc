"""A keyframe is changed instead of painted anew: what is sent, what stays to the very pixel, what is refused unpaid."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from buyers import Buyer
from painters import mask_file
from PIL import Image

from longvid_tui.backends.rehearsal.cloud import canvases, flux, openai_images, stability
from longvid_tui.backends.rehearsal.cloud.server import Cloud, Handler

RED = (200, 30, 30)
LEFT_HALF = "0,0,50%,100%"


def test_within_a_mask_only_the_mask_changes_and_one_picture_is_bought(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins()
    buyer.buys()
    before, other = buyer.picture("k1"), buyer.keyframe("k2")
    buyer.types("retake", buyer.film, "k1", "--mask-rect", LEFT_HALF, "--note", "a green coat")
    assert "a change of its picture was asked for: a green coat" in buyer.keyframe("k1")["reason"]
    buyer.types(*buyer.buying)
    after = buyer.picture("k1")
    assert after.getpixel((100, 200)) == canvases.colour(cloud.requests[-1].form()["prompt"])
    assert after.crop((416, 0, 832, 464)).tobytes() == before.crop((416, 0, 832, 464)).tobytes()
    assert buyer.keyframe("k2") == other
    assert [request.path for request in cloud.requests][2:] == ["/v1/images/edits"]
    assert buyer.spent() == pytest.approx(cloud.billed())


def painting_all_over(service: str) -> tuple[str, Handler]:
    """A service that repaints everything, whatever the mask says."""
    data = canvases.encode(Image.new("RGB", (832, 464), RED))
    return {
        "openai": ("/v1/images/edits", openai_images.picture_of(data)),
        "stability": ("/v2beta/stable-image/edit/inpaint", stability.picture_of(data)),
        "flux": ("/delivery/.*", flux.picture_of(data)),
    }[service]


@pytest.mark.parametrize("service", ["openai", "stability", "flux"])
def test_what_lies_outside_the_mask_stays_whatever_the_service_sends(
    buyer: Buyer, cloud: Cloud, service: str, tmp_path: Path
) -> None:
    buyer.begins(images=service)
    buyer.buys()
    before = buyer.picture("k1")
    path, handler = painting_all_over(service)
    cloud.always(handler, path=path)
    mask = mask_file(tmp_path / "mask.png", (0, 0, 415, 463), size="832x464")
    buyer.types("retake", buyer.film, "k1", "--mask", mask)
    mask.unlink()
    buyer.buys()
    after = buyer.picture("k1")
    assert after.getpixel((100, 200)) == RED
    assert after.crop((416, 0, 832, 464)).tobytes() == before.crop((416, 0, 832, 464)).tobytes()


def test_a_model_of_another_shape_is_sent_the_picture_whole_and_gives_it_back_in_place(
    buyer: Buyer, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LONGVID_OPENAI__MODEL", "gpt-image-1.5")
    buyer.begins()
    buyer.buys()
    before = buyer.picture("k1")
    buyer.types("retake", buyer.film, "k1", "--mask-rect", "0,0,100%,25%", "--note", "a storm")
    buyer.buys()
    picture, mask = (Image.open(io.BytesIO(part.data)) for part in cloud.requests[-1].files())
    assert picture.size == mask.size == (832, 555)
    repainted = canvases.colour(cloud.requests[-1].form()["prompt"])
    after = buyer.picture("k1")
    assert after.getpixel((400, 60)) == repainted
    assert after.crop((0, 116, 832, 464)).tobytes() == before.crop((0, 116, 832, 464)).tobytes()
    assert mask.getchannel("A").point(lambda level: 255 - level).getbbox() == (0, 45, 832, 45 + 116)


def test_all_of_a_picture_is_changed_as_the_note_says(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins(images="gemini")
    buyer.buys()
    base = (buyer.film / buyer.keyframe("k1")["take"]["path"]).read_bytes()
    buyer.types("retake", buyer.film, "k1", "--edit", "--note", "make it night")
    buyer.buys()
    told, sent = cloud.requests[-1].json["contents"][0]["parts"]
    assert told["text"].startswith("Change this in the first picture")
    assert "make it night\n\nIt shows: a still, number 1" in told["text"]
    sent_picture = Image.open(io.BytesIO(base64.b64decode(sent["inlineData"]["data"])))
    box = ((sent_picture.width - 832) // 2, (sent_picture.height - 464) // 2)
    middle = sent_picture.crop((*box, box[0] + 832, box[1] + 464)).convert("RGB")
    assert middle.tobytes() == Image.open(io.BytesIO(base)).convert("RGB").tobytes()


def test_strength_goes_to_the_service_that_knows_it(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins(images="stability")
    buyer.buys()
    buyer.types("retake", buyer.film, "k1", "--strength", "0.25")
    buyer.buys()
    form = cloud.requests[-1].form()
    assert (form["mode"], form["strength"]) == ("image-to-image", "0.25")
    assert buyer.spent() == pytest.approx(cloud.billed())


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("gemini", [(("--mask-rect", LEFT_HALF), "gemini takes no masks")]),
        ("flat", [(("--edit", "--note", "x"), "flat paints from words alone")]),
        ("stability", [(("--strength", "0.5", "--mask-rect", LEFT_HALF), "leave the strength out")]),
        (
            "openai",
            [
                (("--strength", "0.5"), "openai cannot be told a strength"),
                (("--edit",), "say with a note what is to change in k1"),
                (("--mask-rect", "90%,90%,5,oops"), "is no rectangle"),
                (("--mask", "nowhere.png"), "nowhere.png cannot be read"),
            ],
        ),
    ],
)
def test_what_cannot_be_is_said_at_once_and_costs_nothing(
    buyer: Buyer, cloud: Cloud, service: str, told: list[tuple[tuple[str, ...], str]]
) -> None:
    buyer.begins(images=service)
    buyer.buys()
    asked, before = len(cloud.requests), buyer.keyframe("k1")
    for words, sentence in told:
        said = buyer.says("retake", buyer.film, "k1", *words)
        assert said.code in (1, 2), words
        assert sentence in said.err
        assert (buyer.keyframe("k1"), len(cloud.requests)) == (before, asked), words


def test_a_clip_a_lock_and_a_picture_not_there_yet_are_no_base(buyer: Buyer) -> None:
    buyer.begins(images="openai")
    buyer.plans()
    change = ("--edit", "--note", "x")
    assert "s1 is a clip" in buyer.says("retake", buyer.film, "s1", *change).err
    assert "has no picture to change yet" in buyer.says("retake", buyer.film, "k1", *change).err
    buyer.buys()
    buyer.types("lock", buyer.film, "k1")
    assert "k1 is locked" in buyer.says("retake", buyer.film, "k1", *change).err


def test_a_change_is_meant_for_the_words_it_was_asked_for(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins()
    buyer.buys()
    buyer.types("retake", buyer.film, "k1", "--mask-rect", LEFT_HALF, "--note", "a green coat")
    buyer.buys()
    changed = buyer.keyframe("k1")["take"]["sha"]
    buyer.edits("a still, number 1", "another still")
    buyer.buys()
    assert cloud.requests[-1].path == "/v1/images/generations"
    buyer.edits("another still", "a still, number 1")
    assert buyer.keyframe("k1")["take"]["sha"] == changed, "nothing is made twice"


def test_a_note_is_told_for_the_take_it_was_written_for_and_not_again(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins()
    buyer.buys()
    buyer.types("retake", buyer.film, "k1", "--note", "brighter")
    buyer.edits("a still, number 1", "a still of mornings")
    buyer.buys()
    assert "a still of mornings" in cloud.requests[-1].json["prompt"]
    assert "brighter" in cloud.requests[-1].json["prompt"], (
        "it waits for its take, whatever the words are by then"
    )
    buyer.edits("a still of mornings", "a still of evenings")
    buyer.buys()
    assert "a still of evenings" in cloud.requests[-1].json["prompt"]
    assert "brighter" not in cloud.requests[-1].json["prompt"]


def test_a_rejected_change_is_tried_again_on_the_picture_before_it(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins()
    buyer.buys()
    before = buyer.keyframe("k1")["take"]["sha"]
    buyer.types("retake", buyer.film, "k1", "--mask-rect", LEFT_HALF, "--note", "a green coat")
    buyer.buys()
    buyer.types("reject", buyer.film, "k1", "--note", "greener")
    buyer.buys()
    first, second = (cloud.requests[number].files()[0].data for number in (-2, -1))
    assert first == second
    assert "a green coat. greener" in cloud.requests[-1].form()["prompt"]
    buyer.types("choose", buyer.film, "k1", before[:8])
    asked = len(cloud.requests)
    buyer.buys()
    assert (buyer.keyframe("k1")["take"]["sha"], len(cloud.requests)) == (before, asked)


def test_candidates_are_bought_together_where_the_service_answers_several(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins()
    buyer.buys()
    buyer.types("retake", buyer.film, "k1", "--candidates", "3", "--note", "brighter")
    buyer.buys()
    assert [request.json["n"] for request in cloud.requests] == [1, 1, 3]
    assert buyer.spent() == pytest.approx(cloud.billed())
    item = buyer.keyframe("k1")
    assert item["candidates"] == item["takes"][1:]
    assert len(set(item["takes"])) == 4
    assert item["take"]["sha"].startswith(item["candidates"][0])
    buyer.types("choose", buyer.film, "k1", item["candidates"][2])
    assert buyer.keyframe("k1")["take"]["sha"].startswith(item["candidates"][2])
    buyer.buys()
    assert len(cloud.requests) == 3


def test_candidates_come_one_by_one_where_it_answers_one_and_all_are_there_to_choose(
    buyer: Buyer, cloud: Cloud
) -> None:
    buyer.begins(images="stability")
    buyer.buys()
    buyer.types("retake", buyer.film, "k1", "--candidates", "2", "--note", "dusk", "--strength", "1")
    said = buyer.says("run", buyer.film, "--until", "segments")
    item = buyer.keyframe("k1")
    assert (said.code, len(item["candidates"])) == (3, 2)
    assert f"k1 has 2 candidates ({', '.join(item['candidates'])})" in said.err
    seeds = [request.form()["seed"] for request in cloud.requests if "mode" in request.form()][-2:]
    assert len(set(seeds)) == 2
    assert buyer.spent() == pytest.approx(cloud.billed())


def test_a_server_that_answers_fewer_pictures_is_asked_for_the_rest(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins()
    buyer.buys()
    asked = len(cloud.requests)
    cloud.then(openai_images.picture_of(canvases.paint("one", (832, 464))))
    buyer.types("retake", buyer.film, "k1", "--candidates", "3")
    buyer.buys()
    assert [request.json["n"] for request in cloud.requests[asked:]] == [3, 2]
    assert len(buyer.keyframe("k1")["candidates"]) == 3
