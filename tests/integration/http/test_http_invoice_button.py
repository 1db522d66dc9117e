"""The store's "Create invoice" button: a message for the merchant in every case, the same document however often it is clicked."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from despacho_core.stores import Store
from tests.town import SECOND_STORE
from tests.web import Web, as_json, path_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def press(web: Web, order: Any, changes: dict[str, str | None] | None = None) -> httpx.Response:
    body = order if isinstance(order, bytes) else as_json({"order": {"id": order.id}})
    headers = web.signed(body, changes)
    return await web.client.post(f"/jumpseller/invoices/{web.store.key}", content=body, headers=headers)


def message(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert isinstance(document["message"], str)
    return str(document["message"])


async def test_a_click_issues_the_document_and_a_second_click_shows_the_same(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    first, second = await press(web, order), await press(web, order)
    assert (first.status_code, second.status_code) == (200, 200)
    assert set(first.json()) == {"url", "public_id", "message"}
    assert first.json() == second.json()
    assert web.town.at_invoicing(order) == [39]
    document = await web.client.get(path_of(first.json()["url"]))
    assert (document.status_code, document.headers["content-type"]) == (200, "application/pdf")


async def test_the_platforms_own_button_attaches_the_document(web: Web) -> None:
    store = web.town.sandbox.store
    order = store.place_order(web.store.code)
    body = as_json({"order": {"id": order.id}})
    answer = await press(web, body)
    assert answer.status_code == 200
    await web.town.work()
    attached = store.documents(order.id, web.store.code)
    assert len(attached) <= 1  # the platform attaches what the button answered; we do not attach it once more


@pytest.mark.parametrize(
    "changes",
    [
        {"jumpseller-hmac-sha256": None, "jumpseller-store-code": None},
        {"jumpseller-hmac-sha256": "AAAA"},
        {"jumpseller-store-code": SECOND_STORE},
        {"jumpseller-store-code": "nobody"},
    ],
)
async def test_who_did_not_sign_is_refused(web: Web, changes: dict[str, str | None]) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    answer = await press(web, order, changes)
    assert answer.status_code == 401
    assert "signature" in message(answer)
    assert web.town.at_invoicing(order) == []


async def test_another_store_that_signs_rightly_is_still_another_store(web: Web) -> None:
    body = as_json({"order": {"id": 1}})
    mine = web.signed(body)
    answer = await web.client.post(f"/jumpseller/invoices/{web.other_store.key}", content=body, headers=mine)
    assert answer.status_code == 401
    assert message(answer)


async def test_a_store_may_trust_its_secret_address_alone(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    await set_unsigned(web, allowed=True)
    try:
        answer = await press(web, order, {"jumpseller-hmac-sha256": None, "jumpseller-store-code": None})
    finally:
        await set_unsigned(web, allowed=False)
    assert answer.status_code == 200


async def set_unsigned(web: Web, *, allowed: bool) -> None:
    settings = msgspec.structs.replace(web.store.settings, allow_unsigned_invoices=allowed)
    store: Store = await web.town.services.installation.change_settings(web.store.id, settings)
    web.town.services.known.forget()
    assert store.settings.allow_unsigned_invoices is allowed


async def test_an_unpaid_order_is_for_the_merchant_to_mend(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code, status="pending_payment")
    answer = await press(web, order)
    assert answer.status_code == 422
    assert message(answer).startswith(f"El pedido {order.id} está pendiente de pago")


async def test_an_order_that_the_store_does_not_have_is_for_the_merchant_to_mend(web: Web) -> None:
    answer = await press(web, as_json({"order": {"id": 987_654}}))
    assert answer.status_code == 422
    assert "987654" in message(answer)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"order": []}', b'{"order": {"id": -1}}', b"\xff\xfe"])
async def test_what_cannot_be_read_is_said_to_be_so(web: Web, body: bytes) -> None:
    answer = await press(web, body)
    assert answer.status_code == 422
    assert "no se puede leer" in message(answer)


async def test_an_invoicing_system_that_does_not_answer_is_for_later(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    await web.town.fault("openfactura", "fail_before", "issue")
    answer = await press(web, order)
    assert answer.status_code == 503
    assert message(answer)
    await web.town.work(seconds=60)
    assert (await press(web, order)).status_code == 200
    assert web.town.at_invoicing(order) == [39]


async def test_our_own_mistake_is_a_message_without_details(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(web.town.services.button, "press", breaks)
    answer = await press(web, as_json({"order": {"id": 1}}))
    assert answer.status_code == 500
    assert "secret detail" not in message(answer)
    assert "the invoice button broke" in caplog.text


async def test_an_unknown_key_is_nobodys(web: Web) -> None:
    answer = await web.client.post("/jumpseller/invoices/nobody", content=b"{}")
    assert answer.status_code == 404
    assert message(answer)


async def test_a_body_larger_than_two_mebibytes_is_refused(web: Web) -> None:
    answer = await press(web, b" " * (2 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert message(answer)
