"""The simulated Chilexpress, put together: gateway, three products, control."""

from __future__ import annotations

import math

from despacho_sandbox.chilexpress.accounts import Accounts, Product
from despacho_sandbox.chilexpress.certificates import Certificates
from despacho_sandbox.chilexpress.controls import Controls, shown_order
from despacho_sandbox.chilexpress.georeference import areas, offices, regions
from despacho_sandbox.chilexpress.ledger import Ledger, TransportOrder
from despacho_sandbox.chilexpress.options import ChilexpressOptions
from despacho_sandbox.chilexpress.rating import Rating
from despacho_sandbox.chilexpress.shipping import Shipping
from despacho_sandbox.chilexpress.tracking import Tracking
from despacho_sandbox.chilexpress.wire import INVALID_KEY, MISSING_KEY, Refused, gateway
from despacho_sandbox.kit.asgi import Handler, Reply, Request
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.options import Switchboard
from despacho_sandbox.kit.quota import Quota
from despacho_sandbox.kit.routing import Endpoint, Route, Router
from despacho_sandbox.kit.simulator import Simulator

_GEO = "/georeference/api/v1.0"
_RATING = "/rating/api/v1.0"
_ORDERS = "/transport-orders/api/v1.0"
_CERTIFICATES = f"{_ORDERS}/transport-order-certificates"


class ChilexpressSimulator(Simulator):
    """Chilexpress: coverage, quotes, transport orders with labels, certificates, tracking.

    Attributes:
        accounts: Its customers.
        ledger: Its transport orders and certificates.
        options: Its switches.
    """

    name = "chilexpress"

    def __init__(self, clock: SandboxClock, *, seed: int = 0) -> None:
        self.accounts = Accounts()
        self.ledger = Ledger()
        self.options = Switchboard(ChilexpressOptions())
        self.tracking = Tracking(self.ledger, clock, lambda: self.options.current)
        self.by_hand = Controls(self.accounts, self.ledger, self.tracking, clock)
        self._quota = Quota(1, 60)
        routes = self._routes(clock)
        super().__init__(clock, seed=seed, endpoints=tuple(route.endpoint for route in routes))
        self.app = Router(routes)

    def _routes(self, clock: SandboxClock) -> tuple[Route, ...]:
        rating = Rating(self.accounts)
        shipping = Shipping(self.accounts, self.ledger, clock, lambda: self.options.current)
        certificates = Certificates(self.accounts, self.ledger, clock, lambda: self.options.current)
        geo, rates, orders = Product.GEOREFERENCE, Product.RATING, Product.TRANSPORT_ORDERS
        table: tuple[tuple[str, str, str, Product, Handler], ...] = (
            ("regions", "GET", f"{_GEO}/regions", geo, regions),
            ("regions", "GET", "/georeference/v2/api/v2.0/regions", geo, regions),
            ("coverage-areas", "GET", f"{_GEO}/coverage-areas", geo, areas),
            ("coverage-areas", "GET", "/georeference/v2/api/v1.0/coverage-areas", geo, areas),
            ("offices", "GET", f"{_GEO}/offices", geo, offices),
            ("rates.courier", "POST", f"{_RATING}/rates/courier", rates, rating.courier),
            ("rates.business", "POST", f"{_RATING}/rates/business", rates, rating.business),
            ("create-shipment", "POST", f"{_ORDERS}/transport-orders", orders, shipping.create),
            ("reprint-label", "POST", f"{_ORDERS}/transport-orders-labels", orders, shipping.reprint),
            ("open-certificate", "POST", _CERTIFICATES, orders, certificates.open),
            ("close-certificate", "PUT", _CERTIFICATES, orders, certificates.close),
            ("read-certificate", "GET", f"{_CERTIFICATES}/{{number}}", orders, certificates.read),
            ("track", "POST", f"{_ORDERS}/tracking", orders, self.tracking.single),
            ("track-bulk", "POST", f"{_ORDERS}/tracking/bulk", orders, self.tracking.bulk),
        )
        return tuple(
            Route(Endpoint(name, method, path), self._guarded(product, handler))
            for name, method, path, product, handler in table
        )

    def _guarded(self, product: Product, handler: Handler) -> Handler:
        async def answer(request: Request) -> Reply:
            refusal = self._at_the_gate(product, request.headers.get("ocp-apim-subscription-key"))
            if refusal is not None:
                return refusal
            try:
                return await handler(request)
            except Refused as refused:
                return refused.reply(wrapped=product is not Product.GEOREFERENCE)

        return answer

    def _at_the_gate(self, product: Product, key: str | None) -> Reply | None:
        if not key and product is Product.GEOREFERENCE and not self.options.current.georeference_needs_key:
            return None
        if not key:
            return gateway(401, MISSING_KEY)
        if self.accounts.owning_key(product, key) is None:
            return gateway(401, INVALID_KEY)
        allowed = self.options.current.requests_per_minute
        if allowed is None:
            return None
        self._quota.requests = allowed
        if wait := self._quota.wait(key):
            return self.rate_limited("", math.ceil(wait))
        self._quota.count(key)
        return None

    def shipments_with(self, reference: str) -> list[TransportOrder]:
        """Every transport order under a reference, oldest first."""
        return self.ledger.with_reference(reference)

    def state(self) -> dict[str, object]:
        """Accounts, orders, certificates, and how many orders there are per card and reference."""
        self.tracking.follow()
        return {
            "accounts": self.accounts.all(),
            "options": self.options.current,
            "transport_orders": [shown_order(order) for order in self.ledger.orders.values()],
            "certificates": list(self.ledger.certificates.values()),
            "shipments_per_reference": self.ledger.per_reference(),
        }

    def hub_accounts(self) -> list[dict[str, object]]:
        """The first customer, as a hub's form asks for it."""
        one = self.accounts.all()[0]
        settings = {
            "key_coverage": one.georeference_key,
            "key_rating": one.rating_key,
            "key_shipping": one.transport_orders_key,
            "customer_card": one.tcc,
            "company_rut": str(one.rut),
            "sender_phone": "223824861",
            "base_url": self.base_url,
        }
        return [{"provider": self.name, "name": "Chilexpress", "settings": settings}]

    def counts(self) -> dict[str, int]:
        """Orders, and certificates open and closed."""
        closed = sum(one.closed_at is not None for one in self.ledger.certificates.values())
        return {
            "transport_orders": len(self.ledger.orders),
            "open_certificates": len(self.ledger.certificates) - closed,
            "closed_certificates": closed,
        }

    def reset(self) -> None:
        """Forgets orders, certificates, added customers and changed options."""
        self.accounts.reset()
        self.ledger.clear()
        self.options.reset()
        self._quota.clear()

    def controls(self) -> tuple[Route, ...]:
        """Options, accounts, and parcels moved by hand."""
        return (*self.options.routes(), *self.by_hand.routes())

    def rate_limited(self, endpoint: str, retry_after: int) -> Reply:  # noqa: ARG002 - one gateway for all endpoints
        """The gateway's own words."""
        text = f"Rate limit is exceeded. Try again in {retry_after} seconds."
        return gateway(429, text, retry_after=str(retry_after))

    def unauthorized(self, endpoint: str) -> Reply:  # noqa: ARG002 - as above
        """The gateway's own words."""
        return gateway(401, INVALID_KEY)

    def server_error(self, endpoint: str) -> Reply:  # noqa: ARG002 - as above
        """The gateway's own words."""
        return gateway(500, "Internal server error")
