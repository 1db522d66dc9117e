"""Runs one server for a test session and stops it when the session ends, however it ends. Run as a program.

The session holds a lock on a file as long as it lives; the kernel lets go of it even when the session is killed. The
keeper waits for that lock, then stops the server and removes its folder, so that nothing is ever left running.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path


def keep(session_lock: str, folder: str, user: str, command: list[str]) -> None:
    """Run ``command`` (as ``user``, a number, unless empty) until the session is over."""
    os.setsid()
    with Path(session_lock).open() as session:
        privileges = {"user": int(user), "group": int(user), "extra_groups": []} if user else {}
        server = subprocess.Popen(command, cwd="/", **privileges)  # type: ignore[call-overload]  # chosen at run time
        fcntl.flock(session, fcntl.LOCK_SH)
    server.send_signal(signal.SIGINT)
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        _tidy(Path(session_lock).parent)


def _tidy(session: Path) -> None:
    """Remove the session's folder, unless another keeper is not done with it yet."""
    for file in session.iterdir():
        if file.is_file():
            file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        session.rmdir()


if __name__ == "__main__":
    keep(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
