"""Bearer tokens of the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from despacho.commands._console import json_option, show, with_hub

if TYPE_CHECKING:
    from despacho.bootstrap import Hub


@click.group()
def tokens() -> None:
    """Bearer tokens of the REST API."""


@tokens.command("create")
@click.argument("code")
@click.option("--name", default="", help="What the token is for.")
@json_option
def create(code: str, name: str, as_json: bool) -> None:
    """Create a token for the store CODE. Its text is shown once."""

    async def use(hub: Hub) -> dict[str, object]:
        store = await hub.services.installation.by_code(code)
        token, text = await hub.services.tokens.create(store.id, name=name)
        return {"id": token.id, "token": text}

    document = with_hub(use)
    show(document, as_json=as_json, people=str(document["token"]))
