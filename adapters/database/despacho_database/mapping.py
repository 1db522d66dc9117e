"""Structs to rows and back: columns where a table has them, one JSON text for the rest."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Generic, TypeVar

import msgspec
import sqlalchemy as sa

T = TypeVar("T", bound=msgspec.Struct)

_json = msgspec.json.Encoder()
_from_json = msgspec.json.Decoder(dict[str, object])


class Mapping(Generic[T]):
    """How one Struct lies in one table. Fields named like a column go there, all others into ``rest``.

    A field added to a Struct later needs no migration when it has a default; one taken away is ignored in old rows.
    ``apart`` names fields that the repository handles itself (sealed ones).
    """

    def __init__(self, table: sa.Table, struct: type[T], *, apart: frozenset[str] = frozenset()) -> None:
        fields = [field for field in struct.__struct_fields__ if field not in apart]
        self._struct = struct
        self.columns = tuple(field for field in fields if field in table.c)
        self._rest = tuple(field for field in fields if field not in table.c)

    def row(self, value: T, **further: object) -> dict[str, object]:
        """The column values of a Struct, with ``further`` ones beside or instead."""
        row: dict[str, object] = {name: getattr(value, name) for name in self.columns}
        if self._rest:
            row["rest"] = self.rest(value)
        return row | further

    def rest(self, value: T) -> str:
        """What has no column, as JSON."""
        return _json.encode({name: getattr(value, name) for name in self._rest}).decode()

    def struct(self, row: sa.RowMapping | MappingOf[str, object], **further: object) -> T:
        """The Struct of a row, with ``further`` fields beside or instead."""
        fields: dict[str, object] = {name: row[name] for name in self.columns}
        rest = _from_json.decode(str(row["rest"])) if self._rest else {}
        return msgspec.convert({**rest, **fields, **further}, self._struct)
