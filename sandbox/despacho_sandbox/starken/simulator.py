"""The simulated Starken, put together: quotes and tracking, emission, labels, pushes, control."""

from __future__ import annotations

from collections.abc import Callable

from despacho_sandbox.kit.asgi import Handler, Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.options import Switchboard
from despacho_sandbox.kit.routing import Endpoint, Route, Router
from despacho_sandbox.kit.simulator import Simulator
from despacho_sandbox.starken.accounts import Account, Accounts
from despacho_sandbox.starken.controls import Controls, shown_freight
from despacho_sandbox.starken.emission import BAD_CREDENTIALS, EmissionDesk
from despacho_sandbox.starken.labels import UNAUTHORIZED, Labels
from despacho_sandbox.starken.ledger import Event, Freight, Ledger
from despacho_sandbox.starken.options import StarkenOptions
from despacho_sandbox.starken.pushing import Pusher
from despacho_sandbox.starken.rating import Rating
from despacho_sandbox.starken.tracking import Tracking
from despacho_sandbox.starken.wire import BAD_REST_CREDENTIALS, Refused, not_emitted, refused

REST = "/starkenservices/rest"
EMISSION = "/starkenh2h/servlet/aemisionh2hremrest"
LABELS = "/apiqa/etiqueta/impresionByOrdenFleteDynamic"
_REST_AT = (REST, f"/apiqa{REST}")

Service = Callable[[Account, Request], Reply]


class StarkenSimulator(Simulator):
    """Starken's corporate API. No agencies are listed, nothing is cancelled, and there is no close-out.

    Attributes:
        accounts: Its customers.
        ledger: Its OFs.
        options: Its switches.
        pusher: Its pushes.
    """

    name = "starken"

    def __init__(self, clock: SandboxClock, *, seed: int = 0) -> None:
        self.accounts = Accounts()
        self.ledger = Ledger()
        self.options = Switchboard(StarkenOptions())
        self.tracking = Tracking(self.ledger, clock, lambda: self.options.current, self._happened)
        self.pusher = Pusher(self.accounts, self.ledger, clock, lambda: self.options.current, self.tracking.follow)
        self.by_hand = Controls(self.accounts, self.ledger, clock, self.tracking.follow, self._happened)
        routes = self._routes(clock)
        super().__init__(clock, seed=seed, endpoints=tuple(route.endpoint for route in routes))
        self.app = Router(routes)

    def _routes(self, clock: SandboxClock) -> tuple[Route, ...]:
        rating = Rating(lambda: self.options.current)
        desk = EmissionDesk(self.accounts, self.ledger, clock, lambda: self.options.current, self._made)
        labels = Labels(self.accounts, self.ledger, lambda: self.base_url)
        rest: tuple[tuple[str, str, str, Service], ...] = (
            ("origins", "GET", "listarCiudadesOrigen", rating.origins),
            ("destinations", "GET", "listarCiudadesDestino", rating.destinations),
            ("rates", "POST", "consultarTarifas", rating.tariffs),
            ("track", "POST", "getDetalleSeguimientoNuevo", self.tracking.detail),
        )
        return (
            *(
                Route(Endpoint(name, method, f"{base}/{path}"), self._rest(path, service))
                for name, method, path, service in rest
                for base in _REST_AT
            ),
            Route(Endpoint("emission", "POST", EMISSION), desk.emit),
            Route(Endpoint("labels", "POST", LABELS), labels.prints),
            Route(Endpoint("label-document", "GET", "/apiqa/etiqueta/archivo/{order}/{piece}.pdf"), labels.document),
        )

    def _rest(self, kind: str, service: Service) -> Handler:
        async def answer(request: Request) -> Reply:
            account = self.accounts.asking(request)
            if account is None:
                return self._not_let_in(kind)
            try:
                return service(account, request)
            except Refused as refusal:
                return refused(kind, refusal)

        return answer

    def _not_let_in(self, kind: str) -> Reply:
        if self.options.current.refuse_in_envelope:
            return refused(kind, Refused(2, BAD_REST_CREDENTIALS))
        return json_reply({"mensajeRespuesta": BAD_REST_CREDENTIALS}, 401)

    def _made(self, freight: Freight) -> None:
        self.pusher.tell(freight, freight.events[0])

    def _happened(self, freight: Freight, event: Event) -> None:
        self.pusher.tell(freight, event)

    async def start(self) -> None:
        """Pushes from now on."""
        await self.pusher.start()

    async def stop(self) -> None:
        """Pushes no more."""
        await self.pusher.stop()

    def shipments_with(self, reference: str) -> list[Freight]:
        """Every OF under a reference, oldest first."""
        return self.ledger.with_reference(reference)

    def state(self) -> dict[str, object]:
        """Accounts, OFs, pushes, and how many OFs there are per company and reference."""
        self.tracking.follow()
        return {
            "accounts": self.accounts.all(),
            "options": self.options.current,
            "orders": [shown_freight(one) for one in self.ledger.orders.values()],
            "pushes": self.pusher.pushes,
            "shipments_per_reference": self.ledger.per_reference(),
        }

    def hub_accounts(self) -> list[dict[str, object]]:
        """The first customer, as a hub's form asks for it."""
        one = self.accounts.all()[0]
        settings = {
            "company_rut": one.company_rut,
            "clave": one.clave,
            "emission_url": f"{self.base_url}{EMISSION}",
            "emission_user_rut": one.emission_user_rut,
            "emission_clave": one.emission_clave,
            "account_number": one.account_number,
            "label_url": f"{self.base_url}{LABELS}",
            "label_user": one.label_user,
            "label_password": one.label_password,
            "push_token": one.push_token,
            "base_url": f"{self.base_url}{REST}",
        }
        return [{"provider": self.name, "name": "Starken", "settings": settings}]

    def counts(self) -> dict[str, int]:
        """OFs, and pushes taken and not."""
        taken = sum(push.taken for push in self.pusher.pushes)
        return {
            "orders": len(self.ledger.orders),
            "pushes_taken": taken,
            "pushes_open": len(self.pusher.pushes) - taken,
        }

    def reset(self) -> None:
        """Forgets OFs, pushes, added customers and changed options."""
        self.accounts.reset()
        self.ledger.clear()
        self.pusher.clear()
        self.options.reset()

    def controls(self) -> tuple[Route, ...]:
        """Options, accounts, and OFs moved by hand."""
        return (*self.options.routes(), *self.by_hand.routes())

    def rate_limited(self, endpoint: str, retry_after: int) -> Reply:  # noqa: ARG002 - one answer for all
        """A 429 of our own: that Starken sends any is not known."""
        return json_reply({"mensajeRespuesta": "Demasiadas solicitudes"}, 429, retry_after=str(retry_after))

    def unauthorized(self, endpoint: str) -> Reply:
        """Refused credentials: each service says it in its own way."""
        if endpoint == "emission":
            return not_emitted(BAD_CREDENTIALS, lower_case=self.options.current.lower_case_error)
        return UNAUTHORIZED if endpoint.startswith("label") else self._not_let_in(endpoint)
