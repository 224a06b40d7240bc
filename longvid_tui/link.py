"""The screen's connection to the engine: started in the background, renewed when it breaks, never waited
for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from longvid_tui import client
from longvid_tui.client import Client, EngineGone
from longvid_tui.wire import Message, WireError

FIRST_PAUSE, LONGEST_PAUSE = 0.3, 5.0
"""Seconds before the first and between later attempts to reach an engine that went away."""


class Link:
    """Subscribes to one project from a thread of its own; what it hears waits in `drain`."""

    def __init__(self, project: Path, heard: Callable[[], object] = lambda: None) -> None:
        """`heard` is called, from the link's thread, when there is something in an empty inbox."""
        self.project = project
        self._heard = heard
        self._inbox: deque[Message] = deque()
        self._client: Client | None = None
        self._closed = threading.Event()
        self._seq = 0
        self._thread = threading.Thread(target=self._keep, name="link", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def drain(self) -> list[Message]:
        """What was heard since the last call, oldest first; `subscribed` and `gone` are the link's own."""
        heard = []
        while self._inbox:
            heard.append(self._inbox.popleft())
        return heard

    def ask(self, method: str, **params: Any) -> Any:
        """The engine's answer; blocks, so never call it in the event loop. Raises EngineGone, WireError."""
        if self._client is None:
            raise EngineGone("The engine is not connected yet: try again in a moment.")
        return self._client.ask(method, **params)

    def work(self, method: str, **params: Any) -> Any:
        """As `ask`, of an engine that has our settings and keys: for methods that make something run."""
        with client.engine(for_work=True) as engine:
            return engine.ask(method, **params)

    def close(self) -> None:
        """Hang up; work goes on."""
        self._closed.set()
        connected = self._client
        if connected:
            connected.close()

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while not self._closed.is_set():
            try:
                with client.engine() as connected:
                    self._listen(connected)
                    pause = FIRST_PAUSE
                self._lost("The engine went away; connecting again ...")
            except (EngineGone, WireError, OSError) as error:
                self._lost(str(error))
            self._client = None
            self._closed.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _listen(self, connected: Client) -> None:
        said = connected.ask("subscribe", project=str(self.project), from_seq=self._seq, looks=True)
        self._hear_events(said["events"])
        self._client = connected
        self._take_in({"method": "subscribed", "params": said})
        for message in connected.notices():
            if message["method"] == "events":
                self._hear_events(message["params"]["events"])
            self._take_in(message)

    def _hear_events(self, events: list[dict[str, Any]]) -> None:
        if events:
            self._seq = events[-1]["seq"]

    def _lost(self, reason: str) -> None:
        if not self._closed.is_set():
            self._take_in({"method": "gone", "params": {"reason": reason}})

    def _take_in(self, message: Message) -> None:
        self._inbox.append(message)
        if len(self._inbox) == 1:
            self._heard()
