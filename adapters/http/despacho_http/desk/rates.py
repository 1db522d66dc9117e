"""How the store ships: boxes, its own prices, rules; as a whole, and the sheet of the tariff."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from despacho_core.bounds import bounds_of
from despacho_core.boxes import Sides
from despacho_core.errors import PlanChanged, PlanInvalid
from despacho_core.phrases import said as said_in
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.tariff_sheets import sheet_of
from despacho_core.written import measure_written
from despacho_http.access import Hub
from despacho_http.desk import rates_words as words
from despacho_http.desk.forms import Form
from despacho_http.desk.rates_forms import time_in
from despacho_http.desk.reading import Reading, reading_of, sentence
from despacho_http.desk.rendering import Said, moved, own_headers, page
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.recording_notes import note
from despacho_services.services import Services

Asked = Request[Any, Any, Any]
PATH = "/app/rates"
SIDES = ("length", "width", "height")
SHOWN = 100
"""Rows of the tariff on one page; the sheet has all."""
MOST_OCTETS = 4 * 1024 * 1024
"""Of a sheet."""
_FIELDS = 64 * 1024
"""Beside it in its form."""


@get(PATH)
async def show_rates(request: Asked, services: Hub, visitor: Visiting) -> Response[str]:
    """The plan as it is."""
    return await rates_page(request, services, visitor)


@post(f"{PATH}/terms")
async def change_terms(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[Any]:
    """Change handling days and the cut-off hour."""
    reading = reading_of(visitor, form)
    days, cut_off = (
        reading.whole("handling_days", *bounds_of(ShippingPlan, "handling_days")),
        time_in(reading, "cut_off"),
    )
    if reading.errors:
        return await rates_page(request, services, visitor, reading=reading, status=422)
    record = await services.plans.read(visitor.store.id)
    plan = msgspec.structs.replace(record.plan, handling_days=days or 0, cut_off=cut_off)
    try:
        await services.plans.save(visitor.store.id, plan, expected=version_in(reading))
    except PlanChanged:
        return await rates_page(request, services, visitor, reading=reading, status=409)
    return moved(request, PATH, Said("success", visitor.words("Saved.")))


@post(f"{PATH}/parcels")
async def change_parcels(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[Any]:
    """Change what holds for products without sides, and for everything that goes without a box."""
    reading = reading_of(visitor, form)
    heaviest = reading.scaled("most_parcel_kg", 1000, *bounds_of(ShippingPlan, "most_parcel_g"), optional=True)
    given = any(form.text(f"usual_{side}_cm") for side in SIDES)
    sides = [
        reading.scaled(f"usual_{side}_cm", 10, *bounds_of(Sides, f"{side}_mm"), optional=not given) for side in SIDES
    ]
    if reading.errors:
        return await rates_page(request, services, visitor, reading=reading, status=422)
    usual = Sides(*(side for side in sides if side is not None)) if given else None
    record = await services.plans.read(visitor.store.id)
    plan = msgspec.structs.replace(record.plan, most_parcel_g=heaviest, default_sides=usual)
    try:
        await services.plans.save(visitor.store.id, plan, expected=version_in(reading))
    except PlanChanged:
        return await rates_page(request, services, visitor, reading=reading, status=409)
    return moved(request, f"{PATH}#boxes", Said("success", visitor.words("Saved.")))


@get(f"{PATH}/tariff.csv")
async def export_tariff(request: Asked, services: Hub, visitor: Visiting) -> Response[bytes]:
    """The tariff as a spreadsheet."""
    plan = (await services.plans.read(visitor.store.id)).plan
    headers = {
        **own_headers(request, visitor),
        "content-disposition": f'attachment; filename="tariff-{visitor.store.code}.csv"',
    }
    # The mark in front tells spreadsheets that these are not the letters of another century.
    sheet = sheet_of(plan.tariff, visitor.formats.mark)
    return Response(f"\ufeff{sheet}".encode(), media_type="text/csv; charset=utf-8", headers=headers)


@post(f"{PATH}/tariff-sheet", request_max_body_size=MOST_OCTETS + _FIELDS)
async def import_tariff(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[Any]:
    """Replace the tariff by a spreadsheet; where lines cannot be meant so all of them are told of, and nothing is saved."""
    file = await form.file("sheet")
    if file is None or len(file[1]) > MOST_OCTETS:
        text = visitor.words("Choose a CSV file of at most 4 MB.")
        return await rates_page(request, services, visitor, said=text, status=422)
    expected = version_in(reading_of(visitor, form))
    try:
        record = await services.plans.import_tariff(visitor.store.id, _text(file[1]), expected=expected)
    except PlanInvalid as error:
        text = visitor.words("The sheet does not fit, so nothing was replaced:")
        return await rates_page(request, services, visitor, said=text, lines=_lines(error, visitor), status=422)
    except PlanChanged:
        text = visitor.words(
            "Somebody else changed the rates meanwhile; below is how they are now. Send the sheet again to replace the tariff."
        )
        return await rates_page(request, services, visitor, said=text, status=409)
    note(request, detail=str(len(record.plan.tariff)))
    return moved(request, f"{PATH}#tariff", Said("success", visitor.words("The tariff was replaced by the sheet.")))


def version_in(reading: Reading) -> int | None:
    """The version of the plan that a form was made from. Without one nothing fits, so that nothing is overwritten unseen."""
    text = reading.form.text("version")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


async def rates_page(
    request: Asked,
    services: Services,
    visitor: Visitor,
    *,
    reading: Reading | None = None,
    said: str = "",
    lines: Sequence[str] = (),
    status: int = 200,
) -> Response[str]:
    """The page of the whole plan, with what is wrong about it, in several ``lines`` if need be; ``reading`` keeps what was written."""
    record = await services.plans.read(visitor.store.id)
    plan = record.plan
    text = request.query_params.get("zone", "").strip().casefold()[:80]
    rows = [(at, row) for at, row in enumerate(plan.tariff) if not text or text in _searched(row)]
    start = _number(request.query_params.get("from", "0"))
    written = {name: reading.text(name) for name in reading.form.fields} if reading is not None else {}
    return page(
        request,
        visitor,
        "rates.html",
        status=status,
        current="rates",
        title=visitor.words("Rates"),
        plan=plan,
        version=record.version,
        saved_at=record.saved_at if record.version else None,
        rows=rows[start : start + SHOWN],
        following=start + SHOWN if len(rows) > start + SHOWN else None,
        zone=text,
        names={one.id: one.name for one in await services.accounts.all(visitor.store.id)},
        services={
            (account.id, one.code): one.name for account, one in await services.quoting.own_services(visitor.store.id)
        },
        terms={**_terms(plan, visitor.formats.mark), **written},
        errors=reading.errors if reading is not None else {},
        conflict=status == 409,
        problem=said,
        problem_lines=lines,
        words=words,
    )


def _terms(plan: ShippingPlan, mark: str) -> dict[str, object]:
    """What the forms of the whole plan hold."""
    sides = plan.default_sides
    usual = {
        f"usual_{side}_cm": measure_written(Decimal(getattr(sides, f"{side}_mm")) / 10, mark) if sides else ""
        for side in SIDES
    }
    heaviest = plan.most_parcel_g
    return {
        **usual,
        "most_parcel_kg": "" if heaviest is None else measure_written(Decimal(heaviest) / 1000, mark),
        "handling_days": plan.handling_days,
        "cut_off": plan.cut_off or "",
    }


def _lines(error: PlanInvalid, visitor: Visitor) -> list[str]:
    """What is wrong with a sheet, a sentence for each cell."""
    return [
        f"{_place(one.path, visitor)}: {sentence(str(said_in(one.reason, visitor.language)))}" for one in error.misfits
    ]


def _place(path: str, visitor: Visitor) -> str:
    number, _, column = path.removeprefix("line ").partition(", ")
    if not number.isdecimal():
        return visitor.words("The sheet")
    line = visitor.words("Line %(number)s") % {"number": number}
    return f"{line}, {column}" if column else line


def _searched(row: Any) -> str:
    area = row.area
    places = (*area.countries, *area.regions, *area.comunas, *area.postcodes)
    return " ".join((row.service_code, row.service_name, *places)).casefold()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _text(content: bytes) -> str:
    """A sheet's letters: UTF-8, or what older spreadsheets write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


PAGES = (show_rates, change_terms, change_parcels, export_tariff, import_tariff)
