"""The buyer's page: how far the parcel is and what comes next, in words, and nothing of whom it is for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from despacho_core.shipments import Shipment
from despacho_core.tracking import Reason, TrackingEvent, TrackingStatus
from tests.following import Road, bought, numbers_of
from tests.shopfront import Shopfront, open_shopfront
from tests.town import TurnedClock
from tests.web import path_of

S = TrackingStatus
PAGE = "https://carrier.example/track?n={number}&l=1"


class Buyer(Shopfront):
    """Somebody with a link, and the parcel that it is about."""

    clock: TurnedClock
    shipment: Shipment
    numbers: list[str]

    async def reports(self, status: TrackingStatus | None, **more: object) -> None:
        """The carrier says something."""
        facts = {"tracking_number": self.numbers[0], "occurred_at": self.clock.now(), "description": "WORDS"}
        event = TrackingEvent(**{**facts, "status": status, **more})  # type: ignore[arg-type]  # mixed facts
        await self.services.tracking.take_in(self.store.id, [event])

    async def page(self, query: str = "") -> str:
        """What the buyer sees."""
        answer = await self.client.get(path_of(self.services.office.links.track(self.shipment.track_token)) + query)
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
async def buyer(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Buyer]:
    clock, road = TurnedClock(), Road()
    carrier = msgspec.structs.replace(road.provider(), tracking_page=PAGE)
    async with open_shopfront(sqlite_url, tmp_path, [carrier], clock=clock) as opened:
        buyer = Buyer(opened.hub, opened.store, opened.client, opened.api)
        buyer.clock = clock
        buyer.shipment = await bought(opened.hub, opened.store)
        buyer.numbers = await numbers_of(opened.hub, buyer.shipment)
        yield buyer


@pytest.mark.parametrize(
    ("status", "word", "following"),
    [
        (None, "En preparación", "La tienda entrega el paquete"),
        (S.IN_TRANSIT, "En camino", "Sale a reparto"),
        (S.OUT_FOR_DELIVERY, "En reparto", "Llega a tu puerta"),
        (S.PICKUP_AVAILABLE, "Listo para retiro", "lleva tu documento"),
        (S.FAILED, "Entrega fallida", "Comunícate con la tienda"),
        (S.RETURNED, "Devuelto a la tienda", "Comunícate con la tienda"),
    ],
)
async def test_how_far_it_is_and_what_comes_next(
    buyer: Buyer, status: TrackingStatus | None, word: str, following: str
) -> None:
    if status is not None:
        await buyer.reports(status)
    page = await buyer.page()
    assert f'role="status">{word}<' in page
    assert following in page


async def test_nothing_comes_after_delivery(buyer: Buyer) -> None:
    await buyer.reports(S.DELIVERED)
    assert "Lo que sigue" not in await buyer.page()


async def test_the_carriers_own_page_is_linked_to_by_its_number(buyer: Buyer) -> None:
    [number] = buyer.numbers
    page = await buyer.page()
    assert f'href="https://carrier.example/track?n={number}&amp;l=1"' in page
    assert 'rel="noopener noreferrer"' in page


async def test_the_buyer_chooses_the_language(buyer: Buyer) -> None:
    await buyer.reports(S.IN_TRANSIT, reason=Reason.RECIPIENT_ABSENT)
    for language, words in (("en", "nobody was there"), ("pt", "ninguém estava em casa"), ("es", "no había nadie")):
        page = await buyer.page(f"?lang={language}")
        assert f'<html lang="{language}">' in page
        assert words in page
        assert re.findall(r'lang="(\w\w)" aria-current="true"', page) == [language]
        assert re.findall(r'href="\?lang=(\w\w)"', page) == ["es", "pt", "en"]
    assert '<html lang="es">' in await buyer.page("?lang=%22%3E%3Cscript%3E")


async def test_what_the_carrier_wrote_of_people_is_not_shown(buyer: Buyer) -> None:
    await buyer.reports(S.DELIVERED, description="ENTREGADO A JUANA PÉREZ RUT 11.111.111-1", location="Ñuñoa")
    page = await buyer.page()
    assert "JUANA" not in page
    assert "Entregado · Ñuñoa" in page


async def test_what_nobody_could_read_is_shown_as_it_came(buyer: Buyer) -> None:
    await buyer.reports(None, description="Paquete en <órbita>")
    assert "Paquete en &lt;órbita&gt;" in await buyer.page()


async def test_what_moved_nothing_is_not_told(buyer: Buyer) -> None:
    await buyer.reports(S.DELIVERED, occurred_at=buyer.clock.now() + timedelta(days=400))
    page = await buyer.page()
    assert "Entregado" not in page
    assert "aún no ha informado" in page


async def test_what_people_in_the_shop_noted_is_for_the_shop_alone(buyer: Buyer) -> None:
    await buyer.api.post(
        f"/api/v1/shipments/{buyer.shipment.id}/tracking", json={"status": "delivered", "note": "Juana called"}
    )
    page = await buyer.page()
    assert "Juana" not in page
    assert "token" not in page


async def test_nothing_of_whom_it_is_for_and_nothing_that_runs(buyer: Buyer) -> None:
    page = await buyer.page()
    destination = buyer.shipment.destination
    assert str(destination.name) not in page
    assert str(destination.street) not in page
    assert not re.search(r"<script|<form|\son\w+=|style=", page)
    answer = await buyer.client.get(path_of(buyer.services.office.links.track(buyer.shipment.track_token)))
    assert "form-action 'none'; frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert (answer.headers["x-robots-tag"], answer.headers["referrer-policy"]) == ("noindex", "no-referrer")


async def test_a_link_that_leads_nowhere_says_so(buyer: Buyer) -> None:
    answer = await buyer.client.get("/track/nobody?lang=pt")
    assert answer.status_code == 404
    assert "Envio não encontrado" in answer.text
