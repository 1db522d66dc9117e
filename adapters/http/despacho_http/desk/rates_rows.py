"""One box, row of the tariff or rule: added, changed, moved, removed; and what happens when two people do so at once."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter

from despacho_core.errors import PlanChanged, PlanInvalid
from despacho_core.shipping_plans import ShippingPlan
from despacho_http.access import Hub
from despacho_http.desk import rates_words as words
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.rates import PATH, version_in
from despacho_http.desk.rates_forms import SHAPES, Row, brackets_written, put_beside, row_in
from despacho_http.desk.rates_written import Writer, digest
from despacho_http.desk.reading import Reading, reading_of
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.recording_notes import note
from despacho_http.refusals import NothingHere
from despacho_ports.providers import ProviderKind
from despacho_ports.records import PlanRecord
from despacho_services.services import Services

Asked = Request[Any, Any, Any]
NEW = "new"
ORDERED = frozenset({"rules", "preselections"})
"""Sections in which the order counts."""
Kind = Annotated[str, QueryParameter(name="do", max_length=20)]
Of = Annotated[str, QueryParameter(name="account", max_length=64)]


@get(f"{PATH}/{{section:str}}/{{key:str}}")
async def show_row(
    request: Asked,
    services: Hub,
    visitor: Visiting,
    *,
    section: FromPath[str],
    key: FromPath[str],
    do: Kind = "",
    account: Of = "",
) -> Response[str]:
    """The form of one row, or of a new one."""
    record = await services.plans.read(visitor.store.id)
    row = _row(record.plan, section, key)
    values = writer_of(visitor, record.plan).written(row, section)
    if row is None and section == "rules":
        if do not in words.RULES:
            raise NothingHere
        values["do"] = do
    if row is None and account:
        values |= {"account": account, "accounts": [account]}
    return await _form(request, services, visitor, place=(section, key), record=record, values=values, row=row)


@post(f"{PATH}/{{section:str}}/{{key:str}}")
async def save_row(
    request: Asked, services: Hub, visitor: Visiting, *, form: Form, section: FromPath[str], key: FromPath[str]
) -> Response[Any]:
    """Save one row. Where somebody else saved meanwhile, what was written stays in the form beside what is there now."""
    record = await services.plans.read(visitor.store.id)
    if section not in SHAPES:
        raise NothingHere
    reading = reading_of(visitor, form)
    reading.currency = record.plan.currency or visitor.store.currency
    row = row_in(section, reading)
    if row is not None and version_in(reading) == record.version:
        try:
            await services.plans.save(visitor.store.id, _with(record.plan, section, key, row), expected=record.version)
        except PlanInvalid as error:
            at = int(key) if key != NEW else len(getattr(record.plan, section))
            put_beside(reading, error.misfits, section, at)
        except PlanChanged:
            record = await services.plans.read(visitor.store.id)
        else:
            note(request, subject=section, detail=_name(row))
            back = "/app/start" if form.text("back") == "start" else f"{PATH}#{section}"
            return moved(request, back, Said("success", visitor.words("Saved.")))
    conflict = not reading.errors
    if conflict:
        key = _found(record.plan, section, form, key)
    status = 409 if conflict else 422
    return await _form(
        request,
        services,
        visitor,
        place=(section, key),
        record=record,
        values=_kept(form),
        row=_at(record.plan, section, key),
        reading=reading,
        status=status,
    )


@post(f"{PATH}/{{section:str}}/{{key:str}}/remove")
async def remove_row(
    request: Asked, services: Hub, visitor: Visiting, *, form: Form, section: FromPath[str], key: FromPath[str]
) -> Response[bytes]:
    """Take one row away."""
    return await _arranged(request, services, visitor, form=form, place=(section, key), step=None)


@post(f"{PATH}/{{section:str}}/{{key:str}}/move")
async def move_rule(
    request: Asked, services: Hub, visitor: Visiting, *, form: Form, section: FromPath[str], key: FromPath[str]
) -> Response[bytes]:
    """Have a rule or preselection count one place earlier, or later."""
    if section not in ORDERED:
        raise NothingHere
    step = -1 if form.text("to") == "up" else 1
    return await _arranged(request, services, visitor, form=form, place=(section, key), step=step)


async def _arranged(
    request: Asked, services: Services, visitor: Visitor, *, form: FormData, place: tuple[str, str], step: int | None
) -> Response[bytes]:
    section, key = place
    record = await services.plans.read(visitor.store.id)
    changed = Said(
        "danger",
        visitor.words(
            "Somebody else changed the rates meanwhile; below is how they are now. Nothing was changed by you."
        ),
    )
    if version_in(reading_of(visitor, form)) != record.version:
        return moved(request, f"{PATH}#{section}", changed)
    row = _row(record.plan, section, key)
    if row is None:
        raise NothingHere
    rows: list[Any] = list(getattr(record.plan, section))
    at = int(key)
    del rows[at]
    if step is not None:
        rows.insert(min(max(at + step, 0), len(rows)), row)
    plan = msgspec.structs.replace(record.plan, **{section: tuple(rows)})
    try:
        await services.plans.save(visitor.store.id, plan, expected=record.version)
    except PlanChanged:
        return moved(request, f"{PATH}#{section}", changed)
    note(request, subject=section, detail=_name(row))
    return moved(request, f"{PATH}#{section}", Said("success", visitor.words("Saved.")))


async def _form(
    request: Asked,
    services: Services,
    visitor: Visitor,
    *,
    place: tuple[str, str],
    record: PlanRecord,
    values: dict[str, Any],
    row: Row | None,
    reading: Reading | None = None,
    status: int = 200,
) -> Response[str]:
    section, key = place
    accounts = await services.account_desk.all(visitor.store.id)
    return page(
        request,
        visitor,
        "rates_row.html",
        status=status,
        current="rates",
        title=visitor.words(words.SECTIONS[section]),
        section=section,
        key=key,
        version=record.version,
        was=digest(row) if row is not None else "",
        was_name=_name(row) if row is not None else "",
        values=values,
        back=values.get("back") or request.query_params.get("back", ""),
        brackets=brackets_written(values),
        errors=reading.errors if reading is not None else {},
        conflict=status == 409,
        there=row,
        saved_at=record.saved_at,
        carriers=[one.account for one in accounts if one.provider is None or one.provider.kind is ProviderKind.CARRIER],
        names={one.account.id: one.account.name for one in accounts},
        services=[
            (one.code, f"{one.name} – {account.name}")
            for account, one in await services.quoting.own_services(visitor.store.id)
        ],
        currency=record.plan.currency or visitor.store.currency,
        words=words,
    )


def _row(plan: ShippingPlan, section: str, key: str) -> Row | None:
    """The row of a path, None for a new one. Raises ``NothingHere``."""
    if section not in SHAPES:
        raise NothingHere
    row = _at(plan, section, key)
    if row is None and key != NEW:
        raise NothingHere
    return row


def _at(plan: ShippingPlan, section: str, key: str) -> Row | None:
    rows: tuple[Row, ...] = getattr(plan, section)
    return rows[int(key)] if key.isdecimal() and len(key) < 7 and int(key) < len(rows) else None


def _with(plan: ShippingPlan, section: str, key: str, row: Row) -> ShippingPlan:
    """The plan with a row replaced, or put behind the others. Raises ``NothingHere``."""
    rows: list[Row] = list(getattr(plan, section))
    if key == NEW:
        rows.append(row)
    elif _at(plan, section, key) is None:
        raise NothingHere
    else:
        rows[int(key)] = row
    return msgspec.structs.replace(plan, **{section: tuple(rows)})


def _found(plan: ShippingPlan, section: str, form: FormData, key: str) -> str:
    """Where the row that somebody was changing is now, moved or changed by another; as a new one where it is gone."""
    rows: tuple[Row, ...] = getattr(plan, section)
    moved_to = next((str(at) for at, row in enumerate(rows) if digest(row) == form.text("was")), None)
    if moved_to is not None or key == NEW:
        return moved_to or NEW
    there = _at(plan, section, key)
    return key if there is not None and _name(there) == form.text("was_name") else NEW


def _kept(form: FormData) -> dict[str, Any]:
    """What was written, so that nobody has to write it again."""
    return {**{name: form.text(name) for name in form.fields}, "accounts": form.texts("accounts")}


def _name(row: Row) -> str:
    names = (getattr(row, name, "") for name in ("name", "service_name", "label", "service_code"))
    return next((name for name in names if name), "")


def writer_of(visitor: Visitor, plan: ShippingPlan) -> Writer:
    """Writes a plan's rows into the visitor's forms."""
    store = visitor.store
    return Writer(visitor.formats.mark, plan.currency or store.currency, store.country)


PAGES = (show_row, save_row, remove_row, move_rule)
