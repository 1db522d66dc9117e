"""One of everything, with the fields that a test is about as arguments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from despacho_core.addresses import Address
from despacho_core.batches import Batch, BatchLine
from despacho_core.fiscal import (
    Buyer,
    CreditedDocument,
    DocumentKind,
    FiscalDocument,
    FiscalLine,
    FiscalTotals,
    Invoice,
    PriceBasis,
)
from despacho_core.ledgers import Effect, Lane
from despacho_core.manifests import Manifest
from despacho_core.money import Money
from despacho_core.orders import Order, OrderLine, OrderStatus
from despacho_core.parcels import Parcel
from despacho_core.quotes import Quote, Rate
from despacho_core.shipments import Label, Shipment
from despacho_core.stores import Account, BasicCredentials, Store
from despacho_core.tracking import TrackingEvent, TrackingStatus
from despacho_core.waiting import WaitingDocument
from despacho_database import Database
from despacho_ports.activity import Activity
from despacho_ports.documents import StoredDocument
from despacho_ports.order_views import OrderView
from despacho_ports.records import ApiToken, ConsentUsed, IdempotentAnswer, NewMessage

NOON = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PARCEL = Parcel(weight_g=1500, length_mm=300, width_mm=200, height_mm=100)
SANTIAGO = Address(country="CL", municipality="Ñuñoa", street="Av. Irarrázaval", street_number="3400", name="Ana")


def store(name: str = "one", **fields: Any) -> Store:
    defaults = Store(
        id=f"store-{name}",
        code=name,
        key=f"key-{name}",
        name=f"Tienda {name}",
        currency="CLP",
        country="CL",
        timezone="America/Santiago",
        created_at=NOON,
        hooks_token=f"hooks-{name}",
        credentials=BasicCredentials(login=f"login-{name}", authtoken=f"authtoken-{name}"),
    )
    return msgspec.structs.replace(defaults, **fields)


def account(name: str = "a", store_id: str = "store-one", **fields: Any) -> Account:
    defaults = Account(
        id=f"account-{name}",
        store_id=store_id,
        provider="chilexpress",
        name=name,
        key=f"account-key-{store_id}-{name}",
        created_at=NOON,
        settings={"api_key": f"settings-{name}", "numbers": [1, 2]},
    )
    return msgspec.structs.replace(defaults, **fields)


def quote(name: str = "q", store_id: str = "store-one", **fields: Any) -> Quote:
    rate = Rate(service_code="3", service_name="Express", price=Money(Decimal(3990), "CLP"), days_max=2)
    defaults = Quote(
        id=f"quote-{name}",
        store_id=store_id,
        account_id="account-a",
        reference_id="reference",
        rate=rate,
        parcels=(PARCEL,),
        created_at=NOON,
    )
    return msgspec.structs.replace(defaults, **fields)


def order(number: int = 1001, status: OrderStatus = OrderStatus.PAID, **fields: Any) -> Order:
    line = OrderLine(product_id="7", name="Té", quantity=2, unit_price=Decimal("1990.5"), weight_g=250)
    defaults = Order(
        number=number, status=status, currency="CLP", total=Decimal(3981), shipping_address=SANTIAGO, lines=(line,)
    )
    return msgspec.structs.replace(defaults, **fields)


def shipment(name: str = "s", store_id: str = "store-one", **fields: Any) -> Shipment:
    defaults = Shipment(
        id=f"shipment-{name}",
        store_id=store_id,
        order_number=1001,
        ordinal=1,
        account_id="account-a",
        service_code="3",
        service_name="Express",
        reference=f"reference-{name}",
        parcels=(PARCEL, PARCEL),
        origin=SANTIAGO,
        destination=SANTIAGO,
        declared_value=Money(Decimal(3981), "CLP"),
        created_at=NOON,
        track_token=f"track-{store_id}-{name}",
    )
    return msgspec.structs.replace(defaults, **fields)


def label(name: str = "l", store_id: str = "store-one", **fields: Any) -> Label:
    defaults = Label(
        id=f"label-{name}",
        store_id=store_id,
        account_id="account-a",
        shipment_id="shipment-s",
        order_number=1001,
        piece=1,
        pieces=2,
        tracking_number=f"number-{name}",
        barcode=f"barcode-{name}",
        created_at=NOON,
        routing=("SCL", "4"),
        documents={"pdf": "document-1"},
    )
    return msgspec.structs.replace(defaults, **fields)


def manifest(name: str = "m", store_id: str = "store-one", **fields: Any) -> Manifest:
    defaults = Manifest(id=f"manifest-{name}", store_id=store_id, account_id="account-a", number=1, created_at=NOON)
    return msgspec.structs.replace(defaults, **fields)


def event(number: str = "number-l", **fields: Any) -> TrackingEvent:
    defaults = TrackingEvent(
        tracking_number=number,
        occurred_at=NOON,
        description="En tránsito",
        code="T1",
        status=TrackingStatus.IN_TRANSIT,
    )
    return msgspec.structs.replace(defaults, **fields)


def invoice(
    name: str = "i", store_id: str = "store-one", kind: DocumentKind = DocumentKind.RECEIPT, **fields: Any
) -> Invoice:
    line = FiscalLine(name="Té", quantity=Decimal(2), unit_price=Decimal("1990.5"), amount=Decimal(3981))
    document = FiscalDocument(
        kind=kind,
        order_number=1001,
        currency="CLP",
        issued_on=date(2026, 11, 20),
        basis=PriceBasis.GROSS,
        buyer=Buyer(name="Ana"),
        lines=(line,),
        totals=FiscalTotals(net=Decimal(3345), tax=Decimal(636), exempt=Decimal(0), total=Decimal(3981)),
    )
    defaults = Invoice(
        id=f"invoice-{name}",
        store_id=store_id,
        order_number=1001,
        account_id="account-a",
        reference=f"reference-{name}",
        token=f"token-{store_id}-{name}",
        document=document,
        created_at=NOON,
    )
    return msgspec.structs.replace(defaults, **fields)


def credit_note(name: str, credits_id: str, *, whole: bool = True, store_id: str = "store-one") -> Invoice:
    credited = CreditedDocument(
        kind=DocumentKind.RECEIPT,
        public_id="39-1",
        external_id="1",
        folio="1",
        issued_on=date(2026, 11, 20),
        reason="Anulación",
        whole=whole,
    )
    note = invoice(name, store_id, DocumentKind.CREDIT_NOTE, credits_id=credits_id)
    return msgspec.structs.replace(note, document=msgspec.structs.replace(note.document, credits=credited))


def effect(name: str = "e", store_id: str = "store-one", **fields: Any) -> Effect:
    defaults = Effect(
        id=f"effect-{store_id}-{name}",
        store_id=store_id,
        key=f"buy:{name}",
        kind="buy",
        subject="shipment-s",
        lane=Lane.BULK,
        created_at=NOON,
        due_at=NOON,
        payload={"shipment": "shipment-s", "pieces": [1, 2]},
    )
    return msgspec.structs.replace(defaults, **fields)


def message(key: str = "m", store_id: str = "store-one", **fields: Any) -> NewMessage:
    defaults = NewMessage(
        store_id=store_id,
        source="jumpseller",
        event="order_paid",
        dedupe_key=key,
        body=b'{"order": {"id": 1001}}',
        headers={"content-type": "application/json"},
        received_at=NOON,
    )
    return msgspec.structs.replace(defaults, **fields)


def activity(name: str = "d", store_id: str = "store-one", **fields: Any) -> Activity:
    """Somebody who voided a label at noon."""
    given: dict[str, Any] = {"at": NOON, "actor": "Ana", "action": "void_shipment", "orders": (1001,)}
    return Activity(id=f"deed-{name}", store_id=store_id, **(given | fields))


def order_view(name: str = "Today", store_id: str = "store-one", query: str = "status=paid") -> OrderView:
    """A view that somebody keeps."""
    return OrderView(store_id=store_id, name=name, query=query)


def token(name: str = "t", store_id: str = "store-one", **fields: Any) -> ApiToken:
    defaults = ApiToken(
        id=f"token-{name}", store_id=store_id, name=name, digest=f"digest-{store_id}-{name}", created_at=NOON
    )
    return msgspec.structs.replace(defaults, **fields)


def consent(nonce: str = "nonce", **fields: Any) -> ConsentUsed:
    defaults = ConsentUsed(nonce=nonce, expires_at=NOON + HOUR)
    return msgspec.structs.replace(defaults, **fields)


def answer(key: str = "k", store_id: str = "store-one", **fields: Any) -> IdempotentAnswer:
    defaults = IdempotentAnswer(
        store_id=store_id, key=key, fingerprint="print", created_at=NOON, locked_until=NOON + MINUTE
    )
    return msgspec.structs.replace(defaults, **fields)


def document(name: str = "d", store_id: str = "store-one", **fields: Any) -> StoredDocument:
    defaults = StoredDocument(
        id=f"document-{name}",
        store_id=store_id,
        media_type="application/pdf",
        filename="label.pdf",
        content=b"%PDF\x00\xff",
        created_at=NOON,
    )
    return msgspec.structs.replace(defaults, **fields)


async def add_stores(database: Database, *names: str) -> None:
    """Add stores; ``one`` unless others are named."""
    async with database.units_of_work.begin() as unit:
        for name in names or ("one",):
            await unit.stores.add(store(name))
        await unit.commit()


def waiting(store_id: str = "store-one", **fields: Any) -> WaitingDocument:
    defaults = WaitingDocument(
        store_id=store_id,
        order_number=1001,
        code="buyer-incomplete",
        messages={"en": "The invoice needs the buyer's giro.", "es": "Falta el giro."},
        field="business_activity",
        since=NOON,
        tried_at=NOON,
    )
    return msgspec.structs.replace(defaults, **fields)


def batch(**changes: Any) -> Batch:
    """A batch of two orders, asked for under a key."""
    return Batch(**{"id": "batch-b", "store_id": "store-one", "created_at": NOON, "key": "monday", **changes})


def batch_lines(**changes: Any) -> list[BatchLine]:
    """Its lines: one asked for, one to be asked for."""
    common: dict[str, Any] = {"store_id": "store-one", "batch_id": "batch-b", **changes}
    return [
        BatchLine(place=1, order_number=1001, shipment_id="shipment-s", **common),
        BatchLine(place=2, order_number=1002, **common),
    ]
