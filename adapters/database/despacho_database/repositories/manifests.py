"""Manifests."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from despacho_core.manifests import Manifest, ManifestState
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.tables import manifest_has_token, manifests, stores

_manifests = Mapping(manifests, Manifest)


class ManifestsTable(Repository):
    """Manifests."""

    async def add(self, manifest: Manifest) -> None:
        """Add; raises ``AlreadyThere`` when its number is taken."""
        await self._add(manifests, _manifests.row(manifest))

    async def get(self, store_id: str, manifest_id: str) -> Manifest | None:
        query = sa.select(manifests).where(manifests.c.store_id == store_id, manifests.c.id == manifest_id)
        row = await self._one(self._for_change(query))
        return None if row is None else _manifests.struct(row)

    async def save(self, manifest: Manifest) -> None:
        await self._update(manifests, _manifests.row(manifest))

    async def by_token(self, token: str) -> Manifest | None:
        """The manifest behind an address of ours, of whatever store."""
        row = await self._one(sa.select(manifests).where(manifests.c.token == token, manifest_has_token))
        return None if row is None else _manifests.struct(row)

    async def take_turn(self, store_id: str) -> None:
        """Who asks to write has the store's manifests for itself till its unit ends."""
        if self._writing:
            await self._one(self._for_change(sa.select(stores.c.id).where(stores.c.id == store_id)))

    async def next_number(self, store_id: str) -> int:
        """One more than the highest of the store; who asks to write has the numbering for itself till its unit ends."""
        await self.take_turn(store_id)
        highest = sa.select(sa.func.max(manifests.c.number)).where(manifests.c.store_id == store_id)
        return int(await self._connection.scalar(highest) or 0) + 1

    async def page(
        self,
        store_id: str,
        *,
        before: int | None = None,
        limit: int = 50,
        account_id: str | None = None,
        state: ManifestState | None = None,
    ) -> Sequence[Manifest]:
        """Highest number first."""
        query = sa.select(manifests).where(manifests.c.store_id == store_id)
        if account_id is not None:
            query = query.where(manifests.c.account_id == account_id)
        if state is not None:
            query = query.where(manifests.c.state == state)
        if before is not None:
            query = query.where(manifests.c.number < bounded(before))
        rows = await self._all(query.order_by(manifests.c.number.desc()).limit(limit))
        return [_manifests.struct(row) for row in rows]
