"""Where an OF is: its current state and nothing before it (contract/carriers.md 3A). Times are Santiago's, without a zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from despacho_sandbox.kit.asgi import Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.starken.accounts import Account
from despacho_sandbox.starken.emission import SANTIAGO
from despacho_sandbox.starken.journey import DELIVERED, MICRO, follow_clock
from despacho_sandbox.starken.ledger import Event, Freight, Ledger
from despacho_sandbox.starken.options import StarkenOptions
from despacho_sandbox.starken.wire import decoded, nothing_found

KIND = "getDetalleSeguimientoNuevo"


class Question(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """One OF."""

    orden_flete: int


class Tracking:
    """Answers for states, and moves OFs along with the clock.

    Args:
        ledger: Where the OFs are.
        clock: The sandbox's clock.
        options: Reads the switches of the moment.
        happened: Called with each OF and its new event.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: SandboxClock,
        options: Callable[[], StarkenOptions],
        happened: Callable[[Freight, Event], None],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._options = options
        self._happened = happened

    def detail(self, account: Account, request: Request) -> Reply:
        """The state of one OF of the customer; nothing for any other."""
        freight = self._ledger.orders.get(decoded(request.body, Question).orden_flete)
        if freight is None or freight.company_rut != account.company_rut:
            return nothing_found(KIND)
        self.follow()
        return json_reply(_shown(freight))

    def follow(self) -> None:
        """Brings every OF to where the clock says it is."""
        now, journey = self._clock.now(), self._options().journey
        for freight in self._ledger.orders.values():
            for event in follow_clock(freight, journey, now):
                self._happened(freight, event)


def _shown(freight: Freight) -> dict[str, object]:
    last, agency = freight.events[-1], freight.agency
    return {
        "type": f"{KIND}Respuesta",
        "codigoRespuesta": 1,
        "mensajeRespuesta": "",
        "ordenFlete": freight.order,
        "estadoFlete": last.state,
        "codigoEstadoHomologado": MICRO.get(last.state, 99),
        "estadoHomologado": last.state,
        "descEstadoHomologado": last.state.capitalize(),
        "fechaEmision": _local(freight.created_at),
        "fechaCompromiso": _local(freight.created_at + timedelta(days=3)),
        "fechaEntrega": _local(last.at) if last.state == DELIVERED else None,
        "ciudadOrigen": freight.origin.name,
        "ciudadDestino": freight.destination.name,
        "codigoAgenciaDestino": agency.code if agency else 0,
        "descripcionAgenciaDestino": agency.name if agency else freight.destination.name,
        "direccionAgenciaDestino": agency.address if agency else "",
        "nombreRemitente": freight.sender,
        "nombreDestinatario": freight.receiver,
        "tipoEntrega": "AGENCIA" if freight.to_agency else "DOMICILIO",
        "tipoServicio": "EXPRESS" if freight.speed == "1" else "NORMAL",
        "cantidadBultos": freight.pieces,
        "cantidadKilos": float(freight.kilos),
        "documentoCliente": int(freight.document or 0),
        "valorFlete": float(freight.price),
    }


def _local(at: datetime) -> str:
    return f"{at.astimezone(SANTIAGO):%Y-%m-%dT%H:%M:%S}"
