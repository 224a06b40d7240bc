"""Run the stand-in by hand: `python -m doubles.cloud` in tests/ prints the settings that use it."""

from __future__ import annotations

import threading

from doubles.cloud.server import Cloud

PATHS = {"PLANNER": "/v1", "OPENAI": "/v1", "STABILITY": "", "GEMINI": "/v1beta", "FLUX": "/v1"}

if __name__ == "__main__":
    with Cloud() as cloud:
        print("export LONGVID_IMAGES_KEY=sk-stand-in-0123456789 LONGVID_PLANNER_KEY=sk-stand-in-0123456789")
        for section, path in PATHS.items():
            print(f"export LONGVID_{section}__BASE_URL={cloud.url}{path}", flush=True)
        threading.Event().wait()
