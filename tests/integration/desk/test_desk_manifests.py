"""Manifests in the App: opened over what waits, filled, closed, signed by both on a screen, by keyboard or on paper."""

from __future__ import annotations

import asyncio
import base64

import httpx
import pytest

from despacho_core.manifests import Manifest, ManifestState
from despacho_core.shipments import Label, ShipmentWish
from tests.handover import drawn, pages
from tests.telling import told
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIST = "/app/manifests"
HOSTILE = '<script>alert("x")</script>'


async def labels(web: Web, count: int) -> list[Label]:
    """Labels that wait for a manifest."""
    found: list[Label] = []
    for _ in range(count):
        order = await web.order()
        wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
        _, some, _ = await web.town.services.shipping.buy(web.store.id, order.id, wish, wait=10)
        found += some
    assert len(found) == count
    return found


async def opened(web: Web, browser: Browser, count: int = 1) -> str:
    """The path of a manifest over new labels, opened on the page."""
    await labels(web, count)
    answer = await browser.send(LIST, account=web.town.carrier.id)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def closed(web: Web, browser: Browser) -> str:
    path = await opened(web, browser)
    await browser.send(f"{path}/close")
    return path


async def now(web: Web, path: str) -> Manifest:
    return (await web.town.services.manifesting.get(web.store.id, path.rpartition("/")[2])).manifest


def drawing(content: bytes) -> str:
    """As a canvas gives it."""
    return "data:image/png;base64," + base64.b64encode(content).decode()


async def scanned(
    browser: Browser, path: str, content: bytes, kind: str = "application/pdf", **fields: str
) -> httpx.Response:
    return await browser.client.post(
        f"{path}/scan", data={"csrf": browser.csrf, **fields}, files={"scan": ("scan", content, kind)}
    )


async def test_what_waits_is_counted_by_account_and_gathered_with_one_click(web: Web, browser: Browser) -> None:
    await labels(web, 2)
    text = await browser.read(LIST)
    assert "2 labels" in text
    assert f'value="{web.town.carrier.id}"' in text
    answer = await browser.send(LIST, account=web.town.carrier.id)
    path = answer.headers["location"]
    assert "2 labels" in await browser.read(path)
    text = await browser.read(LIST)
    assert "No label waits for a manifest." in text
    assert path in text
    assert path in await browser.read(f"{LIST}?state=open")
    assert path not in await browser.read(f"{LIST}?state=signed")
    kind, _ = told(await browser.send(LIST, account=web.town.carrier.id))
    assert kind == "danger", "nothing waits any more"


async def test_labels_are_taken_off_and_put_on_until_it_is_closed(web: Web, browser: Browser) -> None:
    path = await opened(web, browser, 2)
    first, second = (await web.town.services.manifesting.get(web.store.id, path.rpartition("/")[2])).labels[:2]
    assert told(await browser.send(f"{path}/labels/off", label=first.id))[0] == "success"
    assert "1 label" in await browser.read(path)
    assert f'name="label" value="{first.id}"' in await browser.read(path), "offered to be put on again"
    assert told(await browser.send(f"{path}/labels"))[0] == "danger", "nothing was chosen"
    assert told(await browser.send(f"{path}/labels", label=[first.id, "nothing"]))[0] == "success"
    text = await browser.read(path)
    assert "2 labels" in text
    assert "There is no such label." in text, "what could not be put on it is said"
    await browser.send(f"{path}/close")
    assert told(await browser.send(f"{path}/labels/off", label=second.id))[0] == "danger"
    assert told(await browser.send(f"{path}/discard"))[0] == "danger"
    assert len((await web.town.services.manifesting.get(web.store.id, path.rpartition("/")[2])).labels) == 2


async def test_a_discarded_manifest_gives_its_labels_back(web: Web, browser: Browser) -> None:
    path = await opened(web, browser)
    assert told(await browser.send(f"{path}/discard"))[0] == "success"
    assert (await now(web, path)).state is ManifestState.DISCARDED
    assert "1 label" in await browser.read(LIST)
    await browser.send(LIST, account=web.town.carrier.id)


async def test_labels_bought_meanwhile_are_reported_when_it_is_closed(web: Web, browser: Browser) -> None:
    path = await opened(web, browser)
    web.town.clock.turn(60)
    (late,) = await labels(web, 1)
    await browser.send(f"{path}/close")
    text = await browser.read(path)
    assert "Not on this manifest" in text
    assert late.tracking_number in text
    assert "it goes on the next one" in text
    await browser.send(LIST, account=web.town.carrier.id)


async def test_while_the_carrier_answers_the_page_follows_by_itself(web: Web, browser: Browser) -> None:
    path = await opened(web, browser)
    await web.town.fault("chilexpress", "fail_before", "close-certificate", times=1)
    await browser.send(f"{path}/close")
    assert (await now(web, path)).state is ManifestState.CLOSING
    assert 'hx-trigger="load delay:1s"' in await browser.read(path)
    await web.town.work(seconds=60)
    text = await browser.read(path)
    assert (await now(web, path)).state is ManifestState.CLOSED
    assert "hx-trigger" not in text
    assert "Sign for the carrier" in text


async def test_both_sign_on_a_screen_and_the_manifest_is_sealed(web: Web, browser: Browser) -> None:
    path = await closed(web, browser)
    text = await browser.read(f"{path}/sign/merchant")
    assert 'data-sign="drawing"' in text
    answer = await browser.send(f"{path}/sign/merchant", name="Ana Soto", role="Bodega", drawing=drawing(drawn()))
    assert told(answer) == ("success", "Signed.")
    assert "Ana Soto, Bodega" in await browser.read(path)
    assert "data-sign" not in await browser.read(f"{path}/sign/merchant"), "nobody signs twice"
    answer = await browser.send(f"{path}/sign/carrier", name=HOSTILE, drawing=drawing(drawn()))
    assert told(answer) == ("success", "Signed by both: the manifest is sealed.")
    manifest = await now(web, path)
    assert manifest.seal is not None
    assert all(one.image for one in manifest.signatures)
    text = await browser.read(path)
    assert manifest.seal.digest in text
    assert manifest.seal.file_digest in text
    assert f"/manifests/{manifest.token}" in text
    assert "<svg" in text, "the code that leads to it"
    assert HOSTILE not in text
    document = await browser.client.get(f"{path}/document.pdf")
    assert document.content.startswith(b"%PDF")
    assert document.headers["cache-control"] == "no-store"
    assert told(await browser.send(f"{path}/sign/carrier", name="Otro", i_sign="1"))[0] == "danger"


async def test_whoever_cannot_draw_signs_with_a_name_and_a_tick(web: Web, browser: Browser) -> None:
    path = await closed(web, browser)
    sign = f"{path}/sign/merchant"
    for fields in (
        {"name": "Ana Soto"},
        {"i_sign": "1"},
        {"name": "  ", "i_sign": "1"},
        {"name": "", "drawing": drawing(drawn())},
    ):
        answer = await browser.send(sign, **fields)
        assert told(answer)[0] == "danger"
        assert answer.headers["location"] == sign, "back to where it can be done"
    assert (await now(web, path)).signatures == ()
    assert told(await browser.send(sign, name="Ana Soto", i_sign="1"))[0] == "success"
    (signature,) = (await now(web, path)).signatures
    assert (signature.name, signature.image) == ("Ana Soto", None)


@pytest.mark.parametrize(
    "given",
    [
        drawing(drawn(ink=False)),
        drawing(b"no picture"),
        "data:image/png;base64,%%%",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "https://evil.example/x.png",
        drawing(b"\x89PNG" + b"x" * 300_000),
    ],
    ids=["nothing drawn", "no picture", "no base64", "another kind", "an address", "too large"],
)
async def test_what_is_no_drawing_signs_nothing(web: Web, browser: Browser, given: str) -> None:
    path = await closed(web, browser)
    assert told(await browser.send(f"{path}/sign/merchant", name="Ana Soto", drawing=given))[0] == "danger"
    assert (await now(web, path)).signatures == ()


async def test_paper_that_both_signed_is_scanned_and_taken_in(web: Web, browser: Browser) -> None:
    path = await closed(web, browser)
    answer = await scanned(browser, path, pages(), merchant_name="Ana Soto", carrier_name="Luis Díaz")
    assert told(answer)[0] == "success"
    manifest = await now(web, path)
    assert manifest.state is ManifestState.SIGNED
    assert manifest.scan_id is not None
    text = await browser.read(path)
    assert "Luis Díaz" in text
    assert "on paper" in text


async def test_a_large_scan_is_taken_and_a_larger_one_refused(web: Web, browser: Browser) -> None:
    """A photo of some megabytes is what telephones make."""
    path = await closed(web, browser)
    padded = pages() + b"\n%" + b"x" * 4_000_000
    kind, said = told(await scanned(browser, path, pages() + b"\n%" + b"x" * 6_000_000))
    assert (kind, "5000000" in said or "5" in said) == ("danger", True)
    answer = await scanned(browser, path, b"x" * 10_000_000)
    assert answer.status_code == 413
    assert "<html" in answer.text
    assert (await now(web, path)).signatures == ()
    assert told(await scanned(browser, path, padded))[0] == "success"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"not a picture", "image/png"), (b"", "application/pdf"), (b"%PDF-1.4 broken", "application/pdf")],
)
async def test_a_scan_that_is_no_image_is_refused_in_words(
    web: Web, browser: Browser, content: bytes, kind: str
) -> None:
    path = await closed(web, browser)
    assert told(await scanned(browser, path, content, kind))[0] == "danger"
    assert (await now(web, path)).signatures == ()


async def test_two_who_sign_at_once_sign_once_each(web: Web, browser: Browser) -> None:
    path = await closed(web, browser)
    both = [browser.send(f"{path}/sign/{party}", name=party, i_sign="1") for party in ("merchant", "carrier") * 2]
    await asyncio.gather(*both)
    manifest = await now(web, path)
    assert manifest.state is ManifestState.SIGNED
    assert len(manifest.signatures) == 2


async def test_what_is_not_closed_is_not_signed_and_has_no_document(web: Web, browser: Browser) -> None:
    path = await opened(web, browser)
    assert "has to be closed before" in await browser.read(f"{path}/sign/carrier")
    assert told(await browser.send(f"{path}/sign/carrier", name="Luis", i_sign="1"))[0] == "danger"
    assert (await browser.client.get(f"{path}/document.pdf")).status_code == 404
    assert (await browser.client.get(f"{path}/sign/nobody")).status_code == 404
    await browser.send(f"{path}/discard")


async def test_a_stranger_finds_nothing(web: Web, browser: Browser, stranger: Browser) -> None:
    path = await closed(web, browser)
    for what in ("", "/document.pdf", "/carrier.pdf", "/sign/merchant"):
        assert (await stranger.client.get(path + what)).status_code == 404, what
    for what in ("labels", "labels/off", "discard", "close", "sign/merchant"):
        assert (await stranger.send(f"{path}/{what}", name="x", i_sign="1", label="x")).status_code == 404, what
    assert (await scanned(stranger, path, pages())).status_code == 404
    assert (await stranger.send(LIST, account=web.town.carrier.id)).status_code == 404
    assert path not in await stranger.read(LIST)
    assert (await now(web, path)).state is ManifestState.CLOSED


@pytest.mark.parametrize(("language", "words"), [("es", "Por firmar"), ("pt", "Por assinar"), ("en", "To be signed")])
async def test_the_list_speaks_the_visitors_language(web: Web, language: str, words: str) -> None:
    async with signed_in(web.app, web.town, web.store, language=language) as browser:
        assert words in await browser.read(f"{LIST}?state=closed&before=999")
