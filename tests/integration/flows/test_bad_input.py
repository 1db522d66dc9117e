"""What cannot be done is refused with a reason that says what to do, and nothing is lost by it."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.errors import (
    InvalidParcel,
    LabelNotFree,
    ManifestClosed,
    ManifestEmpty,
    NotFound,
    NothingToShip,
    OrderNotPaid,
    OrderWithoutAddress,
    ServiceGone,
    ServiceNotChosen,
    UnknownCurrency,
    WrongState,
)
from despacho_core.ledgers import EffectState, InboxState
from despacho_core.orders import Order, OrderStatus
from despacho_core.parcels import Parcel
from despacho_core.shipments import ShipmentState, ShipmentWish
from despacho_ports.storefront import Cart, CartLine
from despacho_services.reception import NotSigned
from tests.town import SECOND_STORE, Town, open_town, settled_store, sign

SANTIAGO = Address(country="CL", region="Metropolitana", region_code="12", municipality="Providencia", city="Santiago")
BOX = Parcel(weight_g=1500, length_mm=300, width_mm=200, height_mm=100)


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


async def held(town: Town, **changes: object) -> int:
    """An order that we hold, changed as the store might have sent it."""
    placed = town.sandbox.store.place_order(town.store.code)
    await town.take_in(placed)
    if changes:
        async with town.services.office.units.begin() as work:
            record = await work.orders.get(town.store.id, placed.id)
            assert record is not None
            changed = msgspec.structs.replace(record.order, **changes)
            await work.orders.save(town.store.id, changed, read_at=record.read_at)
            await work.commit()
    return placed.id


def wish(town: Town, *parcels: Parcel, service: str = "3") -> ShipmentWish:
    return ShipmentWish(account_id=town.carrier.id, service_code=service, parcels=parcels)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"shipping_address": None}, OrderWithoutAddress),
        ({"shipping_address": msgspec.structs.replace(SANTIAGO, name="Ana")}, OrderWithoutAddress),
        ({"shipping_required": False}, NothingToShip),
    ],
)
async def test_an_order_that_cannot_be_shipped_says_why(
    town: Town, changes: dict[str, object], refusal: type[Exception]
) -> None:
    number = await held(town, **changes)
    with pytest.raises(refusal):
        await town.services.shipping.request(town.store.id, number, wish(town))


@pytest.mark.parametrize(
    "parcel",
    [
        Parcel(weight_g=-1, length_mm=100, width_mm=100, height_mm=100),
        Parcel(weight_g=0, length_mm=100, width_mm=100, height_mm=100),
        Parcel(weight_g=2_000_000, length_mm=100, width_mm=100, height_mm=100),
        Parcel(weight_g=1000, length_mm=-100, width_mm=100, height_mm=100),
        Parcel(weight_g=1000, length_mm=100, width_mm=99_999, height_mm=100),
    ],
)
async def test_impossible_parcels_are_refused_before_anybody_is_asked(town: Town, parcel: Parcel) -> None:
    number = await held(town)
    with pytest.raises(InvalidParcel, match="Parcel 1"):
        await town.services.shipping.request(town.store.id, number, wish(town, parcel))
    assert town.sandbox.chilexpress.counts()["transport_orders"] == 0


async def test_a_hundred_pieces_are_too_many(town: Town) -> None:
    number = await held(town)
    with pytest.raises(InvalidParcel, match="pieces"):
        await town.services.shipping.request(town.store.id, number, wish(town, *[BOX] * 100))


async def test_a_service_that_is_no_longer_offered_names_those_that_are(town: Town) -> None:
    number = await held(town)
    with pytest.raises(ServiceGone, match="3"):
        await town.services.shipping.request(town.store.id, number, wish(town, service="999"))


async def test_without_a_chosen_rate_account_and_service_have_to_be_named(town: Town) -> None:
    number = await held(town)
    with pytest.raises(ServiceNotChosen):
        await town.services.shipping.request(town.store.id, number, ShipmentWish())


async def test_an_order_account_or_quote_that_is_not_there_is_not_found(town: Town) -> None:
    number = await held(town)
    for order, wanted in (
        (999_999, wish(town)),
        (number, ShipmentWish(account_id="nobody", service_code="3")),
        (number, ShipmentWish(quote_id="nothing")),
    ):
        with pytest.raises(NotFound):
            await town.services.shipping.request(town.store.id, order, wanted)


async def test_a_place_that_the_carrier_does_not_cover_is_refused_in_words_and_may_be_mended(town: Town) -> None:
    away = msgspec.structs.replace(SANTIAGO, municipality="Atlantis", name="Ana", street="Calle Uno", street_number="1")
    number = await held(town, shipping_address=away)
    shipment, labels, effect = await town.services.shipping.buy(town.store.id, number, wish(town), wait=10)
    assert (shipment.state, effect.state, len(labels)) == (ShipmentState.REJECTED, EffectState.REJECTED, 0)
    assert "Atlantis" in (shipment.problem or "")
    async with town.services.office.units.begin() as work:
        record = await work.orders.get(town.store.id, number)
        assert record is not None
        mended = msgspec.structs.replace(
            record.order, shipping_address=msgspec.structs.replace(away, municipality="Vitacura")
        )
        await work.orders.save(town.store.id, mended, read_at=record.read_at)
        await work.commit()
    again, _, _ = await town.services.shipping.buy(town.store.id, number, wish(town), wait=10)
    assert again.state is ShipmentState.BOUGHT


async def test_a_manifest_needs_labels_and_closes_once(town: Town) -> None:
    with pytest.raises(ManifestEmpty):
        await town.services.manifesting.open(town.store.id, town.carrier.id)
    number = await held(town)
    shipment, [label], _ = await town.services.shipping.buy(town.store.id, number, wish(town), wait=10)
    contents = await town.services.manifesting.open(town.store.id, town.carrier.id, [label.id])
    with pytest.raises(LabelNotFree):
        await town.services.manifesting.open(town.store.id, town.carrier.id, [label.id])
    with pytest.raises(WrongState):
        await town.services.shipping.void(town.store.id, shipment.id, wait=5)
    await town.services.manifesting.close(town.store.id, contents.manifest.id, wait=10)
    with pytest.raises(ManifestClosed):
        await town.services.manifesting.close(town.store.id, contents.manifest.id, wait=10)


async def test_a_label_of_another_account_is_on_no_manifest_of_this_one(town: Town) -> None:
    number = await held(town)
    _, [label], _ = await town.services.shipping.buy(town.store.id, number, wish(town), wait=10)
    with pytest.raises(LabelNotFree):
        await town.services.manifesting.open(town.store.id, town.invoicing.id, [label.id])


@pytest.mark.parametrize("status", [OrderStatus.PENDING_PAYMENT, OrderStatus.ABANDONED, OrderStatus.UNKNOWN])
async def test_an_order_that_is_not_paid_is_not_invoiced(town: Town, status: OrderStatus) -> None:
    placed = town.sandbox.store.place_order(town.store.code, status="pending_payment")
    await town.take_in(placed)
    async with town.services.office.units.begin() as work:
        record = await work.orders.get(town.store.id, placed.id)
        assert record is not None
        changed = msgspec.structs.replace(record.order, status=status)
        await work.orders.save(town.store.id, changed, read_at=record.read_at)
        await work.commit()
    with pytest.raises(OrderNotPaid):
        await town.services.invoicing.invoice(town.store.id, placed.id, wait=5)
    assert town.at_invoicing(placed) == []


async def test_a_webhook_that_is_not_signed_by_its_store_leaves_no_row(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    with pytest.raises(NotSigned):
        await town.webhook(order, signature="d3Jvbmc=")
    stranger = dataclasses.replace(town, store=msgspec.structs.replace(town.store, code="nobody"))
    with pytest.raises(NotSigned):
        await stranger.webhook(order)
    assert await town.services.ledgers.inbox(town.store.id) == []


async def test_a_message_that_cannot_be_read_is_kept_dead_with_the_reason(town: Town) -> None:
    body = b'{"order": ["a list"]}'
    headers = {
        "jumpseller-store-code": town.store.code,
        "jumpseller-event": "order_paid",
        "jumpseller-hmac-sha256": sign(body, town.store.hooks_token),
        "content-type": "application/json",
    }
    assert await town.services.reception.webhook(headers, body)
    assert not await town.services.reception.webhook(headers, body)
    await town.work()
    [row] = await town.services.ledgers.inbox(town.store.id)
    assert row.state is InboxState.DEAD
    assert "cannot be read" in (row.error or "")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"lines": ()}, NothingToShip),
        ({"currency": "PESOS"}, UnknownCurrency),
        ({"package": Parcel(weight_g=1, length_mm=90_000, width_mm=1, height_mm=1)}, InvalidParcel),
    ],
)
async def test_a_cart_that_cannot_be_quoted_says_why(
    town: Town, changes: dict[str, object], refusal: type[Exception]
) -> None:
    line = CartLine(name="Taza", quantity=1, unit_price=Decimal(6990), weight_g=450)
    cart = Cart(origin=SANTIAGO, destination=SANTIAGO, lines=(line,), currency="CLP")
    with pytest.raises(refusal):
        await town.services.quoting.cart(town.store, msgspec.structs.replace(cart, **changes))


async def test_a_cart_for_an_unknown_comuna_is_offered_nothing(town: Town) -> None:
    line = CartLine(name="Taza", quantity=1, unit_price=Decimal(6990), weight_g=450)
    there = msgspec.structs.replace(SANTIAGO, municipality="Atlantis")
    cart = Cart(origin=SANTIAGO, destination=there, lines=(line,), currency="CLP")
    offer = await town.services.quoting.cart(town.store, cart)
    assert offer.quotes == ()


async def test_two_stores_see_nothing_of_each_other(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    async with open_town(sqlite_url, tmp_path_factory.mktemp("town")) as town:
        other = await settled_store(town.hub, town.sandbox, SECOND_STORE)
        number = await held(town)
        shipment, [label], _ = await town.services.shipping.buy(town.store.id, number, wish(town), wait=10)
        for attempt in (
            town.services.shipping.get(other.id, shipment.id),
            town.services.shipping.void(other.id, shipment.id, wait=1),
            town.services.tracking.sync_shipment(other.id, shipment.id),
            town.services.manifesting.open(other.id, town.carrier.id, [label.id]),
            town.services.invoicing.invoice(other.id, number, wait=1),
            town.services.accounts.test(other.id, town.carrier.id),
        ):
            with pytest.raises(NotFound):
                await attempt


def test_the_domain_reads_an_order_without_anything() -> None:
    with pytest.raises(OrderWithoutAddress):
        Order(number=1, status=OrderStatus.PAID, currency="CLP").destination()
