"""Looks into a hub's database from outside, as an auditor would."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from bench.messages import NUMBER_AT, NUMBER_DIGITS, NUMBERS_FROM
from despacho_database.engines import database_url, open_engines

_NUMBERS = sa.text(f"SELECT substr(body, {NUMBER_AT + 1}, {NUMBER_DIGITS}) FROM inbox")  # numbers of our own


def numbers_in_inbox(url: str) -> set[int]:
    """Numbers of the messages that the inbox holds."""
    return {int(bytes(number)) - NUMBERS_FROM for (number,) in _selected(url, _NUMBERS)}


def count(url: str, query: str) -> int:
    """The single number that a query gives."""
    return int(_selected(url, sa.text(query))[0][0])


def _selected(url: str, query: sa.TextClause) -> list[sa.Row[Any]]:
    async def selected() -> list[sa.Row[Any]]:
        engines = open_engines(database_url(url))
        try:
            async with engines.read.connect() as connection:
                return list(await connection.execute(query))
        finally:
            await engines.close()

    return asyncio.run(selected())
