"""Cities and quotes (contract/carriers.md 3A)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.starken.accounts import Account
from despacho_sandbox.starken.cities import City, cities, city_coded
from despacho_sandbox.starken.options import StarkenOptions
from despacho_sandbox.starken.pricing import Tariff, tariffs
from despacho_sandbox.starken.wire import Refused, decoded, found, nothing_found

_DELIVERIES = {1: "AGENCIA", 2: "DOMICILIO"}
_SPEEDS = {0: "NORMAL", 1: "EXPRESS"}


class Question(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """One cart: sides in centimetres, weight in kilograms."""

    codigo_ciudad_origen: int
    codigo_ciudad_destino: int
    codigo_agencia_origen: int
    codigo_agencia_destino: int
    alto: Decimal
    ancho: Decimal
    largo: Decimal
    kilos: Decimal
    cuenta_corriente: str
    digit: str = msgspec.field(name="cuentaCorrienteDV")
    rut_cliente: str


class Rating:
    """Answers for prices and for the lists of cities.

    Args:
        options: Reads the switches of the moment.
    """

    def __init__(self, options: Callable[[], StarkenOptions]) -> None:
        self._options = options

    def origins(self, account: Account, request: Request) -> Reply:  # noqa: ARG002 - the same for everybody
        """The cities where parcels are taken."""
        return self._listed("listarCiudadesOrigen", "listaCiudadesOrigen")

    def destinations(self, account: Account, request: Request) -> Reply:  # noqa: ARG002 - as above
        """The cities where parcels go."""
        return self._listed("listarCiudadesDestino", "listaCiudadesDestino")

    def tariffs(self, account: Account, request: Request) -> Reply:
        """Prices of a package between two cities.

        Raises:
            Refused: If something of the question cannot be.
        """
        asked = decoded(request.body, Question)
        _check(asked, account)
        origin, destination = _city(asked.codigo_ciudad_origen), _city(asked.codigo_ciudad_destino)
        offered = tariffs(origin, destination, asked.kilos, asked.alto * asked.ancho * asked.largo)
        if not offered:
            return nothing_found("consultarCobertura")
        # The service calls the answer's type so, and not after the operation.
        return found("consultarCobertura", {"listaTarifas": [_shown(one) for one in offered]})

    def _listed(self, kind: str, field: str) -> Reply:
        return found(kind, {field: [] if self._options().lists_empty else [_listed_city(city) for city in cities()]})


def _check(asked: Question, account: Account) -> None:
    sides = (asked.alto, asked.ancho, asked.largo, asked.kilos)
    if not all(one.is_finite() and one > 0 for one in sides):
        raise Refused(3, "Las dimensiones y los kilos deben ser mayores que cero")
    if asked.codigo_agencia_origen or asked.codigo_agencia_destino:
        raise Refused(4, "Los codigos de agencia deben ser 0")
    if bool(asked.cuenta_corriente) == bool(asked.rut_cliente):
        raise Refused(5, "Debe informar cuentaCorriente o rutCliente, no ambos")
    if asked.cuenta_corriente and f"{asked.cuenta_corriente}-{asked.digit}" != account.account_number:
        raise Refused(6, "La cuenta corriente no existe")


def _city(code: int) -> City:
    city = city_coded(code)
    if city is None:
        raise Refused(7, f"No existe cobertura para la ciudad {code}")
    return city


def _shown(tariff: Tariff) -> dict[str, object]:
    return {
        "costoTotal": float(tariff.price),
        "diasEntrega": tariff.days,
        "tipoEntrega": {
            "codigoTipoEntrega": tariff.delivery,
            "descripcionTipoEntrega": _DELIVERIES[tariff.delivery],
        },
        "tipoServicio": {"codigoTipoServicio": tariff.speed, "descripcionTipoServicio": _SPEEDS[tariff.speed]},
    }


def _listed_city(city: City) -> dict[str, object]:
    return {
        "codigoCiudad": city.code,
        "codigoRegion": city.region,
        "codigoZonaGeografica": 1,
        "nombreCiudad": city.name,
        "listaComunas": [
            {"codigoComuna": city.code * 100 + place, "nombreComuna": comuna}
            for place, comuna in enumerate(city.comunas)
        ],
    }
