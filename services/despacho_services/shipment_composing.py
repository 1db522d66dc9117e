"""What a shipment is made of: its account and service, its parcels, its price, as they are wished for or follow from the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from despacho_core.errors import Conflict, NoAccount, NotFound, OriginMissing, ServiceGone, ServiceNotChosen
from despacho_core.orders import Order
from despacho_core.parcels import Parcel, check_parcels
from despacho_core.quotes import QUOTE_HOLDS, Quote
from despacho_core.shipments import Shipment, ShipmentWish
from despacho_core.stores import Account, Store
from despacho_ports.carriers import BuysShipments, ListsServices
from despacho_ports.persistence import UnitOfWork
from despacho_services.identifiers import new_id, new_token
from despacho_services.office import Office, account_of
from despacho_services.order_rates import declared_value, parcels_of_order
from despacho_services.preselection import is_price_of, plan_of, preselected


class QuoteOfAnother(Conflict):
    """A quote that was asked for another order, for other goods or to another place."""

    code = "quote-of-another"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "This price was not asked for order {order} as it now is: other goods, or another destination. Ask for its prices again.",
        "es": "Este precio no se pidió para el pedido {order} como está ahora: son otros productos u otro destino. Pide los precios "
        "de nuevo.",
        "pt": "Este preço não foi pedido para a encomenda {order} tal como está agora: são outros produtos ou outro destino. Peça os "
        "preços de novo.",
    }


class QuoteOutdated(Conflict):
    """A quote that is too old to be taken at its word."""

    code = "quote-outdated"
    texts = {  # noqa: RUF012 - as above
        "en": "This price is more than {days} days old. Ask for the prices again.",
        "es": "Este precio tiene más de {days} días. Pide los precios de nuevo.",
        "pt": "Este preço tem mais de {days} dias. Peça os preços de novo.",
    }


async def composed(
    office: Office, work: UnitOfWork, store: Store, order: Order, wish: ShipmentWish, *, ordinal: int
) -> Shipment:
    """A new shipment of an order, as it is wished for and else as the buyer or the merchant's rules chose.

    Raises:
        DomainError: Nothing to ship, no address, impossible parcels, no account to buy with, a quote that does not fit.
    """
    destination = order.destination()
    if store.settings.origin is None:
        raise OriginMissing
    choice = await _chosen(work, store, order, wish, office.now())
    account, service_code, quote = choice.account, choice.service_code, choice.quote
    connector = office.connector(account)
    if not isinstance(connector, BuysShipments):
        raise NoAccount(capability="buy shipments")
    service_name = _offered(connector, service_code) or choice.service_name
    parcels = wish.parcels or (quote.parcels if quote else ()) or await _packed(work, store, order)
    check_parcels(parcels)
    shipment_id = new_id()
    return Shipment(
        id=shipment_id,
        store_id=store.id,
        order_number=order.number,
        ordinal=ordinal,
        account_id=account.id,
        service_code=service_code,
        service_name=service_name,
        reference=shipment_id.upper(),
        parcels=parcels,
        origin=store.settings.origin,
        destination=destination,
        declared_value=declared_value(order),
        created_at=office.now(),
        price=quote.rate.price if quote is not None and _measures(quote.parcels) == _measures(parcels) else None,
        track_token=new_token(),
        label_format=account.label.format,
    )


@dataclass(frozen=True)
class _Choice:
    """Who carries it how; ``quote`` where its price and its parcels count."""

    account: Account
    service_code: str
    service_name: str
    quote: Quote | None = None


async def _chosen(work: UnitOfWork, store: Store, order: Order, wish: ShipmentWish, now: datetime) -> _Choice:
    """As wished for, by quote or by name; else as the buyer chose at the checkout, or the merchant's rules say."""
    quote = None if wish.quote_id is None else await _asked_for(work, store, order, wish.quote_id, now)
    if quote is not None and quote.account_id:
        account = await account_of(work, store.id, quote.account_id)
        return _Choice(account, quote.rate.service_code, quote.rate.service_name, quote)
    if wish.account_id is not None and wish.service_code is not None:
        account = await account_of(work, store.id, wish.account_id)
        return _Choice(account, wish.service_code, wish.service_code, quote)
    chosen = await preselected(work, store, order, now) if wish.service_code is None else None
    if chosen is None or wish.account_id not in {None, chosen.account.id}:
        raise ServiceNotChosen(order=order.number)
    return _Choice(chosen.account, chosen.service_code, chosen.service_name, quote or chosen.quote)


async def _asked_for(work: UnitOfWork, store: Store, order: Order, quote_id: str, now: datetime) -> Quote:
    quote = await work.quotes.get(store.id, quote_id)
    if quote is None:
        raise NotFound(what="quote", id=quote_id)
    if quote.is_outdated(now):
        raise QuoteOutdated(quote=quote_id, days=QUOTE_HOLDS.days)
    if not is_price_of(quote, order, now):
        raise QuoteOfAnother(quote=quote_id, order=order.number)
    return quote


def _offered(connector: object, service_code: str) -> str | None:
    """The service's name; a service that the account no longer offers is refused where the carrier's services are known by heart."""
    if not isinstance(connector, ListsServices):
        return None
    services = {service.code: service.name for service in connector.list_services()}
    if service_code not in services:
        raise ServiceGone(service=service_code, offered=", ".join(services))
    return services[service_code]


def _measures(parcels: Sequence[Parcel]) -> list[tuple[int, int, int, int]]:
    """What a price depends on: not what is said to be in them."""
    return [(one.weight_g, one.length_mm, one.width_mm, one.height_mm) for one in parcels]


async def _packed(work: UnitOfWork, store: Store, order: Order) -> tuple[Parcel, ...]:
    """All physical products of an order, as the store's plan packs them."""
    plan = await plan_of(work, store.id)
    return tuple(one.parcel for one in parcels_of_order(order, store, plan))
