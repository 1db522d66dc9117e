"""A store with 100,000 orders, their shipments and documents: each kind written once as the hub writes it, and copied by the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.fiscal import document_of, order_of
from bench.ground import Ground, bench_store
from despacho_core.addresses import Address
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.money import Money
from despacho_core.order_overview import plain_words
from despacho_core.orders import Order
from despacho_core.parcels import Parcel
from despacho_core.shipments import Label, Shipment, ShipmentState
from despacho_core.stores import Store
from despacho_database.engines import database_url, open_engines
from despacho_database.tables import invoices, labels, order_words, orders, shipments
from despacho_services.identifiers import new_id, new_token

MANY = 100_000
_NUMBER = 987654321
"""The number of the order that all others are copied from; its digits stand nowhere else."""
_NAMES = ("Ana", "Beatriz", "Carlos", "Daniela", "Esteban", "Francisca", "Gonzalo", "Hugo", "Isabel", "Joaquín")
_SURNAMES = ("Soto", "Pérez", "Muñoz", "Rojas", "Díaz", "Contreras", "Silva")
_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
_COUNTED = {
    "sqlite": "(WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {many}) SELECT n FROM counted)",
    "postgresql": "(SELECT generate_series(1, {many}) AS n)",
}
_MADE = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%SZ', 1781000000 + n * 127, 'unixepoch')",
    "postgresql": """to_char(to_timestamp(1781000000 + n * 127) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
}
"""When each order was made: two minutes after the one before it, so that every line shows another minute."""
_PLACE = Address(
    country="CL", municipality="Ñuñoa", street="Av. Irarrázaval", street_number="2401", name="Ana Soto", city="Santiago"
)


class Template(msgspec.Struct, frozen=True):
    """One order with all that belongs to it."""

    order: Order
    shipment: Shipment
    label: Label
    invoice: Invoice


async def furnish(ground: Ground, url: str, kind: str, many: int = MANY) -> tuple[Store, str]:
    """Fill a database; the store, and the text of a session that is signed in for it."""
    store = bench_store()
    template = _template(store)
    async with ground.hub(url) as hub:
        async with hub.services.office.units.begin() as work:
            await work.stores.add(store)
            await work.orders.save(store.id, template.order, read_at=_AT)
            await work.shipments.add(template.shipment)
            await work.labels.add_all([template.label])
            await work.invoices.add(template.invoice)
            await work.commit()
        session = await hub.services.sessions.begin(store.id)
    engines = open_engines(database_url(url))
    try:
        async with engines.write.begin() as connection:
            await _Copying(connection, kind, many).all(template.order.total)
            await connection.execute(sa.text("ANALYZE"))
    finally:
        await engines.close()
    return store, session


class _Copying:
    """Copies rows of the template, as many times as are counted, with what differs told in SQL over ``n``."""

    def __init__(self, connection: AsyncConnection, kind: str, many: int) -> None:
        self._connection = connection
        self._counted = _COUNTED[kind].format(many=many)
        self._made = _MADE[kind]

    async def all(self, total: Decimal) -> None:
        """Orders, then seven of ten with a label, eight of ten with a document; then the template goes."""
        own = str(_NUMBER)
        rest = f"replace(rest, '{own}', CAST(n AS TEXT))"
        status = "CASE WHEN n % 10 = 8 THEN 'pending_payment' WHEN n % 10 = 9 THEN 'canceled' ELSE 'paid' END"
        names = f"replace({rest}, '{_NAMES[0]} {_SURNAMES[0]}', {_picked(_NAMES)} || ' ' || {_picked(_SURNAMES)})"
        stated = _with(names, "status", "paid", status)
        priced = _with(stated, "total", str(total), "(4990 + n * 7919 % 90000)")
        dated = _with(priced, "created_at", f"{_AT:%Y-%m-%dT%H:%M:%SZ}", self._made)
        await self._copied(orders, {"number": "n", "status": status, "rest": dated})
        for word in (_picked(_plain(_NAMES)), _picked(_plain(_SURNAMES)), "'nunoa'", "'santiago'"):
            await self._copied(order_words, {"number": "n", "word": word})
        moving = "CASE WHEN n % 10 < 4 THEN 'delivered' WHEN n % 10 = 5 THEN 'failed' ELSE 'in_transit' END"
        numbered = {name: f"{name} || n" for name in ("id", "track_token")} | {"order_number": "n", "rest": rest}
        await self._copied(shipments, {**numbered, "tracking_status": moving}, where="n % 10 < 7")
        ids = {name: f"{name} || n" for name in ("id", "shipment_id", "tracking_number")}
        await self._copied(labels, {**ids, "rest": rest}, where="n % 10 < 7")
        papers = {name: f"{name} || n" for name in ("id", "token", "public_id", "folio")}
        await self._copied(invoices, {**papers, "order_number": "n", "rest": rest}, where="n % 10 < 8")
        await self._connection.execute(sa.delete(orders).where(orders.c.number == _NUMBER))

    async def _copied(self, table: sa.Table, changes: Mapping[str, str], *, where: str = "1 = 1") -> None:
        columns = [column.name for column in table.columns]
        values = ", ".join(changes.get(name, name) for name in columns)
        statement = (
            f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {values} "
            f"FROM (SELECT * FROM {table.name} LIMIT 1) AS template, {self._counted} AS numbers WHERE {where}"
        )
        await self._connection.execute(sa.text(statement))


def _with(text: str, field: str, was: str, now: str) -> str:
    """SQL for a JSON text in which a field says something else; ``now`` is SQL itself."""
    return f"""replace({text}, '"{field}":"{was}"', '"{field}":"' || {now} || '"')"""


def _template(store: Store) -> Template:
    usual = order_of("CL", _NUMBER)
    order = msgspec.structs.replace(
        usual,
        customer_name="Ana Soto",
        customer_email="ana@example.com",
        shipping_address=_PLACE,
        billing_address=_PLACE,
        created_at=_AT,
    )
    document = document_of(usual, "CL", DocumentKind.RECEIPT)
    shipment = _shipment(store)
    label = Label(
        id=f"{shipment.id}-1",
        store_id=store.id,
        account_id=shipment.account_id,
        shipment_id=shipment.id,
        order_number=_NUMBER,
        piece=1,
        pieces=1,
        tracking_number="7",
        barcode="7",
        created_at=_AT,
        manifest_id="elsewhere",
    )
    invoice = Invoice(
        id=new_id(),
        store_id=store.id,
        order_number=_NUMBER,
        account_id=shipment.account_id,
        reference=f"39-{_NUMBER}",
        token=new_token(),
        document=document,
        created_at=_AT,
        state=InvoiceState.ISSUED,
        public_id="39-",
        folio="1",
    )
    return Template(order=order, shipment=shipment, label=label, invoice=invoice)


def _shipment(store: Store) -> Shipment:
    return Shipment(
        id=new_id(),
        store_id=store.id,
        order_number=_NUMBER,
        ordinal=1,
        account_id=new_id(),
        service_code="3",
        service_name="Express",
        reference=f"{_NUMBER}",
        parcels=(Parcel(weight_g=900, length_mm=300, width_mm=200, height_mm=100),),
        origin=_PLACE,
        destination=_PLACE,
        declared_value=Money(Decimal(41970), "CLP"),
        created_at=_AT,
        state=ShipmentState.BOUGHT,
        bought_at=_AT + timedelta(minutes=1),
        track_token=new_token(),
    )


def _picked(names: tuple[str, ...]) -> str:
    """One of the names, by ``n``. Seven and ten have no common divisor, so every pair comes up."""
    cases = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(names))
    return f"CASE n % {len(names)} {cases} END"


def _plain(names: tuple[str, ...]) -> tuple[str, ...]:
    """As they are looked for."""
    return tuple(plain_words(name)[0] for name in names)
