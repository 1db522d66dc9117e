"""What a shipping plan must fulfil beyond its shape: accounts, places and currencies that there are, names that are not taken.

What a saved plan holds already is left in peace: a row from before a check, or one whose account was removed, keeps nobody from changing
another. It is checked as soon as it is changed itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from despacho_core.area_checks import settled_area
from despacho_core.areas import Area
from despacho_core.errors import Misfit, PlanInvalid, UnknownCurrency
from despacho_core.money import minor_digits
from despacho_core.shipping_plans import AccountTerms, ShippingPlan
from despacho_core.shipping_rules import Action, Conditions, MarkUp, Preselection, Round, Rule
from despacho_core.stores import Account
from despacho_core.tariffs import TariffRow
from despacho_core.written import is_exact

_decoder = msgspec.json.Decoder(ShippingPlan)
_replace = msgspec.structs.replace
_EMPTY = ShippingPlan()


def plan_from_json(text: bytes | str) -> ShippingPlan:
    """A plan as a file holds it.

    Raises:
        PlanInvalid: It is no JSON, or of another shape; says where.
    """
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at ")
        raise PlanInvalid(path=path.strip("`") or "$", reason=reason) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PlanInvalid(path="$", reason=str(error)) from error


def checked_plan(
    plan: ShippingPlan, accounts: Sequence[Account], *, currency: str | None = None, there: ShippingPlan = _EMPTY
) -> ShippingPlan:
    """The plan with accounts by their ids and places by their own names.

    Args:
        plan: Accounts may also be named by their provider's id, where the store has a single account with it.
        accounts: The store's.
        currency: The store's own, which amounts within rules are in unless the plan says another.
        there: The plan that is saved so far; what stands in it is not checked again.

    Raises:
        PlanInvalid: Something cannot be meant so; says where, of all that was found.
    """
    settled, misfits = settled_plan(plan, accounts, currency=currency, there=there)
    if misfits:
        raise PlanInvalid.of(misfits)
    return settled


def settled_plan(
    plan: ShippingPlan, accounts: Sequence[Account], *, currency: str | None = None, there: ShippingPlan = _EMPTY
) -> tuple[ShippingPlan, tuple[Misfit, ...]]:
    """As :func:`checked_plan`, with what cannot be meant so instead of a refusal."""
    checks = _Checks(accounts, plan.currency or currency)
    checks.once("boxes", "name", [box.name for box in plan.boxes])
    checks.currency("$.currency", plan.currency)
    terms = checks.terms(plan.accounts, there.accounts)
    checks.once("accounts", "account", [one.account for one in terms])
    settled = _replace(
        plan,
        accounts=terms,
        tariff=checks.tariff(plan.tariff, there.tariff),
        rules=checks.rules(plan.rules, there.rules),
        preselections=checks.preselections(plan.preselections, there.preselections),
    )
    return settled, tuple(checks.misfits)


class _Checks:
    """What was found so far, and the store's accounts by what a plan may call them. Amounts within rules are in ``_currency``."""

    def __init__(self, accounts: Iterable[Account], currency: str | None) -> None:
        self.misfits: list[Misfit] = []
        self._currency = currency
        self._ids: dict[str, list[str]] = {}
        for account in accounts:
            self._ids.setdefault(account.id, []).append(account.id)
            self._ids.setdefault(account.provider, []).append(account.id)

    def terms(self, some: Sequence[AccountTerms], there: Sequence[AccountTerms]) -> tuple[AccountTerms, ...]:
        known = frozenset(there)
        return tuple(
            one if one in known else _replace(one, account=self._account(one.account, f"$.accounts[{at}].account"))
            for at, one in enumerate(some)
        )

    def tariff(self, some: Sequence[TariffRow], there: Sequence[TariffRow]) -> tuple[TariffRow, ...]:
        known = frozenset(there)
        return tuple(row if row in known else self._row(row, f"$.tariff[{at}]") for at, row in enumerate(some))

    def rules(self, some: Sequence[Rule], there: Sequence[Rule]) -> tuple[Rule, ...]:
        known = frozenset(there)
        return tuple(one if one in known else self._rule(one, f"$.rules[{at}]") for at, one in enumerate(some))

    def preselections(self, some: Sequence[Preselection], there: Sequence[Preselection]) -> tuple[Preselection, ...]:
        known = frozenset(there)
        return tuple(
            one if one in known else self._preselection(one, f"$.preselections[{at}]") for at, one in enumerate(some)
        )

    def once(self, part: str, field: str, names: Sequence[str]) -> None:
        seen: set[str] = set()
        for at, name in enumerate(names):
            if name in seen:
                self._found(f"$.{part}[{at}].{field}", "it is there already")
            seen.add(name)

    def currency(self, path: str, currency: str | None) -> bool:
        try:
            minor_digits(currency or "CLP")
        except UnknownCurrency:
            self._found(path, "this is no ISO 4217 currency code")
            return False
        return True

    def _row(self, row: TariffRow, path: str) -> TariffRow:
        if self.currency(f"{path}.currency", row.currency):
            for at, bracket in enumerate(row.brackets):
                self._exact(f"{path}.brackets[{at}].price", bracket.price, row.currency)
            self._exact(f"{path}.per_kg", row.per_kg, row.currency)
        account = None if row.account is None else self._account(row.account, f"{path}.account")
        return _replace(row, account=account, area=self._area(row.area, f"{path}.area"))

    def _rule(self, rule: Rule, path: str) -> Rule:
        for name, amount in _amounts(rule.action).items():
            self._exact(f"{path}.action.{name}", amount, self._currency)
        return _replace(rule, when=self._conditions(rule.when, f"{path}.when"))

    def _preselection(self, one: Preselection, path: str) -> Preselection:
        account = self._account(one.account, f"{path}.account")
        return _replace(one, account=account, when=self._conditions(one.when, f"{path}.when"))

    def _conditions(self, when: Conditions, path: str) -> Conditions:
        self._exact(f"{path}.value_from", when.value_from, self._currency)
        self._exact(f"{path}.value_below", when.value_below, self._currency)
        ids = tuple(self._account(named, f"{path}.accounts[{at}]") for at, named in enumerate(when.accounts))
        return _replace(when, accounts=ids, area=None if when.area is None else self._area(when.area, f"{path}.area"))

    def _area(self, area: Area, path: str) -> Area:
        settled, misfits = settled_area(area)
        for one in misfits:
            self._found(f"{path}.{one.path}", one.reason)
        return settled

    def _account(self, named: str, path: str) -> str:
        ids = self._ids.get(named, [])
        if len(ids) == 1:
            return ids[0]
        several = "several accounts are with this provider; name one by its id"
        self._found(path, several if ids else "the store has no such account")
        return named

    def _exact(self, path: str, amount: Decimal | None, currency: str | None) -> None:
        """Refuse an amount that is finer than its currency: what stands in a form must be what was saved."""
        try:
            exact = amount is None or currency is None or is_exact(amount, currency)
        except UnknownCurrency:
            return  # which is found where the currency stands
        if not exact and currency is not None:
            digits = minor_digits(currency)
            few = f"amounts in {currency} have at most {digits} decimals"
            self._found(path, few if digits else f"amounts in {currency} have no decimals")

    def _found(self, path: str, reason: str) -> None:
        self.misfits.append(Misfit(path, reason))


def _amounts(action: Action) -> dict[str, Decimal]:
    match action:
        case MarkUp():
            return {"amount": action.amount}
        case Round():
            return {"to": action.to, "ending": action.ending}
        case _:
            return {}
