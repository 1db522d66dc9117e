"""Lines of the list of orders, put into words before the template draws them.

Fifty lines are most of what the page takes, and a template that asks for a text, a format or a macro asks in Jinja's roundabout way: here
each is asked for once, and the template only lays them out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from despacho_http.desk import marks
from despacho_http.desk.rendering import badge
from despacho_http.desk.visitor import Visitor
from despacho_ports.order_lists import ListedOrder


class Line(NamedTuple):
    """What stands in one line. ``badges`` are markup: payment, parcels, document."""

    number: int
    choose: str
    machine: str
    moment: str
    buyer: str
    place: str
    total: str
    badges: tuple[str, str, str]


def lines_of(visitor: Visitor, orders: Iterable[ListedOrder]) -> list[Line]:
    """The lines of a page."""
    formats, language = visitor.formats, visitor.language
    choose = visitor.words("Choose order %(number)s")
    return [
        Line(
            number=one.number,
            choose=choose % {"number": one.number},
            machine=formats.machine(one.placed_at),
            moment=formats.moment(one.placed_at),
            buyer=one.buyer,
            place=one.place,
            total=formats.money(one.total, one.currency),
            badges=(
                badge(language, marks.STATUSES[one.status]),
                badge(language, marks.SHIPPING[one.shipping]),
                badge(language, marks.INVOICES[one.invoice]),
            ),
        )
        for one in orders
    ]
