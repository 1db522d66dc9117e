"""The parts of the App, in the order of a merchant's morning."""

from __future__ import annotations

from despacho_http.desk.wording import marked

PARTS: tuple[tuple[str, str, str], ...] = (
    ("home", "/", marked("Today")),
    ("orders", "/app/orders", marked("Orders")),
    ("shipments", "/app/shipments", marked("Shipments")),
    ("manifests", "/app/manifests", marked("Manifests")),
    ("invoices", "/app/invoices", marked("Invoices")),
    ("rates", "/app/rates", marked("Rates")),
    ("glance", "/app/glance", marked("At a glance")),
    ("accounts", "/app/accounts", marked("Accounts")),
    ("settings", "/app/settings", marked("Settings")),
    ("activity", "/app/activity", marked("Activity")),
)
"""Name, path and title (English, for the catalogues) of each part."""
