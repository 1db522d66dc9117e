"""The few pages that a person sees: consent, the list of stores, and a store with its orders. Everything shown is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote

from despacho_sandbox.store.delivery import Delivery, count
from despacho_sandbox.store.model import Document, Fulfillment, Hook, ShippingMethod, Store
from despacho_sandbox.store.oauth import App
from despacho_sandbox.store.order import Order, OrderStatus, totals
from despacho_sandbox.store.records import InvoiceCall

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2430}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}td,th{border-bottom:1px solid #d7dde5;padding:.35rem .6rem;
text-align:left;vertical-align:top}th{background:#f3f5f8}button{font:inherit;padding:.15rem .6rem}form{display:inline}
iframe{width:100%;height:36rem;border:1px solid #d7dde5}small{color:#5b6675}
"""


def consent_page(app: App, asked: Mapping[str, str], stores: list[Store], chosen: str | None) -> str:
    """Asks a merchant whether the App may have what it asks for."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
        if name not in ("approve", "deny", "store")
    )
    options = "".join(
        f'<option value="{escape(store.code)}"{" selected" if store.code == chosen else ""}>{escape(store.name)}</option>'
        for store in stores
    )
    scopes = "".join(f"<li><code>{escape(scope)}</code></li>" for scope in asked.get("scope", "").split())
    return _page(
        f"Install {app.name}?",
        f'<p>{escape(app.name)} asks for access to your store:</p><ul>{scopes}</ul><form method="get">{hidden}'
        f'<p><label>Store <select name="store">{options}</select></label></p>'
        '<button name="approve" value="1">Allow</button> <button name="deny" value="1">Deny</button></form>',
    )


def code_page(code: str) -> str:
    """Shows a code to copy, for Apps without a redirect of their own."""
    return _page("Authorization code", f"<p><code>{escape(code)}</code></p>")


def index_page(stores: Iterable[Store], base_url: str) -> str:
    """The stores."""
    rows = "".join(
        f'<tr><td><a href="{escape(base_url)}/admin/stores/{quote(store.code)}">{escape(store.name)}</a></td>'
        f"<td>{escape(store.code)}</td><td>{escape(store.currency)}</td><td>{len(store.orders)}</td></tr>"
        for store in stores
    )
    return _page("Simulated stores", _table(("Store", "Code", "Currency", "Orders"), rows))


def store_page(store: Store, deliveries: list[Delivery], app: App, admin_url: str) -> str:
    """A store as its merchant sees it."""
    here = f"{admin_url}/stores/{quote(store.code)}"
    counts = count(deliveries)
    kinds = ("simple", "company", "several", "heavy", "gift_card", "digital", "captured")
    place = "".join(_button(f"{here}/orders", kind, {"kind": kind}) for kind in kinds)
    checkouts = "".join(_button(f"{here}/checkout", kind, {"kind": kind}) for kind in kinds[:4])
    orders = "".join(_order_row(store, order, here) for _, order in sorted(store.orders.items(), reverse=True))
    hooks = "".join(_hook_row(hook) for hook in store.hooks.values())
    methods = "".join(_method_row(method, here) for method in store.shipping_methods.values())
    return _page(
        f"{store.name} ({store.code})",
        f"<p><small>{escape(store.currency)} · {escape(store.timezone)} · App "
        f"{'installed' if store.installed else 'not installed'}</small></p>"
        f"<p>Place an order: {place}</p><p>Through the checkout: {checkouts}</p>"
        f"<h2>Orders</h2>{_table(('Order', 'Buyer', 'Total', 'Status', 'Shipments', 'Documents', ''), orders)}"
        f"<h2>Shipping methods</h2>{_table(('Id', 'Name', 'Services', 'Callback', ''), methods)}"
        f"<h2>Webhooks</h2><p>{counts.sent} sent, {counts.acknowledged} acknowledged, {counts.duplicates} twice, "
        f"{counts.outstanding} outstanding. {_webhook_buttons(here)}</p>{_table(('Id', 'Event', 'URL', 'State'), hooks)}"
        f"<h2>App</h2>{_app_part(app)}{_button(f'{here}/uninstall', 'Uninstall')}",
    )


def _webhook_buttons(here: str) -> str:
    return "".join(
        (
            _button(f"{here}/webhooks/redeliver", "Redeliver unacknowledged"),
            _button(f"{here}/hooks/unpause", "Unpause hooks"),
            _button(f"{here}/webhooks/hold", "Hold"),
            _button(f"{here}/webhooks/release", "Release in reverse", {"order": "reverse"}),
        )
    )


def _order_row(store: Store, order: Order, here: str) -> str:
    sums = totals(order, nets_included_tax=store.quirks.nets_included_tax)
    shipments = "<br>".join(_shipment(one) for one in store.fulfillments.values() if one.order_id == order.id)
    documents = "<br>".join(_document(one) for one in store.documents if one.order_id == order.id)
    answers = [call for call in store.invoice_calls if call.order_id == order.id]
    buttons = _order_buttons(order, f"{here}/orders/{order.id}")
    return (
        f"<tr><td>{order.id}</td><td>{escape(order.customer.fullname)}</td><td>{sums.total} {escape(order.currency)}</td>"
        f"<td>{order.status.value}<br><small>{order.shipment_status.value}</small></td><td>{shipments}</td>"
        f"<td>{documents}{_answer(answers[-1]) if answers else ''}</td><td>{buttons}</td></tr>"
    )


def _order_buttons(order: Order, url: str) -> str:
    buttons = []
    if order.status in (OrderStatus.PENDING_PAYMENT, OrderStatus.ABANDONED):
        buttons.append(_button(f"{url}/pay", "Pay"))
    if order.status is OrderStatus.PENDING_PAYMENT:
        buttons.append(_button(f"{url}/abandon", "Abandon"))
    if order.status is not OrderStatus.CANCELED:
        buttons.append(_button(f"{url}/cancel", "Cancel"))
    return "".join([*buttons, _button(f"{url}/create-invoice", "Create invoice")])


def _shipment(known: Fulfillment) -> str:
    number = escape(known.tracking_number or "no tracking number")
    shown = _link(known.tracking_url, number) if known.tracking_url else number
    return f"{shown} <small>{escape(known.shipment_status or '')}</small>"


def _document(document: Document) -> str:
    kind = "Credit note" if document.document_type == 0 else "Invoice"
    return f"{kind} {_link(document.url, escape(document.public_id or '?'))}"


def _answer(call: InvoiceCall) -> str:
    return f"<br><small>{escape(call.message)}</small>"


def _hook_row(hook: Hook) -> str:
    state = "paused" if hook.paused else f"{hook.failures} failures in a row" if hook.failures else "active"
    return f"<tr><td>{hook.id}</td><td>{escape(hook.event)}</td><td>{escape(hook.url)}</td><td>{state}</td></tr>"


def _method_row(method: ShippingMethod, here: str) -> str:
    services = escape(", ".join(service.service_name for service in method.services) or method.fetch_note or "none")
    button = _button(f"{here}/shipping-methods/{method.id}/fetch-services", "Fetch services")
    cells = f"<td>{method.id}</td><td>{escape(method.name)}</td><td>{services}</td>"
    return f"<tr>{cells}<td>{escape(method.callback_url or '')}</td><td>{button}</td></tr>"


def _app_part(app: App) -> str:
    if not app.app_url:
        return "<p>No App URL is set.</p>"
    return f'<p>{_link(app.app_url, "Open in a tab")}</p><iframe src="{escape(app.app_url)}" title="App"></iframe>'


def _link(url: str | None, shown: str) -> str:
    """A link around HTML that is escaped already; only web addresses become links."""
    if not (url or "").startswith(("http://", "https://")):
        return shown
    return f'<a href="{escape(url or "")}" rel="noopener">{shown}</a>'


def _button(url: str, label: str, fields: Mapping[str, str] | None = None) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in (fields or {}).items()
    )
    return f'<form method="post" action="{escape(url)}">{hidden}<button>{escape(label)}</button></form> '


def _table(heads: Iterable[str], rows: str) -> str:
    return f"<table><tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr>{rows}</table>"


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
        f"<h1>{escape(title)}</h1>{body}</html>"
    )
