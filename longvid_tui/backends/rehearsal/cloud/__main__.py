"""Run the stand-in by hand: `python -m longvid_tui.backends.rehearsal.cloud` prints the settings that use
it."""

from __future__ import annotations

import sys
import threading

from longvid_tui.backends.rehearsal.cloud.server import Cloud

PATHS = {"PLANNER": "/v1", "OPENAI": "/v1", "STABILITY": "", "GEMINI": "/v1beta", "FLUX": "/v1"}

if __name__ == "__main__":
    with Cloud() as cloud:
        keys = [f"export LONGVID_{name}_KEY=sk-stand-in-0123456789" for name in ("IMAGES", "PLANNER")]
        urls = [f"export LONGVID_{section}__BASE_URL={cloud.url}{path}" for section, path in PATHS.items()]
        sys.stdout.write("\n".join([*keys, *urls, ""]))
        sys.stdout.flush()
        threading.Event().wait()
