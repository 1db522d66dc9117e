"""The page of one account: how it is, its settings, its terms, and the rules that touch its prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from litestar import Request, Response

from despacho_core.shipping_plans import ShippingPlan
from despacho_core.shipping_rules import Rule
from despacho_core.written import measure_written
from despacho_http.desk import accounts_words as words
from despacho_http.desk import rates_words
from despacho_http.desk.reading import Reading
from despacho_http.desk.rendering import page
from despacho_http.desk.visitor import Visitor
from despacho_ports.providers import ProviderKind
from despacho_ports.settings import fields_of
from despacho_services.account_desk import AccountOverview, FilledIn
from despacho_services.services import Services

Asked = Request[Any, Any, Any]


async def account_page(
    request: Asked,
    services: Services,
    visitor: Visitor,
    account_id: str,
    *,
    filled: FilledIn | None = None,
    terms: Reading | None = None,
    status: int = 200,
) -> Response[str]:
    """The page of one account; ``filled`` and ``terms`` keep what was written into its forms, with what is wrong about it.

    Raises:
        NotFound: The store has no such account.
    """
    overview = await services.account_desk.one(visitor.store.id, account_id)
    provider = overview.provider
    fields = fields_of(provider.settings) if provider is not None else []
    record = await services.plans.read(visitor.store.id)
    return page(
        request,
        visitor,
        "accounts_one.html",
        status=status,
        current="accounts",
        title=overview.account.name,
        one=overview,
        account=overview.account,
        provider=provider,
        fields=fields,
        stored=frozenset(name for name, value in overview.account.settings.items() if value),
        filled=filled or FilledIn(_shown(overview.account.settings, [one.name for one in fields if not one.secret])),
        is_carrier=provider is not None and provider.kind is ProviderKind.CARRIER,
        conflict=status == 409,
        version=record.version,
        terms=_terms(record.plan, account_id, visitor.formats.mark, terms),
        errors=terms.errors if terms is not None else {},
        rules=[(number, rule) for number, rule in enumerate(record.plan.rules) if _is_about(rule, account_id)],
        currency=record.plan.currency or visitor.store.currency,
        names={account_id: overview.account.name},
        push_address=_push_address(services, overview),
        words=words,
        rule_words=rates_words,
    )


def _terms(plan: ShippingPlan, account_id: str, mark: str, reading: Reading | None) -> dict[str, object]:
    """What the merchant says of the carrier, as the form's fields hold it."""
    if reading is not None:
        written = {name: reading.text(name) for name in ("divisor", "most_parcel_kg")}
        return {**written, "po_boxes": reading.form.flag("po_boxes")}
    terms = plan.terms(account_id)
    heaviest = terms.most_parcel_g
    return {
        "divisor": terms.divisor,
        "most_parcel_kg": "" if heaviest is None else measure_written(Decimal(heaviest) / 1000, mark),
        "po_boxes": terms.po_boxes,
    }


def _is_about(rule: Rule, account_id: str) -> bool:
    """Whether a rule touches the account's rates; one that names no account touches all."""
    return not rule.when.accounts or account_id in rule.when.accounts


def _push_address(services: Services, overview: AccountOverview) -> str:
    """What the merchant gives to a carrier that tells by itself where parcels are; empty for any other."""
    tells = "ReceivesTracking" in overview.capabilities
    return services.office.links.carrier_events(overview.account.key) if tells else ""


def _shown(settings: dict[str, object], names: list[str]) -> dict[str, object]:
    """What a form may show of the settings: no secret, and nothing that the provider does not know any more."""
    return {name: settings[name] for name in names if name in settings}
