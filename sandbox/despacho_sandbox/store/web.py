"""What the store simulator needs of HTTP beyond the kit: repeated query values, forms, `Decimal` numbers, error answers."""

from __future__ import annotations

import email.policy
from collections.abc import Awaitable, Callable
from email.parser import BytesParser
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from despacho_sandbox.kit.asgi import JSON, Reply, Request

T = TypeVar("T")
AdminHandler = Callable[[Request], Awaitable[object]]
AdminRoute = tuple[str, str, AdminHandler]

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"

_encoder = msgspec.json.Encoder(decimal_format="number")


def encode_json(value: object) -> bytes:
    """Encodes as the platform does: amounts (`Decimal` inside) are JSON numbers."""
    return _encoder.encode(value)


def json_answer(value: object, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, encode_json(value), {"content-type": JSON})


def text_answer(text: str, status: int = 200, content_type: str = TEXT) -> Reply:
    """An answer in plain text or HTML."""
    return Reply(status, text.encode(), {"content-type": content_type})


def redirect(location: str, status: int = 302) -> Reply:
    """Sends the browser elsewhere."""
    return Reply(status, b"", {"location": location})


class ApiError(Exception):
    """An error answer, raised where it is found.

    Args:
        status: HTTP status.
        body: A JSON value, or a text that goes out as plain text.
    """

    def __init__(self, status: int, body: object) -> None:
        super().__init__(f"{status}: {body}")
        self.reply = text_answer(body, status) if isinstance(body, str) else json_answer(body, status)


def query_values(request: Request) -> list[tuple[str, str]]:
    """Query parameters in order, repeated ones too, names as sent."""
    return parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty object.

    Raises:
        ApiError: 400 if it is none.
    """
    if not request.body.strip():
        return {}
    try:
        value = request.json()
    except msgspec.DecodeError as error:
        raise ApiError(400, {"message": f"Invalid JSON: {error}"}) from error
    if not isinstance(value, dict):
        raise ApiError(400, {"message": "A JSON object was expected."})
    return value


def form_or_json(request: Request) -> dict[str, Any]:
    """The body's fields, be it JSON, a urlencoded form or a multipart form."""
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    if media_type == "multipart/form-data":
        return _multipart_fields(content_type, request.body)
    return json_object(request)


def _multipart_fields(content_type: str, body: bytes) -> dict[str, Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    fields: dict[str, Any] = {}
    for part in BytesParser(policy=email.policy.HTTP).parsebytes(head + body).walk():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            fields[name] = payload.decode("utf-8", "replace")
    return fields


def decoded(request: Request, wanted: type[T]) -> T:
    """The body's fields as a Struct; an empty form field counts as left out.

    Raises:
        ApiError: 400 with what is wrong.
    """
    return converted({name: value for name, value in form_or_json(request).items() if value != ""}, wanted)


def converted(value: object, wanted: type[T]) -> T:
    """Plain values as a Struct.

    Raises:
        ApiError: 400 with what is wrong.
    """
    try:
        return msgspec.convert(value, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise ApiError(400, {"message": str(error)}) from error


def number_of(request: Request) -> int:
    """The path's `id` as a number.

    Raises:
        ApiError: 404 if it is none.
    """
    text = request.params["id"]
    if not text.isdecimal():
        raise ApiError(404, {"message": f"{text!r} is no number"})
    return int(text)
