"""Stores, accounts, API tokens and consents in the database."""

import msgspec
import pytest
import sqlalchemy as sa

from despacho_core.errors import NotFound
from despacho_core.stores import (
    AccountState,
    BasicCredentials,
    OAuthCredentials,
    StoreSettings,
    StoreState,
)
from despacho_database import Database
from despacho_ports.records import AlreadyThere
from tests.integration.database.samples import (
    HOUR,
    MINUTE,
    NOON,
    SANTIAGO,
    account,
    add_stores,
    consent,
    document,
    effect,
    invoice,
    label,
    manifest,
    message,
    order,
    quote,
    shipment,
    store,
    token,
)

OAUTH = OAuthCredentials(access_token="access-1", refresh_token="refresh-1", expires_at=NOON + HOUR, created_at=NOON)


async def test_a_store_comes_back_as_it_was_added(database: Database) -> None:
    added = store(
        credentials=OAUTH, settings=StoreSettings(origin=SANTIAGO), location_id="9", problem="none", url="https://a.cl"
    )
    async with database.units_of_work.begin() as unit:
        await unit.stores.add(added)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.stores.get(added.id) == added
        assert await unit.stores.by_code("one") == added
        assert await unit.stores.by_key("key-one") == added
        assert await unit.stores.by_code("two") is None
        assert await unit.stores.all() == [added]


async def test_a_code_in_use_is_refused_and_the_transaction_goes_on(database: Database) -> None:
    await add_stores(database, "one")
    async with database.units_of_work.begin() as unit:
        with pytest.raises(AlreadyThere):
            await unit.stores.add(store("other", code="one"))
        await unit.stores.add(store("two"))
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert [one.code for one in await unit.stores.all()] == ["one", "two"]


async def test_saving_a_store_leaves_its_credentials_alone(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.stores.save_credentials("store-one", OAUTH)
        stale = store(name="one", state=StoreState.ASLEEP, hooks_token="new", problem="revoked")
        await unit.stores.save(stale)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.stores.get("store-one") == msgspec.structs.replace(stale, credentials=OAUTH)


async def test_a_store_that_is_gone_cannot_be_saved(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        with pytest.raises(NotFound):
            await unit.stores.save(store())
        with pytest.raises(NotFound):
            await unit.stores.save_credentials("store-one", BasicCredentials(login="l", authtoken="a"))


async def test_secrets_do_not_lie_readable_in_the_database(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        await unit.stores.add(store())
        await unit.accounts.add(account())
        await unit.commit()
    async with database._engines.read.connect() as connection:
        stored = str((await connection.execute(sa.text("SELECT * FROM stores"))).all())
        settings = str((await connection.execute(sa.text("SELECT * FROM accounts"))).all())
    assert "sealed:store:store-one:credentials:" in stored
    assert "sealed:store:store-one:hooks_token:" in stored
    assert "authtoken-one" not in stored
    assert "hooks-one" not in stored
    assert "sealed:account:account-a:settings:" in settings
    assert "settings-a" not in settings


async def test_all_that_belongs_to_a_store_goes_with_it(database: Database) -> None:
    await add_stores(database, "one", "two")
    for store_id in ("store-one", "store-two"):
        async with database.units_of_work.begin() as unit:
            await unit.accounts.add(account(store_id=store_id))
            await unit.quotes.add_all([quote(store_id=store_id)])
            await unit.orders.save(store_id, order(), read_at=NOON)
            await unit.shipments.add(shipment(store_id=store_id))
            await unit.labels.add_all([label(store_id=store_id)])
            await unit.manifests.add(manifest(store_id=store_id))
            await unit.invoices.add(invoice(store_id=store_id))
            await unit.outbox.owe(effect(store_id=store_id))
            await unit.tokens.add(token(store_id=store_id))
            await unit.commit()
        await database.documents.put(document(store_id=store_id))
        await database.inbox_writer.accept(message(store_id=store_id))
    async with database.units_of_work.begin() as unit:
        await unit.stores.remove("store-one")
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.shipments.get("store-one", "shipment-s") is None
        assert await unit.orders.get("store-one", 1001) is None
        assert await unit.inbox.page("store-one") == []
        assert await unit.outbox.page("store-one") == []
        assert await unit.shipments.get("store-two", "shipment-s") is not None
        assert len(await unit.inbox.page(None)) == 1
        assert len(await unit.outbox.page(None)) == 1
    assert await database.documents.get("store-one", "document-d") is None
    assert await database.documents.get("store-two", "document-d") is not None


async def test_an_account_comes_back_with_its_settings(database: Database) -> None:
    await add_stores(database)
    first, second = account("a"), account("b", created_at=NOON - HOUR)
    async with database.units_of_work.begin() as unit:
        await unit.accounts.add(first)
        await unit.accounts.add(second)
        mended = msgspec.structs.replace(first, state=AccountState.NEEDS_ATTENTION, settings={"api_key": "new"})
        await unit.accounts.save(mended)
        await unit.commit()
    async with database.units_of_work.begin() as unit:
        assert await unit.accounts.of_store("store-one") == [second, mended]
        assert await unit.accounts.by_key(first.key) == mended
        await unit.accounts.remove("store-one", second.id)
        assert await unit.accounts.get("store-one", second.id) is None


async def test_settings_sealed_for_one_account_do_not_open_in_another(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.accounts.add(account("a"))
        await unit.accounts.add(account("b"))
        await unit._connection.execute(  # type: ignore[attr-defined]  # somebody tampers with the rows
            sa.text("UPDATE accounts SET settings = (SELECT settings FROM accounts WHERE id = 'account-a')")
        )
        with pytest.raises(ValueError, match="not sealed"):
            await unit.accounts.get("store-one", "account-b")


async def test_a_revoked_token_opens_nothing_any_more(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.tokens.add(token())
        assert await unit.tokens.by_digest("digest-store-one-t") == token()
        assert await unit.tokens.revoke("store-one", "token-t", NOON + MINUTE)
        assert not await unit.tokens.revoke("store-one", "token-t", NOON + HOUR), "revoked once"
        assert await unit.tokens.by_digest("digest-store-one-t") is None
        assert await unit.tokens.of_store("store-one") == [token(revoked_at=NOON + MINUTE)]


async def test_a_consent_comes_back_once(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        assert not await unit.consents.was_used("nonce")
        assert await unit.consents.use(consent(), now=NOON)
        assert not await unit.consents.use(consent(), now=NOON)
        assert await unit.consents.was_used("nonce")


async def test_consents_that_have_ended_are_forgotten_with_the_next_one(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        await unit.consents.use(consent("old"), now=NOON)
        await unit.consents.use(consent("new", expires_at=NOON + 2 * HOUR), now=NOON + HOUR + MINUTE)
        assert not await unit.consents.was_used("old")
        assert await unit.consents.was_used("new")
