"""All pages that there are, asked of the app: each is looked at, or stands here with the reason why not.

Who adds a page adds nothing here, unless its path has a name in it that ``tests/busy_store.py`` does not know yet, or it is worth a second
look with a query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from despacho_http import create_app
from despacho_services.services import Services
from tests.routes import Door, ways

NO_PAGES = {
    "/assets/{digest}/{name}": "style sheets and scripts",
    "/documents/{file_name}": "a PDF",
    "/health/live": "for machines",
    "/health/ready": "for machines",
    "/jumpseller/install": "leads on to the consent",
    "/jumpseller/services/{store_key}": "for the platform",
    "/metrics": "for machines",
    "/schema": "the framework's page of the API's description, for programmers",
    "/schema/openapi.json": "for machines",
    "/schema/{path}": "the framework's pages of the API's description, for programmers",
}
_FILES = (".pdf", ".zpl", ".csv")
_ALSO: dict[str, tuple[str, ...]] = {
    "/app/invoices": ("?view=waiting",),
    "/app/manifests/{manifest_id}": ("?every=1",),
    "/app/orders": ("?text=nobody-is-called-so", "?status=paid&shipping=missing"),
    "/app/rates/try": ("?place=Providencia&weight_1=1",),
    "/app/shipments": ("?view=late",),
}
"""Pages that look otherwise with a query."""
_ONLY: dict[str, tuple[tuple[str, int], ...]] = {
    "/app/orders/manifests": (("?numbers={number}.{waiting}", 200),),
    "/app/orders/printing": (("?numbers={number}.{waiting}", 200),),
    "/jumpseller/callback": (("", 409), ("?error=access_denied", 400)),
}
"""Pages that show nothing without a query, or that refuse: with the status that they answer."""
_BESIDE: tuple[tuple[str, int], ...] = (
    ("/app/accounts/new/invoicexpress", 200),
    ("/app/accounts/new/own-fleet", 200),
    ("/app/manifests/{manifest_id}/sign/carrier", 200),
    *((f"/app/rates/{section}/new", 200) for section in ("boxes", "tariff", "preselections")),
    *((f"/app/rates/rules/new?do={do}", 200) for do in ("mark_up", "round", "rename", "add_days")),
    ("/app/rates/rules/new?do=unknown", 404),
    ("/app/orders/99999999", 404),
    ("/manifests/nobody-has-it", 404),
    ("/nowhere", 404),
    ("/scan/nobody-has-it", 404),
    ("/track/nobody-has-it", 404),
)
"""Further addresses of the same pages, and addresses of none."""


@dataclass(frozen=True)
class Sight:
    """An address, and the status with which it shows a page."""

    path: str
    status: int = 200


def sights(ids: Mapping[str, str]) -> Iterator[Sight]:
    """Every page by the names of what there is; a token goes by the path that it opens, such as ``/track/``."""
    for template in _templates():
        names = {**ids, "token": ids.get(template.partition("{")[0], "")}
        if template.startswith("/app/invoices/waiting/"):
            names["number"] = ids["waiting"]
        for query, status in _ONLY.get(template, (("", 200),)):
            yield Sight(f"{template}{query}".format_map(names), status)
        for query in _ALSO.get(template, ()):
            yield Sight(f"{template}{query}".format_map(names))
    for path, status in _BESIDE:
        yield Sight(path.format_map(ids), status)


def _templates() -> list[str]:
    found = (way for way in ways(create_app(_unopened)) if way.door is not Door.API and not way.changes)
    there = {way.path for way in found if not way.path.endswith(_FILES)}
    assert {*NO_PAGES, *_ALSO, *_ONLY} <= there, "named above, and no longer there"
    return sorted(there - NO_PAGES.keys())


def _unopened() -> AbstractAsyncContextManager[Services]:
    """The routes are read; nothing is opened."""
    raise AssertionError
