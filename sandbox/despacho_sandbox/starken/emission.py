"""The emission, "Host to Host": one call makes an OF, and its answer says all that a label needs (contract/carriers.md 3A)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from despacho_sandbox.kit.asgi import JSON, Reply, Request
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.starken.accounts import Account, Accounts
from despacho_sandbox.starken.asked import Emission
from despacho_sandbox.starken.checks import agency_asked_for, check
from despacho_sandbox.starken.cities import City, city_of
from despacho_sandbox.starken.journey import CREATED
from despacho_sandbox.starken.ledger import Event, Freight, Ledger
from despacho_sandbox.starken.options import StarkenOptions
from despacho_sandbox.starken.pricing import tariffs
from despacho_sandbox.starken.wire import Refused, not_emitted, texts

SANTIAGO = ZoneInfo("America/Santiago")
BAD_CREDENTIALS = Refused(1, "Usuario o clave incorrectos")
_PAYMENTS = {"2": "CUENTA CORRIENTE", "3": "POR PAGAR"}


class EmissionDesk:
    """Makes OFs.

    Args:
        accounts: Who may.
        ledger: Where they are kept.
        clock: The sandbox's clock.
        options: Reads the switches of the moment.
        made: Called with each new OF.
    """

    def __init__(
        self,
        accounts: Accounts,
        ledger: Ledger,
        clock: SandboxClock,
        options: Callable[[], StarkenOptions],
        made: Callable[[Freight], None],
    ) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._clock = clock
        self._options = options
        self._made = made

    async def emit(self, request: Request) -> Reply:
        """One OF, or a refusal; both with HTTP 200. An IP address that is not on the list gets a 403 of the firewall."""
        if not self._options().emission_open:
            return Reply(403, b"Forbidden", {"content-type": "text/plain"})
        try:
            freight = self._emitted(texts(request.body, Emission))
        except Refused as refusal:
            return not_emitted(refusal, lower_case=self._options().lower_case_error)
        text = self._answer(freight)
        encoding = "latin-1" if self._options().answers_in_latin_1 else "utf-8"
        return Reply(200, text.encode(encoding, "replace"), {"content-type": JSON})

    def _emitted(self, asked: Emission) -> Freight:
        account = self._accounts.emitting(
            asked.rut_empresa_emisora, asked.rut_usuario_emisor, asked.clave_usuario_emisor
        )
        if account is None:
            raise BAD_CREDENTIALS
        check(asked, account)
        freight = self._freight(asked, account)
        self._ledger.add(freight)
        self._made(freight)
        return freight

    def _freight(self, asked: Emission, account: Account) -> Freight:
        agency = agency_asked_for(asked)
        comuna = agency.comuna if agency else asked.comuna_destino
        origin, destination = _city(asked.comuna_remitente or "SANTIAGO"), _city(comuna)
        now = self._clock.now()
        return Freight(
            order=self._ledger.take_number(),
            company_rut=account.company_rut,
            reference=asked.observacion.partition(" ")[0],
            document=asked.numero_documento1,
            pieces=sum(int(count) for _, count in asked.encargos if count),
            kilos=asked.kilos_total,
            to_agency=asked.to_agency,
            speed=asked.tipo_servicio,
            payment=asked.tipo_pago,
            declared_value=int(asked.valor_declarado),
            price=_price(asked, origin, destination),
            origin=origin,
            destination=destination,
            comuna=comuna,
            agency=agency,
            sender=asked.nombre_razon_social_remitente or account.name,
            sender_rut=asked.rut_remitente or account.company_rut,
            receiver=asked.nombre_razon_social_destinatario,
            receiver_rut=asked.rut_destinatario,
            street=asked.direccion_destinatario,
            number=asked.numeracion_direccion_destinatario,
            unit=asked.departamento_direccion_destinatario,
            phone=asked.telefono_destinatario,
            created_at=now,
            events=[Event(now, CREATED)],
        )

    def _answer(self, freight: Freight) -> str:
        encargos: list[dict[str, object]] = [
            {
                "codigoBarraEncargo": freight.barcode(piece),
                "numeroBultos": f"{piece}/{freight.pieces}",
                "tipoCarga": "BULTO",
                "Rampa": f"{freight.destination.region:02d}",
            }
            for piece in range(1, freight.pieces + 1)
        ]
        answer = {
            "codigoError": 0,
            "DescripcionError": "OK",
            "nroOrdenFlete": _scientific(freight.order),
            **_facts(freight),
            "Encargos": {**encargos[0], "numeroBultos": freight.pieces}
            if self._options().packages_as_one
            else encargos,
        }
        written = self._options().order_number_as
        text = msgspec.json.encode(answer).decode()
        if written == "scientific":
            return text
        number = _scientific(freight.order) if written == "number" else str(freight.order)
        return text.replace(f'"{_scientific(freight.order)}"', number)


def _facts(freight: Freight) -> dict[str, object]:
    agency = freight.agency
    local = freight.created_at.astimezone(SANTIAGO)
    return {
        "fechaEmision": f"{local:%d/%m/%Y %H:%M:%S}",
        "totalOF": float(freight.price),
        "nombreTipoPago": _PAYMENTS[freight.payment],
        "codigoAgenciaDestino": agency.code if agency else 0,
        "nombreAgenciaDestino": agency.name if agency else "",
        "regionDestino": f"REGION {freight.destination.region}",
        "comunaDestino": freight.comuna,
        "ciudadDestino": freight.destination.name,
        "ciudadOrigen": freight.origin.name,
        "nombreEmpresaRemitente": freight.sender,
        "rutEmpresaRemitente": freight.sender_rut,
        "rutDestinatario": freight.receiver_rut,
        "nombreDestinatario": freight.receiver,
        "telefonoDestinatario": freight.phone,
        "direccionDestinatario": freight.street,
        "numeroDireccionDestinatario": freight.number,
        "departamentoDireccionDestinatario": freight.unit,
        "numeroDocumentoReferencia": freight.document,
        "cantidadDocumentosReferencia": int(bool(freight.document)),
    }


def _price(asked: Emission, origin: City, destination: City) -> int:
    volume = Decimal(asked.alto) * Decimal(asked.ancho) * Decimal(asked.largo)
    wanted = (int(asked.tipo_entrega), int(asked.tipo_servicio))
    offered = tariffs(origin, destination, Decimal(asked.kilos_total), volume)
    price = next((one.price for one in offered if (one.delivery, one.speed) == wanted), None)
    if price is None:
        raise Refused(35, "Tipo de servicio no disponible para el destino")
    return price


def _scientific(order: int) -> str:
    """`222746632` as `2.22746632E8`."""
    digits = str(order)
    return f"{digits[0]}.{digits[1:].rstrip('0') or '0'}E{len(digits) - 1}"


def _city(comuna: str) -> City:
    city = city_of(comuna)
    if city is None:
        raise Refused(12, "Comuna invalida")
    return city
