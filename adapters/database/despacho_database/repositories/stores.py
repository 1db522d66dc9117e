"""Stores, their accounts, API tokens and OAuth2 consents that came back."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from despacho_core.stores import Account, Credentials, Store
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.tables import accounts, api_tokens, consents, stores
from despacho_ports.records import ApiToken, ConsentUsed
from despacho_ports.system import Secrets

_stores = Mapping(stores, Store, apart=frozenset({"hooks_token", "credentials"}))
_accounts = Mapping(accounts, Account, apart=frozenset({"settings"}))
_tokens = Mapping(api_tokens, ApiToken)
_consents = Mapping(consents, ConsentUsed)


_ONE_STORE = {name: sa.select(stores).where(stores.c[name] == sa.bindparam("value")) for name in ("id", "code", "key")}


class StoresTable(Repository):
    """The tenants. Webhook token and credentials lie sealed."""

    def __init__(self, connection: AsyncConnection, secrets: Secrets, *, writing: bool) -> None:
        super().__init__(connection, writing=writing)
        self._secrets = secrets

    async def add(self, store: Store) -> None:
        """Add; raises ``AlreadyThere`` for a code in use."""
        sealed = {
            "hooks_token": self._sealed_token(store),
            "credentials": self._sealed_credentials(store.id, store.credentials),
        }
        await self._add(stores, _stores.row(store, **sealed))

    async def get(self, store_id: str) -> Store | None:
        return await self._found("id", store_id)

    async def by_code(self, code: str) -> Store | None:
        return await self._found("code", code)

    async def by_key(self, key: str) -> Store | None:
        return await self._found("key", key)

    async def all(self) -> Sequence[Store]:
        """Oldest first."""
        rows = await self._all(sa.select(stores).order_by(stores.c.created_at, stores.c.id))
        return [self._opened(row) for row in rows]

    async def save(self, store: Store) -> None:
        """Save everything but the credentials."""
        await self._update(stores, _stores.row(store, hooks_token=self._sealed_token(store)), guarded=True)

    async def save_credentials(self, store_id: str, credentials: Credentials) -> None:
        """Replace the credentials as one."""
        await self._update(stores, {"id": store_id, "credentials": self._sealed_credentials(store_id, credentials)})

    async def remove(self, store_id: str) -> None:
        """Remove the store with all that belongs to it."""
        await self._connection.execute(sa.delete(stores).where(stores.c.id == store_id))

    async def _found(self, by: str, value: str) -> Store | None:
        row = await self._one(_ONE_STORE[by], value=value)
        return None if row is None else self._opened(row)

    def _opened(self, row: sa.RowMapping) -> Store:
        store_id = str(row["id"])
        token = self._secrets.open(row["hooks_token"], context=f"store:{store_id}:hooks_token").decode()
        credentials = self._secrets.open(row["credentials"], context=f"store:{store_id}:credentials")
        return _stores.struct(row, hooks_token=token, credentials=msgspec.json.decode(credentials))

    def _sealed_token(self, store: Store) -> str:
        return self._secrets.seal(store.hooks_token.encode(), context=f"store:{store.id}:hooks_token")

    def _sealed_credentials(self, store_id: str, credentials: Credentials) -> str:
        return self._secrets.seal(msgspec.json.encode(credentials), context=f"store:{store_id}:credentials")


class AccountsTable(Repository):
    """Stores' accounts with providers. Their settings lie sealed, since only the provider knows which are secret."""

    def __init__(self, connection: AsyncConnection, secrets: Secrets, *, writing: bool) -> None:
        super().__init__(connection, writing=writing)
        self._secrets = secrets

    async def add(self, account: Account) -> None:
        await self._add(accounts, self._sealed(account))

    async def get(self, store_id: str, account_id: str) -> Account | None:
        row = await self._one(sa.select(accounts).where(*_one_account(store_id, account_id)))
        return None if row is None else self._opened(row)

    async def by_key(self, key: str) -> Account | None:
        row = await self._one(sa.select(accounts).where(accounts.c.key == key))
        return None if row is None else self._opened(row)

    async def of_store(self, store_id: str) -> Sequence[Account]:
        """Oldest first."""
        query = sa.select(accounts).where(accounts.c.store_id == store_id)
        return [self._opened(row) for row in await self._all(query.order_by(accounts.c.created_at, accounts.c.id))]

    async def save(self, account: Account) -> None:
        await self._update(accounts, self._sealed(account))

    async def remove(self, store_id: str, account_id: str) -> None:
        await self._connection.execute(sa.delete(accounts).where(*_one_account(store_id, account_id)))

    def _sealed(self, account: Account) -> dict[str, object]:
        plain = msgspec.json.encode(account.settings)
        return _accounts.row(account, settings=self._secrets.seal(plain, context=_settings_of(account.id)))

    def _opened(self, row: sa.RowMapping) -> Account:
        plain = self._secrets.open(row["settings"], context=_settings_of(row["id"]))
        return _accounts.struct(row, settings=msgspec.json.decode(plain))


class ApiTokensTable(Repository):
    """Bearer tokens."""

    async def add(self, token: ApiToken) -> None:
        await self._add(api_tokens, _tokens.row(token))

    async def by_digest(self, digest: str) -> ApiToken | None:
        """The token that opens the API with this digest; a revoked one opens nothing and is not found."""
        query = sa.select(api_tokens).where(api_tokens.c.digest == digest, api_tokens.c.revoked_at.is_(None))
        row = await self._one(query)
        return None if row is None else _tokens.struct(row)

    async def of_store(self, store_id: str) -> Sequence[ApiToken]:
        """Oldest first, with the revoked ones."""
        query = sa.select(api_tokens).where(api_tokens.c.store_id == store_id)
        rows = await self._all(query.order_by(api_tokens.c.created_at, api_tokens.c.id))
        return [_tokens.struct(row) for row in rows]

    async def revoke(self, store_id: str, token_id: str, at: datetime) -> bool:
        """Whether there was such a token that still worked."""
        table = api_tokens.c
        mine = sa.and_(table.store_id == store_id, table.id == token_id, table.revoked_at.is_(None))
        revoked = await self._connection.execute(sa.update(api_tokens).where(mine).values(revoked_at=at))
        return revoked.rowcount > 0


class ConsentsTable(Repository):
    """OAuth2 states that came back; they belong to no store yet."""

    async def was_used(self, nonce: str) -> bool:
        """Whether it came back before."""
        return await self._one(sa.select(consents.c.nonce).where(consents.c.nonce == nonce)) is not None

    async def use(self, used: ConsentUsed, *, now: datetime) -> bool:
        """Remember it, and forget those that have ended; False when it came back before."""
        await self._connection.execute(sa.delete(consents).where(consents.c.expires_at < now))
        return await self._add_new(consents, _consents.row(used))


def _one_account(store_id: str, account_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (accounts.c.store_id == store_id, accounts.c.id == account_id)


def _settings_of(account_id: str) -> str:
    return f"account:{account_id}:settings"
