import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.backends.contract import BackendError, Crashed, Misconfigured, OutOfHostMemory, OutOfMemory
from longvid_tui.engine.failures import Ended, failure

FAILED = Ended(code=1)
KILLED = Ended(code=None, signal=signal.SIGKILL)
TORCHRUN = """\
[rank1]: Traceback (most recent call last):
{cause}
E1120 12:00:00 elastic/multiprocessing/api.py:984] failed (exitcode: 1) local_rank: 1 (pid: 77)
torch.distributed.elastic.multiprocessing.errors.ChildFailedError:
============================================================
generate.py FAILED
Root Cause (first observed failure):
[0]:
  rank      : 1 (local_rank: 1)
  exitcode  : {code} (pid: 77)
  error_file: <N/A>
============================================================"""


def under_torchrun(cause: str, code: int = 1) -> str:
    return TORCHRUN.format(cause=cause, code=code)


@pytest.mark.parametrize(
    ("ended", "log", "kind"),
    [
        (FAILED, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB", OutOfMemory),
        (FAILED, "RuntimeError: CUDA error: out of memory", OutOfMemory),
        (FAILED, "node:77:91 [1] NCCL WARN Cuda failure 2 'out of memory'", OutOfMemory),
        (FAILED, "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling x", OutOfMemory),
        (FAILED, under_torchrun("[rank1]: torch.OutOfMemoryError: CUDA out of memory."), OutOfMemory),
        (FAILED, "RuntimeError: DefaultCPUAllocator: can't allocate memory", OutOfHostMemory),
        (FAILED, "MemoryError", OutOfHostMemory),
        (Ended(code=None, signal=9, oom_kills=1), "@LV 3/50", OutOfHostMemory),
        (Ended(code=1, oom_kills=1), under_torchrun("", code=-9), OutOfHostMemory),
        (KILLED, "@LV 3/50", Crashed),
        (FAILED, under_torchrun("", code=-9), Crashed),
        (Ended(code=None, signal=signal.SIGSEGV, oom_kills=4), "", Crashed),
        (Ended(code=2), "generate.py: error: argument --size: invalid choice: '1x1'", Misconfigured),
        (FAILED, under_torchrun("generate.py: error: argument --size: invalid choice"), Misconfigured),
        (FAILED, "ModuleNotFoundError: No module named 'flash_attn'", Misconfigured),
        (FAILED, "FileNotFoundError: [Errno 2] No such file or directory: 'first.png'", Misconfigured),
        (FAILED, under_torchrun("[rank1]: AssertionError: Unsupport task: x"), Misconfigured),
        (Ended(code=127), "longvid-tui: cannot run 'python9' in '.': No such file", Misconfigured),
        (FAILED, "ModuleNotFoundError: No module named 'x'\nfalling back\nRuntimeError: NCCL", Crashed),
        (FAILED, "", Crashed),
        (Ended(code=13), "watchdog", Crashed),
        (Ended(code=1, stopped=True), "ModuleNotFoundError: stopped while importing", Crashed),
    ],
)
def test_an_end_means_one_kind_of_failure(ended: Ended, log: str, kind: type[BackendError]) -> None:
    assert type(failure(ended, log.splitlines())) is kind


@pytest.mark.parametrize(
    ("ended", "log", "sentence"),
    [
        (
            FAILED,
            under_torchrun("[rank1]: RuntimeError: NCCL error: unhandled"),
            "The generator ended with exit code 1 ([rank1]: RuntimeError: NCCL error: unhandled): if it goes on,"
            " set NCCL_P2P_DISABLE=1, then `longvid-tui engine restart`, or film on one GPU each"
            " (`run --strategy parallel`).",
        ),
        (
            Ended(code=None, signal=signal.SIGSEGV),
            "Generating video ...",
            "The generator was killed by SIGSEGV (Generating video): run again, or look into its log.",
        ),
        (
            FAILED,
            under_torchrun("", code=-9) + "\nThe worker ended.",
            "The generator was killed by SIGKILL (The worker ended): run again, or look into its log.",
        ),
        (
            Ended(code=None, signal=40),
            "",
            "The generator was killed by signal 40: run again, or look into its log.",
        ),
        (
            FAILED,
            "ModuleNotFoundError: No module named 'wan'",
            "The generator refuses its setup (ModuleNotFoundError: No module named 'wan'):"
            " correct the setting, then run again.",
        ),
        (
            FAILED,
            "av.error.OSError: [Errno 28] No space left on device: 'out.mp4'",
            "The generator found no room on the disk (av.error.OSError: [Errno 28] No space left on device:"
            " 'out.mp4'): free some, then run again.",
        ),
    ],
)
def test_the_sentence_names_the_cause_and_the_next_step(ended: Ended, log: str, sentence: str) -> None:
    assert str(failure(ended, log.splitlines())) == sentence


@given(
    st.lists(st.text(max_size=400), max_size=5),
    st.one_of(st.integers(1, 255).map(lambda code: (code, None)), st.integers(1, 64).map(lambda n: (None, n))),
)
def test_whatever_a_log_says_the_sentence_stays_short(
    lines: list[str], end: tuple[int | None, int | None]
) -> None:
    assert len(str(failure(Ended(*end), lines))) < 320
