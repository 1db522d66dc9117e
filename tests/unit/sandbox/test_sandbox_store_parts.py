"""Small parts of the store simulator: rate limits by hand-turned time, signatures, form bodies, the terminal's lines."""

from collections import deque
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.command import changed_lines, counts_table, introduction
from despacho_sandbox.kit.asgi import Request
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.faults import Fault, FaultKind
from despacho_sandbox.kit.server import Sandbox
from despacho_sandbox.store.delivery import Attempt, Delivery, count, signature
from despacho_sandbox.store.limits import RateLimiter
from despacho_sandbox.store.model import Hook
from despacho_sandbox.store.oauth_api import SCOPES
from despacho_sandbox.store.rates_request import encoded_request
from despacho_sandbox.store.settings import Limits
from despacho_sandbox.store.stores import default_stores
from despacho_sandbox.store.web import ApiError, form_or_json, json_object

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Watch:
    """Real time, turned by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@given(st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=200))
def test_no_second_and_no_minute_ever_lets_more_calls_in_than_allowed(pauses: list[float]) -> None:
    watch, limits = Watch(), Limits(per_second=5, per_minute=40, ban_after=10_000)
    limiter, let_in = RateLimiter(watch), deque[float]()
    for pause in pauses:
        watch.seconds += pause
        if limiter.hit(limits):
            let_in.append(watch.seconds)
    for width, most in ((1, limits.per_second), (60, limits.per_minute)):
        assert all(sum(start <= moment < start + width for moment in let_in) <= most for start in let_in)
    assert limiter.counts.hits == len(pauses)
    assert limiter.counts.refused == len(pauses) - len(let_in)


def test_a_client_that_keeps_to_20_a_second_is_never_refused_until_the_minute_is_full() -> None:
    watch, limits = Watch(), Limits()
    limiter = RateLimiter(watch)
    for _ in range(800):
        assert limiter.hit(limits)
        watch.seconds += 0.051
    assert not limiter.hit(limits)
    assert limiter.headers(limits)["Jumpseller-PerMinuteRateLimit-Remaining"] == "0"
    watch.seconds += 60
    assert limiter.hit(limits)
    assert limiter.counts.peak_second <= 20


def test_a_ban_ends_by_itself_and_refused_calls_lengthen_nothing() -> None:
    watch, limits = Watch(), Limits(per_second=1, ban_after=2, ban_seconds=60)
    limiter = RateLimiter(watch)
    assert [limiter.hit(limits) for _ in range(5)] == [True, False, False, False, False]
    assert "Jumpseller-BannedByRateLimit-Reset" in limiter.headers(limits)
    watch.seconds += 59
    assert not limiter.hit(limits)
    watch.seconds += 1
    assert limiter.hit(limits)
    assert "Jumpseller-BannedByRateLimit-Reset" not in limiter.headers(limits)
    assert limiter.counts.bans == 1


def test_signatures_agree_with_the_contracts_own_test_vector() -> None:
    assert signature("mock-hooks-token", b'{"order":{"id":1}}') == "JWsZXZgzAYBTiFKGgwLXY1pc5fXdyLDDud+QyNmLAnc="


def test_counts_tell_what_was_acknowledged_and_what_of_it_twice() -> None:
    hook = Hook(id=1, event="order_paid", url="http://hub", created_at=NOW)

    def delivery(*statuses: int | None) -> Delivery:
        attempts = [Attempt(NOW, 1, status) for status in statuses]
        return Delivery(id=1, store=default_stores()[0], hook=hook, event="order_paid", order_id=1, body=b"",
                        triggered_at=NOW, due=NOW, attempts=attempts)  # fmt: skip

    counts = count([delivery(200), delivery(500, None, 204), delivery(200, 200, 500), delivery(302), delivery()])
    assert (counts.deliveries, counts.sent, counts.acknowledged, counts.duplicates, counts.outstanding) == (
        5,
        8,
        4,
        1,
        2,
    )


def test_there_are_42_scopes_and_those_the_hub_needs_are_among_them() -> None:
    needed = (
        "read_orders write_orders read_fulfillments write_fulfillments read_store read_locations read_hooks write_hooks "
        "read_shipping_methods write_shipping_methods read_products read_apps"
    )
    assert SCOPES.issuperset(needed.split())
    assert len(SCOPES) == 42


def request(body: bytes, content_type: str = "application/json") -> Request:
    scope = {"headers": [(b"content-type", content_type.encode())], "query_string": b""}
    return Request(scope, {}, body)


@given(st.dictionaries(st.text("abc_[]", min_size=1), st.text(), max_size=5))
def test_nested_form_fields_carry_every_text_to_its_place(values: dict[str, str]) -> None:
    _, body = encoded_request({"request": {"to": values, "list": [{"a": 1}, {"a": None}]}}, "form_nested")
    pairs = parse_qsl(body.decode(), keep_blank_values=True)
    assert pairs == [*((f"request[to][{key}]", value) for key, value in values.items()),
                     ("request[list][][a]", "1"), ("request[list][][a]", "")]  # fmt: skip


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"\xff"])
def test_a_body_that_is_no_object_is_a_400(body: bytes) -> None:
    with pytest.raises(ApiError) as refused:
        json_object(request(body))
    assert refused.value.reply.status == 400


def test_an_empty_body_is_an_empty_object() -> None:
    assert json_object(request(b" ")) == {}


def test_a_multipart_form_is_read_part_by_part() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\nrefresh_token\r\n'
        b'--x\r\nContent-Disposition: form-data; name="refresh_token"\r\n\r\na=b&c\r\n--x--\r\n'
    )
    fields = form_or_json(request(body, "multipart/form-data; boundary=x"))
    assert fields == {"grant_type": "refresh_token", "refresh_token": "a=b&c"}


def test_the_terminal_names_addresses_and_credentials() -> None:
    sandbox = Sandbox(SandboxClock(speed=0))
    sandbox.listening_at("http://127.0.0.1:9999")
    text = "\n".join(introduction(sandbox))
    assert "DESPACHO_JUMPSELLER_API_URL=http://127.0.0.1:9999/jumpseller/v1" in text
    assert "stores add tienda-sur --login fake-login-tienda-sur --authtoken fake-authtoken-tienda-sur" in text
    assert all(simulator.base_url in text for simulator in sandbox.simulators.values())


def test_the_terminal_tells_only_what_changed() -> None:
    sandbox = Sandbox(SandboxClock(speed=0))
    before: dict[str, int] = {}
    changed_lines(sandbox, before)
    assert changed_lines(sandbox, before) == []
    sandbox.store.place_order()
    assert changed_lines(sandbox, before) == ["jumpseller orders: 1"]


def test_the_table_has_a_row_for_every_simulator_with_its_faults() -> None:
    sandbox = Sandbox(SandboxClock(speed=0))
    sandbox.store.faults.add(Fault(kind=FaultKind.FAIL_AFTER, endpoint="orders.get"))
    table = counts_table(sandbox)
    assert table.row_count == len(sandbox.simulators)
    faults = list(table.columns[3].cells)
    assert faults[list(sandbox.simulators).index("jumpseller")] == "fail_after orders.get"
