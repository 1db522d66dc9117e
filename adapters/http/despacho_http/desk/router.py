"""All pages of the App behind one door."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from despacho_http.desk.door import SignedIn
from despacho_http.desk.entrance import choose_language, name_person, sign_out
from despacho_http.desk.failures import FAILURES
from despacho_http.desk.forms import provide_form
from despacho_http.desk.home import home
from despacho_http.desk.invoices import PAGES as INVOICES
from despacho_http.desk.invoices_waiting import PAGES as WAITING
from despacho_http.desk.manifests import PAGES as MANIFESTS
from despacho_http.desk.manifests_signing import PAGES as SIGNING
from despacho_http.desk.orders import buy_labels, follow_batch, list_orders
from despacho_http.desk.shipments import PAGES as SHIPMENTS
from despacho_http.desk.visitor import provide_visitor
from despacho_http.metrics import Counted
from despacho_http.recording import Recorded

PAGES: tuple[ControllerRouterHandler, ...] = (
    home,
    sign_out,
    choose_language,
    name_person,
    list_orders,
    buy_labels,
    follow_batch,
    *SHIPMENTS,
    *MANIFESTS,
    *SIGNING,
    *INVOICES,
    *WAITING,
)
"""Every page; each part of the App adds its own."""


def desk_router() -> Router:
    """The App, for signed-in browsers alone."""
    return Router(
        "/",
        route_handlers=PAGES,
        middleware=[Counted, SignedIn, Recorded],
        dependencies={"visitor": Provide(provide_visitor), "form": Provide(provide_form)},
        exception_handlers=FAILURES,
        include_in_schema=False,
    )
