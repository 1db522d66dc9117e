"""What waits this morning, as lines with a number and a link to the very list that it was counted in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from despacho_core.shipment_overview import ShipmentView
from despacho_http.desk.visitor import Visitor
from despacho_http.desk.wording import marked
from despacho_http.problems import title
from despacho_http.titles import TITLES
from despacho_ports.figures import MOST_COUNTED
from despacho_ports.shipment_lists import MOST_COUNTED as MOST_SHIPMENTS
from despacho_services.figures import Morning

IN_DOUBT = "not-yet-known"
_WAITING = "/app/invoices/waiting"


@dataclass(frozen=True)
class Task:
    """One line. ``words`` are in the visitor's language; ``kind`` is Bootstrap's colour; ``count`` None shows no number."""

    words: str
    path: str
    kind: str
    count: int | None = None
    most: int = MOST_COUNTED
    detail: str = ""

    @property
    def number(self) -> str:
        """The number as it is shown: counting ends somewhere."""
        if self.count is None:
            return "!"
        return f"{self.most}+" if self.count >= self.most else str(self.count)


@dataclass(frozen=True)
class Section:
    """Lines that belong together; those with nothing in them are left out."""

    name: str
    words: str
    tasks: tuple[Task, ...]


def sections_of(morning: Morning, visitor: Visitor) -> tuple[Section, ...]:
    """All sections, in the order of a morning."""
    made = (
        ("orders", marked("Orders and labels"), _orders(morning, visitor)),
        ("handover", marked("Hand-over"), _handover(morning, visitor)),
        ("road", marked("On the road"), _road(morning, visitor)),
        ("documents", marked("Documents"), _documents(morning, visitor)),
        ("upkeep", marked("Upkeep"), _upkeep(morning, visitor)),
    )
    return tuple(
        Section(name, visitor.words(words), tuple(one for one in tasks if one.count != 0))
        for name, words, tasks in made
    )


def _orders(morning: Morning, visitor: Visitor) -> Iterable[Task]:
    figures, words = morning.figures, visitor.words
    doubt = morning.shipments.get(ShipmentView.UNCERTAIN, 0)
    yield Task(words("Paid orders since yesterday"), "/app/orders?status=paid", "info", figures.new_orders)
    missing = "/app/orders?status=paid&shipping=missing"
    yield Task(words("Paid orders without a label"), missing, "primary", figures.to_ship)
    problem = "/app/orders?shipping=problem"
    yield Task(words("Orders whose label was refused or is in doubt"), problem, "danger", figures.label_problems)
    view = "/app/shipments?view=uncertain"
    yield Task(words("Labels of which nobody knows whether they were bought"), view, "warning", doubt, MOST_SHIPMENTS)


def _handover(morning: Morning, visitor: Visitor) -> Iterable[Task]:
    figures, words = morning.figures, visitor.words
    for account, count in morning.free_labels:
        yield Task(words("Labels on no manifest yet"), "/app/manifests", "primary", count, detail=account.name)
    yield Task(words("Manifests to close"), "/app/manifests?state=open", "primary", figures.open_manifests)
    yield Task(words("Manifests to sign"), "/app/manifests?state=closed", "warning", figures.unsigned_manifests)


def _road(morning: Morning, visitor: Visitor) -> Iterable[Task]:
    lines = (
        (ShipmentView.FAILED, visitor.words("Deliveries that failed"), "danger"),
        (ShipmentView.LATE, visitor.words("Parcels that are late"), "warning"),
        (ShipmentView.STUCK, visitor.words("Parcels that the carrier has never scanned"), "warning"),
    )
    for view, words, kind in lines:
        count = morning.shipments.get(view, 0)
        yield Task(words, f"/app/shipments?view={view.value}", kind, count, MOST_SHIPMENTS)


def _documents(morning: Morning, visitor: Visitor) -> Iterable[Task]:
    for code, count in sorted(morning.figures.waiting.items(), key=lambda one: -one[1]):
        words = title(code, visitor.language) if code in TITLES else code
        yield Task(words, _WAITING, "danger", count, detail=visitor.words("waits for a document"))
    doubt = visitor.words("Documents of which nobody knows whether they were issued")
    yield Task(doubt, "/app/invoices?view=open", "warning", morning.figures.doubtful_documents)


def _upkeep(morning: Morning, visitor: Visitor) -> Iterable[Task]:
    if visitor.store.registration_problem is not None:
        unregistered = visitor.words("Not everything is registered at the platform: repair it")
        yield Task(unregistered, "/app/settings", "danger", detail=visitor.store.registration_problem)
    for account in morning.attention:
        words = visitor.words("Account that needs attention: %(name)s") % {"name": account.name}
        yield Task(words, f"/app/accounts/{quote(account.id)}", "danger", detail=account.problem or "")
    given_up = "/app/activity/outbox?state=dead"
    yield Task(visitor.words("Effects that were given up"), given_up, "danger", morning.figures.given_up)
    dead = "/app/activity/inbox?state=dead"
    yield Task(visitor.words("Messages that could not be worked off"), dead, "danger", morning.figures.dead_messages)
