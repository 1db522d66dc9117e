"""Where an account's rates come from: a fresh answer, the carrier itself, an old answer, the merchant's tariff; in this order.

What the carrier refuses is refused: neither an old answer nor the tariff contradicts it. What it does not answer blocks no sale.
"""

from __future__ import annotations

import asyncio
import enum
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from despacho_core.addresses import Address
from despacho_core.areas import Destination
from despacho_core.errors import DomainError
from despacho_core.quotes import Quote, Rate, RateRequest, RateSource
from despacho_core.rate_checks import sound_rates
from despacho_core.stores import Account, AccountState
from despacho_core.tariffs import tariff_rates
from despacho_ports.carriers import BuysShipments, QuotesRates
from despacho_ports.connectors import ProviderMissing
from despacho_ports.errors import ProviderError, Rejected, Unauthorized
from despacho_ports.providers import ProviderKind
from despacho_ports.rate_cache import KeptRates
from despacho_ports.settings import SettingsInvalid
from despacho_services.credentials import out_of_use
from despacho_services.office import Office
from despacho_services.rate_keys import rates_key
from despacho_services.shops import Shop, Shops

log = logging.getLogger("despacho.quotes")

FRESH = timedelta(minutes=5)
"""The same question within this time costs no call."""
REFUSED = timedelta(minutes=1)
"""A refusal counts shorter: somebody may be mending what it is about."""
STALE = timedelta(hours=24)
"""An older answer is no answer."""
GRACE_SECONDS = 3.0
"""How much longer than its caller a question lives, so that a slow carrier's answer serves the next cart."""


class Reason(enum.StrEnum):
    """Why an account was not heard."""

    LATE = "late"
    FAILED = "failed"
    REFUSED = "refused"
    UNAUTHORIZED = "unauthorized"
    CLOSED = "closed"
    """It needs attention, or cannot be opened: it is not asked."""
    CANNOT_QUOTE = "cannot-quote"
    PO_BOX = "po-box"
    TOO_HEAVY = "too-heavy"
    NO_PLACE = "no-place"


_FINAL = frozenset({Reason.REFUSED, Reason.PO_BOX, Reason.TOO_HEAVY})
_SAYINGS = {
    Reason.LATE: "did not answer in time",
    Reason.CANNOT_QUOTE: "names no prices itself; the tariff does",
    Reason.PO_BOX: "does not deliver to post-office boxes",
    Reason.TOO_HEAVY: "takes no parcel so heavy",
    Reason.NO_PLACE: "is not asked before the cart says where to",
}


class AccountAnswer(Struct, frozen=True):
    """What one account came to: rates and where they are from, or why there are none.

    Attributes:
        account: Which one.
        quotes: What is offered of it, after the merchant's rules.
        problem: Why the carrier itself was not heard; there may be rates all the same.
        reason: The same for programs.
        source: Where ``rates`` are from; None without any source.
        rates: At the carrier's or the tariff's own prices.
        asked_at: When the carrier said so.
        odd: What had to be left out of its answer, or mended.
    """

    account: Account
    quotes: tuple[Quote, ...] = ()
    problem: str | None = None
    reason: Reason | None = None
    source: RateSource | None = None
    rates: tuple[Rate, ...] = ()
    asked_at: datetime | None = None
    odd: tuple[str, ...] = ()

    def quoted(self, quotes: Sequence[Quote]) -> AccountAnswer:
        """The same with the quotes that came of it."""
        return replace(self, quotes=tuple(quotes))


class RateSources:
    """Hears all of a store's accounts at once, under one deadline.

    Args:
        office: The driven ports.
        shops: Told when an account turns out to be closed.
        deadline: Seconds until whoever has not answered is left out.
    """

    def __init__(self, office: Office, shops: Shops, *, deadline: float) -> None:
        self.deadline = deadline
        self._office = office
        self._shops = shops
        self._under_way: dict[str, asyncio.Task[AccountAnswer]] = {}

    async def answers(
        self, shop: Shop, question: RateRequest, about: bytes, destination: Destination
    ) -> list[AccountAnswer]:
        """What each account came to, in the accounts' own order. Accounts that have nothing to do with rates are left out.

        ``about`` is the question's digest.
        """
        keys = {account.id: rates_key(key, about) for account, key in zip(shop.accounts, shop.keys, strict=True)}
        kept = await self._office.rates.find(list(keys.values()), since=self._office.now() - FRESH)
        heard: dict[str, AccountAnswer] = {}
        asked: dict[asyncio.Task[AccountAnswer], Account] = {}
        for account in shop.accounts:
            known = kept.get(keys[account.id])
            answer = self._refused(shop, account, question, destination) or self._fresh(account, known)
            to_ask = None if answer is not None else self._opened(shop, account)
            if isinstance(to_ask, AccountAnswer):
                heard[account.id] = to_ask
            elif to_ask is not None and _is_nowhere(question.destination):
                heard[account.id] = _unheard(account, Reason.NO_PLACE)
            elif to_ask is not None:
                asked[self._question(account, to_ask, keys[account.id], question)] = account
            elif answer is not None:
                heard[account.id] = answer
        heard |= await self._in_time(asked)
        return [
            self._or_else(shop, heard[account.id], question, destination, kept.get(keys[account.id]))
            for account in shop.accounts
            if account.id in heard
        ]

    async def close(self) -> None:
        """Give up what is still being asked."""
        for task in list(self._under_way.values()):
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def _refused(
        self, shop: Shop, account: Account, question: RateRequest, destination: Destination
    ) -> AccountAnswer | None:
        """What the merchant knows that the account does not take."""
        terms = shop.terms[account.id]
        most = terms.most_parcel_g
        if destination.po_box and not terms.po_boxes:
            return _unheard(account, Reason.PO_BOX)
        if most is not None and any(parcel.weight_g > most for parcel in question.parcels):
            return _unheard(account, Reason.TOO_HEAVY)
        return None

    def _fresh(self, account: Account, kept: KeptRates | None) -> AccountAnswer | None:
        if kept is None:
            return None
        age = self._office.now() - kept.asked_at
        if kept.refusal is not None:
            return (
                replace(_unheard(account, Reason.REFUSED, kept.refusal), asked_at=kept.asked_at)
                if age < REFUSED
                else None
            )
        return _heard(account, kept, RateSource.CACHE) if age < FRESH else None

    def _opened(self, shop: Shop, account: Account) -> AccountAnswer | QuotesRates | None:
        """The account's connector to ask; why it is not asked; None for one that has nothing to do with rates."""
        has_rows = account.id in shop.rows
        try:
            carries = self._office.connectors.provider(account.provider).kind is ProviderKind.CARRIER
            connector = self._office.connectors.open(account)
        except (ProviderMissing, SettingsInvalid) as error:
            log.warning("account %s cannot be opened: %s", account.id, error)
            return _unheard(account, Reason.CLOSED, str(error))
        if not (carries or has_rows):
            return None
        if account.state is not AccountState.ACTIVE:
            return _unheard(account, Reason.CLOSED, account.problem or "needs attention")
        if quotes_rates(connector):
            return connector
        return _unheard(account, Reason.CANNOT_QUOTE) if has_rows or isinstance(connector, BuysShipments) else None

    def _question(
        self, account: Account, connector: QuotesRates, key: str, question: RateRequest
    ) -> asyncio.Task[AccountAnswer]:
        """The question under way: carts that ask the same share one call."""
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._ask(account, connector, key, question))
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return task

    async def _in_time(self, asked: Mapping[asyncio.Task[AccountAnswer], Account]) -> dict[str, AccountAnswer]:
        if not asked:
            return {}
        done, late = await asyncio.wait(asked, timeout=self.deadline)
        answers = {asked[task].id: task.result() for task in done if not task.cancelled()}
        return answers | {asked[task].id: _unheard(asked[task], Reason.LATE) for task in late}

    async def _ask(self, account: Account, connector: QuotesRates, key: str, question: RateRequest) -> AccountAnswer:
        try:
            async with asyncio.timeout(self.deadline + GRACE_SECONDS):
                rates, odd = sound_rates(await connector.quote_rates(question), question.declared_value.currency)
        except Unauthorized as error:
            await self._needs_attention(account, error.message)
            return _unheard(account, Reason.UNAUTHORIZED, error.message)
        except (Rejected, DomainError) as error:
            self._office.rates.keep(key, KeptRates(rates=(), asked_at=self._office.now(), refusal=str(error)))
            return _unheard(account, Reason.REFUSED, str(error))
        except TimeoutError:
            return _unheard(account, Reason.LATE)
        except ProviderError as error:
            return _unheard(account, Reason.FAILED, str(error))
        except Exception as error:
            log.exception("account %s broke while quoting", account.id)
            return _unheard(account, Reason.FAILED, f"the provider broke: {error!r}")
        for one in odd:
            log.warning("account %s: %s", account.id, one)
        kept = KeptRates(rates=rates, asked_at=self._office.now(), odd=odd)
        self._office.rates.keep(key, kept)
        return _heard(account, kept, RateSource.CARRIER)

    def _or_else(
        self, shop: Shop, answer: AccountAnswer, question: RateRequest, destination: Destination, kept: KeptRates | None
    ) -> AccountAnswer:
        """The answer, or what stands in for one that did not come."""
        if answer.source is not None or answer.reason in _FINAL:
            return answer
        if kept is not None and kept.refusal is None and self._office.now() - kept.asked_at < STALE:
            old = _heard(answer.account, kept, RateSource.STALE)
            return replace(old, problem=answer.problem, reason=answer.reason)
        rates = tariff_rates(
            shop.rows.get(answer.account.id, ()),
            answer.account.id,
            destination=destination,
            parcels=question.parcels,
            currency=question.declared_value.currency,
            divisor=shop.terms[answer.account.id].divisor,
        )
        if not rates:
            return answer
        return replace(answer, rates=rates, source=RateSource.TARIFF)

    async def _needs_attention(self, account: Account, message: str) -> None:
        async with self._office.units.begin() as work:
            if await out_of_use(work, account, message):
                await work.commit()
        self._shops.forget(account.store_id)


_QUOTING: dict[type, bool] = {}


def quotes_rates(connector: object) -> TypeGuard[QuotesRates]:
    """Whether a connector names prices. Looking at a Protocol costs more than all else that is done for an account, so once per class."""
    kind = type(connector)
    known = _QUOTING.get(kind)
    if known is None:
        known = _QUOTING[kind] = isinstance(connector, QuotesRates)
    return known


def _is_nowhere(place: Address) -> bool:
    """A guest's cart may know no more than the country: no carrier can price that, and asking would only cost its quota."""
    return not (place.place or place.municipality_code or place.region or place.region_code)


def _heard(account: Account, kept: KeptRates, source: RateSource) -> AccountAnswer:
    return AccountAnswer(account, source=source, rates=kept.rates, asked_at=kept.asked_at, odd=kept.odd)


def _unheard(account: Account, reason: Reason, message: str | None = None) -> AccountAnswer:
    return AccountAnswer(account, reason=reason, problem=message or _SAYINGS.get(reason, reason.value))
