"""What a shipping plan must fulfil beyond its shape: accounts that there are, names that are not taken, currencies that exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from despacho_core.errors import PlanInvalid, UnknownCurrency
from despacho_core.money import minor_digits
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.shipping_rules import Conditions, Rule
from despacho_core.stores import Account

_decoder = msgspec.json.Decoder(ShippingPlan)
_replace = msgspec.structs.replace


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


def checked_plan(plan: ShippingPlan, accounts: Sequence[Account]) -> ShippingPlan:
    """The plan with every account named by its id. A provider's id also names the account, where the store has a single one with it.

    Raises:
        PlanInvalid: The first thing that cannot be meant so; says where.
    """
    _check_once("boxes", "name", [box.name for box in plan.boxes])
    _check_currency("$.currency", plan.currency)
    for at, row in enumerate(plan.tariff):
        _check_currency(f"$.tariff[{at}].currency", row.currency)
    known = _Accounts(accounts)
    terms = tuple(
        _replace(one, account=known.id_of(one.account, f"$.accounts[{at}].account"))
        for at, one in enumerate(plan.accounts)
    )
    _check_once("accounts", "account", [one.account for one in terms])
    return _replace(
        plan,
        accounts=terms,
        tariff=tuple(
            row if row.account is None else _replace(row, account=known.id_of(row.account, f"$.tariff[{at}].account"))
            for at, row in enumerate(plan.tariff)
        ),
        rules=tuple(known.in_rule(rule, f"$.rules[{at}]") for at, rule in enumerate(plan.rules)),
        preselections=tuple(
            _replace(
                one,
                account=known.id_of(one.account, f"$.preselections[{at}].account"),
                when=known.in_conditions(one.when, f"$.preselections[{at}].when"),
            )
            for at, one in enumerate(plan.preselections)
        ),
    )


class _Accounts:
    """The store's accounts, by what a plan may call them."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._ids: dict[str, list[str]] = {}
        for account in accounts:
            self._ids.setdefault(account.id, []).append(account.id)
            self._ids.setdefault(account.provider, []).append(account.id)

    def id_of(self, named: str, path: str) -> str:
        ids = self._ids.get(named, [])
        if len(ids) == 1:
            return ids[0]
        several = "several accounts are with this provider; name one by its id"
        raise PlanInvalid(path=path, reason=several if ids else "the store has no such account")

    def in_rule(self, rule: Rule, path: str) -> Rule:
        return _replace(rule, when=self.in_conditions(rule.when, f"{path}.when"))

    def in_conditions(self, when: Conditions, path: str) -> Conditions:
        ids = tuple(self.id_of(named, f"{path}.accounts[{at}]") for at, named in enumerate(when.accounts))
        return _replace(when, accounts=ids)


def _check_once(part: str, field: str, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            raise PlanInvalid(path=f"$.{part}[{at}].{field}", reason="it is there already")
        seen.add(name)


def _check_currency(path: str, currency: str | None) -> None:
    if currency is None:
        return
    try:
        minor_digits(currency)
    except UnknownCurrency as error:
        raise PlanInvalid(path=path, reason="this is no ISO 4217 currency code") from error
