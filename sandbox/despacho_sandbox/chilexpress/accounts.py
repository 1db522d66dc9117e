"""Customers of Chilexpress: their card (TCC), their company and their three subscription keys."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from despacho_sandbox.chilexpress.wire import NO_TCC, TCC_NOT_CURRENT, Refused

HexKey = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]


class Product(StrEnum):
    """The three products behind the gateway: each has a key of its own (contract/carriers.md 1.1)."""

    GEOREFERENCE = "georeference"
    RATING = "rating"
    TRANSPORT_ORDERS = "transport-orders"


class Account(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One customer.

    Attributes:
        tcc: "Tarjeta Cliente Chilexpress", digits only.
        rut: The company that owns the card, without check digit.
        name: Printed on labels and certificates.
        current: False for a card that is suspended or unpaid.
        disabled_services: Service codes for which the card is not enabled.
    """

    tcc: Annotated[str, msgspec.Meta(pattern=r"^\d{4,12}$")]
    rut: Annotated[int, msgspec.Meta(gt=0, lt=2**31)]
    name: str
    georeference_key: HexKey
    rating_key: HexKey
    transport_orders_key: HexKey
    current: bool = True
    disabled_services: set[int] = set()

    def key(self, product: Product) -> str:
        """This account's subscription key for one product."""
        return {
            Product.GEOREFERENCE: self.georeference_key,
            Product.RATING: self.rating_key,
            Product.TRANSPORT_ORDERS: self.transport_orders_key,
        }[product]


def default_account() -> Account:
    """The portal's public test card and company, with keys that are obviously no keys."""
    return Account(
        tcc="18578680",
        rut=96756430,
        name="EMPRESA DE PRUEBA",
        georeference_key="c0ffee00000000000000000000000001",
        rating_key="c0ffee00000000000000000000000002",
        transport_orders_key="c0ffee00000000000000000000000003",
    )


class Accounts:
    """All customers. A key opens its product for any card: nothing published ties a key to one card."""

    def __init__(self) -> None:
        self._by_tcc: dict[str, Account] = {}
        self.reset()

    def reset(self) -> None:
        """Leaves only the default customer."""
        self._by_tcc.clear()
        self.add(default_account())

    def add(self, account: Account) -> None:
        """Adds a customer, or replaces the one with the same card."""
        self._by_tcc[account.tcc] = account

    def all(self) -> list[Account]:
        """Every customer."""
        return list(self._by_tcc.values())

    def by_tcc(self, tcc: str) -> Account | None:
        """The customer of a card."""
        return self._by_tcc.get(tcc)

    def paying(self, tcc: str) -> Account:
        """The customer of a card that is good for business.

        Raises:
            Refused: If there is none, or the card is not current.
        """
        account = self._by_tcc.get(tcc)
        if account is None:
            raise Refused(NO_TCC)
        if not account.current:
            raise Refused(TCC_NOT_CURRENT)
        return account

    def owning_key(self, product: Product, key: str) -> Account | None:
        """The customer whose key for this product it is; a key of another product opens nothing."""
        return next((account for account in self._by_tcc.values() if account.key(product) == key.lower()), None)
