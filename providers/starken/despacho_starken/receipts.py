"""What the carrier says to an emission, and what that proves (contract/carriers.md 3A).

``codigoError`` 0 with an OF is a sale; any other number is a refusal, unless its words speak of a broken service; and everything else
leaves open whether an OF exists.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from despacho_ports.calls import Answer
from despacho_ports.carriers import BoughtLabel, BoughtShipment, ShipmentRequest
from despacho_ports.errors import ProviderError, Uncertain
from despacho_starken.amounts import price
from despacho_starken.answers import checked, lenient, many, text_of
from despacho_starken.numbers import NOTHING, exact, freight_order, package_number, whole
from despacho_starken.refusals import refusal, speaks_of_trouble

_ROUTING = (
    ("codigoAgenciaDestino", "nombreAgenciaDestino"),
    ("comunaDestino", "ciudadDestino"),
    ("regionDestino",),
)


class _Receipt(msgspec.Struct, rename="camel"):
    codigo_error: msgspec.Raw = NOTHING
    description: object = msgspec.field(default=None, name="DescripcionError")
    descripcion_error: object = None
    nro_orden_flete: msgspec.Raw = NOTHING
    total: msgspec.Raw = msgspec.field(default=NOTHING, name="totalOF")
    packages: msgspec.Raw = msgspec.field(default=NOTHING, name="Encargos")
    encargos: msgspec.Raw = NOTHING

    @property
    def text(self) -> str:
        """The error's words, in either spelling of the field."""
        return text_of(self.description) or text_of(self.descripcion_error)


class _Package(msgspec.Struct, rename="camel"):
    codigo_barra_encargo: object = None
    tipo_carga: object = None
    ramp: object = msgspec.field(default=None, name="Rampa")


def read_purchase(answer: Answer, request: ShipmentRequest) -> BoughtShipment:
    """The labels of what was sold, without documents: those are asked for by the OF.

    Raises:
        ProviderError: The refusal's own error; ``Uncertain`` where the answer does not settle it.
    """
    body = checked(answer, acting=True)
    receipt = lenient(body, _Receipt)
    error = whole(receipt.codigo_error) if receipt else None
    if receipt is None or error is None:
        raise Uncertain(f"Starken answered the emission with what cannot be read (HTTP {answer.status}).")
    order = freight_order(receipt.nro_orden_flete)
    if error != 0:
        raise _refused(receipt, error, order)
    if order is None:
        raise Uncertain("Starken accepted the emission and gave no readable number of an OF.")
    packages = _packages(receipt, len(request.parcels))
    routing = _routing(body)
    return BoughtShipment(
        labels=tuple(_label(order, piece, package, routing) for piece, package in enumerate(packages, start=1)),
        price=price(exact(receipt.total)),
    )


def _refused(receipt: _Receipt, error: int, order: str | None) -> ProviderError:
    if order is not None or speaks_of_trouble(receipt.text):
        return Uncertain(f"Starken's answer to the emission leaves open whether it acted. {receipt.text}".strip())
    return refusal(receipt.text, error)


def _packages(receipt: _Receipt, pieces: int) -> list[_Package]:
    """One entry for each piece. One alone stands for all, since it says itself how many pieces it is; otherwise nobody knows."""
    listed = many(receipt.packages) or many(receipt.encargos)
    read = [lenient(raw, _Package) or _Package() for raw in listed]
    if len(read) == 1:
        return read * pieces
    return read if len(read) == pieces else [_Package()] * pieces


def _label(order: str, piece: int, package: _Package, routing: Sequence[str]) -> BoughtLabel:
    ramp, cargo = text_of(package.ramp), text_of(package.tipo_carga)
    return BoughtLabel(
        piece=piece,
        tracking_number=package_number(order, piece),
        barcode=text_of(package.codigo_barra_encargo) or order,
        routing=(*((f"RAMPA {ramp}",) if ramp else ()), *routing, *((cargo,) if cargo else ())),
    )


def _routing(body: bytes) -> list[str]:
    """What the carrier prints for its sorters: agency, comuna and city, region."""
    fields = lenient(body, dict[str, msgspec.Raw]) or {}
    lines = []
    for names in _ROUTING:
        texts = (text_of(lenient(fields[name], object)) for name in names if name in fields)
        line = " ".join(dict.fromkeys(text for text in texts if text))
        lines += [line] if line else []
    return lines
