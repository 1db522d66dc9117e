"""Reading bodies: never more than the cap, strictly the shape that an operation takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from litestar.dto import AbstractDTO
from litestar.types import Receive, Scope

from despacho_http.refusals import BodyTooLarge, InvalidBody, MalformedJson, Refusal, UnsupportedMediaType

MOST_OCTETS = 2 * 1024 * 1024
_NO_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
T = TypeVar("T")


async def read_body(scope: Scope, receive: Receive, *, most: int = MOST_OCTETS) -> bytes:
    """The raw body.

    Raises:
        BodyTooLarge: It is announced or turns out to be larger than ``most`` octets; the rest is not read.
        Refusal: The caller left before it was complete.
    """
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not announced.isdigit() or int(announced[:12]) > most:
        raise BodyTooLarge(most)
    first: Any = await receive()
    if first["type"] == "http.request" and not first.get("more_body", False):
        if len(first["body"]) > most:
            raise BodyTooLarge(most)
        return bytes(first["body"])
    return await _rest(first, receive, most)


async def _rest(message: Any, receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    octets = 0
    while True:
        if message["type"] == "http.disconnect":
            raise Refusal(message="the body ended too early")
        parts.append(message.get("body", b""))
        octets += len(parts[-1])
        if octets > most:
            raise BodyTooLarge(most)
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await receive()


def lower_headers(scope: Scope) -> dict[str, str]:
    """The request's headers as text, by lower-case name; the last one counts where a name comes twice."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def media_type(headers: Mapping[str, str]) -> str:
    """The content type without its parameters, in lower case."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON, ``application/json`` or of a ``+json`` kind."""
    return content_type == "application/json" or content_type.endswith("+json")


def require_json(content_type: str) -> None:
    """Refuse anything that does not call itself JSON. Raises ``UnsupportedMediaType``."""
    if not is_json(content_type):
        raise UnsupportedMediaType(wanted="application/json")


def decode(body: bytes, shape: type[T]) -> T:
    """The body as ``shape``, strictly.

    Raises:
        MalformedJson: It is no JSON.
        InvalidBody: It has another shape; says where.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=shape)
    except msgspec.ValidationError as error:
        _check_json(body)
        message, _, path = str(error).partition(" - at ")
        raise InvalidBody(message=message, path=path.strip("`") or "$") from error
    except _NO_JSON as error:
        raise MalformedJson(message=str(error)) from error


def _check_json(body: bytes) -> None:
    """The decoder stops at the first value that does not fit; what comes behind it may not even be JSON."""
    try:
        msgspec.json.decode(body)
    except _NO_JSON as error:
        raise MalformedJson(message=str(error)) from error


class StrictJson(AbstractDTO[Any]):
    """How the API's handlers get their ``data``: decoded by :func:`decode`, documented as the Struct that it is."""

    @classmethod
    def create_for_field_definition(cls, field_definition: Any, handler_id: str, backend_cls: Any = None) -> None:  # noqa: ARG003 - Litestar's signature
        """Remember the Struct of a handler."""
        cls._dto_backends[handler_id] = {"data_backend": field_definition}

    def decode_bytes(self, value: bytes) -> Any:
        """The body as the handler's Struct."""
        route_handler: Any = self.asgi_connection.route_handler
        field: Any = self._dto_backends[route_handler.handler_id]["data_backend"]
        return decode(value, field.annotation)

    @classmethod
    def create_openapi_schema(cls, field_definition: Any, handler_id: str, schema_creator: Any) -> Any:  # noqa: ARG003 - Litestar's signature
        """The schema of the Struct itself."""
        return schema_creator.for_field_definition(field_definition)
