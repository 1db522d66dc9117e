"""Which of a store's invoicing accounts issues a document; what none of them may do is said before anybody is called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from despacho_core.errors import AccountNeedsAttention, CurrencyNotIssued, NoAccount
from despacho_core.fiscal import DocumentKind
from despacho_core.money import minor_digits
from despacho_core.orders import Order
from despacho_core.stores import Account, AccountScope, AccountState, Store
from despacho_ports.connectors import ProviderMissing
from despacho_ports.invoicing import IssuesDocuments
from despacho_ports.persistence import UnitOfWork
from despacho_ports.providers import Provider, ProviderKind
from despacho_ports.settings import SettingsInvalid
from despacho_services.office import Office, account_of


class AccountScopes:
    """What invoicing accounts are meant for. ``works`` is told of a store where something that waits may now be issued."""

    def __init__(self, office: Office, works: Callable[[str], Awaitable[None]]) -> None:
        self._office = office
        self._works = works

    async def set(self, store_id: str, account_id: str, scope: AccountScope) -> Account:
        """Say for which documents an account is meant; an empty scope means all.

        Raises:
            NotFound: No such account.
            UnknownCurrency: A currency is none.
        """
        for currency in scope.currencies:
            minor_digits(currency)
        async with self._office.units.begin() as work:
            account = msgspec.structs.replace(await account_of(work, store_id, account_id), scope=scope)
            await work.accounts.save(account)
            await work.commit()
        await self._works(store_id)
        return account


@dataclass(frozen=True)
class _Candidate:
    account: Account
    provider: Provider

    def issues_in(self, currency: str) -> bool:
        return not self.provider.currencies or currency in self.provider.currencies

    def is_at_home(self, country: str) -> bool:
        return not self.provider.countries or country in self.provider.countries

    def issues_for(self, order: Order, buyer_country: str, kind: DocumentKind) -> bool:
        return self.account.scope.fits(currency=order.currency, country=buyer_country, kind=kind)


async def issuing_account(office: Office, work: UnitOfWork, store: Store, order: Order, kind: DocumentKind) -> Account:
    """The account that issues a document of this kind for this order.

    Among those whose system issues in the order's currency and whose scope fits, the most particular one comes first, then one of the
    store's own country, then the oldest. One whose credentials were refused is passed over only for another one with the same system:
    documents do not move to another series, or to paper, because a key has expired.

    Raises:
        NoAccount: The store has none that issues, or none that is meant for such a document.
        CurrencyNotIssued: None issues in the order's currency.
        AccountNeedsAttention: It is there, and its credentials were refused or its settings do not fit (any more).
    """
    candidates, unusable = await _candidates(office, work, store)
    if not candidates:
        raise unusable or NoAccount(capability="issue invoices")
    in_currency = [one for one in candidates if one.issues_in(order.currency)]
    if not in_currency:
        known = sorted({currency for one in candidates for currency in one.provider.currencies})
        raise CurrencyNotIssued(order=order.number, currency=order.currency or "?", known=", ".join(known))
    address = order.billing_address or order.shipping_address
    buyer_country = (address.country if address else "") or store.country
    meant = [one for one in in_currency if one.issues_for(order, buyer_country, kind)]
    if not meant:
        raise NoAccount(capability="issue invoices")
    # The accounts come oldest first, and sorting keeps that.
    meant.sort(key=lambda one: (-one.account.scope.narrowness, not one.is_at_home(store.country)))
    return _working(meant).account


async def _candidates(
    office: Office, work: UnitOfWork, store: Store
) -> tuple[list[_Candidate], AccountNeedsAttention | None]:
    """Accounts that issue, and what is wrong with the first one that would if its settings did fit."""
    found: list[_Candidate] = []
    unusable: AccountNeedsAttention | None = None
    for account in await work.accounts.of_store(store.id):
        try:
            provider, connector = office.connectors.provider(account.provider), office.connectors.open(account)
        except ProviderMissing:
            continue
        except SettingsInvalid as error:
            if provider.kind is ProviderKind.INVOICING and unusable is None:
                unusable = AccountNeedsAttention(account=account.id, reason=str(error))
            continue
        if isinstance(connector, IssuesDocuments):
            found.append(_Candidate(account, provider))
    return found, unusable


def _working(meant: list[_Candidate]) -> _Candidate:
    first = meant[0]
    alike = (one for one in meant if one.provider.id == first.provider.id and one.account.scope == first.account.scope)
    active = next((one for one in alike if one.account.state is AccountState.ACTIVE), None)
    if active is None:
        raise AccountNeedsAttention(account=first.account.id, reason=first.account.problem or "")
    return active
