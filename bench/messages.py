"""Webhooks to send: orders of exactly 4 KB as the platform writes them, every one different and correctly signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from datetime import UTC, datetime, timedelta

import msgspec

OCTETS = 4096
PER_SECOND = 4_000
NUMBERS_FROM = 1_000_000_000_000
NUMBER_AT = len('{"order":{"id":')
NUMBER_DIGITS = len(str(NUMBERS_FROM))


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """A store as the platform knows it."""

    code: str
    hooks_token: str


def body_of(number: int) -> bytes:
    """The message about order ``NUMBERS_FROM + number``."""
    return b'{"order":{"id":%d%b' % (NUMBERS_FROM + number, _REST)


def signed(sender: Sender, number: int) -> tuple[bytes, str]:
    """A message and its signature (contract/jumpseller.md 2.2)."""
    body = body_of(number)
    return body, base64.b64encode(hmac.digest(sender.hooks_token.encode(), body, hashlib.sha256)).decode()


def headers_of(sender: Sender, number: int, signature: str) -> dict[str, str]:
    """What the platform sends with a message; so many messages are triggered each second."""
    triggered = datetime(2026, 7, 23, tzinfo=UTC) + timedelta(seconds=number // PER_SECOND)
    return {
        "Content-Type": "application/json",
        "Jumpseller-Store-Code": sender.code,
        "Jumpseller-Event": "order_updated",
        "Jumpseller-Triggered-At": f"{triggered:%Y-%m-%d %H:%M:%S} UTC",
        "Jumpseller-Hmac-Sha256": signature,
    }


def requests_of(sender: Sender, host: str, first: int, count: int) -> list[bytes]:
    """Whole HTTP requests, ready to be written."""
    requests = []
    for number in range(first, first + count):
        body, signature = signed(sender, number)
        headers = {"Host": host, "User-Agent": "Jumpseller", "Accept": "*/*", "Content-Length": str(len(body))}
        lines = [f"{name}: {value}" for name, value in (headers | headers_of(sender, number, signature)).items()]
        head = "\r\n".join(["POST /jumpseller/webhooks HTTP/1.1", *lines, "", ""])
        requests.append(head.encode() + body)
    return requests


def _rest() -> bytes:
    """What follows the number: an order's fields and as many products as fill 4 KB."""
    draw = random.Random(0)  # the text should compress as an order does, and be the same in every run
    text = ',"status":"Paid","status_enum":"paid","currency":"CLP","subtotal":50,"tax":0,"shipping":2877,"products":['
    while len(text) < OCTETS - NUMBER_AT - NUMBER_DIGITS - 400:
        text += (
            f'{{"id":{draw.randrange(10**8)},"sku":"SKU-{draw.randrange(10**6)}","name":"Producto {draw.randrange(999)}","qty":'
            f'{draw.randrange(1, 9)},"price":{draw.randrange(1000, 90000)}.0,"tax":0.0,"discount":0.0,"weight":0.{draw.randrange(9)},'
            f'"image":"https://cdn.example.com/{draw.randrange(16**10):010x}.png"}},'
        )
    text = text[:-1] + '],"additional_information":"'
    filling = OCTETS - NUMBER_AT - NUMBER_DIGITS - len(text) - len('"}}')
    return (text + "".join(draw.choices("abcdefghij ", k=filling)) + '"}}').encode()


_REST = _rest()
