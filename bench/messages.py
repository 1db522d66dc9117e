"""Webhooks to send: orders of exactly 4 KB as the platform writes them, every one different and correctly signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random

import msgspec

OCTETS = 4096
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


def requests_of(sender: Sender, host: str, first: int, count: int) -> list[bytes]:
    """Whole HTTP requests, ready to be written."""
    key = sender.hooks_token.encode()
    requests = []
    for number in range(first, first + count):
        body = body_of(number)
        signature = base64.b64encode(hmac.digest(key, body, hashlib.sha256)).decode()
        head = (
            f"POST /jumpseller/webhooks HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {OCTETS}\r\nUser-Agent: Jumpseller\r\nAccept: */*\r\n"
            f"Jumpseller-Store-Code: {sender.code}\r\nJumpseller-Event: order_updated\r\n"
            f"Jumpseller-Triggered-At: 2026-07-23 17:48:38 UTC\r\nJumpseller-Hmac-Sha256: {signature}\r\n\r\n"
        )
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
