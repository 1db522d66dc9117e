"""OAuth2 from a terminal: the address to open, and the code that comes back by copy and paste.

The platform leads the browser to the address that the App is registered with, which is the hub's own ``/jumpseller/callback``.
Where that hub runs, it refuses an answer that this browser did not ask for and uses up nothing, so that the code in the
address bar still works here; where it does not run, the browser shows an error under the same address. Whether the platform also
shows codes on a page of its own (``urn:ietf:wg:oauth:2.0:oob``, contract/jumpseller.md 3.1 "testing") for Apps in production is
not known, so either is taken: the bare code, or the whole address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import click

from despacho.commands._console import Failure
from despacho_core.stores import OAuthCredentials

if TYPE_CHECKING:
    from despacho.bootstrap import Hub

BROWSER = "command line"
"""Stands for the browser's cookie; no cookie has this digest, so that only what is pasted here can finish the consent."""


async def consented(hub: Hub) -> OAuthCredentials:
    """Tokens of the store whose merchant consents now.

    Raises:
        Failure: No App is set up, the merchant declined, or what was pasted belongs to another consent.
    """
    if hub.settings.jumpseller_client_id is None:
        raise Failure(
            "OAuth needs the App's DESPACHO_JUMPSELLER_CLIENT_ID and DESPACHO_JUMPSELLER_CLIENT_SECRET. "
            "Set them, or use --login and --authtoken.",
            code="app-missing",
        )
    address = hub.services.installation.begin_consent(browser=BROWSER, return_to="/")
    click.echo(f"Open this address as the store's merchant and allow the access:\n\n  {address}\n", err=True)
    click.echo("Then paste the code that you are shown, or the whole address that you were led to.", err=True)
    pasted = str(click.prompt("Code or address", err=True))
    return await hub.services.installation.exchange(code_of(pasted, asked=address))


def code_of(pasted: str, *, asked: str) -> str:
    """The code in what was pasted: the code itself, or the address that holds it.

    Args:
        pasted: What the person gave.
        asked: The address of the consent, whose ``state`` has to come back.

    Raises:
        Failure: The merchant declined, there is no code, or it answers another consent.
    """
    text = pasted.strip()
    query = parse_qs(urlsplit(text).query)
    if "error" in query:
        raise Failure(f"The consent was not given: {query['error'][0]}.", code="consent-refused")
    if "code" not in query:
        if "://" in text or not text:
            raise Failure("There is no code in this address. Begin again.", code="consent-unknown")
        return text
    if query.get("state", [""])[0] != parse_qs(urlsplit(asked).query)["state"][0]:
        raise Failure("This address answers another consent. Begin again.", code="consent-unknown")
    return query["code"][0]
