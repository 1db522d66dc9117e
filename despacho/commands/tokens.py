"""Bearer tokens of the REST API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from despacho.commands._beside import chosen_stores, with_hub
from despacho.commands._console import json_option, show, table
from despacho_core.errors import NotFound

if TYPE_CHECKING:
    from despacho.bootstrap import Hub


class TokenLine(msgspec.Struct, frozen=True, kw_only=True):
    """A token as listings show it; its text is not kept anywhere."""

    id: str
    store: str
    name: str
    created_at: datetime
    revoked_at: datetime | None


@click.group()
def tokens() -> None:
    """Bearer tokens of the REST API."""


@tokens.command()
@click.argument("code")
@click.option("--name", default="", help="What the token is for.")
@json_option
def create(code: str, name: str, as_json: bool) -> None:
    """Create a token for the store CODE. Its text is shown this once and never again."""

    async def use(hub: Hub) -> dict[str, str]:
        store = await hub.services.installation.by_code(code)
        token, text = await hub.services.tokens.create(store.id, name=name)
        return {"id": token.id, "token": text}

    document = with_hub(use)
    show(document, as_json=as_json, people=document["token"])


@tokens.command("list")
@click.argument("code", required=False)
@json_option
def list_tokens(code: str | None, as_json: bool) -> None:
    """List the tokens of the store CODE, or of all stores, without their texts."""
    lines = with_hub(lambda hub: _lines(hub, code))
    rows = [(one.id, one.store, one.name, one.created_at, one.revoked_at) for one in lines]
    people = table(["id", "store", "name", "created", "revoked"], rows, empty="There is no token.")
    show(lines, as_json=as_json, people=people)


@tokens.command()
@click.argument("token_id", metavar="ID")
@json_option
def revoke(token_id: str, as_json: bool) -> None:
    """End the token ID, as `tokens list` shows it, at once."""

    async def use(hub: Hub) -> None:
        for store in await chosen_stores(hub, None):
            if any(token.id == token_id for token in await hub.services.tokens.all(store.id)):
                return await hub.services.tokens.revoke(store.id, token_id)
        raise NotFound(what="token", id=token_id)

    with_hub(use)
    show({"id": token_id, "revoked": True}, as_json=as_json, people=f"Token {token_id} is revoked.")


async def _lines(hub: Hub, code: str | None) -> list[TokenLine]:
    return [
        TokenLine(
            id=token.id, store=store.code, name=token.name, created_at=token.created_at, revoked_at=token.revoked_at
        )
        for store in await chosen_stores(hub, code)
        for token in await hub.services.tokens.all(store.id)
    ]
