"""At a glance: numbers of the last days, pictures that say the same as their tables, nobody else's parcels."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
import pytest_asyncio

from despacho_core.money import Money
from despacho_core.shipments import Shipment, ShipmentWish
from despacho_core.tracking import Reason, TrackingEvent, TrackingStatus
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = "/app/glance"
DAY = timedelta(days=1)
SVG = re.compile(r"<svg class=\"desk-figure\".*?</svg>", re.DOTALL)


async def _shipped(web: Web, **fields: Any) -> Shipment:
    order = await web.order()
    wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
    shipment, _, _ = await web.town.services.shipping.buy(web.store.id, order.id, wish, wait=10)
    other = msgspec.structs.replace(shipment, price=Money(Decimal(4990), "CLP"), **fields)
    async with web.town.services.office.units.begin() as work:
        await work.shipments.save(other)
        await work.commit()
    return other


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def weeks(web: Web) -> None:
    """Three delivered nine days ago after a day or more, one on its way, one for which nobody was there."""
    now = web.town.clock.now()
    for hours in (30, 54, 200):
        bought = now - 9 * DAY
        moved = bought + timedelta(hours=hours)
        await _shipped(web, bought_at=bought, tracking_status=TrackingStatus.DELIVERED, tracking_moved_at=moved)
    await _shipped(web, tracking_status=TrackingStatus.IN_TRANSIT, tracking_moved_at=now - 2 * DAY)
    failed = await _shipped(web, tracking_status=TrackingStatus.FAILED)
    told = TrackingEvent(tracking_number="1", occurred_at=now, description="", reason=Reason.RECIPIENT_ABSENT)
    async with web.town.services.office.units.begin() as work:
        await work.followed.add_new(web.store.id, {failed.id: [told]})
        await work.commit()


async def test_the_last_days_in_numbers(browser: Browser) -> None:
    text = _plain(await browser.read(PAGE))
    assert "5 paid orders" in text
    assert "Chilexpress 5 3 1 (25 %) 2.3 8.3 $4.990" in text.replace("2,3 8,3", "2.3 8.3")
    assert "On its way 0 1 0 0" in text
    assert "nobody was there" in text
    assert "Delivered 3" in text


async def test_a_shorter_period_leaves_the_older_ones_out(browser: Browser) -> None:
    text = _plain(await browser.read(f"{PAGE}?days=7"))
    assert "Chilexpress 2 0 1 (100 %)" in text
    odd = _plain(await browser.read(f"{PAGE}?days=11"))
    assert "Chilexpress 5" in odd, "a period that is not offered is a month"


async def test_pictures_are_well_formed_and_say_what_they_show(browser: Browser) -> None:
    pictures = SVG.findall(await browser.read(PAGE))
    assert len(pictures) == 5
    for picture in pictures:
        drawn = ET.fromstring(picture)
        names = {one.get("id"): one.text for one in drawn.iter() if one.get("id")}
        for name in (drawn.get("aria-labelledby") or "").split():
            assert names[name], "a title and a description for those who do not see it"
        assert all(float(one.get("width") or 0) >= 0 and float(one.get("x") or 0) >= 0 for one in drawn.iter())


async def test_another_store_sees_none_of_it(stranger: Browser) -> None:
    text = _plain(await stranger.read(PAGE))
    assert "0 paid orders" in text
    assert "No label was bought in this period." in text
    assert "None failed in this period." in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "no había nadie"), ("pt", "Transportadoras: prazo e custo"), ("es", "Últimos 30 días")],
)
async def test_the_glance_speaks_the_merchant_s_language(web: Web, language: str, words: str) -> None:
    async with signed_in(web.app, web.town, web.store, language=language) as browser:
        assert words in await browser.read(PAGE)
