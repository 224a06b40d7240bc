"""Exports signed with a certificate of one's own, read back by the C2PA library."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from reel import LABEL, SOURCE_TYPE, make_shots

from longvid_tui.exporting.clips import Framing
from longvid_tui.exporting.finish import Finish
from longvid_tui.exporting.kind import Kind
from longvid_tui.exporting.kinds import Job, export
from longvid_tui.exporting.renditions import Film
from longvid_tui.exporting.seal import Seal
from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import find_ffmpeg

Key = ec.EllipticCurvePrivateKey


def certificate(subject: str, key: Key, issuer: str, issuer_key: Key) -> x509.Certificate:
    """Of `subject`, or of an authority that signs itself, as C2PA wants it (specification 2.2, 14.5)."""
    authority, now = subject == issuer, datetime.now(UTC)
    names = [
        x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, name),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test"),
            ]
        )
        for name in (subject, issuer)
    ]
    usage = x509.KeyUsage(not authority, False, False, False, False, authority, authority, False, False)
    written = (
        x509.CertificateBuilder(names[1], names[0], key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .add_extension(usage, critical=True)
    )
    if not authority:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        written = written.add_extension(purpose, critical=False)
    return written.sign(issuer_key, hashes.SHA256())


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    chain = (
        certificate("Signer", keys[0], "Authority", keys[1]),
        certificate("Authority", keys[1], "Authority", keys[1]),
    )
    pem = serialization.Encoding.PEM
    (tmp_path / "chain.pem").write_bytes(b"".join(link.public_bytes(pem) for link in chain))
    plain = serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(keys[0].private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return Seal(tmp_path / "chain.pem", tmp_path / "key.pem")


def signed(kind: Kind, film: Film, out: Path, seal: Seal, ids: str = "s1 s2 s3") -> dict[str, Any]:
    """What a reader says about the manifest of an export."""
    finish, shots = Finish(Framing("fill", (0.5, 0.5)), seal=seal), make_shots(title="A film").only(ids.split())
    export(Job(kind, shots, film, out, False, finish, find_ffmpeg), lambda _: None)
    with c2pa.Reader(str(out)) as reader:
        store = json.loads(reader.json())
    assert store["validation_state"] == "Valid"
    return dict(store["manifests"][store["active_manifest"]])


@pytest.mark.parametrize(
    ("kind", "name"),
    [("mp4", "a.mp4"), ("dnxhr", "a.mov"), ("webp", "a.webp"), ("sheet", "a.png"), ("pdf", "a.pdf")],
)
def test_an_export_says_under_a_signature_what_it_is(
    kind: Kind, name: str, film: Film, tmp_path: Path, seal: Seal
) -> None:
    manifest = signed(kind, film, tmp_path / name, seal)
    (actions,) = [each["data"] for each in manifest["assertions"] if each["label"].startswith("c2pa.actions")]
    (action,) = actions["actions"]
    assert (action["action"], action["digitalSourceType"]) == ("c2pa.created", SOURCE_TYPE)
    assert action["description"] == LABEL
    assert manifest["claim_generator_info"][0]["name"] == "longvid-tui"
    assert manifest["signature_info"]["common_name"] == "Signer"
    assert {path.name for path in tmp_path.iterdir()} == {name, "chain.pem", "key.pem"}


def test_a_signed_clip_is_not_made_again_and_a_changed_one_is_found_out(
    film: Film, tmp_path: Path, seal: Seal
) -> None:
    out = tmp_path / "a.mp4"
    signed("mp4", film, out, seal, "s2")
    first = out.stat().st_ino
    signed("mp4", film, out, seal, "s2")
    assert out.stat().st_ino == first
    data = bytearray(out.read_bytes())
    data[-20] ^= 1
    out.write_bytes(data)
    with c2pa.Reader(str(out)) as reader:
        assert json.loads(reader.json())["validation_state"] == "Invalid"


def test_a_key_of_another_certificate_is_said_before_anything_is_encoded(
    film: Film, tmp_path: Path, seal: Seal
) -> None:
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    other = ec.generate_private_key(ec.SECP256R1())
    seal.key.write_bytes(other.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    told: list[int] = []
    finish = Finish(Framing("fill", (0.5, 0.5)), seal=seal)
    with pytest.raises(MediaError, match=r"nothing can be signed with chain\.pem and key\.pem"):
        export(Job("web", make_shots(), film, tmp_path / "a.mp4", False, finish, find_ffmpeg), told.append)
    assert told == []
    with pytest.raises(MediaError, match="nothing can be signed"):
        seal.check()


def test_a_key_that_cannot_sign_is_said_and_nothing_is_left(film: Film, tmp_path: Path, seal: Seal) -> None:
    seal.check()
    seal.key.write_text("no key")
    with pytest.raises(MediaError, match=r"nothing can be signed .* correct c2pa\.certificate and c2pa\.key"):
        signed("mp4", film, tmp_path / "a.mp4", seal)
    assert {path.name for path in tmp_path.iterdir()} == {"chain.pem", "key.pem"}
