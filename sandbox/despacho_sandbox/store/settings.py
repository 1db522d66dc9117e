"""What can be set on a store: answers to open questions of the contract, and its rate limits."""

from __future__ import annotations

from typing import Literal

import msgspec


class Quirks(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Answers to questions that the contract leaves open or answers twice; each can be switched.

    Attributes:
        store_info_wrapped: `{"store": {...}}` as clients parse it, or flat as the schema says (contract 3.3).
        fulfillment_root: Root key of fulfillment answers: live `order_fulfillment`, schema `fulfillment` (4.4).
        translates_status: `status` and `status_name` follow the store's language; the captured order has them in English.
        mirrors_fulfillment_status: A fulfillment's `shipment_status` reaches the order too (7.16).
        fetches_services: Saving an external shipping method fetches its services; a merchant's click does so anyway (7.5).
        drops_unknown_services: A rate whose `service_code` is not among the enabled services is not offered (7.4).
        nets_included_tax: See `order.totals`.
        callback_encoding: How the rates callback is sent: JSON, form field with JSON text, or nested form fields (1.3).
        callback_names_only: The older callback: names in place of codes, without the `*_name` fields (1.3).
        callback_reference: A `request_reference` is sent with the callback (7.3).
        invoice_shape: What "Create invoice" sends: the reduced shape of the guide, or the whole order (5.2).
        signs_invoices: "Create invoice" carries the store's code and signature.
        probes_hooks: A hook's URL must answer GET with 2xx when it is registered (2.1).
        pauses_hooks_after: Failed attempts in a row after which a hook is paused (2.3); None for never.
        revokes_access_on_refresh: Refreshing ends the old access token at once.
        revokes_on_uninstall: Uninstalling ends all tokens; else only the install status tells of it (3.4).
    """

    store_info_wrapped: bool = True
    fulfillment_root: Literal["order_fulfillment", "fulfillment"] = "order_fulfillment"
    translates_status: bool = False
    mirrors_fulfillment_status: bool = True
    fetches_services: bool = True
    drops_unknown_services: bool = True
    nets_included_tax: bool = True
    callback_encoding: Literal["json", "form_json", "form_nested"] = "json"
    callback_names_only: bool = False
    callback_reference: bool = False
    invoice_shape: Literal["light", "full"] = "light"
    signs_invoices: bool = True
    probes_hooks: bool = True
    pauses_hooks_after: int | None = 8
    revokes_access_on_refresh: bool = True
    revokes_on_uninstall: bool = True


class Limits(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Rate limits of a store (contract 4.1).

    Attributes:
        ban_seconds: How long a ban lasts is not known; ten minutes are assumed.
        refusal_status: 429 by the document, 403 by a remark in its own sample code.
    """

    per_second: int = 20
    per_minute: int = 800
    ban_after: int = 2000
    ban_seconds: float = 600.0
    refusal_status: Literal[429, 403] = 429
