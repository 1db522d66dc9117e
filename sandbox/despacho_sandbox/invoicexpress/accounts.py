"""Merchants with an account: their key, taxes, series, clients and items."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from stdnum.pt import nif

_RATES = {
    "PT": (("IVA23", 23, "NOR"), ("IVA13", 13, "INT"), ("IVA6", 6, "RED")),
    "PT-AC": (("IVA16", 16, "NOR"), ("IVA9", 9, "INT"), ("IVA4", 4, "RED")),
    "PT-MA": (("IVA22", 22, "NOR"), ("IVA12", 12, "INT"), ("IVA4M", 4, "RED")),
}


class Tax(msgspec.Struct, kw_only=True):
    """One tax that lines can name (contract/invoicing.md 8.2 and 9.5)."""

    id: int
    name: str
    value: Decimal
    region: str
    code: str
    default_tax: int = 0


class Client(msgspec.Struct, kw_only=True):
    """Somebody who was invoiced. `fiscal_id` is shown here and on no document."""

    id: int
    name: str
    code: str
    fiscal_id: str = ""
    country: str = ""
    details: dict[str, Any] = {}


class Series(msgspec.Struct, kw_only=True):
    """A series; with `validation_code` it is registered with the tax authority."""

    id: int
    serie: str
    validation_code: str | None = "ABCD1234"


class Account(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A merchant.

    Attributes:
        name: The first part of its address at the real service.
        region: Whose normal rate is the default tax.
        items: What was sold, by name; each sale overwrites it.
    """

    name: str
    nif: str
    api_key: Annotated[str, msgspec.Meta(min_length=8)]
    company: str = "Loja de Teste, Lda"
    region: Literal["PT", "PT-AC", "PT-MA"] = "PT"
    taxes: list[Tax] = []
    series: list[Series] = []
    clients: list[Client] = []
    items: dict[str, dict[str, Any]] = {}

    def furnish(self) -> None:
        """Gives it the taxes of all regions and one series, as far as it has none.

        Raises:
            ValueError: If its NIF is none.
        """
        if not nif.is_valid(self.nif):
            raise ValueError(f"{self.nif!r} is no NIF")
        self.series = self.series or [Series(id=12345, serie="G")]
        self.taxes = self.taxes or _taxes(self.region)

    def tax_named(self, name: object) -> Tax:
        """The tax of a name, else the default one: in silence, as the service does (contract/invoicing.md 9.2)."""
        default = next((tax for tax in self.taxes if tax.default_tax), self.taxes[0])
        return next((tax for tax in self.taxes if tax.name == name), default)

    def client(self, **known: str) -> Client | None:
        """The oldest client of a name or code."""
        ((field, value),) = known.items()
        return next((one for one in self.clients if getattr(one, field) == value), None)

    def add_client(self, asked: dict[str, Any]) -> Client:
        """Keeps a new client."""
        known = {name: str(asked.get(name) or "") for name in ("name", "code", "fiscal_id", "country")}
        rest = {name: value for name, value in asked.items() if name not in known}
        client = Client(id=628_535 + len(self.clients), **known, details=rest)
        self.clients.append(client)
        return client


def default_accounts() -> list[Account]:
    """Three merchants, one in each region, with keys that are obviously no keys."""
    return [
        Account(
            name="loja-lisboa", nif="509445535", api_key="badc0de0lisboa0000000000000001", company="Loja Lisboa, Lda"
        ),
        Account(
            name="loja-acores",
            nif="508025338",
            api_key="badc0de0acores0000000000000002",
            company="Loja Açores, Lda",
            region="PT-AC",
        ),
        Account(
            name="loja-madeira",
            nif="501964843",
            api_key="badc0de0madeira000000000000003",
            company="Loja Madeira, Lda",
            region="PT-MA",
        ),
    ]


class Accounts:
    """All merchants."""

    def __init__(self) -> None:
        self._by_name: dict[str, Account] = {}
        self.reset()

    def reset(self) -> None:
        """Leaves only the default accounts, without clients and items."""
        self._by_name.clear()
        for account in default_accounts():
            self.add(account)

    def add(self, account: Account) -> None:
        """Adds an account, or replaces the one of the same name.

        Raises:
            ValueError: If its NIF is none.
        """
        account.furnish()
        self._by_name[account.name] = account

    def all(self) -> list[Account]:
        """Every account."""
        return list(self._by_name.values())

    def named(self, name: str) -> Account | None:
        """The account of a name."""
        return self._by_name.get(name)

    def by_key(self, api_key: str) -> Account | None:
        """Whose key it is."""
        return next((account for account in self._by_name.values() if account.api_key == api_key), None)


def _taxes(region: str) -> list[Tax]:
    made = [
        Tax(
            id=0,
            name=name,
            value=Decimal(value),
            region=where,
            code=code,
            default_tax=int(where == region and code == "NOR"),
        )
        for where, rates in _RATES.items()
        for name, value, code in rates
    ]
    made.append(Tax(id=0, name="IVA0", value=Decimal(0), region=region, code="ISE"))
    return [msgspec.structs.replace(tax, id=31_540 + at) for at, tax in enumerate(made)]
