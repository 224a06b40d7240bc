"""How the engine tells a client about an error: one sentence, and a code that programs can act on."""

from __future__ import annotations

import logging

from longvid_tui import wire
from longvid_tui.backends.contract import BackendError
from longvid_tui.engine.commands import Conflict
from longvid_tui.engine.targets import WrongTarget
from longvid_tui.media.errors import MediaError
from longvid_tui.project.disk import DiskError
from longvid_tui.project.journal import JournalDamaged
from longvid_tui.strict_yaml import Problems
from longvid_tui.wire import WireError

SPOKEN = (BackendError, Conflict, DiskError, JournalDamaged, MediaError, Problems)
"""Errors whose text is one sentence with the cause and the next step."""

_log = logging.getLogger(__name__)


def spoken(error: Exception) -> WireError:
    """The answer to a request that failed; an unexpected error is logged with its traceback."""
    if isinstance(error, WrongTarget):
        return WireError(wire.BAD_PARAMS, str(error))
    if isinstance(error, Conflict):
        return WireError(wire.CONFLICT, str(error))
    if isinstance(error, SPOKEN):
        return WireError(wire.FAILED, str(error))
    _log.error("a request failed", exc_info=error)
    return WireError(wire.FAILED, unexpected(error))


def unexpected(error: Exception) -> str:
    return f"Something unexpected happened ({type(error).__name__}): the engine's log tells more."
