"""What labels can be bought under: the services that carriers' accounts know by heart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from despacho_core.errors import DomainError
from despacho_core.stores import Account
from despacho_ports.carriers import BuysShipments, ListsServices, Service
from despacho_services.office import Office


@dataclass(frozen=True)
class Buyable:
    """A service of an account, with the carrier's name for people."""

    account: Account
    carrier: str
    service: Service

    @property
    def key(self) -> str:
        """Account and service in one word, for a form."""
        return f"{self.account.id}|{self.service.code}"


def buyable(office: Office, accounts: Iterable[Account]) -> list[Buyable]:
    """The services of accounts. An account that cannot be put together offers none."""
    found: list[Buyable] = []
    for account in accounts:
        try:
            connector = office.connector(account)
        except DomainError:
            continue
        if isinstance(connector, BuysShipments) and isinstance(connector, ListsServices):
            name = carrier_name(office, account)
            found += [Buyable(account, name, service) for service in connector.list_services()]
    return found


def carrier_name(office: Office, account: Account) -> str:
    """The carrier's name for people, with the account's where it has one of its own."""
    name = office.provider_name(account)
    return f"{name} ({account.name})" if account.name and account.name != name else name
