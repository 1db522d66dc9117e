"""Signatures, order numbers and headers of what the platform sends."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_jumpseller import JumpsellerMessages
from despacho_ports.storefront import MessageInvalid

messages = JumpsellerMessages()

BODY = b'{"order":{"id":1}}'
TOKEN = "mock-hooks-token"
SIGNATURE = "JWsZXZgzAYBTiFKGgwLXY1pc5fXdyLDDud+QyNmLAnc="


def test_the_contracts_own_vector_is_signed() -> None:
    assert messages.is_signed(BODY, SIGNATURE, TOKEN)


@pytest.mark.parametrize("signature", [f"{SIGNATURE}\n", f"  {SIGNATURE} \r\n"])
def test_white_space_around_a_signature_is_no_part_of_it(signature: str) -> None:
    assert messages.is_signed(BODY, signature, TOKEN)


@pytest.mark.parametrize(
    ("body", "signature", "token"),
    [
        (BODY + b" ", SIGNATURE, TOKEN),
        (BODY, SIGNATURE, "another-token"),
        (BODY, SIGNATURE.lower(), TOKEN),
        (BODY, hmac.new(TOKEN.encode(), BODY, hashlib.sha256).hexdigest(), TOKEN),
        (BODY, "", TOKEN),
        (BODY, None, TOKEN),
        (BODY, "señal 🔑", TOKEN),
        (BODY, "\udcff", TOKEN),
    ],
    ids=["other bytes", "other key", "other case", "hex", "empty", "none", "not ASCII", "not text"],
)
def test_anything_else_is_not_signed(body: bytes, signature: str | None, token: str) -> None:
    assert not messages.is_signed(body, signature, token)


def test_a_store_without_token_signs_nothing_even_with_the_empty_key() -> None:
    forged = base64.b64encode(hmac.new(b"", BODY, hashlib.sha256).digest()).decode()
    assert not messages.is_signed(BODY, forged, "")


@given(body=st.binary(), token=st.text(min_size=1))
def test_whatever_was_signed_is_recognised(body: bytes, token: str) -> None:
    signature = base64.b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest()).decode()
    assert messages.is_signed(body, signature, token)


@pytest.mark.parametrize("name", ["Jumpseller-Event", "jumpseller-event", "JUMPSELLER-EVENT"])
def test_a_header_is_found_whatever_its_case(name: str) -> None:
    assert messages.header({"Content-Type": "application/json", "Jumpseller-Event": "order_paid"}, name) == "order_paid"
    assert messages.header({}, name) is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"order":{"id":1012}}',
        b'{"order":{"id":"1012"}}',
        b'{"order":{"id":1012.0}}',
        b'{"id":1012}',
        b'\xef\xbb\xbf{"order":{"id":1012}}',
    ],
    ids=["number", "text", "float", "flat", "with a byte order mark"],
)
def test_the_order_number_is_found_in_every_known_form(body: bytes) -> None:
    assert messages.order_number(body) == 1012


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"order":[]}', "order: expected an object, found a list"),
        (b"[]", "order: expected an object, found a list"),
        (b'{"order":{}}', "order.id: expected the order's number, found null"),
        (b'{"order":{"id":true}}', "order.id: expected a whole number, found true or false"),
        (b'{"order":{"id":-5}}', "order.id: expected the order's number, found a number"),
        (b'{"order":{"id":1.5}}', "order.id: expected a whole number, found a number"),
        (b'{"order":{"id":99999999999999999999}}', "order.id: expected a whole number, found a number"),
        (b'{"order":', "the body is not readable JSON"),
        (b"\xff\xfe", "the body is not readable JSON"),
        (b"", "the body is not readable JSON"),
        (b"[" * 100_000, "the body is not readable JSON"),
    ],
)
def test_a_message_without_a_readable_number_says_where(body: bytes, says: str) -> None:
    with pytest.raises(MessageInvalid) as raised:
        messages.order_number(body)
    assert str(raised.value).startswith(says)


def test_what_is_wrong_is_told_without_quoting_private_values() -> None:
    with pytest.raises(MessageInvalid) as raised:
        messages.order_number(b'{"order":{"id":"ana@example.com"}}')
    assert "ana@example.com" not in str(raised.value)
