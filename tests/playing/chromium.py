"""A browser without a window, spoken to over its own debugging pipe (Chrome DevTools Protocol)."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any


class Page:
    """One page of a Chromium with a profile of its own in `folder`."""

    def __init__(self, program: str, folder: Path) -> None:
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--mute-audio", "--remote-debugging-pipe"]
        allowed = ["--autoplay-policy=no-user-gesture-required", f"--user-data-dir={folder}", "--no-first-run"]
        self._process = subprocess.Popen(
            [program, *flags, *allowed, "about:blank"],
            # the protocol's file descriptors are 3 and 4
            preexec_fn=lambda: _place(to_read, to_write),  # noqa: PLW1509  no thread is running yet
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._read = b""
        self._number = 0
        self._session: str | None = None
        (target,) = [t for t in self._ask("Target.getTargets")["targetInfos"] if t["type"] == "page"]
        attached = self._ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def opens(self, address: str) -> None:
        self._ask("Page.enable")
        self._ask("Page.navigate", url=address)
        while not self.runs("location.href !== 'about:blank' && document.readyState === 'complete'"):
            time.sleep(0.1)

    def runs(self, script: str) -> Any:
        """The value of a JavaScript expression; promises are waited for."""
        said = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    def _ask(self, method: str, **params: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def _next(self) -> Any:
        while b"\0" not in self._read:
            chunk = os.read(self._from, 1 << 20)
            assert chunk, "the browser ended"
            self._read += chunk
        message, _, self._read = self._read.partition(b"\0")
        return json.loads(message)


def _place(to_read: int, to_write: int) -> None:
    # first out of the way: one of the pipe's own ends may be 3 or 4
    read, write = os.dup(to_read), os.dup(to_write)
    os.dup2(read, 3)
    os.dup2(write, 4)
