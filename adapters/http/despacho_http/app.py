"""Puts the app together. Nobody outside this package knows that it is Litestar's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from despacho_http import checkout, health
from despacho_http.access import provide_services
from despacho_http.answers import EXCEPTION_HANDLERS
from despacho_http.api.router import api_router
from despacho_http.bodies import MOST_OCTETS
from despacho_http.carrier_events import receive_events
from despacho_http.consent import begin_installation, finish_installation
from despacho_http.desk.assets import give_asset
from despacho_http.desk.entrance import signed_out
from despacho_http.desk.router import desk_router
from despacho_http.documents import open_document
from despacho_http.health import SchemaCheck
from despacho_http.invoice_button import press_invoice_button
from despacho_http.manifest_page import confirm_manifest
from despacho_http.metrics import Counted, Metrics
from despacho_http.openapi import openapi_config
from despacho_http.safe_headers import add_what_is_absent
from despacho_http.scan_page import look_at_label, say_what_happened
from despacho_http.tracking_page import track
from despacho_http.webhooks import receive_webhook
from despacho_services.services import Services

OpenServices = Callable[[], AbstractAsyncContextManager[Services]]
"""Opens the hub's use cases, in the loop that will serve, and closes them at the end."""


def create_app(
    open_services: OpenServices,
    *,
    schema_is_current: SchemaCheck | None = None,
    admin_origin: str | None = None,
    more_frames: Sequence[str] = (),
) -> Litestar:
    """The hub's web app, an ASGI application; the hub is opened when the server starts and closed when it stops.

    Args:
        open_services: Opens the use cases; see :data:`OpenServices`.
        schema_is_current: Asked by ``/health/ready``; without it the database only has to answer.
        admin_origin: Who may show the App in a frame; without it the admin of the store at the platform.
        more_frames: Origins that may do so beside.
    """

    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncIterator[None]:
        async with open_services() as services:
            app.state.services = services
            yield

    app = Litestar(
        [receive_webhook, Router("/", route_handlers=_COUNTED, middleware=[Counted]), desk_router(), api_router()],
        lifespan=[opened],
        dependencies={"services": Provide(provide_services)},
        exception_handlers=EXCEPTION_HANDLERS,
        request_max_body_size=MOST_OCTETS,
        openapi_config=openapi_config(),
        logging_config=None,
        before_send=[add_what_is_absent],
    )
    app.state.metrics = Metrics()
    app.state.schema_is_current = schema_is_current
    app.state.admin_origin = admin_origin
    app.state.more_frames = tuple(more_frames)
    return app


_COUNTED: tuple[ControllerRouterHandler, ...] = (
    checkout.quote_checkout,
    checkout.list_services,
    give_asset,
    signed_out,
    press_invoice_button,
    begin_installation,
    finish_installation,
    receive_events,
    open_document,
    confirm_manifest,
    track,
    look_at_label,
    say_what_happened,
    health.live,
    health.ready,
    health.figures,
)
