"""Quotes: our request as the carrier's bytes, and its prices back (contract/carriers.md 1.3).

The API prices one package at a time. Doubts: ``additionalServices`` marked as required are not added, since
``serviceValueDiscount`` is described as the final price; a discount price of 0 is read as "none given" and a price of 0 as odd.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from despacho_chilexpress.amounts import (
    CURRENCY,
    centimetres,
    checked_parcels,
    kilograms,
    pesos,
    shares,
    whole_pesos,
)
from despacho_chilexpress.answers import NOTHING, many, opened, text_of
from despacho_chilexpress.coverage import code_of
from despacho_chilexpress.refusals import NOT_COVERED
from despacho_chilexpress.settings import ChilexpressSettings
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate, RateRequest
from despacho_ports.calls import Answer, lenient
from despacho_ports.carriers import Service
from despacho_ports.errors import Rejected


class Box(msgspec.Struct, frozen=True):
    """A package as it is priced: kilograms with two decimals and whole centimetres, as text, as in the portal's sample."""

    weight: str
    height: str
    width: str
    length: str


class Question(msgspec.Struct, frozen=True):
    """The body that asks for the price of one package, and how many such pieces the cart has."""

    body: bytes
    pieces: int


SERVICES = {
    2: "Prioritario",
    3: "Express",
    4: "Extendido",
    5: "Extremos",
    8: "AM/PM",
    41: "Encomiendas Grandes",
    42: "Encomiendas Grandes Extendido",
    53: "Básico",
    54: "Básico",
    55: "Básico",
    56: "Básico Extremo Sur",
}
"""The services that are offered to buyers. Answers hold others too (11, 14-16, 43-48); what those are is not published."""

DAYS = {3: 1, 4: 2, 5: 3}
"""Days to delivery that a service is known for; answers tell none."""


_OFFERED = {str(code): Service(code=str(code), name=f"Chilexpress {name}") for code, name in SERVICES.items()}


class _Quoted(msgspec.Struct, rename="camel"):
    courier_service_options: msgspec.Raw = NOTHING


class _Option(msgspec.Struct, rename="camel"):
    service_type_code: object = None
    service_value: object = None
    service_value_discount: object = None
    conditions: object = None


def offered_services() -> list[Service]:
    """Every service that a quote may name."""
    return list(_OFFERED.values())


def questions(settings: ChilexpressSettings, request: RateRequest) -> list[Question]:
    """What to ask for a cart: one question for each distinct parcel, none where the carrier is not known to go.

    Raises:
        Rejected: A parcel or the declared value is impossible, or in another currency.
    """
    parcels = checked_parcels(request.parcels)
    worth = shares(pesos(request.declared_value), len(parcels))[0]
    origin, destination = code_of(request.origin), code_of(request.destination)
    if origin is None or destination is None:
        return []
    return [
        Question(rate_request(settings, origin, destination, box, worth), pieces)
        for box, pieces in boxes(parcels).items()
    ]


def boxes(parcels: Iterable[Parcel]) -> Counter[Box]:
    """The distinct packages and how many there are of each."""
    return Counter(
        Box(
            kilograms(parcel.weight_g),
            centimetres(parcel.height_mm),
            centimetres(parcel.width_mm),
            centimetres(parcel.length_mm),
        )
        for parcel in parcels
    )


def rate_path(settings: ChilexpressSettings) -> str:
    """List prices or the card's contract prices."""
    return f"/rates/{settings.rates}"


def rate_request(settings: ChilexpressSettings, origin: str, destination: str, box: Box, worth: int) -> bytes:
    """The question for one package between two coverage codes; ``worth`` is its declared value in pesos."""
    body: dict[str, object] = {
        "originCountyCode": origin,
        "destinationCountyCode": destination,
        "package": box,
        "productType": 3,
        "contentType": 1,
        "declaredWorth": str(worth),
        "deliveryTime": 0,
    }
    if settings.rates == "business":
        body["customerCardNumber"] = settings.customer_card
    return msgspec.json.encode(body)


def read_rates(answer: Answer) -> dict[int, Rate]:
    """The usable prices by service code; empty where the carrier does not go. An odd price is left out, alone.

    Raises:
        ProviderError: Any refusal but that of coverage.
    """
    envelope = opened(answer, acting=False)
    if envelope.failed:
        error = envelope.refusal()
        if isinstance(error, Rejected) and error.code == NOT_COVERED:
            return {}
        raise error
    quoted = lenient(envelope.data, _Quoted)
    rates: dict[int, Rate] = {}
    for raw in many(quoted.courier_service_options) if quoted else ():
        option = lenient(raw, _Option)
        rate = _rate(option) if option else None
        if rate is not None:
            rates.setdefault(int(rate.service_code), rate)
    return rates


def added_up(asked: Sequence[Question], answers: Sequence[Mapping[int, Rate]]) -> list[Rate]:
    """Prices of all parcels together, for the services that take every one of them."""
    total = []
    for code, rate in answers[0].items() if answers else ():
        if all(code in rates for rates in answers):
            priced = zip(asked, answers, strict=True)
            amount = sum((rates[code].price.amount * question.pieces for question, rates in priced), Decimal(0))
            total.append(msgspec.structs.replace(rate, price=Money(amount, CURRENCY)))
    return total


def _rate(option: _Option) -> Rate | None:
    service = _OFFERED.get(text_of(option.service_type_code))
    price = _price(option)
    if price is None or service is None:
        return None
    days = DAYS.get(int(service.code))
    return Rate(
        service_code=service.code,
        service_name=service.name,
        price=Money(Decimal(price), CURRENCY),
        description=text_of(option.conditions),
        days_min=days,
        days_max=days,
    )


def _price(option: _Option) -> int | None:
    """The contract price where there is one, else the list price; whole pesos above 0."""
    if option.service_value_discount not in (None, "", "0", 0):
        return whole_pesos(option.service_value_discount) or None
    return whole_pesos(option.service_value) or None
