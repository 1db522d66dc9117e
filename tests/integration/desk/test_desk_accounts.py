"""Accounts on the App's pages: added, tested, changed, watched, removed; and nothing secret on any of them."""

from __future__ import annotations

import asyncio
import html
import re

import pytest

from despacho_core.labels import LabelChoice
from despacho_core.shipping_plans import AccountTerms
from despacho_core.stores import Account, AccountState
from despacho_http.desk.accounts_words import CAPABILITIES, PAPERS, TROUBLES, WRONGS
from despacho_ports.carriers import AccountTrouble
from despacho_ports.providers import PORTS
from despacho_ports.settings_checks import Wrong
from despacho_services import accounts as account_services
from despacho_services.accounts import excerpt
from tests.town import CHILEXPRESS, OPENFACTURA
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRETS = [CHILEXPRESS["key_coverage"], CHILEXPRESS["key_rating"], CHILEXPRESS["key_shipping"], OPENFACTURA["api_key"]]


def fields(web: Web, **changes: str) -> dict[str, str]:
    """The carrier's form, filled in rightly but for the changes."""
    right = {**CHILEXPRESS, "base_url": f"{web.town.sandbox.url}/chilexpress", **changes}
    return {f"set.{name}": value for name, value in right.items()}


async def accounts(web: Web) -> dict[str, Account]:
    return {one.id: one for one in await web.town.services.accounts.all(web.store.id)}


async def added(web: Web, browser: Browser, name: str, **changes: str) -> str:
    """An account that was added through the form."""
    answer = await browser.send("/app/accounts/new/chilexpress", name=name, **fields(web, **changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def said(browser: Browser, path: str, /, **form: str) -> str:
    """What the page after a change tells."""
    answer = await browser.send(path, **form)
    assert answer.status_code == 303, answer.text
    cookie = answer.headers["set-cookie"].partition(";")[0]
    headers = {"cookie": f"{browser.client.headers['cookie']}; {cookie}"}
    return html.unescape((await browser.client.get(answer.headers["location"], headers=headers)).text)


async def test_the_list_shows_each_account_and_what_can_be_added(web: Web, browser: Browser) -> None:
    text = await browser.read("/app/accounts")
    for account in (await accounts(web)).values():
        assert f'href="/app/accounts/{account.id}"' in text
    assert 'href="/app/accounts/new/own-fleet"' in text
    assert not [secret for secret in SECRETS if secret in text]


async def test_a_form_asks_for_what_the_provider_declares_with_its_help(browser: Browser) -> None:
    text = await browser.read("/app/accounts/new/ctt")
    assert 'type="password"' in text
    assert '<option value="g" selected>' in text
    assert 'type="checkbox" id="set.declare_value"' in text
    assert 'type="number" value="99"' in text
    assert "The GUID that opens the web services" in html.unescape(text)


async def test_an_account_is_added_tested_at_once_and_never_shows_its_secrets(web: Web, browser: Browser) -> None:
    account_id = await added(web, browser, "Second card")
    made = (await accounts(web))[account_id]
    assert (made.name, made.settings["key_rating"]) == ("Second card", CHILEXPRESS["key_rating"])
    text = await browser.read(f"/app/accounts/{account_id}")
    assert not [secret for secret in SECRETS if secret in text]
    assert "18578680" in text
    assert "leave empty to keep it" in text
    assert "Last answer" in text
    await said(browser, f"/app/accounts/{account_id}/remove")


async def test_everything_that_is_wrong_is_said_beside_its_field_and_nothing_is_saved(
    web: Web, browser: Browser
) -> None:
    before = set(await accounts(web))
    wrong = fields(web, customer_card="my card", key_rating="", source_channel="many")
    answer = await browser.send("/app/accounts/new/chilexpress", **wrong)
    assert answer.status_code == 422
    for name in ("customer_card", "key_rating", "source_channel"):
        assert f'id="set.{name}-problem"' in answer.text
    assert 'id="set.company_rut-problem"' not in answer.text
    assert "3 things are not right yet" in answer.text
    assert 'value="my card"' in answer.text, "nobody has to write it again"
    assert not [secret for secret in SECRETS if secret in answer.text]
    assert set(await accounts(web)) == before


async def test_what_a_provider_says_of_its_settings_as_a_whole_stands_beside_the_field(
    web: Web, browser: Browser
) -> None:
    answer = await browser.send("/app/accounts/new/chilexpress", **fields(web, company_rut="96756430-1"))
    assert answer.status_code == 422
    problem = re.search(r'id="set.company_rut-problem">([^<]*)', answer.text)
    assert problem is not None
    assert "wrong check digit" in problem[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key_rating": "0" * 32}, "does not accept the credentials"),
        ({"base_url": "http://127.0.0.1:9"}, "did not answer"),
    ],
)
async def test_a_test_says_in_plain_words_what_is_wrong(
    web: Web, browser: Browser, changes: dict[str, str], words: str
) -> None:
    account_id = await added(web, browser, "Broken", **changes)
    assert words in await said(browser, f"/app/accounts/{account_id}/test")
    await said(browser, f"/app/accounts/{account_id}/remove")


async def test_nobody_waits_long_for_a_provider_that_says_nothing(
    web: Web, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_services, "MOST_SECONDS", 0.05)
    callers: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _, caller: callers.append(caller), "127.0.0.1", 0)
    address = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    account_id = await added(web, browser, "Silent", base_url=address)
    told = await said(browser, f"/app/accounts/{account_id}/test")
    assert "no answer within 0.05 seconds" in told
    assert "If its address below is right, it is down at the moment" in told
    await said(browser, f"/app/accounts/{account_id}/remove")
    silent.close()
    for caller in callers:
        caller.close()


async def test_a_secret_that_is_left_empty_stays_and_what_is_emptied_goes_back_to_the_default(
    web: Web, browser: Browser
) -> None:
    account_id = await added(web, browser, "To change", sender_name="Ana", source_channel="7")
    form = fields(web, key_coverage="", key_rating="", key_shipping="", sender_phone="")
    text = await said(browser, f"/app/accounts/{account_id}", name="Changed", **form)
    assert "The account works." in text
    changed = (await accounts(web))[account_id]
    assert changed.name == "Changed"
    assert changed.settings["key_rating"] == CHILEXPRESS["key_rating"]
    assert {"sender_name", "source_channel", "sender_phone"}.isdisjoint(changed.settings)
    await said(browser, f"/app/accounts/{account_id}/remove")


async def test_an_account_whose_key_was_refused_says_so_and_is_mended_by_a_new_key(web: Web, browser: Browser) -> None:
    account_id = await added(web, browser, "Expired", key_rating="0" * 32)
    units = web.town.services.office.units
    async with units.begin() as work:
        account = await work.accounts.get(web.store.id, account_id)
        assert account is not None
        await work.accounts.save(account.needing_attention("key expired <script>"))
        await work.commit()
    assert "Needs attention" in await browser.read("/app/accounts")
    page = await browser.read(f"/app/accounts/{account_id}")
    assert "key expired &lt;script&gt;" in page
    assert "Nothing is lost" in page
    assert "The account works." in await said(browser, f"/app/accounts/{account_id}", name="Expired", **fields(web))
    assert (await accounts(web))[account_id].state is AccountState.ACTIVE
    await said(browser, f"/app/accounts/{account_id}/remove")


async def test_paper_carriers_company_and_scope_are_chosen_on_the_accounts_page(web: Web, browser: Browser) -> None:
    carrier, invoicing = web.town.carrier.id, web.town.invoicing.id
    await said(browser, f"/app/accounts/{carrier}/label", label="zpl-300")
    await said(
        browser, f"/app/accounts/{carrier}/company", company_name="Chilexpress S.A.", company_tax_id="96.756.430-3"
    )
    await said(browser, f"/app/accounts/{invoicing}/scope", currencies="clp", countries="cl", kind="invoice")
    now = await accounts(web)
    assert now[carrier].label.name == "zpl-300"
    assert now[carrier].company.name == "Chilexpress S.A."
    assert (now[invoicing].scope.currencies, now[invoicing].scope.countries) == (("CLP",), ("CL",))
    refused = await said(browser, f"/app/accounts/{invoicing}/scope", currencies="XQZ")
    assert 'role="alert"' in refused
    assert (await accounts(web))[invoicing].scope.currencies == ("CLP",)
    await said(browser, f"/app/accounts/{carrier}/label", label="100x150")
    await said(browser, f"/app/accounts/{invoicing}/scope")


async def test_terms_of_the_contract_are_written_on_the_accounts_page_and_kept_in_the_plan(
    web: Web, browser: Browser
) -> None:
    carrier, plans = web.town.carrier.id, web.town.services.plans
    version = str((await plans.read(web.store.id)).version)
    wrong = await browser.send(f"/app/accounts/{carrier}/terms", version=version, divisor="1,5", most_parcel_kg="0")
    assert wrong.status_code == 422
    assert {"divisor-problem", "most_parcel_kg-problem"} <= set(re.findall(r'id="([\w-]+)"', wrong.text))
    assert 'value="1,5"' in wrong.text, "nobody has to write it again"
    await said(browser, f"/app/accounts/{carrier}/terms", version=version, divisor="4.000", most_parcel_kg="22,5")
    record = await plans.read(web.store.id)
    assert record.plan.terms(carrier) == AccountTerms(
        account=carrier, divisor=4000, most_parcel_g=22_500, po_boxes=False
    )
    page = await browser.read(f"/app/accounts/{carrier}")
    assert 'value="22,5"' in page
    assert f"/app/rates/rules/new?do=mark_up&amp;account={carrier}" in page
    stale = await browser.send(f"/app/accounts/{carrier}/terms", version=version, divisor="5000")
    assert stale.status_code == 409
    assert 'value="5000"' in stale.text
    await said(browser, f"/app/accounts/{carrier}/terms", version=str(record.version), po_boxes="1")
    assert (await plans.read(web.store.id)).plan.accounts == (), "usual terms need not be kept"
    assert "Rules that touch" not in await browser.read(f"/app/accounts/{web.town.invoicing.id}")


async def test_a_name_of_an_account_is_text_whatever_it_holds(web: Web, browser: Browser) -> None:
    account_id = await added(web, browser, "<script>alert(1)</script>")
    for path in ("/app/accounts", f"/app/accounts/{account_id}"):
        text = await browser.read(path)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text
    await said(browser, f"/app/accounts/{account_id}/remove")


@pytest.mark.parametrize("what", ["", "/test", "/label", "/company", "/scope", "/terms", "/remove"])
async def test_another_stores_account_is_not_there(web: Web, stranger: Browser, what: str) -> None:
    path = f"/app/accounts/{web.town.carrier.id}"
    assert (await stranger.client.get(path)).status_code == 404
    answer = await stranger.send(path + what, label="a6", **fields(web))
    assert answer.status_code == 404
    assert web.town.carrier.id in await accounts(web)


async def test_a_provider_that_is_not_installed_has_no_form(browser: Browser) -> None:
    assert (await browser.client.get("/app/accounts/new/pigeons")).status_code == 404


async def test_the_pages_speak_the_browsers_language(web: Web) -> None:
    async with signed_in(web.app, web.town, web.store, language="es") as browser:
        assert "Agregar una cuenta" in await browser.read("/app/accounts")
    async with signed_in(web.app, web.town, web.store, language="pt") as browser:
        assert "Adicionar uma conta" in await browser.read("/app/accounts")


async def test_where_an_address_changes_its_secrets_are_typed_again(web: Web, browser: Browser) -> None:
    """Whoever may edit an account could otherwise have its keys sent to a machine of their own."""
    account_id = await added(web, browser, "To move")
    before = (await accounts(web))[account_id]
    elsewhere = f"{web.town.sandbox.url}/chilexpress/"
    untyped = fields(web, key_coverage="", key_rating="", key_shipping="", base_url=elsewhere)
    answer = await browser.send(f"/app/accounts/{account_id}", **untyped)
    assert answer.status_code == 422
    for name in ("key_coverage", "key_rating", "key_shipping"):
        assert re.search(rf'id="set.{name}-problem">An address has changed', answer.text)
    assert (await accounts(web))[account_id] == before, "and nobody was called"
    await said(browser, f"/app/accounts/{account_id}", **fields(web, base_url=elsewhere))
    assert (await accounts(web))[account_id].settings["base_url"] == elsewhere
    await said(browser, f"/app/accounts/{account_id}/remove")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://carrier.example",
        "https://ana:secret@carrier.example",
        "https://carrier.example/v1?to=",
        "https://carrier.example/v1#",
        "https:carrier.example",
        "https://carrier.example\\@inside",
        "javascript:alert(1)",
    ],
)
async def test_an_address_that_calls_could_lead_astray_is_refused_beside_its_field(
    web: Web, browser: Browser, address: str
) -> None:
    answer = await browser.send("/app/accounts/new/chilexpress", **fields(web, base_url=address))
    assert answer.status_code == 422
    assert re.search(r'id="set.base_url-problem">This must be an address', answer.text)


async def test_an_address_beside_the_hub_is_not_called_and_the_page_says_why(web: Web, browser: Browser) -> None:
    account_id = await added(web, browser, "Metadata", base_url="http://169.254.169.254/latest")
    text = await said(browser, f"/app/accounts/{account_id}/test")
    assert "This hub does not call the address" in text
    await said(browser, f"/app/accounts/{account_id}/remove")


async def test_of_what_an_outside_host_says_only_the_beginning_is_shown() -> None:
    assert excerpt("no\x00 \x1b[31msuch\r\n\tkey \N{RIGHT-TO-LEFT OVERRIDE}") == "no [31msuch key"
    assert excerpt("x" * 5_000) == "x" * 300 + "…"


async def test_all_that_there_is_has_words() -> None:
    assert set(CAPABILITIES) == set(PORTS)
    assert set(TROUBLES) == set(AccountTrouble)
    assert set(WRONGS) == set(Wrong)
    assert all(LabelChoice.parse(value).name for value, _ in PAPERS)
