"""Who may show our pages in a frame: the admin of the very store, and no other shop of the platform.

All shops of the platform are sites below one name, and what stands on a shop its merchant decides. If every one of them might show the App
in a frame, any could lay something of its own over it and have its visitor press our buttons unseen (clickjacking). That the admin of a
store lies at the store's own name is inferred and documented nowhere (contract/jumpseller.md 3.4), hence what an operator can add.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from litestar import Litestar

from despacho_core.stores import Store

PLATFORM = "jumpseller.com"
_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}")


def frames_for(app: Litestar, store: Store | None = None) -> str:
    """The sources of ``frame-ancestors`` (CSP level 3).

    Args:
        app: Knows what the operator set.
        store: Whose pages they are; None before anybody knows, where nothing can be pressed but a way in.
    """
    own: str | None = app.state.admin_origin
    if own is not None:
        sources = [own]
    elif store is None:
        sources = [f"https://*.{PLATFORM}"]
    else:
        sources = [origin for origin in (_at_the_platform(store), _of_its_own(store)) if origin]
    return " ".join(["'self'", *dict.fromkeys(sources), *app.state.more_frames])


def _at_the_platform(store: Store) -> str | None:
    return f"https://{store.code.lower()}.{PLATFORM}" if _CODE.fullmatch(store.code) else None


def _of_its_own(store: Store) -> str | None:
    """The shop's own address, where its admin can be opened as well."""
    try:
        address = urlsplit(store.url)
        port = address.port
    except ValueError:
        return None
    if address.scheme != "https" or not _HOST.fullmatch(address.hostname or ""):
        return None
    return f"https://{address.hostname}" + (f":{port}" if port else "")
