"""The guided start: what a store still needs, practice accounts with one click, a test price."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from despacho_core.stores import AccountState
from despacho_http.desk.start_page import STEPS
from despacho_ports.errors import Unavailable
from despacho_services.guided_start import StartStep
from despacho_system.practice import SandboxGround
from tests.databases import fresh_sqlite
from tests.town import open_town
from tests.web import Browser, Web, open_web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Web]:
    """The app over a town whose hub knows its sandbox."""
    folder: Path = tmp_path_factory.mktemp("town")
    async with open_town(fresh_sqlite(folder), folder) as town, open_web(town) as opened:
        town.services.start._ground = SandboxGround(town.sandbox.url)
        yield opened


async def open_steps(web: Web) -> list[str]:
    state = await web.town.services.start.state(web.store.id)
    return [one.step.value for one in state.steps if one.is_open]


async def test_what_is_there_is_done_and_the_next_step_stands_open(web: Web, browser: Browser) -> None:
    # The town's store has a place without a street as its origin, and both accounts.
    text = await browser.read("/app/start")
    assert "Guided start" in text
    waiting = await open_steps(web)
    assert "carrier" not in waiting
    assert "invoicing" not in waiting
    assert "tariff" not in waiting, "the only carrier names its own prices"
    assert {"boxes", "quote", "label"} <= set(waiting)


async def test_a_step_is_skipped_and_taken_up_again(web: Web, browser: Browser) -> None:
    await browser.send("/app/start/skip", step="boxes")
    assert "boxes" not in await open_steps(web)
    assert "Take it up again" in await browser.read("/app/start")
    await browser.send("/app/start/skip", step="boxes", again="1")
    assert "boxes" in await open_steps(web)
    assert (await browser.send("/app/start/skip", step="everything")).status_code == 303


async def test_an_origin_that_is_in_doubt_is_asked_about_within_the_guide(web: Web, browser: Browser) -> None:
    fields = {"name": "Bodega", "street": "Uno", "street_number": "2", "country": "CL", "back": "start"}
    answer = await browser.send("/app/settings/origin", **fields, municipality="San Pedro")
    assert answer.status_code == 422
    assert "Guided start" in answer.text
    assert 'id="municipality-problem"' in answer.text
    assert 'name="candidate" value="San Pedro de la Paz|' in html.unescape(answer.text)
    assert 'name="back" value="start"' in answer.text


async def test_an_account_that_does_not_fit_keeps_the_way_back_to_the_guide(browser: Browser) -> None:
    answer = await browser.send("/app/accounts/new/own-fleet", back="start")
    assert answer.status_code == 422
    assert 'name="back" value="start"' in answer.text


async def test_the_guide_is_put_away_and_fetched_back(web: Web, browser: Browser) -> None:
    start = web.town.services.start
    assert not (await start.state(web.store.id)).is_over
    assert (await browser.send("/app/start/dismiss")).headers["location"] == "/"
    assert (await start.state(web.store.id)).is_over
    await browser.send("/app/start/dismiss", again="1")
    assert not (await start.state(web.store.id)).is_over


async def test_a_test_price_is_shown_and_done_once_something_is_offered(web: Web, browser: Browser) -> None:
    answer = await browser.send("/app/start/quote", place="")
    assert answer.status_code == 200
    nowhere = await browser.send("/app/start/quote", place="Xyzzy", weight_1="heavy")
    assert 'id="weight_1-problem"' in nowhere.text
    nowhere = await browser.send("/app/start/quote", place="Xyzzy")
    assert nowhere.status_code == 200
    assert "“Xyzzy” is no comuna or concelho of Chile." in html.unescape(nowhere.text)
    answer = await browser.send("/app/start/quote", place="Providencia", weight_1="1")
    assert "What the buyer would see" in answer.text
    assert "quote" not in await open_steps(web)


async def test_sandbox_accounts_are_added_with_one_click_and_work(web: Web, browser: Browser) -> None:
    text = html.unescape(await browser.read("/app/start"))
    assert "Add all accounts of the sandbox" in text
    assert "of the sandbox" in text
    assert "CTT" not in text, "it does not work in Chile"
    assert (await browser.send("/app/start/practice")).status_code == 303
    services = web.town.services
    added = [one for one in await services.accounts.all(web.store.id) if one.name.endswith("(sandbox)")]
    assert {one.provider for one in added} == {"starken", "own-fleet"}, "what is there already is not added twice"
    for one in added:
        assert one.state is AccountState.ACTIVE
        assert (await services.accounts.test(web.store.id, one.id)).ok
    assert list(await services.start.practice(web.store.id)) == []
    assert "tariff" in await open_steps(web), "the own fleet names no prices"
    assert "names no prices" in await browser.read("/app/start")


async def test_every_account_of_the_sandbox_fits_its_providers_form_and_works(web: Web) -> None:
    services = web.town.services
    for one in await SandboxGround(web.town.sandbox.url).accounts():
        account = await services.accounts.add(web.other_store.id, one.provider, name=one.name, settings=one.settings)
        report = await services.accounts.test(web.other_store.id, account.id)
        assert report.ok, (one.provider, report.message)


async def test_a_sandbox_that_does_not_answer_is_told_of_and_the_page_stands(web: Web, browser: Browser) -> None:
    start = web.town.services.start
    ground, start._ground = start._ground, SandboxGround("http://127.0.0.1:9")
    try:
        assert "The sandbox does not answer." in await browser.read("/app/start")
        assert (await browser.send("/app/start/practice")).status_code == 303
    finally:
        start._ground = ground
    with pytest.raises(Unavailable):
        await SandboxGround("http://127.0.0.1:9").accounts()


async def test_a_hub_that_knows_no_sandbox_offers_none(web: Web, browser: Browser) -> None:
    start = web.town.services.start
    ground, start._ground = start._ground, SandboxGround(None)
    try:
        text = await browser.read("/app/start")
    finally:
        start._ground = ground
    assert "/app/start/practice" not in text
    assert await SandboxGround(None).accounts() == ()


async def test_boxes_and_origin_lead_back_to_the_guide(web: Web, browser: Browser) -> None:
    box = {
        "name": "Caja",
        "length_cm": "30",
        "width_cm": "20",
        "height_cm": "10",
        "max_weight_kg": "10",
        "version": "0",
        "back": "start",
    }
    assert (await browser.send("/app/rates/boxes/new", **box)).headers["location"] == "/app/start"
    origin = {"name": "B", "street": "Calle", "municipality": "Providencia", "country": "CL", "back": "start"}
    assert (await browser.send("/app/settings/origin", **origin)).headers["location"] == "/app/start"
    waiting = await open_steps(web)
    assert "boxes" not in waiting
    assert "origin" not in waiting


async def test_practice_accounts_are_those_of_the_stores_country(web: Web) -> None:
    start, store = web.town.services.start, web.store
    office = web.town.services.office
    names = {}
    for country in ("PT", "CL"):
        async with office.units.begin() as work:
            await work.stores.save(msgspec.structs.replace(await office.store(store.id), country=country))
            await work.commit()
        names[country] = [one.name for one in await start.practice(store.id)]
    assert "Frota própria" in names["PT"]
    assert "Reparto propio" not in names["PT"]
    assert "Frota própria" not in names["CL"]


async def test_a_bought_label_ends_the_guide(web: Web, browser: Browser) -> None:
    order = await web.order()
    assert f"/app/orders/{order.id}" in await browser.read("/app/start")
    await web.bought(order)
    assert "label" not in await open_steps(web)


async def test_the_guide_of_one_store_says_nothing_of_another(web: Web, stranger: Browser) -> None:
    before = await open_steps(web)
    await stranger.send("/app/start/skip", step="tariff")
    assert await open_steps(web) == before


async def test_a_renewed_installation_keeps_what_was_skipped(web: Web) -> None:
    services = web.town.services
    await services.start.skip(web.store.id, StartStep.TARIFF)
    store = await services.office.store(web.store.id)
    storefront = services.office.storefronts.with_credentials(store.credentials)
    info = await storefront.store_info()
    again = await services.installation._saved(info, store.credentials, None, None)
    assert "tariff" in again.start


async def test_the_guide_speaks_the_browsers_language_and_knows_all_steps(web: Web) -> None:
    assert set(STEPS) == set(StartStep)
    for language, words in (("es", "Primeros pasos"), ("pt", "Primeiros passos")):
        async with signed_in(web.app, web.town, web.store, language=language) as browser:
            assert words in await browser.read("/app/start")
