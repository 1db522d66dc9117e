"""What the merchant knows of a carrier and its provider does not say: how it weighs, and what it does not take."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from despacho_core.bounds import bounds_of
from despacho_core.errors import PlanChanged
from despacho_core.shipping_plans import AccountTerms, ShippingPlan
from despacho_http.access import Hub
from despacho_http.desk.accounts_page import account_page
from despacho_http.desk.forms import Form
from despacho_http.desk.rates import version_in
from despacho_http.desk.reading import reading_of
from despacho_http.desk.rendering import Said, moved
from despacho_http.desk.visitor import Visiting
from despacho_http.recording_notes import note


@post("/app/accounts/{account_id:str}/terms")
async def change_account_terms(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, account_id: FromPath[str]
) -> Response[Any]:
    """Save an account's terms; they count at the next checkout."""
    overview = await services.account_desk.one(visitor.store.id, account_id)
    reading = reading_of(visitor, form)
    terms = AccountTerms(
        account=account_id,
        divisor=reading.whole("divisor", *bounds_of(AccountTerms, "divisor"), optional=True),
        most_parcel_g=reading.scaled("most_parcel_kg", 1000, *bounds_of(AccountTerms, "most_parcel_g"), optional=True),
        po_boxes=form.flag("po_boxes"),
    )
    if reading.errors:
        return await account_page(request, services, visitor, account_id, terms=reading, status=422)
    record = await services.plans.read(visitor.store.id)
    try:
        await services.plans.save(visitor.store.id, _with(record.plan, terms), expected=version_in(reading))
    except PlanChanged:
        return await account_page(request, services, visitor, account_id, terms=reading, status=409)
    note(request, subject=account_id, detail=overview.account.name)
    return moved(request, f"/app/accounts/{account_id}#terms", Said("success", visitor.words("Saved.")))


def _with(plan: ShippingPlan, terms: AccountTerms) -> ShippingPlan:
    """The plan with an account's terms; usual ones need not stand in it."""
    others = tuple(one for one in plan.accounts if one.account != terms.account)
    unusual = terms != AccountTerms(account=terms.account)
    return msgspec.structs.replace(plan, accounts=(*others, terms) if unusual else others)


PAGES = (change_account_terms,)
