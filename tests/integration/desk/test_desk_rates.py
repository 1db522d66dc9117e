"""Boxes, tariff and rules on the App's pages; two people who change them at once; and a cart that is tried."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from decimal import Decimal

import httpx
import pytest
import pytest_asyncio

from despacho_core.areas import Area
from despacho_core.boxes import Sides
from despacho_core.quotes import RateSource
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.shipping_rules import Action, MarkUp
from despacho_http.desk.rates_words import DONE, RULES, SOURCES
from despacho_ports.records import PlanRecord
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOX = {
    "name": "Caja",
    "length_cm": "30,5",
    "width_cm": "20",
    "height_cm": "10",
    "max_weight_kg": "10",
    "own_weight_kg": "0.2",
}
ROW = {
    "service_code": "van", "service_name": "Reparto", "currency": "clp", "countries": "cl", "comunas": "Providencia, Ñuñoa",
    "up_to_0": "1", "price_0": "2990", "up_to_1": "5", "price_1": "4.990", "per_kg": "900", "days_min": "1", "days_max": "2",
}  # fmt: skip


async def record(web: Web) -> PlanRecord:
    return await web.town.services.plans.read(web.store.id)


async def plan(web: Web) -> ShippingPlan:
    return (await record(web)).plan


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def empty(web: Web) -> AsyncIterator[None]:
    """Each test begins with an empty plan."""
    await web.town.services.plans.save(web.store.id, ShippingPlan(), expected=None)
    yield


async def save(web: Web, browser: Browser, where: str, /, **fields: object) -> httpx.Response:
    """A form as the page that shows the present version holds it."""
    fields.setdefault("version", (await record(web)).version)
    return await browser.send(f"/app/rates/{where}", **fields)


async def saved(web: Web, browser: Browser, where: str, /, **fields: object) -> None:
    answer = await save(web, browser, where, **fields)
    assert answer.status_code == 303, answer.text


async def test_a_box_is_written_in_centimetres_and_kilograms(web: Web, browser: Browser) -> None:
    await saved(web, browser, "boxes/new", **BOX)
    [box] = (await plan(web)).boxes
    assert (box.length_mm, box.width_mm, box.height_mm, box.max_weight_g, box.own_weight_g) == (
        305,
        200,
        100,
        10_000,
        200,
    )
    assert 'value="30,5"' in await browser.read("/app/rates/boxes/0")
    await saved(web, browser, "boxes/0", **{**BOX, "name": "<b>Caja</b>"})
    assert "&lt;b&gt;Caja" in await browser.read("/app/rates")
    await saved(web, browser, "boxes/0/remove")
    assert (await plan(web)).boxes == ()


@pytest.mark.parametrize(
    ("where", "fields", "wrong"),
    [
        (
            "boxes/new",
            {**BOX, "length_cm": "", "width_cm": "wide", "height_cm": "501"},
            {"length_cm", "width_cm", "height_cm"},
        ),
        ("boxes/new", {**BOX, "name": "", "fill_percent": "101"}, {"name", "fill_percent"}),
        ("tariff/new", {**ROW, "countries": "", "comunas": ""}, {"countries"}),
        ("tariff/new", {**ROW, "countries": "Chilli"}, {"countries"}),
        ("tariff/new", {**ROW, "comunas": "Providensia, Ñuñoa, San Pedro"}, {"comunas"}),
        ("tariff/new", {**ROW, "regions": "Metropolis", "postcodes": "75000000"}, {"regions", "postcodes"}),
        ("tariff/new", {**ROW, "price_0": "2990,5", "per_kg": "5 €"}, {"price_0", "per_kg"}),
        ("tariff/new", {**ROW, "up_to_1": "0.5"}, {"up_to_1"}),
        ("tariff/new", {**ROW, "price_1": ""}, {"up_to_1"}),
        ("tariff/new", {**ROW, "up_to_0": "", "price_0": "", "up_to_1": "", "price_1": ""}, {"up_to_0"}),
        ("tariff/new", {**ROW, "days_min": "5"}, {"days_min"}),
        ("tariff/new", {**ROW, "postcodes": "75-1"}, {"postcodes"}),
        ("rules/new", {"do": "mark_up"}, {"percent"}),
        ("rules/new", {"do": "round", "to": "100", "ending": "100"}, {"ending"}),
        ("rules/new", {"do": "add_days", "days": "0", "after": "25:00"}, {"days", "after"}),
        ("rules/new", {"do": "rename"}, {"name"}),
        ("rules/new", {"do": "mark_up", "amount": "0,5"}, {"amount"}),
        (
            "preselections/new",
            {"account": "", "service_code": "", "comunas": "Xyzzy"},
            {"account", "service_code", "comunas"},
        ),
        ("preselections/new", {"account": "nobody", "service_code": "3"}, {"account"}),
        (
            "parcels",
            {"most_parcel_kg": "0", "usual_length_cm": "30"},
            {"most_parcel_kg", "usual_width_cm", "usual_height_cm"},
        ),
        ("terms", {"handling_days": "-1", "cut_off": "noon"}, {"handling_days", "cut_off"}),
    ],
)
async def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved(
    web: Web, browser: Browser, where: str, fields: dict[str, str], wrong: set[str]
) -> None:
    before = await record(web)
    answer = await save(web, browser, where, **fields)
    assert answer.status_code == 422
    assert set(re.findall(r'id="(\w+)-problem"', answer.text)) == wrong
    assert await record(web) == before


async def test_a_currency_that_is_none_is_refused_in_words(web: Web, browser: Browser) -> None:
    answer = await save(web, browser, "tariff/new", **{**ROW, "currency": "XQZ"})
    assert answer.status_code == 422
    assert "ISO 4217" in answer.text
    assert 'value="Reparto"' in answer.text, "nobody has to write it again"


async def test_a_row_of_the_tariff_is_added_changed_and_found(web: Web, browser: Browser) -> None:
    await saved(web, browser, "tariff/new", **{**ROW, "account": web.town.carrier.id})
    [row] = (await plan(web)).tariff
    assert [(one.up_to_g, one.price) for one in row.brackets] == [(1000, Decimal(2990)), (5000, Decimal(4990))]
    assert (row.account, row.per_kg, row.currency) == (web.town.carrier.id, Decimal(900), "CLP")
    assert row.area.comunas == ("Providencia", "Ñuñoa")
    form = await browser.read("/app/rates/tariff/0")
    assert 'name="up_to_1" value="5"' in form
    assert 'name="up_to_2" value=""' in form, "room for more"
    assert "Reparto" in await browser.read("/app/rates?zone=provid")
    assert "No row fits." in await browser.read("/app/rates?zone=punta")


async def test_the_tariff_goes_out_as_a_sheet_and_comes_back_the_same(web: Web, browser: Browser) -> None:
    await saved(web, browser, "tariff/new", **ROW)
    before = (await plan(web)).tariff
    sheet = await browser.client.get("/app/rates/tariff.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "attachment" in sheet.headers["content-disposition"]
    await saved(web, browser, "tariff/0/remove")

    async def sent(content: bytes, version: int) -> httpx.Response:
        return await browser.client.post(
            "/app/rates/tariff-sheet",
            data={"csrf": browser.csrf, "version": str(version)},
            files={"sheet": ("tariff.csv", content, "text/csv")},
        )

    assert (await sent(sheet.content, (await record(web)).version)).status_code == 303
    assert (await plan(web)).tariff == before
    assert sheet.text.splitlines()[1].endswith("Providencia|Ñuñoa;;1000;2990;900;CLP;1;2;"), "as a Chilean spreadsheet"
    broken = await sent(sheet.content.replace(b";2990", b";cheap"), (await record(web)).version)
    assert broken.status_code == 422
    assert "Line 2, price: This is no number." in html.unescape(broken.text)
    assert (await sent(sheet.content, 0)).status_code == 409
    assert (await sent(b"", (await record(web)).version)).status_code == 422
    assert (await plan(web)).tariff == before


async def test_rules_keep_their_conditions_and_change_places(web: Web, browser: Browser) -> None:
    await saved(
        web, browser, "rules/new", do="mark_up", percent="-10", amount="500", value_from="10000", comunas="Providencia",
        po_box="no", accounts=web.town.carrier.id, label="<i>margen</i>", weight_to_kg="2,5",
    )  # fmt: skip
    await saved(web, browser, "rules/new", do="round", to="1000", ending="990", towards="nearest")
    first, second = (await plan(web)).rules
    assert first.action == MarkUp(percent=Decimal(-10), amount=Decimal(500))
    assert (first.when.weight_to_g, first.when.po_box, first.when.accounts) == (2500, False, (web.town.carrier.id,))
    page = await browser.read("/app/rates")
    assert "&lt;i&gt;margen" in page
    assert "goods of at least $10.000" in page
    assert 'value="-10"' in await browser.read("/app/rates/rules/0")
    await saved(web, browser, "rules/1/move", to="up")
    assert (await plan(web)).rules == (second, first)
    await saved(web, browser, "rules/1/move", to="down")
    assert (await plan(web)).rules == (second, first), "the last one stays the last"


@pytest.mark.parametrize("do", sorted(RULES))
async def test_every_kind_of_rule_has_a_form(browser: Browser, do: str) -> None:
    assert f'name="do" value="{do}"' in await browser.read(f"/app/rates/rules/new?do={do}")


async def test_preselections_are_added_in_their_order_and_named_by_the_services_name(
    web: Web, browser: Browser
) -> None:
    carrier = web.town.carrier.id
    form = await browser.read(f"/app/rates/preselections/new?account={carrier}")
    assert f'value="{carrier}" selected' in form
    assert '<option value="3">' in form, "the carrier's services are proposed"
    assert web.town.invoicing.id not in form, "no invoicing system carries parcels"
    await saved(
        web, browser, "preselections/new", account=carrier, service_code="3", comunas="ñunoa", weight_to_kg="2,5"
    )
    await saved(
        web, browser, "preselections/new", account=carrier, service_code="2", value_from="2.990", label="<i>caro</i>"
    )
    first, second = (await plan(web)).preselections
    assert (first.service_code, first.when.weight_to_g, first.when.area) == ("3", 2500, Area(comunas=("Ñuñoa",)))
    assert second.when.value_from == 2990
    page = await browser.read("/app/rates")
    assert "Chilexpress Express" in page
    assert "&lt;i&gt;caro" in page
    assert 'value="2990"' in await browser.read("/app/rates/preselections/1")
    await saved(web, browser, "preselections/1/move", to="up")
    assert (await plan(web)).preselections == (second, first)
    await saved(web, browser, "preselections/0/remove")
    assert (await plan(web)).preselections == (first,)


async def test_what_is_gone_or_from_before_stands_in_nobodys_way(web: Web, browser: Browser) -> None:
    """A row whose account was removed is shown as such, and other rows can be changed beside it."""
    account = await web.town.services.accounts.add(web.store.id, "own-fleet", name=None, settings={"fleet_name": "F"})
    await saved(web, browser, "tariff/new", **{**ROW, "account": account.id})
    await saved(web, browser, "preselections/new", account=account.id, service_code="same-day")
    await web.town.services.accounts.remove(web.store.id, account.id)
    await saved(web, browser, "boxes/new", **BOX)
    assert (await browser.read("/app/rates")).count("An account that is gone") == 2
    assert "An account that is gone" in await browser.read("/app/rates/tariff/0")
    answer = await save(web, browser, "tariff/0", **{**ROW, "account": account.id, "service_name": "Other"})
    assert answer.status_code == 422
    assert 'id="account-problem"' in answer.text


async def test_all_mistakes_of_a_sheet_are_told_by_line_and_column_in_the_readers_words(web: Web) -> None:
    sheet = (
        "service_code;up_to_g;price;currency;comunas\nvan;2.000;2990,5;CLP;Nunyoa\nvan;5.000;4.990;CLP;Providensia\n"
    )
    async with signed_in(web.app, web.town, web.store, language="es") as browser:
        answer = await browser.client.post(
            "/app/rates/tariff-sheet",
            data={"csrf": browser.csrf, "version": str((await record(web)).version)},
            files={"sheet": ("tariff.csv", sheet.encode(), "text/csv")},
        )
    told = html.unescape(answer.text)
    assert "Línea 2, price: Los montos en CLP no llevan decimales." in told
    assert "Línea 2, comunas: «Nunyoa» no es seguro" in told, "whatever else is wrong in the line"
    assert "Línea 3, comunas: «Providensia» no es seguro; ¿quisiste decir Providencia" in told


async def test_handling_days_and_cut_off_are_changed(web: Web, browser: Browser) -> None:
    await saved(web, browser, "terms", handling_days="2", cut_off="14:30")
    assert ((await plan(web)).handling_days, (await plan(web)).cut_off) == (2, "14:30")
    await saved(web, browser, "terms", handling_days="0", cut_off="")
    assert (await plan(web)).cut_off is None


async def test_what_goes_without_a_box_or_without_sides_is_written_in_kilograms_and_centimetres(
    web: Web, browser: Browser
) -> None:
    await saved(
        web, browser, "parcels", most_parcel_kg="22,5", usual_length_cm="30", usual_width_cm="20", usual_height_cm="1,5"
    )
    now = await plan(web)
    assert (now.most_parcel_g, now.default_sides) == (22_500, Sides(300, 200, 15))
    assert 'value="1,5"' in await browser.read("/app/rates")
    await saved(web, browser, "parcels", most_parcel_kg="", usual_length_cm="")
    assert ((await plan(web)).most_parcel_g, (await plan(web)).default_sides) == (None, None)


async def test_two_people_do_not_overwrite_each_other(web: Web, browser: Browser) -> None:
    await saved(web, browser, "boxes/new", **BOX)
    form = await browser.read("/app/rates/boxes/0")
    held = dict(re.findall(r'name="(version|was|was_name)" value="([^"]*)"', form))
    await saved(web, browser, "boxes/new", **{**BOX, "name": "Other"})
    answer = await browser.send("/app/rates/boxes/0", **{**BOX, "name": "Mine", **held})
    assert answer.status_code == 409
    assert [box.name for box in (await plan(web)).boxes] == ["Caja", "Other"], "the other's change is kept"
    assert 'value="Mine"' in answer.text
    assert "As it is now: <strong>" in answer.text
    held = dict(re.findall(r'name="(version|was|was_name)" value="([^"]*)"', answer.text))
    action = re.search(r'action="(/app/rates/boxes/\w+)"', answer.text)
    assert action is not None
    assert (await browser.send(action[1], **{**BOX, "name": "Mine", **held})).status_code == 303
    assert [box.name for box in (await plan(web)).boxes] == ["Mine", "Other"]


async def test_a_row_that_another_took_away_is_not_mistaken_for_its_neighbour(web: Web, browser: Browser) -> None:
    for name in ("First", "Second"):
        await saved(web, browser, "boxes/new", **{**BOX, "name": name})
    form = await browser.read("/app/rates/boxes/0")
    held = dict(re.findall(r'name="(version|was|was_name)" value="([^"]*)"', form))
    await saved(web, browser, "boxes/0/remove")
    answer = await browser.send("/app/rates/boxes/0", **{**BOX, "name": "First again", **held})
    assert answer.status_code == 409
    assert 'action="/app/rates/boxes/new"' in answer.text
    assert [box.name for box in (await plan(web)).boxes] == ["Second"]


@pytest.mark.parametrize("where", ["boxes/0/remove", "rules/0/move", "terms", "boxes/new"])
async def test_a_form_of_an_older_version_or_of_none_changes_nothing(web: Web, browser: Browser, where: str) -> None:
    await saved(web, browser, "boxes/new", **BOX)
    await saved(web, browser, "rules/new", do="free")
    before = await record(web)
    for version in ("1", "", "x"):
        answer = await browser.send(f"/app/rates/{where}", **{**BOX, "version": version, "handling_days": "3"})
        assert answer.status_code in {303, 409}
    assert await record(web) == before


async def test_a_tried_cart_shows_answers_rules_and_what_the_buyer_sees(web: Web, browser: Browser) -> None:
    await saved(web, browser, "rules/new", do="mark_up", amount="1000", label="margin")
    await saved(web, browser, "rules/new", do="hide", services="5")
    text = html.unescape(
        await browser.read("/app/rates/try?try=1&place=%C3%91u%C3%B1oa&quantity_1=2&weight_1=0,5&price_1=9990")
    )
    assert "What the buyer would see" in text
    assert "Asked just now" in text
    assert "Rule 1 “margin”: changed the price" in text
    again = await browser.read("/app/rates/try?try=1&place=%C3%91u%C3%B1oa&quantity_1=2&weight_1=0,5&price_1=9990")
    assert "Answer of a few minutes ago" in again


async def test_a_comuna_that_nobody_knows_is_said_to_be_in_doubt(browser: Browser) -> None:
    told = html.unescape(await browser.read("/app/rates/try?try=1&place=Xyzzy&quantity_1=1&weight_1=1"))
    assert "“Xyzzy” is no comuna or concelho of Chile." in told
    known = html.unescape(await browser.read("/app/rates/try?try=1&place=San+Pedro&region=RM&quantity_1=1&weight_1=1"))
    assert "not certain" not in known


async def test_a_cart_that_says_nothing_is_asked_again_and_nobody_is_called(web: Web, browser: Browser) -> None:
    calls = sum(web.town.sandbox.chilexpress.calls.values())
    text = await browser.read("/app/rates/try?try=1&place=&quantity_1=0&weight_1=heavy")
    assert set(re.findall(r'id="(\w+)-problem"', text)) == {"place", "quantity_1", "weight_1"}
    assert sum(web.town.sandbox.chilexpress.calls.values()) == calls
    assert "Try it" in await browser.read("/app/rates/try")


@pytest.mark.parametrize("path", ["boxes/0", "boxes/x", "tariff/7", "rules/new?do=fly", "plans/0", "boxes/-1"])
async def test_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    assert (await browser.client.get(f"/app/rates/{path}")).status_code == 404


async def test_another_store_sees_and_changes_its_own_plan_alone(web: Web, browser: Browser, stranger: Browser) -> None:
    await saved(web, browser, "boxes/new", **{**BOX, "name": "Ours"})
    assert "Ours" not in await stranger.read("/app/rates")
    assert (await stranger.client.get("/app/rates/boxes/0")).status_code == 404
    answer = await stranger.send("/app/rates/tariff/new", **{**ROW, "account": web.town.carrier.id, "version": "0"})
    assert answer.status_code == 422, "another store's account is none"


async def test_the_pages_speak_spanish_and_portuguese(web: Web) -> None:
    for language, words in (("es", "Probar un carro"), ("pt", "Experimentar um carrinho")):
        async with signed_in(web.app, web.town, web.store, language=language) as browser:
            assert words in await browser.read("/app/rates")


async def test_all_rules_and_sources_have_words() -> None:
    tags = {kind.__struct_config__.tag for kind in Action.__args__}
    assert set(RULES) == set(DONE) == tags
    assert set(SOURCES) == set(RateSource)
