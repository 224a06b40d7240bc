"""torchrun as an operator meets it: workers in sessions of their own, logs by rank, a table of failures.

Killed by SIGKILL it leaves its workers alive; told to stop, it tells them, and kills them after 30 seconds
(WAN_TORCHRUN_GRACE).
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import TextIO
from uuid import uuid4

POLL_SECONDS = 0.05
RULE = "=" * 60
DASHES = "-" * 60


class ChildFailedError(Exception):
    pass


class SignalException(Exception):
    pass


class Worker:
    """One rank: its process, and two threads that repeat what it writes."""

    def __init__(self, rank: int, argv: list[str], environment: dict[str, str], logs: Path | None) -> None:
        self.rank = rank
        self.over = threading.Event()
        self.ears: list[threading.Thread] = []
        streams: dict[str, TextIO] = {}
        if logs:
            folder = logs / str(rank)
            folder.mkdir(parents=True)
            streams = {name: (folder / f"{name}.log").open("w") for name in ("stdout", "stderr")}
            for name, target in (("stdout", sys.stdout), ("stderr", sys.stderr)):
                ear = threading.Thread(target=self._repeat, args=(folder / f"{name}.log", target), daemon=True)
                ear.start()
                self.ears.append(ear)
        self.process = subprocess.Popen(argv, env=environment, start_new_session=True, **streams)

    def _repeat(self, path: Path, target: TextIO) -> None:
        with path.open(errors="replace") as file:
            while True:
                line = file.readline()
                if line:
                    target.write(f"[default{self.rank}]:{line}")
                    target.flush()
                elif self.over.is_set():
                    return
                else:
                    time.sleep(0.02)

    def finish(self) -> None:
        self.over.set()
        for ear in self.ears:
            ear.join()


def main() -> None:
    parser = argparse.ArgumentParser(prog="torchrun")
    parser.add_argument("--standalone", action="store_true")
    parser.add_argument("--nnodes", default=os.environ.get("PET_NNODES", "1"))
    parser.add_argument("--max-restarts", "--max_restarts", type=int)
    parser.add_argument("--nproc_per_node", "--nproc-per-node", type=int, default=1)
    parser.add_argument("--master_port", "--master-port", type=int, default=29500)
    parser.add_argument("--log-dir", "--log_dir")
    parser.add_argument("-r", "--redirects", default="0")
    parser.add_argument("-t", "--tee", default="0")
    parser.add_argument("script")
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _raise)
    if options.nnodes != "1":
        time.sleep(600)  # for the other machines
    port = _port(0 if options.standalone else options.master_port)
    logs = Path(options.log_dir) / str(uuid4()) / "attempt_0" if options.tee == "3" else None
    workers = [_start(rank, options, port, logs) for rank in range(options.nproc_per_node)]
    try:
        failed = _first_failure(workers)
    except SignalException:
        _close(workers)
        raise
    if failed is not None:
        _close(workers)
        raise ChildFailedError(_table(options.script, workers, failed))
    for worker in workers:
        worker.finish()


def _raise(number: int, frame: FrameType | None) -> None:
    raise SignalException(f"Process {os.getpid()} got signal: {number}")


def _port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", wanted))  # OSError: [Errno 98] Address already in use, on a fixed one
        return int(probe.getsockname()[1])


def _start(rank: int, options: argparse.Namespace, port: int, logs: Path | None) -> Worker:
    environment = {
        "OMP_NUM_THREADS": "1",
        **os.environ,
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(options.nproc_per_node),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
    }
    return Worker(rank, [sys.executable, "-u", options.script, *options.rest], environment, logs)


def _first_failure(workers: list[Worker]) -> Worker | None:
    while True:
        codes = [worker.process.poll() for worker in workers]
        if any(codes):
            return next(worker for worker, code in zip(workers, codes, strict=True) if code)
        if None not in codes:
            return None
        time.sleep(POLL_SECONDS)


def _close(workers: list[Worker]) -> None:
    deadline = time.monotonic() + float(os.environ.get("WAN_TORCHRUN_GRACE", "30"))
    for worker in workers:
        if worker.process.poll() is None:
            sys.stderr.write(
                f"W1124 torch/api.py:1028] Sending process {worker.process.pid} closing signal SIGTERM\n"
            )
            worker.process.terminate()
    for worker in workers:
        try:
            worker.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.process.kill()
        worker.process.wait()
        worker.finish()


def _table(script: str, workers: list[Worker], failed: Worker) -> str:
    others = [worker for worker in workers if worker is not failed and worker.process.returncode]
    rows = [_row(at, worker) for at, worker in enumerate(others, start=1)] or ["  <NO_OTHER_FAILURES>"]
    head = f"\n{RULE}\n{script} FAILED\n{DASHES}\nFailures:\n"
    return (
        head + "\n".join(rows) + f"\n{DASHES}\nRoot Cause (first observed failure):\n{_row(0, failed)}\n{RULE}"
    )


def _row(at: int, worker: Worker) -> str:
    code = worker.process.returncode
    name = f" ({signal.Signals(-code).name})" if code < 0 else ""
    return (
        f"[{at}]:\n  time      : 2026-11-24_19:32:51\n  host      : localhost\n"
        f"  rank      : {worker.rank} (local_rank: {worker.rank})\n"
        f"  exitcode  : {code} (pid: {worker.process.pid}) {name}\n  error_file: <N/A>\n"
        "  traceback : To enable traceback see: https://pytorch.org/docs/stable/elastic/errors.html"
    )


if __name__ == "__main__":
    main()
