"""Orders that wait for a document: listed with the reason, mended, dismissed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, put
from litestar.params import FromPath, JSONBody

from despacho_core.billing import MendedBilling
from despacho_core.stores import AccountScope
from despacho_core.waiting import Place, WaitingDocument
from despacho_http.access import Hub, StoreId
from despacho_http.answers import language_of
from despacho_http.api.orders import hold_order, sale_of
from despacho_http.api.views import InvoiceView, Page, invoice_view, page
from despacho_http.api.wishes import BeforeTime, Body, Limit, OrderNumber
from despacho_http.problems import PREFIX, title
from despacho_http.titles import TITLES
from despacho_services.services import Services

Given = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")] | None


class WaitingView(msgspec.Struct, frozen=True, kw_only=True):
    """An order that should have a document and has none.

    ``type``, ``title`` and ``detail`` are those of the problem that whoever asks for the document gets; ``remedy`` says where it is mended.
    ``field`` names what has to be mended, ``account_id`` the account that stands in the way or whose system said no, ``credits_id`` the
    document over which a credit note is missing.
    """

    order: int
    type: str
    title: str
    detail: str
    remedy: str
    place: Place
    field: str | None
    since: datetime
    tried_at: datetime
    credits_id: str | None
    account_id: str | None


class BillingBody(Body, frozen=True, kw_only=True):
    """The buyer's data for this order's document. What is left out, or null, stays as the store says it; ``{}`` takes all of it back.

    ``kind`` chooses the document, whatever the rules say. ``street`` is the whole line, with number.
    """

    kind: Literal["receipt", "invoice"] | None = None
    name: Given = None
    tax_id: Given = None
    business_activity: Given = None
    street: Given = None
    municipality: Given = None
    city: Given = None
    postal_code: Given = None
    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$(?!\n)")] | None = None
    email: Given = None

    def billing(self) -> MendedBilling | None:
        """What is kept; None where nothing is given."""
        given = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}
        return msgspec.convert(given, MendedBilling) if given else None


class BillingView(msgspec.Struct, frozen=True, kw_only=True):
    """What was mended for an order, and what became of its document: there, or waiting, or neither."""

    order: int
    billing: MendedBilling
    waiting: WaitingView | None
    invoice: InvoiceView | None


class ScopeBody(Body, frozen=True, kw_only=True):
    """For which documents an invoicing account is meant; what is empty means all. ``countries`` are the buyers'."""

    currencies: tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$(?!\n)")], ...] = ()
    countries: tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$(?!\n)")], ...] = ()
    kinds: tuple[Literal["receipt", "invoice"], ...] = ()

    def scope(self) -> AccountScope:
        """The domain's."""
        return msgspec.convert(msgspec.structs.asdict(self), AccountScope)


class ScopeView(msgspec.Struct, frozen=True, kw_only=True):
    """What an account is meant for."""

    account_id: str
    scope: AccountScope


@put("/accounts/{account_id:str}/documents")
async def scope_account(
    services: Hub, store_id: StoreId, account_id: FromPath[str], data: JSONBody[ScopeBody]
) -> ScopeView:
    """Say for which documents an invoicing account is meant: the most particular one issues, and else the oldest."""
    account = await services.account_scopes.set(store_id, account_id, data.scope())
    return ScopeView(account_id=account.id, scope=account.scope)


@get("/invoices/waiting")
async def list_waiting(
    services: Hub, store_id: StoreId, request: Request[Any, Any, Any], before: BeforeTime = None, limit: Limit = 50
) -> Page[WaitingView]:
    """Orders that should have a document and have none, the latest first, in the caller's language or the merchant's."""
    language = await _language(services, store_id, request)
    rows = await services.waiting.of_store(store_id, before=before, limit=limit)
    return page(rows, lambda one: waiting_view(one, language), limit=limit, key=lambda one: one.since)


@delete("/invoices/waiting/{number:int}", status_code=204)
async def dismiss_waiting(services: Hub, store_id: StoreId, number: OrderNumber) -> None:
    """Say that an order needs no document: it is listed no more, and gets one only when somebody asks."""
    await services.waiting.dismiss(store_id, number)


@get("/orders/{number:int}/billing")
async def get_billing(
    services: Hub, store_id: StoreId, number: OrderNumber, request: Request[Any, Any, Any]
) -> BillingView:
    """What was mended of the buyer's data for this order."""
    await hold_order(services, store_id, number)
    return await _billing_view(services, store_id, number, request)


@put("/orders/{number:int}/billing")
async def mend_billing(
    services: Hub, store_id: StoreId, number: OrderNumber, data: JSONBody[BillingBody], request: Request[Any, Any, Any]
) -> BillingView:
    """Mend the buyer's data for this order. They outlive its readings; a document that waits for them is issued at once."""
    await hold_order(services, store_id, number)
    await services.invoicing.mend_billing(store_id, number, data.billing())
    await services.self_issuing.retry_order(store_id, number)
    return await _billing_view(services, store_id, number, request)


def waiting_view(waiting: WaitingDocument, language: str) -> WaitingView:
    """A waiting order as the API shows it."""
    return WaitingView(
        order=waiting.order_number,
        type=PREFIX + waiting.code,
        title=title(waiting.code, language) if waiting.code in TITLES else waiting.code,
        detail=waiting.message(language),
        remedy=waiting.remedy(language),
        place=waiting.place,
        field=waiting.field,
        since=waiting.since,
        tried_at=waiting.tried_at,
        credits_id=waiting.credits_id,
        account_id=waiting.account_id,
    )


async def _billing_view(services: Services, store_id: str, number: int, request: Request[Any, Any, Any]) -> BillingView:
    file = await services.reading.order(store_id, number)
    waiting = await services.waiting.of_order(store_id, number)
    invoice = await sale_of(services, store_id, number)
    return BillingView(
        order=number,
        billing=file.record.billing or MendedBilling(),
        waiting=waiting_view(waiting, await _language(services, store_id, request)) if waiting is not None else None,
        invoice=invoice_view(invoice, services.office.links) if invoice is not None else None,
    )


async def _language(services: Services, store_id: str, request: Request[Any, Any, Any]) -> str:
    store = await services.office.store(store_id)
    return language_of(request.scope, store.language)


ROUTES = (list_waiting, dismiss_waiting, get_billing, mend_billing, scope_account)
