"""What carriers push to us: nothing is kept of a push before the carrier's own authentication was found genuine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path

import msgspec
import pytest

from despacho_core.ledgers import InboxState
from despacho_core.stores import AccountState
from despacho_core.tracking import TrackingEvent
from despacho_ports.errors import Rejected, Unauthorized
from tests.shop import provider
from tests.shopfront import Shopfront, open_shopfront
from tests.town import TurnedClock
from tests.web import problem

TOKEN = "push-token-0001"
GENUINE = {"authorization": f"Bearer {TOKEN}", "x-event-kind": "tracking", "cookie": "a=b", "x-proxy": "c"}
BODY = b'{"number": "T1", "text": "Taken in"}'


CLOCK = TurnedClock()


class Pushing:
    """Calls us, and cannot be asked."""

    push_headers = ("x-event-kind",)

    def check_push(self, headers: Mapping[str, str], body: bytes) -> None:
        """A fixed token."""
        if not compare_digest(headers.get("authorization", "").encode(), f"Bearer {TOKEN}".encode()):
            raise Unauthorized("forged")

    def decode_tracking(self, headers: Mapping[str, str], body: bytes) -> Sequence[TrackingEvent]:
        """One event."""
        if "authorization" in headers or headers.get("x-event-kind") != "tracking":
            raise Rejected(f"not what was declared: {sorted(headers)}")
        try:
            read = json.loads(body)
        except ValueError:
            raise Rejected("no JSON") from None
        at = datetime(2026, 11, 20, tzinfo=UTC)
        return [TrackingEvent(tracking_number=read["number"], occurred_at=at, description=read["text"])]


class Silent:
    """Pushes nothing that we could read."""


@pytest.fixture
async def shopfront(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shopfront]:
    providers = [provider("pushing", Pushing), provider("silent", Silent)]
    async with open_shopfront(sqlite_url, tmp_path, providers, clock=CLOCK) as opened:
        yield opened


async def door(shopfront: Shopfront, name: str = "pushing") -> str:
    return f"/carriers/{(await shopfront.account(name)).key}/events"


async def test_a_genuine_push_is_kept_once_without_its_credentials(shopfront: Shopfront) -> None:
    address = await door(shopfront)
    first = await shopfront.client.post(address, content=BODY, headers=GENUINE)
    again = await shopfront.client.post(address, content=BODY, headers=GENUINE)
    assert (first.status_code, first.json()) == (200, {"new": True})
    assert (again.status_code, again.json()) == (200, {"new": False})
    [row] = await shopfront.services.ledgers.inbox(shopfront.store.id)
    assert (row.body, row.headers) == (BODY, {"x-event-kind": "tracking"})
    await shopfront.services.work.look_at_everything()
    [row] = await shopfront.services.ledgers.inbox(shopfront.store.id)
    assert row.state is InboxState.PENDING  # our own purchase may not be kept yet
    CLOCK.turn(180)
    await shopfront.services.work.look_at_everything()
    [row] = await shopfront.services.ledgers.inbox(shopfront.store.id)
    assert row.state is InboxState.DONE


@pytest.mark.parametrize("forged", [{}, {"authorization": ""}, {"authorization": "Bearer ñ"}, {"authorization": TOKEN}])
async def test_a_forged_push_is_refused_and_leaves_nothing(shopfront: Shopfront, forged: dict[str, str]) -> None:
    headers = {name: value.encode() for name, value in forged.items()}
    answer = await shopfront.client.post(await door(shopfront), content=BODY, headers=headers)  # type: ignore[arg-type]  # octets as a forger sends them
    assert problem(answer) == (401, "push-not-authentic")
    assert not await shopfront.services.ledgers.inbox(shopfront.store.id)


async def test_a_genuine_push_that_cannot_be_read_is_kept_as_dead(shopfront: Shopfront) -> None:
    answer = await shopfront.client.post(await door(shopfront), content=b"\x00 anything", headers=GENUINE)
    assert answer.json() == {"new": True}
    await shopfront.services.work.look_at_everything()
    [row] = await shopfront.services.ledgers.inbox(shopfront.store.id)
    assert (row.state, row.body) == (InboxState.DEAD, b"\x00 anything")


async def test_an_account_that_may_not_be_called_may_be_told(shopfront: Shopfront) -> None:
    account = await shopfront.account("pushing")
    async with shopfront.services.office.units.begin() as work:
        await work.accounts.save(account.needing_attention("password changed"))
        await work.commit()
    answer = await shopfront.client.post(await door(shopfront), content=BODY, headers=GENUINE)
    CLOCK.turn(180)
    await shopfront.services.work.look_at_everything()
    [row] = await shopfront.services.ledgers.inbox(shopfront.store.id)
    assert (answer.status_code, row.state) == (200, InboxState.DONE)
    assert (await shopfront.account("pushing")).state is AccountState.NEEDS_ATTENTION


async def test_what_nobody_can_check_is_not_kept_and_may_come_again(shopfront: Shopfront) -> None:
    address = await door(shopfront)
    account = await shopfront.account("pushing")
    async with shopfront.services.office.units.begin() as work:
        await work.accounts.save(msgspec.structs.replace(account, provider="uninstalled"))
        await work.commit()
    answer = await shopfront.client.post(address, content=BODY, headers=GENUINE)
    assert problem(answer) == (503, "push-not-checked")
    assert answer.headers["retry-after"]
    assert not await shopfront.services.ledgers.inbox(shopfront.store.id)


async def test_a_provider_that_reads_no_pushes_has_no_door(shopfront: Shopfront) -> None:
    assert problem(await shopfront.client.post(await door(shopfront, "silent"), content=b"{}")) == (404, "not-found")


async def test_an_address_that_nobody_was_given_does_not_exist(shopfront: Shopfront) -> None:
    assert problem(await shopfront.client.post("/carriers/nobody/events", content=b"{}")) == (404, "not-found")


async def test_a_push_larger_than_two_mebibytes_is_refused(shopfront: Shopfront) -> None:
    answer = await shopfront.client.post(await door(shopfront), content=b" " * (2 * 1024 * 1024 + 1), headers=GENUINE)
    assert problem(answer) == (413, "body-too-large")
