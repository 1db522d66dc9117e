"""Tokens are renewed one at a time, saved together, and a revoked store falls asleep."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from despacho_core.stores import OAuthCredentials, Store, StoreState
from despacho_database import Database
from despacho_ports.errors import Unauthorized
from despacho_services.credentials import StoredCredentials
from despacho_services.identifiers import new_id, new_token
from despacho_services.installation import AppNotConfigured
from tests.shop import open_shop

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def pair(number: int) -> OAuthCredentials:
    return OAuthCredentials(
        access_token=f"access-{number}",
        refresh_token=f"refresh-{number}",
        expires_at=NOW + timedelta(hours=number),
        created_at=NOW,
    )


async def installed(database: Database) -> Store:
    store = Store(
        id=new_id(),
        code="shop",
        key=new_token(),
        name="Shop",
        currency="CLP",
        country="CL",
        timezone="America/Santiago",
        created_at=NOW,
        hooks_token="fake",
        credentials=pair(1),
    )
    async with database.units_of_work.begin() as work:
        await work.stores.add(store)
        await work.commit()
    return store


async def test_ten_callers_with_the_same_stale_token_renew_once(database: Database) -> None:
    store = await installed(database)
    used: list[str] = []

    async def renew(current: OAuthCredentials) -> OAuthCredentials:
        used.append(current.refresh_token)
        await asyncio.sleep(0)
        return pair(2)

    keeper = StoredCredentials(database.units_of_work, database.locks)
    results = await asyncio.gather(*(keeper.renewed(store.id, pair(1), renew) for _ in range(10)))
    assert used == ["refresh-1"]
    assert {one.access_token for one in results} == {"access-2"}
    async with database.units_of_work.begin(write=False) as work:
        kept = await work.stores.get(store.id)
    assert kept is not None
    assert kept.credentials == pair(2)


async def test_tokens_are_kept_though_nobody_waits_for_them_any_more(database: Database) -> None:
    store = await installed(database)
    asked, answered = asyncio.Event(), asyncio.Event()

    async def renew(current: OAuthCredentials) -> OAuthCredentials:
        asked.set()
        await answered.wait()
        return pair(2)

    keeper = StoredCredentials(database.units_of_work, database.locks)
    caller = asyncio.ensure_future(keeper.renewed(store.id, pair(1), renew))
    await asked.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    answered.set()
    await keeper.close()
    async with database.units_of_work.begin(write=False) as work:
        kept = await work.stores.get(store.id)
    assert kept is not None
    assert kept.credentials == pair(2), "the platform may have spent the old ones"


async def test_a_store_that_revoked_us_is_put_to_sleep_with_the_reason(database: Database) -> None:
    store = await installed(database)

    async def renew(current: OAuthCredentials) -> OAuthCredentials:
        raise Unauthorized("invalid_grant")

    with pytest.raises(Unauthorized):
        await StoredCredentials(database.units_of_work, database.locks).renewed(store.id, pair(1), renew)
    async with database.units_of_work.begin(write=False) as work:
        kept = await work.stores.get(store.id)
    assert kept is not None
    assert (kept.state, kept.problem) == (StoreState.ASLEEP, "invalid_grant")


@pytest.mark.parametrize(("refused", "state"), [(1, StoreState.ACTIVE), (2, StoreState.ASLEEP)], ids=["old", "newest"])
async def test_a_store_sleeps_when_its_newest_tokens_are_refused_and_not_for_older_ones(
    database: Database, refused: int, state: StoreState
) -> None:
    store = await installed(database)
    async with database.units_of_work.begin() as work:
        await work.stores.save_credentials(store.id, pair(2))
        await work.commit()
    keeper = StoredCredentials(database.units_of_work, database.locks)
    await keeper.refused(store.id, pair(refused), "401")
    async with database.units_of_work.begin(write=False) as work:
        kept = await work.stores.get(store.id)
    assert kept is not None
    assert kept.state is state


async def test_a_hub_without_an_app_says_so_and_hands_out_no_state(sqlite_url: str, tmp_path: Path) -> None:
    async with open_shop(sqlite_url, tmp_path, []) as (hub, _):
        with pytest.raises(AppNotConfigured, match="DESPACHO_JUMPSELLER_CLIENT_ID"):
            hub.services.installation.begin_consent(browser="a browser", return_to="/")
