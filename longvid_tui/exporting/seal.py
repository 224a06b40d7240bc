"""Content Credentials (C2PA): what an export is and who made it, signed with the person's own certificate."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from longvid_tui import __version__
from longvid_tui.exporting.shots import ShotList
from longvid_tui.media.errors import MediaError
from longvid_tui.media.images import png_of
from longvid_tui.project.disk import sha256_file

_MISSING = (
    "signing needs the extra `c2pa`: pip install 'longvid-tui[c2pa]', or unset c2pa.certificate and c2pa.key"
)

_CURVES = {256: "es256", 384: "es384", 521: "es512"}
"""Signature algorithms of C2PA by the size of an elliptic curve in bits."""

_NOTHING = {"action": "c2pa.created", "digitalSourceType": "http://c2pa.org/digitalsourcetype/empty"}
"""How a picture without content came to be, as C2PA names it."""


@dataclass(frozen=True)
class Seal:
    """PEM files: the `certificate` with the chain it hangs on, and its private `key`, without a passphrase."""

    certificate: Path
    key: Path

    def fingerprint(self) -> str:
        return sha256_file(self.certificate)

    def check(self) -> None:
        """Sign a speck of a picture. Raises MediaError with what is missing or does not fit together."""
        signer = self._signer()
        import c2pa

        try:
            with signer, c2pa.Builder(_signed_over([_NOTHING])) as builder:
                builder.sign(signer, "image/png", BytesIO(png_of(Image.new("1", (1, 1)))), BytesIO())
        except c2pa.C2paError as error:
            raise self._unfit(error) from error

    def sign(self, shots: ShotList, source: Path, out: Path) -> None:
        """Write `source` to `out` with a manifest. Raises MediaError."""
        signer = self._signer()
        import c2pa

        try:
            quiet = c2pa.Context.from_dict({"builder": {"thumbnail": {"enabled": False}}})
            with signer, c2pa.Builder(_manifest(shots), context=quiet) as builder:
                builder.sign_file(source, out, signer)
        except (c2pa.C2paError, OSError) as error:
            raise MediaError(
                f"{out.name} could not be signed ({error}): correct c2pa.certificate and c2pa.key"
            ) from error

    def _signer(self) -> Any:
        try:
            import c2pa
        except ImportError as error:
            raise MediaError(_MISSING) from error
        try:
            chain, key = self.certificate.read_bytes(), self.key.read_bytes()
            return c2pa.Signer.from_info(c2pa.C2paSignerInfo(_algorithm(key), chain, key, None))
        except (c2pa.C2paError, OSError, ValueError, TypeError) as error:
            raise self._unfit(error) from error

    def _unfit(self, error: Exception) -> MediaError:
        return MediaError(
            f"nothing can be signed with {self.certificate.name} and {self.key.name} ({error}): "
            "correct c2pa.certificate and c2pa.key"
        )


def _manifest(shots: ShotList) -> dict[str, Any]:
    program = {"name": shots.provenance["encoder_program"], "version": __version__}
    made = {
        "action": "c2pa.created",
        "digitalSourceType": shots.provenance["digital_source_type"],
        "softwareAgent": program,
        "description": shots.label,
    }
    return {"claim_generator_info": [program], "title": shots.title, **_signed_over([made])}


def _signed_over(actions: list[dict[str, Any]]) -> dict[str, Any]:
    return {"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}]}


def _algorithm(key: bytes) -> str:
    """The signature algorithm of a private key (PEM); raises ValueError and TypeError for one that cannot be
    used."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    read = load_pem_private_key(key, None)
    if isinstance(read, ec.EllipticCurvePrivateKey) and read.curve.key_size in _CURVES:
        return _CURVES[read.curve.key_size]
    if isinstance(read, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(read, rsa.RSAPrivateKey):
        return "ps256"
    raise ValueError("C2PA does not know this kind of key")
