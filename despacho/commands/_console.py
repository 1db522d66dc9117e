"""What all commands share: a hub to work with, and one way to print for people and for programs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from despacho.settings import ConfigurationInvalid, Settings

if TYPE_CHECKING:
    from despacho.bootstrap import Hub

T = TypeVar("T")

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def read_settings() -> Settings:
    """The settings, or a clear end."""
    try:
        return Settings.from_environment()
    except ConfigurationInvalid as error:
        raise click.ClickException(str(error)) from error


def with_hub(use: Callable[[Hub], Awaitable[T]]) -> T:
    """Open a hub beside the running one, use it, close it."""
    from despacho_core.errors import DomainError  # noqa: PLC0415 - the command line must start at once
    from despacho_ports.errors import ProviderError  # noqa: PLC0415

    try:
        return asyncio.run(_used(use))
    except (DomainError, ProviderError, ConfigurationInvalid) as error:
        raise click.ClickException(str(error)) from error


def show(document: object, *, as_json: bool, people: str) -> None:
    """Print the document as JSON, or what people read."""
    if not as_json:
        click.echo(people)
        return
    import msgspec  # noqa: PLC0415 - the command line must start at once

    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    sys.stdout.flush()


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as they need to be."""
    texts = [list(header), *([("" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in texts
    )


async def _used(use: Callable[[Hub], Awaitable[T]]) -> T:
    from despacho.bootstrap import open_hub  # noqa: PLC0415
    from despacho.schema import wait_for_schema  # noqa: PLC0415
    from despacho_jobs.queue import ArqJobQueue  # noqa: PLC0415

    settings = read_settings()
    await wait_for_schema(settings, patience=0)
    queue = ArqJobQueue(settings.redis_url or _own_redis(settings), patience_s=0.5)
    try:
        async with open_hub(settings, queue) as hub:
            return await use(hub)
    finally:
        await queue.aclose()


def _own_redis(settings: Settings) -> str:
    """The Redis of a hub that runs on the same data folder; where there is none, its sweeper finds the work."""
    return f"unix://{settings.data_dir / 'run' / 'redis.sock'}"
