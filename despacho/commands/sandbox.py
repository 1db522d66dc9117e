"""The simulators of the outside world, to develop and try out against."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from despacho.commands._console import Failure, json_option, print_json

if TYPE_CHECKING:
    from despacho_sandbox.kit.server import Sandbox


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=9900, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--seed", default=0, show_default=True, help="Makes everything that is drawn at random repeatable.")
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Sandbox seconds for each real second: 60 makes a minute of an hour.",
)
@json_option
def sandbox(host: str, port: int, seed: int, speed: float, as_json: bool) -> None:
    """Run the simulators of the store, the carriers and the invoicing systems, until Ctrl-C."""
    from despacho_sandbox.command import main_sandbox  # noqa: PLC0415 - a web server; only for this command
    from despacho_sandbox.kit.server import serve  # noqa: PLC0415 - as above

    try:
        if as_json:
            asyncio.run(serve(host, port, seed=seed, speed=speed, when_up=_describe))
        else:
            main_sandbox(host=host, port=port, seed=seed, speed=speed)
    except OSError as error:
        raise Failure(
            f"The sandbox cannot listen on {host}:{port} ({error.strerror}). Choose another --port.", code="port-taken"
        ) from error


def _describe(sandbox: Sandbox) -> None:
    """Where everything is and with which credentials, once it serves."""
    store = sandbox.store
    print_json(
        {
            "url": sandbox.url,
            "environment": {
                "DESPACHO_JUMPSELLER_API_URL": f"{store.base_url}/v1",
                "DESPACHO_JUMPSELLER_ACCOUNTS_URL": store.base_url,
                "DESPACHO_JUMPSELLER_CLIENT_ID": store.oauth.app.client_id,
                "DESPACHO_JUMPSELLER_CLIENT_SECRET": store.oauth.app.client_secret,
                "DESPACHO_SANDBOX_URL": sandbox.url,
            },
            "stores": [
                {"code": one.code, "login": one.login, "authtoken": one.authtoken} for one in store.stores.values()
            ],
            "simulators": {name: one.base_url for name, one in sandbox.simulators.items()},
        }
    )
