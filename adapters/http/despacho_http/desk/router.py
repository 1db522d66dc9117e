"""All pages of the App behind one door."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from despacho_http.desk.accounts import PAGES as ACCOUNTS
from despacho_http.desk.accounts_terms import PAGES as ACCOUNT_TERMS
from despacho_http.desk.activity import PAGES as ACTIVITY
from despacho_http.desk.activity_acts import PAGES as ACTIVITY_ACTS
from despacho_http.desk.door import SignedIn
from despacho_http.desk.entrance import choose_language, name_person, sign_out
from despacho_http.desk.failures import FAILURES
from despacho_http.desk.forms import provide_form
from despacho_http.desk.glance import PAGES as GLANCE
from despacho_http.desk.home import home
from despacho_http.desk.invoices import PAGES as INVOICES
from despacho_http.desk.invoices_settling import PAGES as INVOICES_SETTLING
from despacho_http.desk.invoices_waiting import PAGES as WAITING
from despacho_http.desk.manifests import PAGES as MANIFESTS
from despacho_http.desk.manifests_signing import PAGES as SIGNING
from despacho_http.desk.orders import PAGES as ORDERS
from despacho_http.desk.orders_acts import PAGES as ORDER_ACTS
from despacho_http.desk.orders_bulk import PAGES as ORDERS_BULK
from despacho_http.desk.orders_documents import PAGES as ORDERS_DOCUMENTS
from despacho_http.desk.orders_listing import PAGES as ORDERS_LISTING
from despacho_http.desk.orders_one import PAGES as ORDER_PAGE
from despacho_http.desk.orders_printing import PAGES as ORDERS_PRINTING
from despacho_http.desk.rates import PAGES as RATES
from despacho_http.desk.rates_rows import PAGES as RATE_ROWS
from despacho_http.desk.rates_try import PAGES as TRIALS
from despacho_http.desk.settings import PAGES as SETTINGS
from despacho_http.desk.shipments import PAGES as SHIPMENTS
from despacho_http.desk.start import PAGES as START
from despacho_http.desk.visitor import provide_visitor
from despacho_http.metrics import Counted
from despacho_http.recording import Recorded

PAGES: tuple[ControllerRouterHandler, ...] = (
    home,
    sign_out,
    choose_language,
    name_person,
    *ORDERS,
    *ORDERS_BULK,
    *ORDERS_PRINTING,
    *ORDERS_LISTING,
    *ORDERS_DOCUMENTS,
    *ORDER_PAGE,
    *ORDER_ACTS,
    *SHIPMENTS,
    *MANIFESTS,
    *SIGNING,
    *INVOICES,
    *INVOICES_SETTLING,
    *WAITING,
    *ACCOUNTS,
    *ACCOUNT_TERMS,
    *SETTINGS,
    *START,
    *RATES,
    *RATE_ROWS,
    *TRIALS,
    *GLANCE,
    *ACTIVITY,
    *ACTIVITY_ACTS,
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
