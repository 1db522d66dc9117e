"""Customers of Starken: three services, three pairs of credentials, and where pushes go."""

from __future__ import annotations

import base64
import hmac
from typing import Annotated

import msgspec

from despacho_sandbox.kit.asgi import Request

Digits = Annotated[str, msgspec.Meta(pattern=r"^\d{1,10}$")]


class Account(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One customer.

    Attributes:
        company_rut: Without check digit; with `clave` it opens quotes and tracking.
        emission_user_rut: With `emission_clave` it opens the emission.
        label_user: With `label_password` it opens the labels.
        account_number: "Cuenta corriente", with its check digit behind the hyphen.
        push_url: Where events are pushed to; empty for nowhere.
        push_token: Sent along as password of HTTP Basic: how the real service authenticates itself is not published.
    """

    company_rut: Digits
    clave: str
    emission_user_rut: Digits
    emission_clave: str
    label_user: str
    label_password: str
    account_number: Annotated[str, msgspec.Meta(pattern=r"^\d{1,10}-[0-9K]$")]
    cost_centre: str = "0"
    name: str
    push_url: str = ""
    push_token: str = ""


def default_account() -> Account:
    """A shop with credentials that are obviously none."""
    return Account(
        company_rut="76543210",
        clave="clave-de-prueba-rest",
        emission_user_rut="11111111",
        emission_clave="clave-de-prueba-emision",
        label_user="etiquetas",
        label_password="clave-de-prueba-etiquetas",  # noqa: S106 - a sandbox's, obviously none
        account_number="41966-6",
        name="TIENDA DE PRUEBA SPA",
        push_token="token-de-prueba-0123456789",  # noqa: S106 - as above
    )


class Accounts:
    """All customers."""

    def __init__(self) -> None:
        self._by_rut: dict[str, Account] = {}
        self.reset()

    def reset(self) -> None:
        """Leaves only the default customer."""
        self._by_rut.clear()
        self.add(default_account())

    def add(self, account: Account) -> None:
        """Adds a customer, or replaces the one with the same company."""
        self._by_rut[account.company_rut] = account

    def all(self) -> list[Account]:
        """Every customer."""
        return list(self._by_rut.values())

    def of(self, company_rut: str) -> Account | None:
        """The customer with this company."""
        return self._by_rut.get(company_rut)

    def asking(self, request: Request) -> Account | None:
        """Who asks for quotes or tracking, by the headers `Rut` and `Clave`."""
        account = self._by_rut.get(request.headers.get("rut", ""))
        clave = request.headers.get("clave", "")
        return account if account is not None and _same(account.clave, clave) else None

    def emitting(self, company: str, user: str, clave: str) -> Account | None:
        """Who emits, by the body's three fields."""
        account = self._by_rut.get(company)
        fits = account is not None and account.emission_user_rut == user and _same(account.emission_clave, clave)
        return account if fits else None

    def printing(self, request: Request) -> Account | None:
        """Who asks for labels, by HTTP Basic."""
        shown = request.headers.get("authorization", "")
        return next(
            (one for one in self._by_rut.values() if _same(basic(one.label_user, one.label_password), shown)), None
        )


def basic(user: str, password: str) -> str:
    """The value of an `Authorization` header."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
