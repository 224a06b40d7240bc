"""A process that samples the GPUs and, for each line it is sent, answers with a reading and how long that took."""

import json
import sys
import time

from longvid_tui.gpus import Sampler

sampler = Sampler(interval=float(sys.argv[1]))
sampler.start()
sampler.first(float(sys.argv[2]))
for _ in sys.stdin:
    began = time.monotonic()
    reading = sampler.read()
    took = time.monotonic() - began
    print(json.dumps({**reading.to_json(), "took": took}), flush=True)
