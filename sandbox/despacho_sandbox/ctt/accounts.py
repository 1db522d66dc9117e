"""Customers of CTT Expresso: their credentials, and what their contract says about labels."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from despacho_sandbox.ctt.asked import Credentials
from despacho_sandbox.ctt.soap import UNREADABLE, Fault, is_guid

Guid = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Digits = Annotated[str, msgspec.Meta(pattern=r"^\d{4,12}$")]

UNKNOWN = ("EW9001", "AuthenticationID inválido: autenticação recusada")
WRONG_USER = ("EW9002", "UserID inválido: utilizador não autorizado")
WRONG_CONTRACT = ("EW9003", "O ContractId ou ClientId é inválido para esta autenticação")
WRONG_CHANNEL = ("EW9004", "DistributionChannelId desconhecido")
REPEATED = ("EW9005", "O RequestID já foi utilizado")
"""Codes and words of our own: only EW0070 is published (contract/carriers.md 2.3)."""


class Account(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One customer.

    Attributes:
        authentication_id: Opens every service.
        name: Printed on labels and certificates.
        labels: What the contract is set to: PDF pages or ZPL stickers.
        disabled_products: Products that the contract does not include.
    """

    authentication_id: Guid
    user_id: Guid
    client_id: Digits
    contract_id: Digits
    name: str
    labels: Literal["pdf", "zpl"] = "pdf"
    disabled_products: set[str] = set()


def default_account() -> Account:
    """A shop with credentials that are obviously none."""
    return Account(
        authentication_id="c0ffee00-0000-4000-8000-000000000001",
        user_id="c0ffee00-0000-4000-8000-000000000002",
        client_id="900000001",
        contract_id="300000001",
        name="LOJA DE TESTE LDA",
    )


class Accounts:
    """All customers."""

    def __init__(self) -> None:
        self._by_id: dict[str, Account] = {}
        self._requests: set[str] = set()
        self.reset()

    def reset(self) -> None:
        """Leaves only the default customer."""
        self._by_id.clear()
        self._requests.clear()
        self.add(default_account())

    def add(self, account: Account) -> None:
        """Adds a customer, or replaces the one with the same AuthenticationID."""
        self._by_id[account.authentication_id] = account

    def all(self) -> list[Account]:
        """Every customer."""
        return list(self._by_id.values())

    def opened_by(self, authentication_id: str) -> Account | None:
        """The customer of an AuthenticationID.

        Raises:
            Fault: If it is no GUID.
        """
        if not is_guid(authentication_id):
            raise Fault(UNREADABLE, "AuthenticationID: o valor não é um Guid.")
        return self._by_id.get(authentication_id.lower())

    def asking(self, credentials: Credentials) -> Account | tuple[str, str]:
        """The customer who asks, or what is wrong with the credentials. A RequestID is good for one call.

        Raises:
            Fault: If a GUID is none.
        """
        account = self.opened_by(credentials.authentication_id)
        for name, text in (("UserID", credentials.user_id), ("RequestID", credentials.request_id)):
            if not is_guid(text) and (text or name == "RequestID"):
                raise Fault(UNREADABLE, f"{name}: o valor não é um Guid.")
        if account is None:
            return UNKNOWN
        if credentials.user_id and credentials.user_id.lower() != account.user_id:
            return WRONG_USER
        if (credentials.client_id, credentials.contract_id) != (account.client_id, account.contract_id):
            return WRONG_CONTRACT
        if credentials.channel != "99":
            return WRONG_CHANNEL
        if credentials.request_id.lower() in self._requests:
            return REPEATED
        self._requests.add(credentials.request_id.lower())
        return account
