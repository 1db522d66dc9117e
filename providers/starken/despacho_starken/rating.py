"""Quotes: a cart as one package between two cities, and the tariffs in the answer (contract/carriers.md 3A)."""

from __future__ import annotations

import msgspec

from despacho_core.quotes import Rate
from despacho_ports.calls import Answer
from despacho_ports.errors import Rejected
from despacho_starken.amounts import Package, price
from despacho_starken.answers import Reply, lenient, many, replied
from despacho_starken.numbers import NOTHING, exact, whole
from despacho_starken.refusals import NOT_COVERED
from despacho_starken.services import SERVICES
from despacho_starken.settings import StarkenSettings

OPERATION = "consultarTarifas"
MOST_DAYS = 60

_exactly = msgspec.json.Encoder(decimal_format="number")


class _Tariff(msgspec.Struct, rename="camel"):
    costo_total: msgspec.Raw = NOTHING
    dias_entrega: msgspec.Raw = NOTHING
    tipo_entrega: msgspec.Raw = NOTHING
    tipo_servicio: msgspec.Raw = NOTHING


class _Kind(msgspec.Struct, rename="camel"):
    codigo_tipo_entrega: msgspec.Raw = NOTHING
    codigo_tipo_servicio: msgspec.Raw = NOTHING


def rate_request(settings: StarkenSettings, origin: int, destination: int, package: Package) -> bytes:
    """The question for a package between two cities.

    Current account and ``rutCliente`` exclude each other: with the account its own tariff is asked for, else the list price.
    """
    number, digit = settings.account
    return _exactly.encode(
        {
            "codigoCiudadOrigen": origin,
            "codigoCiudadDestino": destination,
            "codigoAgenciaOrigen": 0,
            "codigoAgenciaDestino": 0,
            "alto": package.height,
            "ancho": package.width,
            "largo": package.length,
            "kilos": package.kilos,
            "cuentaCorriente": number,
            "cuentaCorrienteDV": digit,
            "rutCliente": "" if number else settings.company,
        }
    )


def read_rates(answer: Answer, *, with_agency: bool) -> list[Rate]:
    """The tariffs that can be sold; an odd one is left out, alone, and so is every agency's where none is known.

    Raises:
        ProviderError: Any refusal but that of coverage.
    """
    try:
        reply = replied(answer)
    except Rejected as error:
        if error.code == NOT_COVERED:
            return []
        raise
    rates: dict[str, Rate] = {}
    for rate in _rates(reply):
        if with_agency or not rate.service_code.startswith("1"):
            rates.setdefault(rate.service_code, rate)
    return list(rates.values())


def _rates(reply: Reply) -> list[Rate]:
    tariffs = (lenient(raw, _Tariff) for raw in many(reply.lista_tarifas))
    return [rate for tariff in tariffs if tariff is not None and (rate := _rate(tariff)) is not None]


def _rate(tariff: _Tariff) -> Rate | None:
    delivery, speed = lenient(tariff.tipo_entrega, _Kind), lenient(tariff.tipo_servicio, _Kind)
    if delivery is None or speed is None:
        return None
    code = f"{whole(delivery.codigo_tipo_entrega)}-{whole(speed.codigo_tipo_servicio)}"
    cost = price(exact(tariff.costo_total))
    if code not in SERVICES or cost is None:
        return None
    days = whole(tariff.dias_entrega)
    known = days if days is not None and 0 <= days <= MOST_DAYS else None
    return Rate(service_code=code, service_name=SERVICES[code], price=cost, days_min=known, days_max=known)
