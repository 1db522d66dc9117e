"""Views of the list of orders that a store's people keep under a name of their own."""

from __future__ import annotations

from collections.abc import Sequence

from despacho_core.errors import Invalid
from despacho_ports.order_views import OrderView
from despacho_services.office import Office

MOST_VIEWS = 30
LONGEST_NAME = 60
LONGEST_QUERY = 500


class ViewInvalid(Invalid):
    """A view of the App's list of orders without a name, or one too many."""

    code = "view-invalid"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "A view needs a name of 1 to {longest} characters, and a store keeps {most} of them at most.",
        "es": "Una vista necesita un nombre de 1 a {longest} caracteres, y una tienda guarda {most} como máximo.",
        "pt": "Uma vista precisa de um nome de 1 a {longest} caracteres, e uma loja guarda {most} no máximo.",
    }


class OrderViewsKept:
    """Keeps, lists and forgets views."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def all(self, store_id: str) -> Sequence[OrderView]:
        """The store's views, by name."""
        async with self._office.units.begin(write=False) as work:
            return await work.order_views.of_store(store_id)

    async def keep(self, store_id: str, name: str, query: str) -> OrderView:
        """Keep what the list is looked through by under a name; the same name again replaces it.

        Raises:
            ViewInvalid: The name is empty or too long, or there are too many.
        """
        name = " ".join(name.split())
        async with self._office.units.begin() as work:
            there = {view.name for view in await work.order_views.of_store(store_id)}
            is_one_too_many = name not in there and len(there) >= MOST_VIEWS
            if not 1 <= len(name) <= LONGEST_NAME or len(query) > LONGEST_QUERY or is_one_too_many:
                raise ViewInvalid(longest=LONGEST_NAME, most=MOST_VIEWS)
            view = OrderView(store_id=store_id, name=name, query=query)
            await work.order_views.save(view)
            await work.commit()
        return view

    async def forget(self, store_id: str, name: str) -> None:
        """Forget a view; forgetting twice is no error."""
        async with self._office.units.begin() as work:
            await work.order_views.remove(store_id, name)
            await work.commit()
