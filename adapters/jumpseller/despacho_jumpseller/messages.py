"""Reads what the platform sends to the hub: webhooks, the rates callback and the "Create invoice" call."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Mapping

from despacho_core.orders import Order
from despacho_jumpseller import carts, orders
from despacho_jumpseller.values import decode
from despacho_ports.storefront import Cart

log = logging.getLogger("despacho.jumpseller")


class JumpsellerMessages:
    """Implements :class:`despacho_ports.storefront.StoreMessages`."""

    def is_signed(self, body: bytes, signature: str | None, hooks_token: str) -> bool:
        """Base64 of HMAC-SHA256 over the raw body, keyed with the store's hooks token (contract/jumpseller.md 2.2).

        A store without a token signs nothing: an empty key would let anybody sign.
        """
        if not signature or not hooks_token:
            return False
        expected = base64.b64encode(hmac.digest(hooks_token.encode(), body, hashlib.sha256))
        return hmac.compare_digest(expected, signature.strip().encode("utf-8", "replace"))

    def order_number(self, body: bytes) -> int:
        """The order's number in a webhook, wrapped or flat. Raises ``MessageInvalid``."""
        return orders.order_number(decode(body))

    def cart(self, body: bytes, content_type: str) -> Cart:
        """The cart of a rates request: JSON, or a form urlencoded or multipart. Raises ``MessageInvalid``."""
        return carts.cart(body, content_type)

    def invoice_order(self, body: bytes) -> Order:
        """The order in the "Create invoice" call, reduced or full. Raises ``MessageInvalid``."""
        notes: list[str] = []
        found = orders.order(decode(body), notes=notes)
        log_oddities(found, notes)
        return found

    def header(self, headers: Mapping[str, str], name: str) -> str | None:
        """A header whatever its case."""
        wanted = name.casefold()
        return next((value for key, value in headers.items() if key.casefold() == wanted), None)


def log_oddities(order: Order, notes: list[str]) -> None:
    """Tells the log what of an order could not be read, so that somebody can look."""
    if notes:
        log.warning("order %s: left out what could not be read: %s", order.number, "; ".join(notes[:20]))
