"""Fiscal documents: listed, issued, taken back, saved as files; and the orders that wait for one."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import msgspec

from despacho.commands._beside import account_by_id, chosen_stores, with_hub
from despacho.commands._console import Failure, json_option, show, table
from despacho_core.errors import NotFound
from despacho_core.fiscal import DocumentKind, Invoice
from despacho_core.stores import AccountScope
from despacho_core.written import Unclear, read_amount

if TYPE_CHECKING:
    from despacho.bootstrap import Hub
    from despacho_core.fiscal_credits import Chosen
    from despacho_core.stores import Store
    from despacho_core.waiting import WaitingDocument

_WAIT_S = 30.0
_MOMENTS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]
_limit_option = click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="So many of each store at most."
)
_before_option = click.option("--before", type=click.DateTime(_MOMENTS), help="Only those from before (UTC).")


class InvoiceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A document as listings show it; ``url`` opens it in a browser once it is issued."""

    id: str
    store: str
    order: int
    kind: DocumentKind
    state: str
    public_id: str | None
    total: Decimal
    currency: str
    created_at: datetime
    issued_at: datetime | None
    attached_at: datetime | None
    credited_at: datetime | None
    credits_id: str | None
    problem: str | None
    url: str | None


class WaitingLine(msgspec.Struct, frozen=True, kw_only=True):
    """An order that should have a document and has none."""

    store: str
    order: int
    code: str
    message: str
    remedy: str
    field: str | None
    since: datetime
    tried_at: datetime
    credits_id: str | None
    account: str | None


class WantedLine(NamedTuple):
    """What is to be taken back of a line; the amount as it was written, until its currency is known."""

    line: int
    quantity: Decimal | None
    amount: str | None


class LineOption(click.ParamType[WantedLine]):
    """``LINE``, ``LINE=UNITS`` or ``LINE:AMOUNT``."""

    name = "LINE"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> WantedLine:
        """What is to be taken back of a line."""
        units, amounts = value.partition("="), value.partition(":")
        try:
            return WantedLine(
                line=int((units if units[1] else amounts)[0]),
                quantity=Decimal(int(units[2])) if units[1] else None,
                amount=amounts[2] if amounts[1] else None,
            )
        except ValueError:
            self.fail(
                "must be 2 (all that is left of line 2), 2=1 (one unit of it) or 2:990 (so much of it)", param, ctx
            )


@click.group()
def invoices() -> None:
    """Receipts, invoices and credit notes, and the orders that wait for one."""


@invoices.command("list")
@click.argument("code", required=False)
@click.option("--kind", type=click.Choice([kind.value for kind in DocumentKind]), help="Only those of this kind.")
@_limit_option
@_before_option
@json_option
def list_invoices(code: str | None, kind: str | None, limit: int, before: datetime | None, as_json: bool) -> None:
    """List documents of the store CODE, or of all stores, newest first."""

    async def use(hub: Hub) -> list[InvoiceLine]:
        found = []
        for store in await chosen_stores(hub, code):
            rows = await hub.services.reading.invoices(
                store.id, before=_utc(before), limit=limit, kind=None if kind is None else DocumentKind(kind)
            )
            found += [_line(hub, store, one) for one in rows]
        return found

    lines = with_hub(use)
    rows = [
        (one.id, one.created_at, one.store, one.order, one.kind, one.state, one.public_id, one.total, one.problem)
        for one in lines
    ]
    header = ["id", "created", "store", "order", "kind", "state", "number", "total", "problem"]
    show(lines, as_json=as_json, people=table(header, rows, empty="There is no such document."))


@invoices.command()
@click.argument("code", required=False)
@_limit_option
@_before_option
@json_option
def waiting(code: str | None, limit: int, before: datetime | None, as_json: bool) -> None:
    """List orders of the store CODE, or of all stores, that should have a document and have none: why, and what to do."""

    async def use(hub: Hub) -> list[WaitingLine]:
        found = []
        for store in await chosen_stores(hub, code):
            rows = await hub.services.waiting.of_store(store.id, before=_utc(before), limit=limit)
            found += [_waiting(store, one) for one in rows]
        return found

    lines = with_hub(use)
    rows = [(one.since, one.store, one.order, one.code, one.message, one.remedy) for one in lines]
    header = ["since", "store", "order", "reason", "message", "what to do"]
    show(lines, as_json=as_json, people=table(header, rows, empty="No order waits for a document."))


@invoices.command()
@click.argument("code")
@click.argument("number", type=click.IntRange(min=1))
@json_option
def issue(code: str, number: int, as_json: bool) -> None:
    """Issue the document of order NUMBER of the store CODE now, or show the one it has."""

    async def use(hub: Hub) -> InvoiceLine:
        store = await hub.services.installation.by_code(code)
        if await hub.services.intake.take_in(store, number) is None:
            raise NotFound(what="order", id=number)
        return _line(hub, store, await hub.services.invoicing.invoice(store.id, number, wait=_WAIT_S))

    _shown(with_hub(use), as_json=as_json)


def _chosen(lines: tuple[WantedLine, ...], currency: str) -> list[Chosen]:
    """The lines, their amounts read in the document's currency. Raises ``Failure``."""
    from despacho_core.fiscal_credits import Chosen  # noqa: PLC0415 - fiscal rules; only where a note is made

    try:
        return [
            Chosen(
                line=one.line,
                quantity=one.quantity,
                amount=None if one.amount is None else read_amount(one.amount, currency),
            )
            for one in lines
        ]
    except Unclear as error:
        raise Failure(f"The amount of a line: {error}.", code="amount-unclear") from error


@invoices.command()
@click.argument("code")
@click.argument("invoice_id", metavar="ID")
@click.option("--reason", help="Stated on the credit note.")
@click.option(
    "--line",
    "lines",
    multiple=True,
    type=LineOption(),
    help="A line to take back, from 1: 2 all that is left of it, 2=1 one unit, 2:990 so much with tax. Repeatable; all by default.",
)
@json_option
def credit(code: str, invoice_id: str, reason: str | None, lines: tuple[WantedLine, ...], as_json: bool) -> None:
    """Take back the document ID of the store CODE with a credit note: all that is left of it, or chosen lines."""

    async def use(hub: Hub) -> InvoiceLine:
        store = await hub.services.installation.by_code(code)
        chosen = _chosen(lines, (await hub.services.invoicing.get(store.id, invoice_id)).document.currency)
        note = await hub.services.invoicing.credit(
            store.id, invoice_id, reason=reason, wait=_WAIT_S, chosen=chosen or None
        )
        return _line(hub, store, note)

    _shown(with_hub(use), as_json=as_json)


@invoices.command()
@click.argument("code")
@click.argument("invoice_id", metavar="ID")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The file to write; the document's number in this folder by default."
)
@json_option
def pdf(code: str, invoice_id: str, out: Path | None, as_json: bool) -> None:
    """Save the document ID of the store CODE as a PDF file."""

    async def use(hub: Hub) -> tuple[str, bytes]:
        store = await hub.services.installation.by_code(code)
        stored = await hub.services.invoicing.pdf(await hub.services.invoicing.get(store.id, invoice_id))
        return stored.filename, stored.content

    filename, content = with_hub(use)
    path = Path(filename) if out is None else out / filename if out.is_dir() else out
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}.", code="not-written") from error
    show({"id": invoice_id, "file": str(path)}, as_json=as_json, people=f"Saved as {path}.")


@invoices.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--currency", "currencies", multiple=True, help="Only orders in this currency, such as EUR; repeatable.")
@click.option("--country", "countries", multiple=True, help="Only buyers of this country, such as PT; repeatable.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(["receipt", "invoice"]), help="Only this kind; repeatable."
)
@json_option
def account(
    account_id: str, currencies: tuple[str, ...], countries: tuple[str, ...], kinds: tuple[str, ...], as_json: bool
) -> None:
    """Say for which documents the invoicing account ACCOUNT is meant, where a store has several; without an option for all."""
    wanted = {
        "currencies": [one.strip().upper() for one in currencies],
        "countries": [one.strip().upper() for one in countries],
        "kinds": kinds,
    }
    scope = msgspec.convert(wanted, AccountScope)

    async def use(hub: Hub) -> dict[str, object]:
        store, found = await account_by_id(hub, account_id)
        changed = await hub.services.account_scopes.set(store.id, found.id, scope)
        return {"id": changed.id, **msgspec.to_builtins(changed.scope)}

    document = with_hub(use)
    meant = "; ".join(f"{name} {', '.join(values)}" for name, values in wanted.items() if values) or "all documents"
    show(document, as_json=as_json, people=f"Account {account_id} is meant for {meant}.")


def _shown(line: InvoiceLine, *, as_json: bool) -> None:
    people = f"{line.kind.value} {line.public_id} over {line.total} {line.currency} is {line.state}: {line.url}"
    show(line, as_json=as_json, people=people)


def _line(hub: Hub, store: Store, invoice: Invoice) -> InvoiceLine:
    return InvoiceLine(
        id=invoice.id,
        store=store.code,
        order=invoice.order_number,
        kind=invoice.kind,
        state=invoice.state.value,
        public_id=invoice.public_id,
        total=invoice.document.totals.total,
        currency=invoice.document.currency,
        created_at=invoice.created_at,
        issued_at=invoice.issued_at,
        attached_at=invoice.attached_at,
        credited_at=invoice.credited_at,
        credits_id=invoice.credits_id,
        problem=invoice.problem,
        url=None if invoice.public_id is None else hub.services.office.links.document(invoice.token),
    )


def _waiting(store: Store, waiting: WaitingDocument) -> WaitingLine:
    return WaitingLine(
        store=store.code,
        order=waiting.order_number,
        code=waiting.code,
        message=waiting.message(store.language),
        remedy=waiting.remedy(store.language),
        field=waiting.field,
        since=waiting.since,
        tried_at=waiting.tried_at,
        credits_id=waiting.credits_id,
        account=waiting.account_id,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
