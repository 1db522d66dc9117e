"""Every way in which a call fails is one of the five errors, by what may have happened."""

import gzip
import json
from typing import Any

import httpx
import pytest

from despacho_jumpseller.answers import words
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_ports.storefront import AttachedDocument, NewFulfillment

Shop = Any
"""The scripted shop of conftest.py."""

NEW = NewFulfillment(
    order_number=1012,
    location_id="314455",
    external_id="shp_01",
    tracking_number="TRK-1",
    tracking_company="Chilexpress",
    tracking_url="https://hub.example/track/t",
)
DOCUMENT = AttachedDocument(document_type=1, public_id="39-1020", external_id="doc_1", url="https://hub.example/d")
NOTHING_LEFT = {"Jumpseller-PerMinuteRateLimit-Limit": "800", "Jumpseller-PerMinuteRateLimit-Remaining": "0"}


def answer(status: int, body: object = None, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


async def read(shop: Shop) -> object:
    return await shop.front.order(1012)


async def change(shop: Shop) -> object:
    return await shop.front.set_shipment_status(1012, "delivered")


async def ship(shop: Shop) -> object:
    return await shop.front.create_fulfillment(NEW)


async def attach(shop: Shop) -> object:
    return await shop.front.attach_document(1012, DOCUMENT)


async def remove(shop: Shop) -> object:
    return await shop.front.delete_hook("5")


REPEATABLE = [read, change, remove]
EFFECTS = [ship, attach]

BEFORE_SENDING = [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("busy")]
AFTER_SENDING = [
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("cut"),
    httpx.WriteError("cut"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
    httpx.DecodingError("bad gzip"),
]


async def failure(shop: Shop, call: Any, *script: Any) -> ProviderError:
    with pytest.raises(ProviderError) as raised:
        await shop.answers(*script).run(call(shop))
    return raised.value


@pytest.mark.parametrize("error", BEFORE_SENDING, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("call", [*REPEATABLE, *EFFECTS])
async def test_what_was_never_sent_certainly_did_not_happen(shop: Shop, call: Any, error: Exception) -> None:
    assert type(await failure(shop, call, error)) is Unavailable


@pytest.mark.parametrize("error", AFTER_SENDING, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("call", REPEATABLE)
async def test_what_may_be_repeated_is_unavailable(shop: Shop, call: Any, error: Exception) -> None:
    assert type(await failure(shop, call, error)) is Unavailable


@pytest.mark.parametrize("error", AFTER_SENDING, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("call", EFFECTS)
async def test_what_must_not_be_repeated_is_uncertain(shop: Shop, call: Any, error: Exception) -> None:
    assert type(await failure(shop, call, error)) is Uncertain
    assert len(shop.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 301, 302, 307])
@pytest.mark.parametrize(
    ("call", "kind"), [(read, Unavailable), (change, Unavailable), (ship, Uncertain), (attach, Uncertain)]
)
async def test_a_server_error_or_a_redirect_leaves_the_same_doubt(
    shop: Shop, call: Any, kind: type[ProviderError], status: int
) -> None:
    assert type(await failure(shop, call, answer(status, location="https://elsewhere.example/"))) is kind
    assert [request.url.host for request in shop.requests] == ["api.example"]


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize("call", [read, change, ship, attach, remove])
async def test_a_refusal_keeps_the_platforms_words(shop: Shop, call: Any, status: int) -> None:
    error = await failure(shop, call, answer(status, {"message": "No se encontraron parámetros permitidos"}))
    assert isinstance(error, Rejected)
    assert (error.message, error.code, error.not_found) == (
        "No se encontraron parámetros permitidos",
        str(status),
        False,
    )


@pytest.mark.parametrize("call", [read, change, ship, attach])
async def test_what_is_not_there_is_told_apart(shop: Shop, call: Any) -> None:
    error = await failure(shop, call, answer(404, {"message": "Order Not Found."}))
    assert isinstance(error, Rejected)
    assert error.not_found


async def test_removing_what_is_gone_is_no_error(shop: Shop) -> None:
    await shop.answers(answer(404, {"message": "Page Not Found"})).run(remove(shop))
    assert shop.requests[0].method == "DELETE"


@pytest.mark.parametrize("call", [read, ship])
async def test_refused_credentials_need_attention(shop: Shop, call: Any) -> None:
    assert type(await failure(shop, call, answer(401, {"message": "Unauthorized"}))) is Unauthorized
    assert len(shop.requests) == 1


@pytest.mark.parametrize("status", [402, 403])
@pytest.mark.parametrize("call", [read, ship, attach])
async def test_a_plan_or_a_permission_in_the_way_puts_off_what_was_asked_and_blames_no_credentials(
    shop: Shop, call: Any, status: int
) -> None:
    error = await failure(shop, call, answer(status, {"message": "Missing scope write_orders"}))
    assert type(error) is Unavailable, "certainly nothing happened, and it will once it is mended"
    assert "Missing scope write_orders" in error.message
    assert len(shop.requests) == 1
    assert shop.keeper.refusals == []


@pytest.mark.parametrize("status", [429, 403])
@pytest.mark.parametrize("call", [read, ship, attach])
async def test_a_rate_limit_is_sat_out(shop: Shop, call: Any, status: int) -> None:
    headers = {"Jumpseller-PerSecondRateLimit-Limit": "20", "Jumpseller-PerSecondRateLimit-Remaining": "0"}
    refused = httpx.Response(status, text="Too many requests", headers=headers)
    await shop.answers(refused, answer(200, {"id": 5})).run(call(shop))
    assert len(shop.requests) == 2
    assert shop.time.seconds == pytest.approx(1001)


@pytest.mark.parametrize("status", [429, 403])
async def test_a_minute_that_is_used_up_is_not_sat_out(shop: Shop, status: int) -> None:
    error = await failure(shop, read, httpx.Response(status, headers=NOTHING_LEFT))
    assert isinstance(error, RateLimited)
    assert error.retry_after == pytest.approx(60)
    assert (len(shop.requests), shop.time.slept) == (1, [])


async def test_patience_with_refusals_is_bounded(shop: Shop) -> None:
    error = await failure(shop, ship, httpx.Response(429))
    assert isinstance(error, RateLimited)
    assert error.retry_after > 0
    assert shop.time.seconds - 1000 <= 20
    assert 3 <= len(shop.requests) <= 6


async def test_a_ban_stops_every_call_to_the_store(shop: Shop) -> None:
    ban = httpx.Response(429, headers={"Jumpseller-BannedByRateLimit-Reset": "2026-07-23T12:30:00+00:00"})
    for call in (read, ship, change):
        error = await failure(shop, call, ban)
        assert isinstance(error, RateLimited)
        assert error.retry_after == pytest.approx(1800)
    assert len(shop.requests) == 1


@pytest.mark.parametrize("body", [b"{", b'{"order":', b"\xff", b"<html>"])
async def test_a_malformed_answer_is_no_answer(shop: Shop, body: bytes) -> None:
    assert type(await failure(shop, read, httpx.Response(200, content=body))) is Unavailable
    assert type(await failure(shop, ship, httpx.Response(200, content=body))) is Uncertain


@pytest.mark.parametrize("body", [[], {"fulfillment": []}, {"fulfillment": {}}, None, {"fulfillment": {"id": {}}}])
async def test_an_accepted_fulfillment_without_id_may_exist(shop: Shop, body: object) -> None:
    assert type(await failure(shop, ship, answer(201, body))) is Uncertain


async def test_an_unreadable_order_is_refused_with_the_place(shop: Shop) -> None:
    error = await failure(shop, read, answer(200, {"order": {"id": 1012, "total": []}}))
    assert isinstance(error, Rejected)
    assert "order.total: expected a number below 10^15, found a list" in error.message


@pytest.mark.parametrize("call", [read, ship])
async def test_an_endless_answer_is_not_read_to_its_end(shop: Shop, call: Any) -> None:
    bomb = gzip.compress(b" " * 11 * 1024 * 1024)
    error = await failure(shop, call, httpx.Response(200, content=bomb, headers={"Content-Encoding": "gzip"}))
    assert type(error) is (Unavailable if call is read else Uncertain)
    assert "larger than 10 MiB" in error.message


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"message":"Order Not Found."}', "Order Not Found."),
        (b'{"error":"Invalid Label."}', "Invalid Label."),
        (b'{"errors":["Url is invalid","Element is empty"]}', "Url is invalid; Element is empty"),
        (b'{"message":null,"error":"","errors":["x"]}', "x"),
        (b"No se encontraron\n  par\xc3\xa1metros", "No se encontraron parámetros"),
        (b'"Page Not Found"', "Page Not Found"),
        (b"\xff", "�"),
        (b"", "no words"),
    ],
)
def test_the_platforms_words_are_found_in_every_known_shape(body: bytes, said: str) -> None:
    assert words(body) == said


def test_words_are_shortened_and_tokens_in_them_blacked_out() -> None:
    assert len(words(b"no! " * 1000)) < 310
    assert words(b'{"message":"Token 0123456789abcdef0123456789abcdef expired"}') == "Token ••• expired"


SECRETS = ("fake-authtoken", "fake-client-secret", "very-secret-access", "very-secret-refresh")


async def test_no_secret_is_in_any_error_log_or_repr(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    store = shop.store(shop.tokens("very-secret-access", "very-secret-refresh"))
    front = shop.fronts.of(store)
    said = [repr(one) for one in (shop.front, shop.fronts, shop.consent, front, store)]
    script: list[Any] = [answer(401), answer(500), httpx.LocalProtocolError("Illegal header b'very-secret-access'")]
    for step in script:
        shop.answers(step)
        for call in (front.store_info, shop.front.store_info):
            with pytest.raises(ProviderError) as raised:
                await shop.run(call())
            said += [str(raised.value), repr(raised.value)]
    said.append(caplog.text)
    assert not [secret for secret in SECRETS if secret in "\n".join(said)]


async def test_cookies_of_one_store_do_not_reach_another(shop: Shop) -> None:
    shop.answers(httpx.Response(404, headers={"Set-Cookie": "session=a; Path=/"}))
    for _ in range(2):
        with pytest.raises(Rejected):
            await shop.run(read(shop))
    assert "cookie" not in shop.requests[1].headers


async def test_a_body_is_json_and_the_login_is_basic(shop: Shop) -> None:
    await shop.answers(answer(200, {"fulfillment": {"id": 1}})).run(ship(shop))
    (request,) = shop.requests
    assert request.headers["Content-Type"] == "application/json"
    assert httpx.BasicAuth("fake-login", "fake-authtoken")._auth_header == request.headers["Authorization"]
    assert "fulfillment" in json.loads(request.content)
