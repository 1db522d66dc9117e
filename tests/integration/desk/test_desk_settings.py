"""The store's settings on the App's pages: each part saved by itself, mistakes told beside their field, the platform's side repaired."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from despacho_core.document_rules import HalfGiven
from despacho_core.stores import InvoiceTrigger, LabelTrigger, StoreSettings
from tests.web import Browser, Web

pytestmark = pytest.mark.asyncio(loop_scope="module")
ORIGIN = {"name": "Bodega", "street": "Avenida Nueva Providencia", "street_number": "2155", "country": "CL"}


async def settings(web: Web) -> StoreSettings:
    return (await web.town.services.office.store(web.store.id)).settings


async def said(browser: Browser, path: str, /, **form: object) -> str:
    """What the page after a change tells."""
    answer = await browser.send(path, **form)
    assert answer.status_code == 303, answer.text
    cookie = answer.headers["set-cookie"].partition(";")[0]
    headers = {"cookie": f"{browser.client.headers['cookie']}; {cookie}"}
    return html.unescape((await browser.client.get(answer.headers["location"], headers=headers)).text)


async def test_what_happens_by_itself_is_changed_and_the_rest_stays(web: Web, browser: Browser) -> None:
    before = await settings(web)
    assert "Saved." in await said(
        browser,
        "/app/settings/automation",
        labels="on_paid",
        invoices="manual",
        tracking_hours="1,5",
        notify_buyers="1",
    )
    after = await settings(web)
    assert (after.labels, after.invoices) == (LabelTrigger.ON_PAID, InvoiceTrigger.MANUAL)
    assert (after.tracking_hours, after.notify_buyers, after.credit_on_cancel) == (Decimal("1.5"), True, False)
    assert (after.origin, after.default_parcel) == (before.origin, before.default_parcel)
    await said(
        browser,
        "/app/settings/automation",
        labels="manual",
        invoices="on_paid",
        tracking_hours="3",
        credit_on_cancel="1",
    )


@pytest.mark.parametrize("hours", ["", "soon", "0", "1e400", "nan", "169"])
async def test_an_impossible_number_of_hours_is_told_beside_its_field_and_nothing_is_saved(
    web: Web, browser: Browser, hours: str
) -> None:
    before = await settings(web)
    answer = await browser.send("/app/settings/automation", labels="on_paid", tracking_hours=hours)
    assert answer.status_code == 422
    assert 'id="tracking_hours-problem"' in answer.text
    assert await settings(web) == before


async def test_rules_of_documents_are_kept_with_the_day_beginning_at_the_store(web: Web, browser: Browser) -> None:
    await said(
        browser,
        "/app/settings/documents",
        half_given="receipt",
        since="2026-11-01",
        untaxed_rate="0",
        invoice_field="¿Factura?",
        invoice_value="sí",
    )
    now = await settings(web)
    assert now.documents.half_given is HalfGiven.RECEIPT
    assert now.documents.since == datetime(2026, 11, 1, 3, tzinfo=UTC), "midnight in Santiago"
    assert now.untaxed_rate == 0
    assert (now.documents.invoice_field, now.documents.invoice_value) == ("¿Factura?", "sí")
    assert 'value="2026-11-01"' in await browser.read("/app/settings")
    answer = await browser.send(
        "/app/settings/documents", since="yesterday", untaxed_rate="150", gift_card_exemption="M00"
    )
    assert answer.status_code == 422
    for name in ("since", "untaxed_rate"):
        assert f'id="{name}-problem"' in answer.text
    await said(browser, "/app/settings/documents", half_given="wait")
    assert (await settings(web)).untaxed_rate is None


async def test_the_usual_parcel_is_written_in_kilograms_and_centimetres(web: Web, browser: Browser) -> None:
    await said(browser, "/app/settings/parcel", weight_kg="0,75", length_cm="30.5", width_cm="20", height_cm="10")
    parcel = (await settings(web)).default_parcel
    assert (parcel.weight_g, parcel.length_mm, parcel.width_mm, parcel.height_mm) == (750, 305, 200, 100)
    answer = await browser.send("/app/settings/parcel", weight_kg="2000", length_cm="", width_cm="x", height_cm="10")
    assert answer.status_code == 422
    assert answer.text.count("invalid-feedback") == 3
    assert (await settings(web)).default_parcel == parcel


async def test_an_origin_gets_its_comunas_own_name_and_region(web: Web, browser: Browser) -> None:
    await said(browser, "/app/settings/origin", **ORIGIN, municipality="ñuñoa")
    origin = (await settings(web)).origin
    assert origin is not None
    assert origin.municipality == "Ñuñoa"
    assert "Metropolitana" in (origin.region or "")


async def test_a_comuna_that_is_in_doubt_is_asked_about_and_chosen_with_a_click(web: Web, browser: Browser) -> None:
    before = await settings(web)
    answer = await browser.send("/app/settings/origin", **ORIGIN, municipality="San Pedro")
    assert answer.status_code == 422
    offered = re.findall(r'name="candidate" value="([^"]+)"', html.unescape(answer.text))
    assert len(offered) > 1
    assert await settings(web) == before
    chosen = next(one for one in offered if one.startswith("San Pedro de la Paz") or "Biob" in one)
    await said(browser, "/app/settings/origin", **ORIGIN, municipality="San Pedro", candidate=chosen)
    origin = (await settings(web)).origin
    assert origin is not None
    assert origin.municipality == chosen.partition("|")[0]


async def test_a_place_that_only_the_carrier_knows_is_saved_as_it_is_written(web: Web, browser: Browser) -> None:
    assert (await browser.send("/app/settings/origin", **ORIGIN, municipality="Xyzzy")).status_code == 422
    await said(browser, "/app/settings/origin", **ORIGIN, municipality="Xyzzy", as_written="1")
    origin = (await settings(web)).origin
    assert origin is not None
    assert origin.municipality == "Xyzzy"
    answer = await browser.send("/app/settings/origin", municipality="", street="", country="Chile")
    assert answer.status_code == 422
    for name in ("municipality", "street", "name", "country"):
        assert f'id="{name}-problem"' in answer.text
    await said(browser, "/app/settings/origin", **ORIGIN, municipality="Providencia")


async def test_what_the_platform_lacks_is_shown_repaired_and_told(web: Web, browser: Browser) -> None:
    # Nothing listens here: the platform is told to register without looking.
    web.town.sandbox.store.configure(web.store.code, probes_hooks=False, fetches_services=False)
    before = await browser.read("/app/settings/platform")
    assert "order_paid" in before
    assert "The checkout does not ask Despacho for prices." in before
    told = await said(browser, "/app/settings/repair")
    assert "This was missing: order_updated" in told
    assert "the shipping method" in told
    after = await browser.read("/app/settings/platform")
    assert "Services that it does not list:" in after, "it fetched none"
    assert "Missing:" not in after
    again = await said(browser, "/app/settings/repair")
    assert "order_updated" not in again
    assert "chilexpress-3" in again


async def test_a_platform_that_cannot_be_asked_is_told_of_and_the_page_stands(web: Web, browser: Browser) -> None:
    for _ in range(2):
        await web.town.fault("jumpseller", "fail_before", "hooks.list", times=1)
    assert "could not be asked" in await browser.read("/app/settings/platform")
    assert "could not be asked" in await said(browser, "/app/settings/repair")


async def test_a_token_is_shown_once_works_and_is_revoked(web: Web, browser: Browser) -> None:
    answer = await browser.send("/app/settings/tokens", name="<b>warehouse</b>")
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    found = re.search(r"dsp_[\w-]+", answer.text)
    assert found is not None
    text = found[0]
    listed = await browser.read("/app/settings")
    assert text not in listed
    assert "&lt;b&gt;warehouse" in listed
    headers = {"authorization": f"Bearer {text}"}
    assert (await web.client.get("/api/v1/accounts", headers=headers)).status_code == 200
    token = next(one for one in await web.town.services.tokens.all(web.store.id) if "warehouse" in one.name)
    await said(browser, f"/app/settings/tokens/{token.id}/revoke")
    assert (await web.client.get("/api/v1/accounts", headers=headers)).status_code == 401


async def test_another_stores_token_cannot_be_revoked(web: Web, stranger: Browser) -> None:
    token = next(iter(await web.town.services.tokens.all(web.store.id)))
    assert (await stranger.send(f"/app/settings/tokens/{token.id}/revoke")).status_code == 404
    assert token.name not in await stranger.read("/app/settings") or not token.name


async def test_a_part_changes_only_its_own_fields_even_where_two_people_save_at_once(
    web: Web, browser: Browser
) -> None:
    await said(browser, "/app/settings/parcel", weight_kg="1", length_cm="20", width_cm="15", height_cm="10")
    installation = web.town.services.installation
    store = await installation.revise_settings(web.store.id, lambda now: now)
    assert store.settings.default_parcel.length_mm == 200
    assert store.settings.origin is not None


async def test_nothing_secret_stands_on_the_settings_page(web: Web, browser: Browser) -> None:
    text = await browser.read("/app/settings") + await browser.read("/app/settings/platform")
    store = await web.town.services.office.store(web.store.id)
    assert store.hooks_token not in text
    assert store.key not in text
    assert not [
        value
        for name in ("authtoken", "access_token")
        if (value := getattr(store.credentials, name, "")) and value in text
    ]
