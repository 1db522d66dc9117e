"""Stores are strangers: whatever one asks for with another's ids, it gets and changes nothing.

Every method of every repository is listed here. A new one is either tried with another store's ids, or named among those
that serve all stores alike, with the reason.
"""

from collections.abc import Awaitable, Callable
from typing import Any, get_type_hints

import pytest

from despacho_core.batches import BatchPurpose
from despacho_core.billing import MendedBilling
from despacho_core.delivery import MendedDelivery
from despacho_core.errors import NotFound
from despacho_core.ledgers import InboxRow, InboxState
from despacho_core.shipment_overview import TROUBLE
from despacho_core.stores import BasicCredentials
from despacho_database import Database
from despacho_ports.documents import DocumentStore
from despacho_ports.figures import MorningFigures
from despacho_ports.order_lists import Belongings, OrderFilter, OrderPage
from despacho_ports.persistence import UnitOfWork
from despacho_ports.shipment_lists import InvoiceFilter, ShipmentFilter
from tests.integration.database.samples import (
    HOUR,
    NOON,
    account,
    activity,
    add_stores,
    answer,
    batch,
    batch_lines,
    document,
    effect,
    event,
    invoice,
    label,
    manifest,
    message,
    order,
    order_view,
    quote,
    shipment,
    token,
    waiting,
)

THEIRS, OURS = "store-one", "store-two"
EFFECT = effect().id
ANY_SHIPMENT = ShipmentFilter(quiet=NOON, today=NOON)

BEFORE = NOON - HOUR
NOTHING_WAITS = MorningFigures(
    new_orders=0,
    to_ship=0,
    label_problems=0,
    free_labels={},
    open_manifests=0,
    unsigned_manifests=0,
    waiting={},
    doubtful_documents=0,
    given_up=0,
    dead_messages=0,
)

Call = Callable[[UnitOfWork], Awaitable[object]]


async def _row(unit: UnitOfWork) -> InboxRow:
    (row,) = await unit.inbox.page(THEIRS)
    fields = {name: getattr(row, name) for name in row.__struct_fields__}
    return InboxRow(**{**fields, "store_id": OURS})


async def _settle_theirs(unit: UnitOfWork) -> None:
    await unit.inbox.settle(await _row(unit), InboxState.DONE)


async def _put_off_theirs(unit: UnitOfWork) -> None:
    await unit.inbox.put_off(await _row(unit), due_at=NOON, error="not ours")


FOREIGN: dict[str, tuple[Call, object]] = {
    "accounts.get": (lambda unit: unit.accounts.get(OURS, "account-a"), None),
    "accounts.of_store": (lambda unit: unit.accounts.of_store(OURS), []),
    "accounts.save": (lambda unit: unit.accounts.save(account(store_id=OURS)), NotFound),
    "accounts.remove": (lambda unit: unit.accounts.remove(OURS, "account-a"), None),
    "plans.get": (lambda unit: unit.plans.get(OURS), None),
    "quotes.get": (lambda unit: unit.quotes.get(OURS, "quote-q"), None),
    "orders.get": (lambda unit: unit.orders.get(OURS, 1001), None),
    "orders.read_at": (lambda unit: unit.orders.read_at(OURS, 1001), None),
    "orders.page": (lambda unit: unit.orders.page(OURS), []),
    "orders.known_numbers": (lambda unit: unit.orders.known_numbers(OURS, [1001]), {}),
    "orders.save_billing": (lambda unit: unit.orders.save_billing(OURS, 1001, MendedBilling()), NotFound),
    "orders.save_delivery": (lambda unit: unit.orders.save_delivery(OURS, 1001, MendedDelivery()), NotFound),
    "orders.without_document": (lambda unit: unit.orders.without_document(OURS, seen_since=NOON), []),
    "shipments.get": (lambda unit: unit.shipments.get(OURS, "shipment-s"), None),
    "shipments.get_all": (lambda unit: unit.shipments.get_all(OURS, ["shipment-s"]), []),
    "shipments.of_order": (lambda unit: unit.shipments.of_order(OURS, 1001), []),
    "shipments.save": (lambda unit: unit.shipments.save(shipment(store_id=OURS)), NotFound),
    "shipments.page": (lambda unit: unit.shipments.page(OURS), []),
    "shipment_lists.page": (lambda unit: unit.shipment_lists.page(OURS, ANY_SHIPMENT), []),
    "shipment_lists.counts": (
        lambda unit: unit.shipment_lists.counts(OURS, ANY_SHIPMENT),
        dict.fromkeys(TROUBLE, 0),
    ),
    "shipment_lists.invoices": (lambda unit: unit.shipment_lists.invoices(OURS, InvoiceFilter()), []),
    "shipment_lists.free_labels": (lambda unit: unit.shipment_lists.free_labels(OURS), {}),
    "shipment_lists.labels_on": (lambda unit: unit.shipment_lists.labels_on(OURS, ["manifest-m"]), {}),
    "labels.get": (lambda unit: unit.labels.get(OURS, "label-l"), None),
    "labels.get_all": (lambda unit: unit.labels.get_all(OURS, ["label-l"]), []),
    "labels.assign": (lambda unit: unit.labels.assign(OURS, ["label-l", "label-listed"], "manifest-ours"), None),
    "labels.of_shipment": (lambda unit: unit.labels.of_shipment(OURS, "shipment-s"), []),
    "labels.of_shipments": (lambda unit: unit.labels.of_shipments(OURS, ["shipment-s"]), []),
    "labels.of_manifest": (lambda unit: unit.labels.of_manifest(OURS, "manifest-m"), []),
    "labels.free": (lambda unit: unit.labels.free(OURS, "account-a", 10), []),
    "labels.by_tracking_numbers": (lambda unit: unit.labels.by_tracking_numbers(OURS, ["number-l"]), []),
    "labels.save": (lambda unit: unit.labels.save(label(store_id=OURS)), NotFound),
    "batches.get": (lambda unit: unit.batches.get(OURS, "batch-b"), None),
    "batches.by_key": (lambda unit: unit.batches.by_key(OURS, "monday"), None),
    "batches.page": (lambda unit: unit.batches.page(OURS, BatchPurpose.LABELS), []),
    "batches.lines": (lambda unit: unit.batches.lines(OURS, "batch-b"), []),
    "batches.save_line": (lambda unit: unit.batches.save_line(batch_lines(store_id=OURS)[0]), NotFound),
    "batches.shipments": (lambda unit: unit.batches.shipments(OURS, ["shipment-s"]), []),
    "batches.orders": (lambda unit: unit.batches.orders(OURS, [1001]), []),
    "batches.orders_without_shipment": (
        lambda unit: unit.batches.orders_without_shipment(OURS, after=0, limit=9),
        [],
    ),
    "manifests.get": (lambda unit: unit.manifests.get(OURS, "manifest-m"), None),
    "manifests.save": (lambda unit: unit.manifests.save(manifest(store_id=OURS)), NotFound),
    "manifests.take_turn": (lambda unit: unit.manifests.take_turn(OURS), None),
    "invoices.take_turn": (lambda unit: unit.invoices.take_turn(OURS), None),
    "manifests.next_number": (lambda unit: unit.manifests.next_number(OURS), 1),
    "manifests.page": (lambda unit: unit.manifests.page(OURS), []),
    "tracking.of_shipment": (lambda unit: unit.tracking.of_shipment(OURS, "shipment-s"), []),
    "followed.claim": (
        lambda unit: unit.followed.claim(OURS, "account-a", due=NOON, until=NOON + HOUR, limit=9),
        [],
    ),
    "followed.hasten": (lambda unit: unit.followed.hasten(OURS, NOON - HOUR), 0),
    "followed.for_change": (lambda unit: unit.followed.for_change(OURS, ["shipment-s"]), []),
    "followed.save": (lambda unit: unit.followed.save(OURS, [shipment(price=None)], [label(barcode="ours")]), None),
    "followed.check_at": (lambda unit: unit.followed.check_at(OURS, {"shipment-s": None}), None),
    "followed.unknown_codes": (lambda unit: unit.followed.unknown_codes(OURS), []),
    "followed.note_unknown": (lambda unit: unit.followed.note_unknown(OURS, "van", [event()], NOON), None),
    "invoices.get": (lambda unit: unit.invoices.get(OURS, "invoice-i"), None),
    "invoices.of_order": (lambda unit: unit.invoices.of_order(OURS, 1001), []),
    "invoices.save": (lambda unit: unit.invoices.save(invoice(store_id=OURS)), NotFound),
    "invoices.page": (lambda unit: unit.invoices.page(OURS), []),
    "invoices.open_of_store": (lambda unit: unit.invoices.open_of_store(OURS), []),
    "waiting.get": (lambda unit: unit.waiting.get(OURS, 1001), None),
    "waiting.remove": (lambda unit: unit.waiting.remove(OURS, 1001), None),
    "waiting.page": (lambda unit: unit.waiting.page(OURS), []),
    "inbox.settle": (_settle_theirs, None),
    "inbox.put_off": (_put_off_theirs, None),
    "inbox.get": (lambda unit: unit.inbox.get(OURS, 1), None),
    "inbox.of_order": (lambda unit: unit.inbox.of_order(OURS, 1001), []),
    "inbox.page": (lambda unit: unit.inbox.page(OURS), []),
    "inbox.replay": (lambda unit: unit.inbox.replay(OURS, [1], now=NOON), 0),
    "outbox.get": (lambda unit: unit.outbox.get(OURS, EFFECT), None),
    "outbox.by_key": (lambda unit: unit.outbox.by_key(OURS, "buy:e"), None),
    "outbox.of_subject": (lambda unit: unit.outbox.of_subject(OURS, "shipment-s"), []),
    "outbox.save": (lambda unit: unit.outbox.save(effect(id=EFFECT, store_id=OURS)), NotFound),
    "outbox.page": (lambda unit: unit.outbox.page(OURS), []),
    "outbox.hasten": (lambda unit: unit.outbox.hasten(OURS, None, now=NOON), 0),
    "order_lists.page": (lambda unit: unit.order_lists.page(OURS, OrderFilter()), OrderPage(lines=())),
    "order_lists.these": (lambda unit: unit.order_lists.these(OURS, [1001]), []),
    "order_lists.belongings": (lambda unit: unit.order_lists.belongings(OURS, [1001]), Belongings()),
    "figures.morning": (lambda unit: unit.figures.morning(OURS, ["account-a"], since=BEFORE), NOTHING_WAITS),
    "figures.orders_by_hour": (lambda unit: unit.figures.orders_by_hour(OURS, BEFORE), {}),
    "figures.shipments": (lambda unit: unit.figures.shipments(OURS, BEFORE, now=NOON), []),
    "figures.prices": (lambda unit: unit.figures.prices(OURS, BEFORE), []),
    "figures.failures": (lambda unit: unit.figures.failures(OURS, BEFORE), []),
    "activity.page": (lambda unit: unit.activity.page(OURS, order_number=1001), []),
    "order_views.of_store": (lambda unit: unit.order_views.of_store(OURS), []),
    "order_views.remove": (lambda unit: unit.order_views.remove(OURS, "Today"), None),
    "tokens.of_store": (lambda unit: unit.tokens.of_store(OURS), []),
    "tokens.revoke": (lambda unit: unit.tokens.revoke(OURS, "token-t", NOON), False),
    "answers.begin": (lambda unit: unit.answers.begin(answer(store_id=OURS)), None),
    "answers.take": (lambda unit: unit.answers.take(OURS, "k", at=NOON), None),
    "answers.keep_made": (lambda unit: unit.answers.keep_made(OURS, "theirs", "shipment-s"), NotFound),
    "answers.finish": (lambda unit: unit.answers.finish(answer(store_id=OURS, status=500)), None),
    "answers.release": (lambda unit: unit.answers.release(OURS, "k"), None),
}

FOR_ALL = {
    "the tenants themselves": {
        "stores.add",
        "stores.get",
        "stores.by_code",
        "stores.all",
        "stores.save",
        "stores.save_credentials",
        "stores.remove",
    },
    "found by what nobody can guess": {
        "stores.by_key",
        "followed.by_scan_token",
        "accounts.by_key",
        "shipments.by_track_token",
        "invoices.by_token",
        "manifests.by_token",
        "tokens.by_digest",
        "consents.was_used",
        "consents.use",
        "sessions.add",
        "sessions.get",
        "sessions.save",
        "sessions.remove",
    },
    "what is added names its store": {
        "accounts.add",
        "plans.save",
        "quotes.add_all",
        "orders.save",
        "shipments.add",
        "labels.add_all",
        "followed.add_new",
        "batches.add",
        "manifests.add",
        "invoices.add",
        "waiting.keep",
        "outbox.owe",
        "activity.add",
        "order_views.save",
        "tokens.add",
    },
    "workers serve all stores alike": {
        "inbox.claim",
        "outbox.claim",
        "outbox.claim_uncertain",
        "outbox.claim_one",
        "outbox.claim_one_uncertain",
        "outbox.settle",
        "outbox.expire",
        "followed.due_accounts",
        "quotes.remove_older",
        "inbox.remove_older",
        "answers.remove_older",
    },
    "figures for the operator": {"inbox.counts", "outbox.counts", "followed.unknown_counts"},
}


def test_no_method_is_forgotten() -> None:
    listed = set(FOREIGN).union(*FOR_ALL.values())
    assert listed == {
        f"{name}.{method}"
        for name, port in get_type_hints(UnitOfWork).items()
        for method in vars(port)
        if not method.startswith("_")
    }
    assert {method for method in vars(DocumentStore) if not method.startswith("_")} == {"put", "get"}


@pytest.fixture
async def theirs(database: Database) -> list[Any]:
    """A store with one of everything, beside one with nothing; what is read back of the first."""
    await add_stores(database, "one", "two")
    async with database.units_of_work.begin() as unit:
        await unit.accounts.add(account())
        await unit.quotes.add_all([quote()])
        await unit.orders.save(THEIRS, order(), read_at=NOON)
        await unit.shipments.add(shipment().bought(NOON, next_check_at=NOON))
        await unit.labels.add_all([label(), label("listed", piece=2, manifest_id="manifest-m")])
        await unit.batches.add(batch(), batch_lines())
        await unit.manifests.add(manifest())
        await unit.followed.add_new(THEIRS, {"shipment-s": [event()]})
        await unit.followed.note_unknown(THEIRS, "van", [event()], NOON)
        await unit.invoices.add(invoice())
        await unit.waiting.keep(waiting())
        await unit.outbox.owe(effect())
        await unit.activity.add(activity())
        await unit.order_views.save(order_view())
        await unit.tokens.add(token())
        await unit.answers.begin(answer())
        await unit.commit()
    await database.inbox_writer.accept(message())
    return await _everything(database)


async def test_another_stores_ids_lead_nowhere_and_change_nothing(database: Database, theirs: list[Any]) -> None:
    for method, (call, expected) in FOREIGN.items():
        async with database.units_of_work.begin() as unit:
            try:
                got = await call(unit)
            except NotFound:
                got = NotFound
            assert got == expected, method
            await unit.commit()
    assert await _everything(database) == theirs


async def test_another_stores_documents_are_not_served(database: Database, theirs: list[Any]) -> None:
    await database.documents.put(document())
    assert await database.documents.get(OURS, "document-d") is None
    await database.documents.put(document(store_id=OURS, content=b"ours"))
    kept = await database.documents.get(THEIRS, "document-d")
    assert kept is not None
    assert kept.content == document().content


async def test_the_same_key_in_two_stores_is_two_keys(database: Database, theirs: list[Any]) -> None:
    assert await database.inbox_writer.accept(message(store_id=OURS)), "not a duplicate of another store's"
    async with database.units_of_work.begin() as unit:
        assert await unit.outbox.owe(effect(store_id=OURS))
        await unit.shipments.add(shipment(store_id=OURS))
        await unit.labels.add_all([label(store_id=OURS)])
        await unit.invoices.add(invoice(store_id=OURS))


async def test_a_store_cannot_save_its_own_credentials_into_another(database: Database, theirs: list[Any]) -> None:
    async with database.units_of_work.begin() as unit:
        await unit.stores.save_credentials(OURS, BasicCredentials(login="ours", authtoken="ours"))
        await unit.commit()
    assert await _everything(database) == theirs


async def _everything(database: Database) -> list[Any]:
    async with database.units_of_work.begin(write=False) as unit:
        return [
            await unit.stores.get(THEIRS),
            await unit.accounts.of_store(THEIRS),
            await unit.orders.page(THEIRS),
            await unit.shipments.page(THEIRS),
            await unit.labels.of_shipment(THEIRS, "shipment-s"),
            await unit.batches.page(THEIRS, BatchPurpose.LABELS),
            await unit.batches.lines(THEIRS, "batch-b"),
            await unit.manifests.page(THEIRS),
            await unit.tracking.of_shipment(THEIRS, "shipment-s"),
            await unit.followed.unknown_codes(THEIRS),
            await unit.invoices.page(THEIRS),
            await unit.waiting.page(THEIRS),
            await unit.inbox.page(THEIRS),
            await unit.outbox.page(THEIRS),
            await unit.activity.page(THEIRS),
            await unit.order_views.of_store(THEIRS),
            await unit.tokens.of_store(THEIRS),
        ]
