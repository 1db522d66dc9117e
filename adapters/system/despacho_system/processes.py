"""Child processes that end with their parent, however that ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def start_child(argv: Sequence[str], *, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a program as our child. Its output is ours; it reads nothing.

    It is in a process group of its own, so that Ctrl-C in a terminal reaches the parent alone, which ends its children in order.
    On Linux the kernel sends it SIGTERM when the parent's thread that started it ends, even by SIGKILL. Elsewhere a killed
    parent leaves it running.

    Args:
        argv: The program and its arguments.
        env: Its whole environment; ours by default.

    Raises:
        OSError: The program cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 - commands are our own or the operator's
        argv,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=_end_with(os.getpid()),  # noqa: PLW1509 - the supervisor has one thread only
    )


def _end_with(parent: int) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the tie was made
            os._exit(1)

    return tie
