"""The simulated CTT Expresso, put together: three web services and their operations, control."""

from __future__ import annotations

from despacho_sandbox.ctt.accounts import UNKNOWN, Accounts
from despacho_sandbox.ctt.controls import Controls, shown_parcel
from despacho_sandbox.ctt.ledger import Ledger, Parcel
from despacho_sandbox.ctt.options import CttOptions
from despacho_sandbox.ctt.points import REFUSED, Points
from despacho_sandbox.ctt.products import Numbering
from despacho_sandbox.ctt.shipping import Shipping
from despacho_sandbox.ctt.soap import CLIENT, NO_ACTION, OPERATIONS, SERVER, XML, Fault
from despacho_sandbox.ctt.tracking import Tracking
from despacho_sandbox.kit.asgi import Handler, Reply, Request, Scope
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.options import Switchboard
from despacho_sandbox.kit.routing import Endpoint, Route, Router
from despacho_sandbox.kit.simulator import Simulator

_SHIPMENTS, _EVENTS, _POINTS = "CTTShipmentProviderWS", "EventosWS", "Referenciasws"
_INTERFACES = {_SHIPMENTS: "ICTTShipmentProviderWS", _EVENTS: "IEventosWS", _POINTS: "IReferenciasWS"}
_POOLS = ("CTTEWSPool", "CTTEWSPoolHTTPS")
_NAMES = {
    "CreateShipment": "create-shipment",
    "CreateShipmentWithoutPrint": "create-without-print",
    "CompleteShipment": "complete-shipment",
    "CloseShipment": "close-shipment",
    "GetEventosObjectos_V3": "track",
    "ObterTodosPontosEntrega": "points",
    "ObterTodosPontosEntregaES": "points-spain",
    "ObterDadosPontosEntrega": "points-chosen",
}
"""Operations with the names by which faults are asked for."""


class CttSimulator(Simulator):
    """CTT Expresso: shipments with labels, close-out, events, delivery points. No pickups.

    Attributes:
        accounts: Its customers.
        ledger: Its objects.
        options: Its switches.
    """

    name = "ctt"

    def __init__(self, clock: SandboxClock, *, seed: int = 0) -> None:
        self.accounts = Accounts()
        self.ledger = Ledger()
        self.options = Switchboard(CttOptions())
        self._numbering = Numbering()
        self._shipping = Shipping(self.accounts, self.ledger, self._numbering, clock, lambda: self.options.current)
        self.tracking = Tracking(self.accounts, self.ledger, clock, lambda: self.options.current)
        self.by_hand = Controls(self.accounts, self.ledger, self.tracking, clock)
        self._operations = self._table()
        endpoints = tuple(
            Endpoint(_NAMES[operation], "POST", f"/{pool}/{service}.svc")
            for service, operation in self._operations
            for pool in _POOLS
        )
        super().__init__(clock, seed=seed, endpoints=endpoints)
        self.app = Router(
            Route(Endpoint(service, "POST", f"/{pool}/{service}.svc"), self._answerer(service))
            for service in _INTERFACES
            for pool in _POOLS
        )

    def _table(self) -> dict[tuple[str, str], Handler]:
        points = Points(self.accounts)
        return {
            (_SHIPMENTS, "CreateShipment"): self._shipping.create,
            (_SHIPMENTS, "CreateShipmentWithoutPrint"): self._shipping.create_without_print,
            (_SHIPMENTS, "CompleteShipment"): self._shipping.complete,
            (_SHIPMENTS, "CloseShipment"): self._shipping.close,
            (_EVENTS, "GetEventosObjectos_V3"): self.tracking.events,
            (_POINTS, "ObterTodosPontosEntrega"): points.portugal,
            (_POINTS, "ObterTodosPontosEntregaES"): points.spain,
            (_POINTS, "ObterDadosPontosEntrega"): points.chosen,
        }

    def endpoint_of(self, scope: Scope) -> str | None:
        """All operations of a service share its address: the `SOAPAction` tells them apart."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        operation = headers.get(b"soapaction", "").strip('"').rpartition("/")[2]
        return _NAMES.get(operation) if super().endpoint_of(scope) else None

    def _answerer(self, service: str) -> Handler:
        async def answer(request: Request) -> Reply:
            if not request.headers.get("content-type", "").lower().startswith("text/xml"):
                return Reply(415, b"", {"content-type": XML})
            try:
                return await self._handler(service, request.headers.get("soapaction", ""))(request)
            except Fault as fault:
                return fault.reply()

        return answer

    def _handler(self, service: str, action: str) -> Handler:
        begin = f'"{OPERATIONS}{_INTERFACES[service]}/'
        operation = action.removeprefix(begin).removesuffix('"')
        handler = self._operations.get((service, operation))
        if handler is None or action != f'{begin}{operation}"':
            raise Fault(NO_ACTION, f"A mensagem com Action {action or 'vazia'} não pode ser processada.")
        return handler

    def shipments_with(self, reference: str) -> list[Parcel]:
        """Every object under a reference, oldest first."""
        return self.ledger.with_reference(reference)

    def state(self) -> dict[str, object]:
        """Accounts, objects, and how many objects there are per contract and reference."""
        self.tracking.follow()
        return {
            "accounts": self.accounts.all(),
            "options": self.options.current,
            "parcels": [shown_parcel(parcel) for parcel in self.ledger.parcels.values()],
            "shipments_per_reference": self.ledger.per_reference(),
        }

    def hub_accounts(self) -> list[dict[str, object]]:
        """The first customer, as a hub's form asks for it."""
        one = self.accounts.all()[0]
        settings = {
            "authentication_id": one.authentication_id,
            "user_id": one.user_id,
            "client_id": one.client_id,
            "contract_id": one.contract_id,
            "base_url": f"{self.base_url}/{_POOLS[0]}",
        }
        return [{"provider": self.name, "name": "CTT Expresso", "settings": settings}]

    def counts(self) -> dict[str, int]:
        """Objects, closed and not."""
        closed = sum(one.closed_at is not None for one in self.ledger.parcels.values())
        return {"open_parcels": len(self.ledger.parcels) - closed, "closed_parcels": closed}

    def reset(self) -> None:
        """Forgets objects, added customers and changed options."""
        self.accounts.reset()
        self.ledger.clear()
        self._numbering.clear()
        self.options.reset()

    def controls(self) -> tuple[Route, ...]:
        """Options, accounts, and objects moved by hand."""
        return (*self.options.routes(), *self.by_hand.routes())

    def rate_limited(self, endpoint: str, retry_after: int) -> Reply:  # noqa: ARG002 - one gateway for all operations
        """A 429 of our own: that CTT sends any is not known."""
        return Reply(429, b"", {"retry-after": str(retry_after), "content-type": XML})

    def unauthorized(self, endpoint: str) -> Reply:
        """A refused AuthenticationID: each service says it in its own way, and none with HTTP 401."""
        if endpoint == "track":
            return self.tracking.refusal(REFUSED)
        if endpoint.startswith("points"):
            return Fault(CLIENT, REFUSED).reply()
        operation = next(one for one, name in _NAMES.items() if name == endpoint)
        return self._shipping.failure(operation, [UNKNOWN])

    def server_error(self, endpoint: str) -> Reply:  # noqa: ARG002 - as above
        """The fault of a server that broke."""
        text = "O servidor não conseguiu processar o pedido devido a um erro interno."
        return Fault(SERVER, text).reply()
