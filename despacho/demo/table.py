"""The table at the end: what happened, as the stores tell it."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table

from despacho.demo.cast import CREDIT_NOTE, Placed
from despacho.demo.evidence import Evidence, Order

_LABELS = {
    "delivered": "[green]delivered[/]",
    "unfulfilled": "[dim]unfulfilled[/]",
}


def orders_table(placed: Sequence[Placed], evidence: Evidence) -> Table:
    """A row for each order."""
    table = Table(title="What the stores say", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("store", no_wrap=True)
    table.add_column("order", justify="right", no_wrap=True)
    table.add_column("what happened")
    table.add_column("status", no_wrap=True)
    table.add_column("shipment", no_wrap=True)
    table.add_column("tracking numbers")
    table.add_column("documents")
    for one in sorted(placed, key=lambda one: (one.store, one.id)):
        order = evidence.order(one.store, one.id)
        what = one.part.what if one.part.twist.value else f"[dim]{one.part.what}[/]"
        table.add_row(one.store, str(one.id), what, *(_cells(order) if order else ("[red]missing[/]",)))
    return table


def counts_line(evidence: Evidence) -> str:
    """The counts of all three sides."""
    webhooks = evidence.webhooks
    return (
        f"Webhooks: {webhooks.sent} sent, {webhooks.acknowledged} acknowledged, {webhooks.duplicates} twice. "
        f"At the carrier: {evidence.shipments_at_carrier} shipments of {len(evidence.parcels)} parcels. "
        f"At the invoicing system: {len(evidence.issued)} documents."
    )


def _cells(order: Order) -> tuple[str, str, str, str]:
    documents = [
        f"{document.public_id} [yellow](credit)[/]" if document.document_type == CREDIT_NOTE else document.public_id
        for document in order.documents
    ]
    status = f"[yellow]{order.status}[/]" if order.status == "canceled" else order.status
    shipment = _LABELS.get(order.shipment_status, f"[yellow]{order.shipment_status}[/]")
    numbers = [", ".join(fulfillment.tracking_numbers) for fulfillment in order.fulfillments]
    return status, shipment, "\n".join(numbers), "\n".join(documents)
