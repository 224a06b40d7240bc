"""What travels between the engine and its clients: JSON-RPC 2.0, one message a line, over a Unix socket.

Standard library only: a client must be ready in milliseconds. docs/wire.md describes the methods.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from longvid_tui import mounts

PROTOCOL = 1
"""Version of the methods and messages; `hello` agrees on one that both sides speak."""

REQUEST_LIMIT = 1 << 20
"""Bytes of a line the engine reads; a longer one ends the connection."""

PARSE, INVALID, NO_METHOD, BAD_PARAMS = -32700, -32600, -32601, -32602
"""Error codes of JSON-RPC 2.0, section 5.1."""
FAILED, CONFLICT, OTHER_PROTOCOL = 1, 2, 3
"""Error codes of ours: it could not be done; something changed meanwhile; no common protocol version."""

_SOCKET_PATH_LIMIT = 107
"""Bytes of `sun_path` without its end (unix(7))."""

Message = dict[str, Any]


class WireError(Exception):
    """A message that cannot be understood, or a request that was refused. `code` as in JSON-RPC."""

    def __init__(self, code: int, sentence: str, data: Any = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.data = data


def encode(message: Mapping[str, Any]) -> bytes:
    """One line; ASCII, so that a cut can never fall into a character."""
    return json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes) -> Message:
    """Read one line; raises WireError with PARSE or INVALID."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError(PARSE, f"this is no JSON: {error}") from None
    if not isinstance(message, dict):
        raise WireError(INVALID, "a message is an object")
    return message


def request_of(message: Message) -> tuple[str, dict[str, Any]]:
    """Method and parameters of a request; raises WireError with INVALID."""
    method, params = message.get("method"), message.get("params", {})
    if not isinstance(method, str) or not isinstance(params, dict):
        raise WireError(INVALID, "a request has a method and named parameters")
    return method, params


class Lines:
    """Cuts a stream of bytes into lines; what has no end yet waits for more."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        return filter(None, lines)


def state_dir() -> Path:
    """Where the program keeps what is neither a setting nor a project.

    The rule of the XDG base directory specification, by hand: platformdirs would cost a client its start.
    """
    own = os.environ.get("LONGVID_STATE_DIR")
    if own:
        return Path(own)
    base = os.environ.get("XDG_STATE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "state") / "longvid-tui"


def run_dir() -> Path:
    """Where socket and locks of the engine live: beside the state, or in /tmp if that cannot hold a socket.

    Never XDG_RUNTIME_DIR: logging out removes it. Network file systems hold no sockets that work.
    """
    home = state_dir().absolute()
    beside = home / "run"
    if len(os.fsencode(beside / "engine.sock")) <= _SOCKET_PATH_LIMIT and not _is_remote(home):
        return beside
    return Path(f"/tmp/longvid-{os.getuid()}") / hashlib.sha256(os.fsencode(home)).hexdigest()[:12]  # noqa: S108


def socket_path() -> Path:
    """Where the engine listens."""
    return run_dir() / "engine.sock"


def private_dir(path: Path) -> Path:
    """Make folders that only their owner may enter; raises WireError where one is someone else's or a link."""
    base = Path("/tmp") if path.parts[:2] == ("/", "tmp") else None  # noqa: S108
    for folder in (*reversed([above for above in path.parents if base and base in above.parents]), path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise WireError(FAILED, f"{folder} is not a folder of yours: move it away")
        if found.st_mode & 0o077:
            folder.chmod(0o700)
    return path


def surroundings() -> str:
    """Digest of what a process inherits and jobs depend on: where plugins are found, and of the environment
    settings, keys, devices and the way to the services.

    An engine started with other surroundings hands over before it works for this client.
    """
    told = sorted((name, value) for name, value in os.environ.items() if _INHERITED.fullmatch(name))
    return hashlib.sha256(json.dumps([sys.prefix, told]).encode()).hexdigest()[:16]


def difference(before: Any, after: Any) -> Any:
    """What `apply` needs to turn `before` into `after`: for objects the changed keys, for lists of items with
    an `id` the changed items and, if it changed, the order; anything else whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        changed = {
            k: difference(before[k], v) if k in before else {"=": v}
            for k, v in after.items()
            if before.get(k, _NONE) != v
        }
        gone = [key for key in before if key not in after]
        return {"+": changed, **({"-": gone} if gone else {})}
    if _have_ids(before) and _have_ids(after):
        known = {item["id"]: item for item in before}
        fresh = [item for item in after if known.get(item["id"]) != item]
        order = [item["id"] for item in after]
        return {"items": fresh, **({"order": order} if order != [item["id"] for item in before] else {})}
    return {"=": after}


def apply(before: Any, change: Mapping[str, Any]) -> Any:
    """`before` with a `difference` made; `before` itself stays as it is."""
    if "=" in change:
        return change["="]
    if "items" in change:
        known = {item["id"]: item for item in before} | {item["id"]: item for item in change["items"]}
        return [known[name] for name in change.get("order", [item["id"] for item in before])]
    kept = {key: value for key, value in before.items() if key not in change.get("-", ())}
    return kept | {key: apply(kept.get(key), part) for key, part in change["+"].items()}


_INHERITED = re.compile(
    r"LONGVID_.*|.*_API_KEY|CUDA_VISIBLE_DEVICES|PYTHONPATH|(?i:.*_proxy)|SSL_CERT_(?:FILE|DIR)", re.DOTALL
)
_NONE = object()


def _have_ids(items: Any) -> bool:
    return isinstance(items, list) and bool(items) and all(isinstance(i, dict) and "id" in i for i in items)


@cache
def _is_remote(path: Path) -> bool:
    return mounts.kind_of(path).startswith(("nfs", "cifs", "smb", "fuse.sshfs"))
