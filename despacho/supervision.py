"""``despacho serve``: a Redis of our own, the web process and the worker, kept alive together and ended together.

The supervisor only watches, so it imports next to nothing and starts its children at once; they find their own way to each other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from despacho_system.redis_server import embedded_redis
from despacho_system.signals import EndingSignals
from despacho_system.supervisor import Child, Supervisor

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # asked for below

RUN_FOLDER = "run"


class AlreadyServing(RuntimeError):
    """Another supervisor works on the same data folder."""


def serve(
    web: Sequence[str],
    worker: Sequence[str],
    *,
    data_dir: Path,
    redis_url: str | None = None,
    environment: Mapping[str, str] | None = None,
    announce: Callable[[], None] | None = None,
) -> int:
    """Run a whole hub on this machine until SIGTERM, SIGINT or SIGHUP; to be called from the main thread.

    The id of every process stands in ``<data_dir>/run/<name>.pid`` while it lives: ``redis``, ``web``, ``worker`` and ``serve``.

    Args:
        web: Command of the web process.
        worker: Command of the worker.
        data_dir: The hub's folder.
        redis_url: A Redis that runs elsewhere; None starts one of our own.
        environment: For the children, ours by default; they are told data folder and Redis in it.
        announce: Called once it is sure that nobody else serves here, before the first process starts.

    Returns:
        Exit code: 0 after an orderly end, 2 if a command was wrong, 1 if a process never came up.

    Raises:
        AlreadyServing: Another one runs in the folder.
        RedisMissing: There is no Redis to start.
    """
    run_dir = data_dir / RUN_FOLDER
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    run_dir.mkdir(mode=0o700, exist_ok=True)
    with only_one(run_dir):
        children = []
        if redis_url is None:
            redis = embedded_redis(run_dir)
            redis_url = redis.url
            children.append(Child(name="redis", argv=redis.argv, outlives=True))
        told = {"DESPACHO_DATA_DIR": str(data_dir), "DESPACHO_REDIS_URL": redis_url}
        env = {**(os.environ if environment is None else environment), **told}
        children += [Child(name="web", argv=tuple(web), env=env), Child(name="worker", argv=tuple(worker), env=env)]
        if announce is not None:
            announce()
        return watch(Supervisor(children, run_dir))


def watch(supervisor: Supervisor) -> int:
    """Start the children and keep them until a signal asks to end or one of them cannot be kept. Returns the exit code."""
    with EndingSignals() as signals:
        try:
            supervisor.start()
            while not signals.asked:
                wait_s = supervisor.tend()
                if supervisor.outcome is not None:
                    break
                signals.wait(wait_s)
        finally:
            for left_s in supervisor.ending():
                signals.wait(left_s)
                if signals.asked > 1:  # somebody is impatient
                    supervisor.kill()
    return supervisor.outcome or 0


@contextmanager
def only_one(run_dir: Path) -> Iterator[None]:
    """Hold the folder for this process; the lock ends with it. Does nothing where the system has no such locks.

    Raises:
        AlreadyServing: Another one holds it.
    """
    path = run_dir / "serve.pid"
    with path.open("a+", encoding="ascii") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise AlreadyServing(
                    f"a hub is running on {run_dir.parent} already (process {file.read().strip()})"
                ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
