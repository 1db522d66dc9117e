"""What every answer says of itself, who may show a page in a frame, and pages while the database is away."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager

import httpx
import msgspec
import pytest

from despacho_http.desk.rates import MOST_OCTETS
from despacho_http.frames import frames_for
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import DatabaseAway
from tests.routes import Door, Way, ways
from tests.web import API, Browser, Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

TIDY = {"x-content-type-options", "referrer-policy", "cache-control"}


def reached(way: Way) -> str:
    return re.sub(r"{([^}:]+)[^}]*}", r"no-such-\1", way.path)


def untidy(answer: httpx.Response) -> set[str]:
    """The headers that an answer lacks."""
    wanted = TIDY if answer.is_redirect else {*TIDY, "content-security-policy"}
    assert answer.headers.get("x-content-type-options", "nosniff") == "nosniff"
    return {name for name in wanted if name not in answer.headers}


async def test_every_answer_of_every_route_says_how_it_is_to_be_treated(web: Web, browser: Browser) -> None:
    """From outside, and what is only read from behind its door too; the routes are the app's own list, so that none can be forgotten."""
    lacking: dict[str, set[str]] = {}
    for way in ways(web.app):
        inside = {Door.DESK: [browser.client], Door.API: [web.api], Door.NONE: []}[way.door]
        for caller in (web.client, *([] if way.changes else inside)):
            answer = await caller.request(way.method, reached(way))
            lacking |= {f"{way} {answer.status_code}": missing for missing in [untidy(answer)] if missing}
    assert lacking == {}


async def test_so_do_files_and_what_no_route_answers(web: Web, browser: Browser) -> None:
    order = await web.order()
    shipment = await web.bought(order)
    of_shipment = f"/app/shipments/{shipment['id']}"
    answers = [await browser.client.get(f"{of_shipment}/label.{kind}") for kind in ("pdf", "zpl")]
    answers += [await browser.client.get(f"/app/orders/{order.id}/packing-slip.pdf")]
    answers += [await web.api.get(f"{API}/shipments/{shipment['id']}/label.{kind}") for kind in ("pdf", "zpl")]
    assert {answer.status_code for answer in answers} == {200}
    answers += [await browser.client.get("/app/no/such/page"), await browser.client.delete("/app/orders")]
    answers += [await web.client.get("/nothing"), await web.client.put("/health/live")]
    answers += [await browser.client.post("/app/sign-out", data={}), await web.client.get("/app/orders")]
    answers += [await web.client.get("/app/orders", headers={"hx-request": "true"})]
    assert [(str(one.url), untidy(one)) for one in answers if untidy(one)] == []


async def test_a_file_can_be_looked_at_within_the_page_that_the_admin_shows(web: Web, browser: Browser) -> None:
    shipment = await web.bought(await web.order())
    answer = await browser.client.get(f"/app/shipments/{shipment['id']}/label.pdf")
    assert "frame-ancestors" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in (await web.api.get(f"{API}/orders")).headers["content-security-policy"]


def frames(answer: httpx.Response) -> str:
    return answer.headers["content-security-policy"].partition("frame-ancestors ")[2]


async def test_a_page_is_framed_by_the_admin_of_its_own_store_and_no_other_shop(
    web: Web, browser: Browser, stranger: Browser
) -> None:
    mine, theirs = await browser.client.get("/app/orders"), await stranger.client.get("/app/orders")
    for answer, store in ((mine, web.store), (theirs, web.other_store)):
        assert f"https://{store.code}.jumpseller.com" in frames(answer)
        assert "*" not in frames(answer)
    assert web.store.code not in frames(theirs)


async def test_who_is_signed_out_or_lost_is_told_so_within_any_admin(web: Web, browser: Browser) -> None:
    for answer in (
        await web.client.get("/signed-out"),
        await web.client.get("/nothing", headers={"accept": "text/html"}),
        await web.client.get("/jumpseller/callback?error=access_denied"),
        await browser.client.get("/app/shipments/no-such-one"),
        await browser.client.post("/app/sign-out", data={"csrf": "of another session"}),
    ):
        assert frames(answer) == "'self' https://*.jumpseller.com"


@pytest.mark.parametrize(
    ("code", "url", "expected"),
    [
        ("Tienda-Norte", "", "'self' https://tienda-norte.jumpseller.com"),
        ("norte", "https://www.norte.cl/es", "'self' https://norte.jumpseller.com https://www.norte.cl"),
        ("norte", "https://norte.jumpseller.com", "'self' https://norte.jumpseller.com"),
        ("norte", "http://www.norte.cl", "'self' https://norte.jumpseller.com"),
        ("norte", "https://x; script-src *", "'self' https://norte.jumpseller.com"),
        ("norte", "https://*.cl", "'self' https://norte.jumpseller.com"),
        ("norte", "https://www.norte.cl:x", "'self' https://norte.jumpseller.com"),
        ("a *; script-src *", "https://www.norte.cl", "'self' https://www.norte.cl"),
    ],
)
async def test_what_a_store_is_called_adds_its_own_hosts_and_nothing_else(
    web: Web, code: str, url: str, expected: str
) -> None:
    store = msgspec.structs.replace(web.store, code=code, url=url)
    assert frames_for(web.app, store) == expected


async def test_an_operator_adds_origins_and_a_sandbox_stands_for_the_platform(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.app.state, "more_frames", ("https://admin.example",))
    assert frames_for(web.app) == "'self' https://*.jumpseller.com https://admin.example"
    monkeypatch.setattr(web.app.state, "admin_origin", "http://localhost:9900")
    assert frames_for(web.app) == frames_for(web.app, web.store) == "'self' http://localhost:9900 https://admin.example"


class Away:
    """Units of work of a database that nobody reaches."""

    def begin(self, *, write: bool = True) -> AbstractAsyncContextManager[UnitOfWork]:
        raise DatabaseAway("the database cannot be reached")


@pytest.fixture
def away(web: Web, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database is away for everything that happens at the door."""
    office = web.town.services.office
    for part in ("sessions", "tokens", "known"):
        monkeypatch.setattr(getattr(web.town.services, part), "_office", dataclasses.replace(office, units=Away()))
    web.town.services.known.forget()
    yield
    web.town.services.known.forget()


async def test_while_the_database_is_away_a_page_says_so_and_when_to_come_back(browser: Browser, away: None) -> None:
    answer = await browser.client.get("/app/orders", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "database is not available" in answer.text
    part = await browser.client.get("/app/orders", headers={"hx-request": "true", "accept-language": "es"})
    assert (part.status_code, part.headers["hx-retarget"]) == (503, "#said")
    assert "base de datos no está disponible" in part.text
    assert "<html" not in part.text


@pytest.mark.usefixtures("away")
async def test_while_the_database_is_away_programs_are_told_to_ask_again(web: Web) -> None:
    body = b"{}"
    for answer in (
        await web.api.get(f"{API}/orders"),
        await web.client.post("/jumpseller/webhooks", content=body, headers=web.signed(body)),
    ):
        assert problem(answer) == (503, "database-unavailable")
        assert answer.headers["retry-after"] == "5"


async def test_a_page_that_breaks_before_anybody_is_known_says_that_it_broke(
    web: Web, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_text: str) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(web.town.services.sessions, "signed_in", broken)
    answer = await browser.client.get("/app/orders")
    assert answer.status_code == 500
    assert "<h1>" in answer.text
    assert "a mistake of ours" not in answer.text


async def test_a_sheet_may_be_as_large_as_its_page_says_and_a_form_as_large_as_its_refusal_says(
    browser: Browser,
) -> None:
    async def sent(path: str, octets: int) -> httpx.Response:
        files = {"sheet": ("tariff.csv", b"x" * octets, "text/csv")}
        return await browser.client.post(path, data={"csrf": browser.csrf, "version": "0"}, files=files)

    assert (await sent("/app/rates/tariff-sheet", MOST_OCTETS)).status_code == 422
    assert "at most 4 MB" in (await sent("/app/rates/tariff-sheet", MOST_OCTETS + 1_000)).text
    for path, most in (("/app/rates/tariff-sheet", MOST_OCTETS + 64 * 1024), ("/app/settings/origin", 2 * 1024 * 1024)):
        refused = await sent(path, most + 1_000)
        assert refused.status_code == 413
        assert str(most) in refused.text
