"""Who and where several keyframes show is painted once and approved; the keyframes are painted from that."""

from __future__ import annotations

from pathlib import Path

import pytest
from buyers import Buyer
from painters import picture_file

from longvid_tui.backends.rehearsal.cloud.server import Cloud, Request


def begins(buyer: Buyer, images: str = "openai") -> None:
    """Three keyframes: mara in all, the quay in the last two."""
    buyer.begins(2, images)
    buyer.plans()
    buyer.casts({"k1": "", "k2": "the quay", "k3": "the quay"})


def sent(request: Request) -> list[bytes]:
    return [part.data for part in request.files()]


def test_sheets_are_painted_and_approved_first_and_every_keyframe_from_them(buyer: Buyer, cloud: Cloud) -> None:
    begins(buyer)
    buyer.types("approve", buyer.film, "plan")
    said = buyer.says("run", buyer.film, "--until", "keyframes")
    assert said.code == 3
    assert "Waits for your approval: @mara, @the quay" in said.err
    status = buyer.status()
    assert status["waits_for"] == {"stage": "masters", "targets": ["@mara", "@the quay"]}
    assert [(each["id"], each["of"], each["keyframes"]) for each in status["masters"]] == [
        ("@mara", "character", ["k1", "k2", "k3"]),
        ("@the quay", "place", ["k2", "k3"]),
    ]
    assert "to paint @mara" not in buyer.types("status", buyer.film).out
    assert "@the quay" in buyer.types("show", buyer.film).out
    buyer.types("approve", buyer.film, "@Mara")
    buyer.types("approve", buyer.film, "masters")
    buyer.types(*buyer.buying)
    assert [request.path.rpartition("/")[2] for request in cloud.requests] == ["generations"] * 2 + [
        "edits"
    ] * 3
    mara, quay = ((buyer.film / each["take"]["path"]).read_bytes() for each in buyer.status()["masters"])
    assert {tuple(sent(request)) for request in cloud.requests[2:]} == {(mara,), (mara, quay)}
    assert buyer.spent() == pytest.approx(cloud.billed())


def test_the_same_camera_sees_the_same_place_again(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins(2)
    buyer.plans()
    for wrong, why in (("k9", "there is no keyframe k9"), ("k1", "takes its own view from another")):
        buyer.edits("- id: k1\n", f"- id: k1\n    view: {wrong}\n")
        assert why in buyer.says("show", buyer.film).err
        buyer.edits(f"    view: {wrong}\n", "")
    buyer.edits("- id: k1\n", "- id: k1\n    view: k3\n")
    buyer.types("approve", buyer.film, "plan")
    assert buyer.says("run", buyer.film, "--until", "keyframes").code == 0
    assert len(cloud.requests) == 2, "what is seen is approved before it is seen again"
    buyer.types("approve", buyer.film, "all")
    buyer.buys()
    assert cloud.requests[-1].path.endswith("edits")
    assert sent(cloud.requests[-1]) == [(buyer.film / buyer.keyframe("k3")["take"]["path"]).read_bytes()]
    assert "what the same camera sees at another moment" in cloud.requests[-1].form()["prompt"]
    assert len(cloud.requests) == 3


def test_another_sheet_repaints_what_shows_it_and_buys_nothing_else(buyer: Buyer, cloud: Cloud) -> None:
    begins(buyer)
    buyer.buys()
    asked = len(cloud.requests)
    buyer.types("retake", buyer.film, "@the quay", "--note", "at low tide")
    make = buyer.types("run", buyer.film, "--until", "keyframes", "--dry-run", "--json").json["make"]
    assert [task["target"] for task in make] == ["@the quay", "k2", "k3"]
    buyer.buys()
    assert len(cloud.requests) == asked + 3
    assert "at low tide" in cloud.requests[asked].json["prompt"]


def test_a_photograph_of_ones_own_is_the_sheet(buyer: Buyer, cloud: Cloud, tmp_path: Path) -> None:
    begins(buyer, "gemini")
    photo = picture_file(tmp_path / "mara.png", size="832x464")
    assert buyer.types("upload", buyer.film, "@mara", photo).out == "@mara shows mara.png\n"
    buyer.buys()
    parts = [len(request.json["contents"][0]["parts"]) for request in cloud.requests]
    assert sorted(parts) == [1, 2, 3, 3], "the quay from words; the keyframes from one or two pictures"


def test_a_service_without_references_is_asked_for_keyframes_alone(buyer: Buyer, cloud: Cloud) -> None:
    begins(buyer, "stability")
    buyer.buys()
    assert (len(cloud.requests), buyer.status()["masters"]) == (3, [])
    said = buyer.says("approve", buyer.film, "@mara")
    assert (said.code, "this film has no masters" in said.err) == (2, True)
