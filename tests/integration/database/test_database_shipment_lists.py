"""Looking through shipments and documents: the database finds exactly what the rules say, by what is the matter and by number."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import msgspec

from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_core.shipment_overview import TROUBLE, ShipmentView, troubles
from despacho_core.shipments import Direction, Shipment, ShipmentState
from despacho_core.tracking import TrackingStatus
from despacho_database import Database
from despacho_ports.shipment_lists import MOST_COUNTED, InvoiceFilter, InvoiceView, ShipmentFilter
from tests.integration.database.samples import MINUTE, NOON, account, add_stores, invoice, label, manifest, shipment

STORE = "store-one"
DAY = timedelta(days=1)
WANTED = ShipmentFilter(quiet=NOON - 3 * DAY, today=NOON - DAY / 2)


def _random_shipment(number: int, chance: random.Random) -> Shipment:
    moments = [None, NOON, NOON - DAY, NOON - 3 * DAY, NOON - 3 * DAY + MINUTE, NOON - 9 * DAY]
    return shipment(
        id=f"s-{number}",
        order_number=number,
        track_token=f"t-{number}",
        created_at=NOON - number * MINUTE,
        state=chance.choice([ShipmentState.BOUGHT, *ShipmentState]),
        tracking_status=chance.choice(list(TrackingStatus)),
        tracking_moved_at=chance.choice(moments),
        next_check_at=chance.choice([None, NOON + DAY]),
        direction=chance.choice([Direction.OUTBOUND, Direction.OUTBOUND, Direction.RETURN]),
    )


async def _add(database: Database, shipments: list[Shipment]) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.accounts.add(account())
        for one in shipments:
            await unit.shipments.add(one)
        await unit.commit()


async def _ids(database: Database, wanted: ShipmentFilter, **page: object) -> list[str]:
    async with database.units_of_work.begin(write=False) as unit:
        return [one.id for one in await unit.shipment_lists.page(STORE, wanted, **page)]  # type: ignore[arg-type]


async def test_every_kind_of_trouble_finds_exactly_the_shipments_that_have_it(database: Database) -> None:
    chance = random.Random(11)
    everything = [_random_shipment(number, chance) for number in range(1, 241)]
    await _add(database, everything)
    marks = {one.id: troubles(one, quiet=WANTED.quiet, today=WANTED.today) for one in everything}
    async with database.units_of_work.begin(write=False) as unit:
        counts = await unit.shipment_lists.counts(STORE, WANTED)
    for view in TROUBLE:
        expected = [one.id for one in everything if view in marks[one.id]]
        assert expected, f"nothing to find of {view}"
        found = await _ids(database, msgspec.structs.replace(WANTED, view=view), limit=500)
        assert found == expected, "newest first"
        assert counts[view] == min(len(expected), MOST_COUNTED)
    returns = await _ids(database, msgspec.structs.replace(WANTED, view=ShipmentView.RETURNS), limit=500)
    assert returns == [one.id for one in everything if one.is_return]
    assert await _ids(database, WANTED, limit=500) == [one.id for one in everything]


async def test_a_list_goes_on_where_a_page_ended(database: Database) -> None:
    everything = [
        shipment(id=f"s-{n}", order_number=n, track_token=f"t-{n}", created_at=NOON - n * MINUTE) for n in range(7)
    ]
    await _add(database, everything)
    first = await _ids(database, WANTED, limit=3)
    rest = await _ids(database, WANTED, limit=9, before=NOON - 2 * MINUTE)
    assert first + rest == [one.id for one in everything]


async def test_a_shipment_is_found_by_a_tracking_number_and_by_its_order(database: Database) -> None:
    await _add(
        database,
        [shipment(id=f"s-{n}", order_number=n, track_token=f"t-{n}", created_at=NOON - n * MINUTE) for n in (7, 8)],
    )
    async with database.units_of_work.begin() as unit:
        await unit.labels.add_all([label(id="l", shipment_id="s-7", order_number=7, tracking_number="RR123PT")])
        await unit.commit()
    for text, expected in [
        ("rr123pt", ["s-7"]),
        (" RR 123 PT ", ["s-7"]),
        ("8", ["s-8"]),
        ("#8", ["s-8"]),
        ("nix", []),
        ("9" * 30, []),
    ]:
        assert await _ids(database, msgspec.structs.replace(WANTED, text=text)) == expected, text


async def test_documents_are_found_by_what_is_the_matter_and_by_their_numbers(database: Database) -> None:
    await add_stores(database)
    wanted: dict[str, dict[str, Any]] = {
        "open": {"state": InvoiceState.REQUESTED},
        "refused": {"state": InvoiceState.REJECTED},
        "loose": {"state": InvoiceState.ISSUED, "public_id": "39-1020", "folio": "1020"},
        "hung": {"state": InvoiceState.ISSUED, "public_id": "39-1021", "folio": "1021", "attached_at": NOON},
    }
    async with database.units_of_work.begin() as unit:
        for place, (name, fields) in enumerate(wanted.items()):
            at = NOON - place * MINUTE
            await unit.invoices.add(invoice(id=name, order_number=50 + place, token=name, created_at=at, **fields))
        await unit.commit()

    async def found(**filters: object) -> list[str]:
        async with database.units_of_work.begin(write=False) as unit:
            asked = InvoiceFilter(**filters)  # type: ignore[arg-type]
            return [one.id for one in await unit.shipment_lists.invoices(STORE, asked)]

    assert await found() == list(wanted)
    assert await found(view=InvoiceView.OPEN) == ["open"]
    assert await found(view=InvoiceView.REFUSED) == ["refused"]
    assert await found(view=InvoiceView.NOT_ATTACHED) == ["loose"]
    assert await found(kind=DocumentKind.CREDIT_NOTE) == []
    assert await found(text="39-1020") == await found(text="1020") == await found(text="52") == ["loose"]
    assert await found(text="%") == []


async def test_labels_are_counted_where_they_wait_and_where_they_are(database: Database) -> None:
    await _add(database, [shipment(id="s", order_number=1)])
    async with database.units_of_work.begin() as unit:
        await unit.manifests.add(manifest(id="m"))
        fields: dict[str, Any] = {"shipment_id": "s", "order_number": 1}
        await unit.labels.add_all(
            [
                label(id="free", tracking_number="1", **fields),
                label(id="listed", tracking_number="2", manifest_id="m", **fields),
                label(id="back", tracking_number="3", direction=Direction.RETURN, **fields),
            ]
        )
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.shipment_lists.free_labels(STORE) == {account().id: 1}
        assert await unit.shipment_lists.labels_on(STORE, ["m", "nix"]) == {"m": 1}
