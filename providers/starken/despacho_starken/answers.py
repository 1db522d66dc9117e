"""What every answer has in common: HTTP errors, and the two envelopes.

Quotes, cities and tracking answer ``codigoRespuesta`` 1 for yes; the emission answers ``codigoError`` 0 for yes; both refuse with HTTP 200
(contract/carriers.md 3A). 404 and 405 are taken to be "no such service at this address", so that nothing happened.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from despacho_ports.calls import Answer, pause_of, unsettled
from despacho_ports.errors import ProviderError, RateLimited, Unauthorized, Unavailable
from despacho_starken.numbers import NOTHING, whole
from despacho_starken.refusals import refusal, speaks_of_trouble
from despacho_starken.words import tidy

T = TypeVar("T")

DEFAULT_PAUSE = 5.0
"""Seconds to wait after a 429 that does not say how long."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Reply(msgspec.Struct, rename="camel"):
    """An answer of the REST services; which list it holds depends on the question."""

    codigo_respuesta: msgspec.Raw = NOTHING
    mensaje_respuesta: object = None
    lista_tarifas: msgspec.Raw = NOTHING
    lista_ciudades_origen: msgspec.Raw = NOTHING
    lista_ciudades_destino: msgspec.Raw = NOTHING

    @property
    def code(self) -> int | None:
        """1 yes, 0 nothing found, anything else a refusal; None where it says nothing."""
        return whole(self.codigo_respuesta)

    @property
    def text(self) -> str:
        """What it says about itself."""
        return text_of(self.mensaje_respuesta)


def checked(answer: Answer, *, acting: bool) -> bytes:
    """The body of an answer that comes from the service itself, and not from what stands before it.

    Args:
        answer: What came over HTTP.
        acting: Whether the request could change something at the carrier, so that a broken answer proves nothing.

    Raises:
        ProviderError: Credentials refused, too many requests, no such service, or a server that failed.
    """
    if answer.status in {401, 403}:
        raise Unauthorized(
            f"Starken refuses the credentials, or this hub's IP address is not on its list (HTTP {answer.status})."
        )
    if answer.status == 429:
        raise RateLimited("Starken: too many requests", retry_after=pause_of(answer, DEFAULT_PAUSE))
    if answer.status in {404, 405}:
        raise Unavailable(f"Starken has no such service at this address (HTTP {answer.status}).")
    if answer.status != 200 and not (400 <= answer.status < 500 and answer.status != 408):
        raise unsettled(f"Starken answered HTTP {answer.status}.", acting=acting)
    return answer.body.removeprefix(_BYTE_ORDER_MARK)


def replied(answer: Answer) -> Reply:
    """The answer of a REST service: a yes, or "nothing found".

    Raises:
        ProviderError: As :func:`checked`; ``Unavailable`` for what cannot be read; whatever a refusal stands for.
    """
    reply = lenient(checked(answer, acting=False), Reply)
    if reply is None or reply.code is None:
        raise Unavailable(f"Starken answered HTTP {answer.status} with what cannot be read.")
    if reply.code == 1 or (reply.code == 0 and not reply.text):
        return reply
    raise declined(reply)


def declined(reply: Reply) -> ProviderError:
    """The error that a REST service's refusal stands for."""
    if speaks_of_trouble(reply.text):
        return Unavailable(reply.text)
    return refusal(reply.text, reply.code)


def lenient(raw: bytes | msgspec.Raw, kind: type[T]) -> T | None:
    """The JSON as ``kind``, None where it does not fit or is no JSON at all. What is not UTF-8 is read as Latin-1."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except UnicodeDecodeError:
        return lenient(bytes(raw).decode("latin-1").encode(), kind)
    except (msgspec.MsgspecError, RecursionError):
        return None


def many(raw: msgspec.Raw) -> list[msgspec.Raw]:
    """The elements of an array; a single object counts as one."""
    items = lenient(raw, list[msgspec.Raw])
    if items is not None:
        return items
    return [raw] if bytes(raw).lstrip()[:1] == b"{" else []


def text_of(value: object) -> str:
    """One line of text, empty for what is neither text nor number."""
    if isinstance(value, str):
        return tidy(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
