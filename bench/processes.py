"""Processes under measurement: started, waited for, looked at, ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE_S = 60.0
ENDING_S = 15.0


@contextmanager
def running(
    argv: Sequence[str], *, environment: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended when the block is left: asked first, killed if it does not listen."""
    output = log.open("ab") if log else None
    try:
        process = subprocess.Popen(
            list(argv),
            env={**os.environ, **(environment or {})},
            stdout=output or subprocess.DEVNULL,
            stderr=output or subprocess.DEVNULL,
        )
    finally:
        if output is not None:
            output.close()
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], *, every_s: float = 0.01) -> None:
    """Return as soon as the address answers 200.

    Raises:
        RuntimeError: The process ended, or took too long.
    """
    patience = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urlopen(url, timeout=PATIENCE_S) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            pass
        if process.poll() is not None or time.monotonic() > patience:
            raise RuntimeError(f"{url} never answered 200 (exit code {process.poll()})")
        time.sleep(every_s)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def resident_mb(process_id: int) -> float:
    """Resident memory of a process in MB (10**6 octets)."""
    status = Path(f"/proc/{process_id}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(process_id)], check=True, capture_output=True, text=True)
    return int(shown.stdout) * 1024 / 1e6


def cpu_seconds(process_id: int) -> float:
    """Processor time that a process has used so far, its threads included; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def python(*arguments: str) -> list[str]:
    """The command of this interpreter."""
    return [sys.executable, *arguments]
