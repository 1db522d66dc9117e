"""Commands that stay: the whole hub, or one of its processes."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys

import click

from despacho.commands._console import Failure, json_option, print_json, read_settings
from despacho.settings import Settings

PROGRAM = (sys.executable, "-m", "despacho")

_host = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_port = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
_upgrade = click.option("--upgrade", is_flag=True, hidden=True, help="Bring the database up to date first.")


@click.command()
@_host
@_port
@json_option
def serve(host: str, port: int, as_json: bool) -> None:
    """Run a whole hub on this machine until Ctrl-C: a Redis of its own, the web process and a worker, kept alive together."""
    from despacho.supervision import AlreadyServing  # noqa: PLC0415 - only this command supervises
    from despacho.supervision import serve as supervise  # noqa: PLC0415 - as above
    from despacho_system.redis_server import RedisMissing  # noqa: PLC0415 - as above

    settings = read_settings()
    _check_port(host, port)
    upgrading = _upgrading(settings)
    try:
        code = supervise(
            [*PROGRAM, "web", "--host", host, "--port", str(port), *upgrading],
            [*PROGRAM, "worker", *upgrading],
            data_dir=settings.data_dir,
            redis_url=settings.redis_url,
            announce=lambda: _say_where(settings, host, port, as_json=as_json),
        )
    except (AlreadyServing, RedisMissing) as error:
        raise Failure(str(error), code="cannot-serve") from error
    except OSError as error:
        raise Failure(f"{settings.data_dir} cannot be used ({error.strerror}).", code="cannot-serve") from error
    sys.exit(code)


@click.command()
@_host
@_port
@_upgrade
@json_option
def web(host: str, port: int, upgrade: bool, as_json: bool) -> None:
    """Run one web process until asked to end. It needs DESPACHO_REDIS_URL and an upgraded database."""
    from despacho.logs import configure_logging  # noqa: PLC0415 - only processes that stay log
    from despacho.schema import DatabaseNotReady  # noqa: PLC0415 - as above
    from despacho.web import run  # noqa: PLC0415 - as above

    settings = read_settings()
    redis_url = _redis_of(settings)
    configure_logging("web")
    if as_json:
        print_json({"url": _url(host, port), "public_url": settings.public_url})
    try:
        sys.exit(run(settings, redis_url, host=host, port=port, upgrade=upgrade))
    except DatabaseNotReady as error:
        raise Failure(str(error), code=error.code) from error


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address for --port.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port that answers GET /health/live; none by default.")
@_upgrade
@json_option
def worker(host: str, port: int | None, upgrade: bool, as_json: bool) -> None:
    """Run one worker process until asked to end. It needs DESPACHO_REDIS_URL and an upgraded database."""
    from despacho.logs import configure_logging  # noqa: PLC0415 - only processes that stay log
    from despacho.schema import DatabaseNotReady  # noqa: PLC0415 - as above
    from despacho.worker import run  # noqa: PLC0415 - as above

    settings = read_settings()
    redis_url = _redis_of(settings)
    configure_logging("worker")
    if port is not None:
        _check_port(host, port)
    if as_json:
        print_json({"url": None if port is None else _url(host, port)})
    try:
        sys.exit(run(settings, redis_url, host=host, port=port, upgrade=upgrade))
    except DatabaseNotReady as error:
        raise Failure(str(error), code=error.code) from error


def _upgrading(settings: Settings) -> list[str]:
    """How the schema is brought up to date; see docs/decisions/0005-serve-and-the-schema.md.

    SQLite is ours alone: both children upgrade, whoever is first. A PostgreSQL database that holds an older schema may be in use by
    processes of an older release, and waits for ``despacho db upgrade``; an empty one is nobody's and is made at once. That is
    asked in a process of its own, so that the supervisor stays small.
    """
    if not settings.is_postgresql:
        return ["--upgrade"]
    code = subprocess.call([*PROGRAM, "db", "upgrade", "--only-new"], stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
    if code:
        sys.exit(code)
    return []


def _redis_of(settings: Settings) -> str:
    if settings.redis_url is None:
        raise Failure(
            "DESPACHO_REDIS_URL is not set: `web` and `worker` need a Redis that both reach. "
            "On one machine `despacho serve` runs everything, with a Redis of its own.",
            code="redis-missing",
        )
    return settings.redis_url


def _check_port(host: str, port: int) -> None:
    """Say at once that a port is taken, instead of starting a process again and again that cannot listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise Failure(f"Port {port} of {host} {reason}. Choose another with --port.", code="port-taken") from error


def _say_where(settings: Settings, host: str, port: int, *, as_json: bool) -> None:
    document = {
        "url": _url(host, port),
        "public_url": settings.public_url,
        "data_dir": str(settings.data_dir),
        "database": "postgresql" if settings.is_postgresql else "sqlite",
        "redis": "its own" if settings.redis_url is None else "DESPACHO_REDIS_URL",
    }
    if as_json:
        print_json(document)
        return
    click.echo("despacho: {url} (public address {public_url}); {database}, data in {data_dir}".format_map(document))


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
