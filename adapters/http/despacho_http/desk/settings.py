"""The store's settings: where parcels leave from, what happens by itself, documents, the platform's side, API tokens."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from despacho_core.addresses import Address
from despacho_core.document_rules import LEFT_OUT, HalfGiven
from despacho_core.fiscal_portugal import EXEMPTIONS
from despacho_core.places import Match, regions_of
from despacho_core.stores import InvoiceTrigger, LabelTrigger, StoreSettings
from despacho_core.written import measure_written
from despacho_http.access import Hub
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.reading import Reading, reading_of
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.settings_forms import (
    Revise,
    automation_in,
    chosen_comuna,
    documents_in,
    origin_in,
    parcel_in,
)
from despacho_http.desk.start_page import Origin, start_page
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.desk.wording import marked
from despacho_http.recording_notes import note
from despacho_ports.errors import ProviderError
from despacho_services.services import Services

Asked = Request[Any, Any, Any]
PATH = "/app/settings"

LABELS: dict[LabelTrigger, str] = {
    LabelTrigger.MANUAL: marked("When somebody asks for them"),
    LabelTrigger.ON_PAID: marked("By themselves, once an order is paid"),
}
INVOICES: dict[InvoiceTrigger, str] = {
    InvoiceTrigger.MANUAL: marked("When somebody asks for them"),
    InvoiceTrigger.ON_PAID: marked("By themselves, once an order is paid"),
    InvoiceTrigger.ON_SHIPPED: marked("By themselves, once the first label is bought"),
}
HALF_GIVEN: dict[HalfGiven, str] = {
    HalfGiven.WAIT: marked("The order waits until somebody completes them"),
    HalfGiven.RECEIPT: marked("A receipt is issued, with a note"),
}


@get(PATH)
async def show_settings(request: Asked, services: Hub, visitor: Visiting) -> Response[str]:
    """All settings, each part with a form of its own."""
    return await _settings(request, services, visitor)


@post(f"{PATH}/origin")
async def change_origin(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[Any]:
    """Say where parcels leave from; a comuna that is not known is asked about first."""
    reading = reading_of(visitor, form)
    chosen_comuna(reading)
    address, match = origin_in(reading, visitor.store)
    if reading.errors and form.text("back") == "start":
        return await start_page(request, services, visitor, origin=Origin(address, match, reading))
    if reading.errors:
        return await _settings(request, services, visitor, part="origin", reading=reading, origin=address, match=match)
    await services.installation.revise_settings(
        visitor.store.id, lambda settings: msgspec.structs.replace(settings, origin=address)
    )
    return moved(request, _back(form), Said("success", visitor.words("Saved.")))


@post(f"{PATH}/automation")
async def change_automation(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[Any]:
    """Say what happens by itself."""
    reading = reading_of(visitor, form)
    return await _saved(request, services, visitor, reading, automation_in(reading), part="automation")


@post(f"{PATH}/documents")
async def change_documents(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[Any]:
    """Change the rules of documents."""
    reading = reading_of(visitor, form)
    return await _saved(request, services, visitor, reading, documents_in(reading, visitor.store), part="documents")


@post(f"{PATH}/parcel")
async def change_parcel(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[Any]:
    """Say what stands in for products without weight or size."""
    reading = reading_of(visitor, form)
    return await _saved(request, services, visitor, reading, parcel_in(reading), part="parcel")


@get(f"{PATH}/platform")
async def show_platform(request: Asked, services: Hub, visitor: Visiting) -> Response[str]:
    """What the platform holds of ours; it is asked while the rest of the settings is there already."""
    registered, problem = None, ""
    try:
        registered = await services.registration.look(await services.office.store(visitor.store.id))
    except ProviderError as error:
        problem = error.message
    return page(
        request,
        visitor,
        "settings_platform.html",
        current="settings",
        title=visitor.words("At the platform"),
        registered=registered,
        problem=problem,
    )


@post(f"{PATH}/repair")
async def repair_store(request: Asked, services: Hub, visitor: Visiting) -> Response[bytes]:
    """Register what is missing at the platform, and tell what that was."""
    try:
        before = await services.registration.repair(await services.office.store(visitor.store.id))
    except ProviderError as error:
        text = visitor.words("The platform could not be asked, or refused. Nothing was changed here. What it said:")
        return moved(request, PATH, Said("danger", f"{text} {error.message}"))
    if before.is_complete:
        return moved(request, PATH, Said("success", visitor.words("Nothing was missing.")))
    missing = [*before.missing_hooks, *before.missing_services]
    if not before.has_method:
        missing.append(visitor.words("the shipping method"))
    if before.surplus and not missing:
        note(request, detail=f"-{before.surplus}")
        return moved(request, PATH, Said("success", visitor.words("Repaired. Something was registered twice.")))
    note(request, detail=", ".join(missing)[:200])
    text = visitor.words("Repaired. This was missing:")
    return moved(request, PATH, Said("success", f"{text} {', '.join(missing)}"))


@post(f"{PATH}/tokens")
async def create_token(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[str]:
    """Create an API token. Its text stands on this page, this once: it goes through no redirect and no cookie."""
    token, text = await services.tokens.create(visitor.store.id, name=form.text("name")[:80])
    note(request, subject=token.id, detail=token.name)
    return page(
        request,
        visitor,
        "settings_token.html",
        status=201,
        current="settings",
        title=visitor.words("A new API token"),
        token=token,
        text=text,
    )


@post(f"{PATH}/tokens/{{token_id:str}}/revoke")
async def revoke_token(request: Asked, services: Hub, visitor: Visiting, token_id: FromPath[str]) -> Response[bytes]:
    """End an API token at once."""
    await services.tokens.revoke(visitor.store.id, token_id)
    return moved(request, PATH, Said("success", visitor.words("The token is revoked.")))


async def _saved(
    request: Asked, services: Services, visitor: Visitor, reading: Reading, revise: Revise, *, part: str
) -> Response[Any]:
    if reading.errors:
        return await _settings(request, services, visitor, part=part, reading=reading)
    await services.installation.revise_settings(visitor.store.id, revise)
    return moved(request, _back(reading.form), Said("success", visitor.words("Saved.")))


async def _settings(
    request: Asked,
    services: Services,
    visitor: Visitor,
    *,
    part: str = "",
    reading: Reading | None = None,
    origin: Address | None = None,
    match: Match | None = None,
) -> Response[str]:
    store = await services.office.store(visitor.store.id)
    settings = store.settings
    return page(
        request,
        visitor,
        "settings.html",
        status=422 if reading is not None else 200,
        current="settings",
        title=visitor.words("Settings"),
        settings=settings,
        wrong_part=part,
        errors=reading.errors if reading is not None else {},
        values={
            **values_of(settings, store.timezone, visitor.formats.mark),
            **(_written(reading.form) if reading is not None else {}),
        },
        origin=origin or settings.origin or Address(country=store.country),
        match=match,
        regions={code: one.name for code, one in regions_of(store.country).items()},
        tokens=sorted(await services.tokens.all(store.id), key=lambda one: one.created_at, reverse=True),
        choices={"labels": LABELS, "invoices": INVOICES, "half_given": HALF_GIVEN},
        exemptions=sorted(EXEMPTIONS) if store.country == "PT" else [],
        left_out=LEFT_OUT,
        usual_rate=store.untaxed_rate if settings.untaxed_rate is None else None,
    )


def values_of(settings: StoreSettings, timezone: str, mark: str) -> dict[str, object]:
    """The settings as the fields of the page hold them; ``mark`` is the store's decimal separator."""
    parcel, rules = settings.default_parcel, settings.documents
    return {
        "labels": settings.labels.value,
        "invoices": settings.invoices.value,
        "credit_on_cancel": settings.credit_on_cancel,
        "notify_buyers": settings.notify_buyers,
        "tracking_hours": measure_written(settings.tracking_hours, mark),
        "untaxed_rate": "" if settings.untaxed_rate is None else measure_written(settings.untaxed_rate, mark),
        "half_given": rules.half_given.value,
        "invoice_field": rules.invoice_field,
        "invoice_value": rules.invoice_value,
        "since": rules.since.astimezone(ZoneInfo(timezone)).date().isoformat() if rules.since else "",
        "gift_card_exemption": rules.gift_card_exemption,
        "allow_unsigned_invoices": settings.allow_unsigned_invoices,
        "weight_kg": measure_written(Decimal(parcel.weight_g) / 1000, mark),
        "length_cm": measure_written(Decimal(parcel.length_mm) / 10, mark),
        "width_cm": measure_written(Decimal(parcel.width_mm) / 10, mark),
        "height_cm": measure_written(Decimal(parcel.height_mm) / 10, mark),
    }


def _written(form: FormData) -> Mapping[str, object]:
    """What was written, so that nobody has to write it again; a box that is not ticked brings nothing."""
    boxes = dict.fromkeys(("credit_on_cancel", "notify_buyers", "allow_unsigned_invoices"), False)
    texts = {name: form.text(name) for name in form.fields}
    return {**(boxes if "tracking_hours" in texts or "untaxed_rate" in texts else {}), **texts}


def _back(form: FormData) -> str:
    return "/app/start" if form.text("back") == "start" else PATH


PAGES = (
    show_settings,
    change_origin,
    change_automation,
    change_documents,
    change_parcel,
    show_platform,
    repair_store,
    create_token,
    revoke_token,
)
