"""Reading bodies: capped, and strictly what is expected."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_http.bodies import decode, is_json, lower_headers, read_body
from despacho_http.refusals import BodyTooLarge, InvalidBody, MalformedJson, Refusal


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    pieces: int = 1
    sizes: list[int] = []


def received(*messages: dict[str, Any]) -> Any:
    waiting = list(messages)

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    return receive


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def read(*messages: dict[str, Any], announced: bytes | None = None, most: int = 10) -> bytes:
    headers = [] if announced is None else [(b"content-length", announced)]
    scope: Any = {"type": "http", "headers": headers}
    return asyncio.run(read_body(scope, received(*messages), most=most))


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=6))
def test_a_body_is_the_same_in_however_many_parts_it_comes(parts: list[bytes]) -> None:
    whole = b"".join(parts)
    messages = [part(one, more=True) for one in parts[:-1]] + [part(parts[-1])]
    if len(whole) > 10:
        with pytest.raises(BodyTooLarge):
            read(*messages)
    else:
        assert read(*messages) == whole


@pytest.mark.parametrize("announced", [b"11", b"999999999999999999999999", b"-1", b"x", b"1e3"])
def test_what_is_announced_too_large_or_oddly_is_not_even_read(announced: bytes) -> None:
    with pytest.raises(BodyTooLarge):
        read(announced=announced)


def test_who_announces_little_and_sends_much_is_stopped() -> None:
    with pytest.raises(BodyTooLarge):
        read(part(b"x" * 11), announced=b"1")
    with pytest.raises(BodyTooLarge):
        read(part(b"x" * 6, more=True), part(b"x" * 6, more=True))


def test_a_body_that_ends_too_early_is_none() -> None:
    with pytest.raises(Refusal, match="too early"):
        read(part(b"x", more=True), {"type": "http.disconnect"})
    with pytest.raises(Refusal, match="too early"):
        read({"type": "http.disconnect"})


def test_no_body_is_an_empty_wish() -> None:
    assert decode(b"", Wish) == Wish()
    assert decode(b'{"pieces": 2}', Wish) == Wish(pieces=2)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"[]", "$"),
        (b"null", "$"),
        (b'{"pieces": "2"}', "$.pieces"),
        (b'{"pieces": 2.5}', "$.pieces"),
        (b'{"sizes": [1, null]}', "$.sizes[1]"),
        (b'{"size": 1}', "$"),
    ],
)
def test_another_shape_is_refused_where_it_begins(body: bytes, path: str) -> None:
    with pytest.raises(InvalidBody) as refused:
        decode(body, Wish)
    assert refused.value.facts["path"] == path


@pytest.mark.parametrize(
    "body", [b"{", b"nope", b"\xff", b'{"pieces": 1}}', b'{"sizes": [', b'{"pieces": {{{', b"[" * 10_000]
)
def test_what_is_no_json_is_said_to_be_so(body: bytes) -> None:
    with pytest.raises(MalformedJson):
        decode(body, Wish)


@given(st.binary())
def test_any_body_is_a_wish_or_refused(body: bytes) -> None:
    with contextlib.suppress(MalformedJson, InvalidBody):
        assert isinstance(decode(body, Wish), Wish)


def test_json_has_several_names() -> None:
    assert is_json("application/json")
    assert is_json("application/vnd.api+json")
    assert not is_json("application/jsonp")
    assert not is_json("")


def test_headers_are_read_whatever_octets_they_hold() -> None:
    scope: Any = {"type": "http", "headers": [(b"x-name", "ñ".encode()), (b"y", b"1"), (b"y", b"2")]}
    assert lower_headers(scope) == {"x-name": "Ã±", "y": "2"}
