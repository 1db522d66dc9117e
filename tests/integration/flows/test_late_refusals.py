"""A provider refuses credentials that the merchant has replaced meanwhile: that says nothing about the new ones."""

from __future__ import annotations

import pytest

from despacho_core.ledgers import EffectState
from despacho_core.shipments import ShipmentState, ShipmentWish
from despacho_core.stores import Account, AccountState
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.errors import Unauthorized
from despacho_services.credentials import out_of_use
from tests.town import Town


async def carriers_account(town: Town) -> Account:
    async with town.services.office.units.begin(write=False) as work:
        account = await work.accounts.get(town.store.id, town.carrier.id)
    assert account is not None
    return account


async def test_the_old_keys_refusal_leaves_the_new_key_in_use_and_the_label_is_bought_with_it(
    small_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    connector = type(town.services.office.connectors.open(town.carrier))
    bought = connector.buy_shipment  # type: ignore[attr-defined]  # the installed carrier's own

    async def refuses_late(self: object, request: ShipmentRequest) -> object:
        if (await carriers_account(town)).settings["sender_phone"] != "223824862":
            await town.services.accounts.change(
                town.store.id, town.carrier.id, name=None, settings={"sender_phone": "223824862"}
            )
            raise Unauthorized("the old key is refused")
        return await bought(self, request)

    monkeypatch.setattr(connector, "buy_shipment", refuses_late)
    wish = ShipmentWish(account_id=town.carrier.id, service_code="3")
    shipment, _, effect = await town.services.shipping.buy(town.store.id, order.id, wish, wait=10)
    assert (shipment.state, effect.state) == (ShipmentState.BOUGHT, EffectState.DONE)
    assert (await carriers_account(town)).state is AccountState.ACTIVE


async def test_the_key_in_use_is_used_no_more_once_it_is_refused(small_town: Town) -> None:
    async with small_town.services.office.units.begin() as work:
        assert await out_of_use(work, small_town.carrier, "contract suspended")
        await work.commit()
    refused = await carriers_account(small_town)
    assert (refused.state, refused.problem) == (AccountState.NEEDS_ATTENTION, "contract suspended")
