"""A resident of stand-in GPUs: has loaded at once, and waits for ever.

LONGVID_GPU_LOADS names the file that gets a line for each load: the GPUs.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

with Path(os.environ["LONGVID_GPU_LOADS"]).open("a", encoding="utf-8") as file:
    file.write(os.environ["CUDA_VISIBLE_DEVICES"] + "\n")
Path(sys.argv[1], "loaded").touch()
while True:
    time.sleep(3600)
