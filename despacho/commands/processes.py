"""Commands that run: the whole hub, one of its processes, the sandbox, the demo."""

from __future__ import annotations

import sys

import click

from despacho.commands._console import read_settings

host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
port_option = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on."
)


@click.command()
@host_option
@port_option
def serve(host: str, port: int) -> None:
    """Run a whole hub on this machine: Redis, web and worker together."""
    from despacho.supervision import AlreadyServing  # noqa: PLC0415 - the command line must start at once
    from despacho.supervision import serve as supervise  # noqa: PLC0415
    from despacho_system.redis_server import RedisMissing  # noqa: PLC0415

    settings = read_settings()
    program = [sys.executable, "-m", "despacho"]
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        code = supervise(
            [*program, "web", "--upgrade", "--host", host, "--port", str(port)],
            [*program, "worker"],
            data_dir=settings.data_dir,
            redis_url=settings.redis_url,
        )
    except (AlreadyServing, RedisMissing) as error:
        raise click.ClickException(str(error)) from error
    sys.exit(code)


@click.command()
@host_option
@port_option
@click.option("--upgrade", is_flag=True, hidden=True, help="Bring the database up to date first.")
def web(host: str, port: int, upgrade: bool) -> None:
    """Run one web process. It needs DESPACHO_REDIS_URL."""
    from despacho.web import run  # noqa: PLC0415 - the command line must start at once

    sys.exit(run(read_settings(), host=host, port=port, upgrade=upgrade))


@click.command()
def worker() -> None:
    """Run one worker process. It needs DESPACHO_REDIS_URL."""
    from despacho.worker import run  # noqa: PLC0415 - the command line must start at once

    sys.exit(run(read_settings()))


@click.group()
def db() -> None:
    """The database's schema."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this program's schema."""
    from despacho_database.migrations import upgrade  # noqa: PLC0415 - the command line must start at once

    settings = read_settings()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    upgrade(settings.database_url)
    click.echo("The database is up to date.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=9900, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--seed", default=0, show_default=True, help="Makes everything that is drawn at random repeatable.")
@click.option("--speed", default=1.0, show_default=True, help="How fast the sandbox's clock runs.")
def sandbox(host: str, port: int, seed: int, speed: float) -> None:
    """Run the simulators of the store, the carriers and the invoicing systems."""
    from despacho_sandbox.command import main_sandbox  # noqa: PLC0415 - the command line must start at once

    main_sandbox(host=host, port=port, seed=seed, speed=speed)


@click.command()
@click.option("--keep-running", is_flag=True, help="Leave hub and sandbox up at the end.")
def demo(keep_running: bool) -> None:
    """Play the whole story against the sandbox, and check it."""
    from despacho.demo import run_demo  # noqa: PLC0415 - the command line must start at once

    sys.exit(run_demo(keep_running=keep_running))
