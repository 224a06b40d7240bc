"""Which exceptions carry a sentence for the person, and which of them are the person's slip."""

from __future__ import annotations


def spoken_errors() -> tuple[type[Exception], ...]:
    """Errors whose text is one sentence with the cause and the next step."""
    from longvid_tui.client import EngineGone
    from longvid_tui.engine.saying import SPOKEN
    from longvid_tui.engine.targets import WrongTarget
    from longvid_tui.wire import WireError

    return (*SPOKEN, EngineGone, WireError, WrongTarget)


def is_usage(error: Exception) -> bool:
    """Whether the command was given wrongly, rather than failed."""
    from longvid_tui.engine.targets import WrongTarget
    from longvid_tui.wire import BAD_PARAMS, WireError

    return isinstance(error, WrongTarget) or (isinstance(error, WireError) and error.code == BAD_PARAMS)
