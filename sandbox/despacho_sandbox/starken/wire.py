"""Envelopes of the answers: one for quotes, cities and tracking, another for the emission, a third for labels (contract/carriers.md 3A)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from despacho_sandbox.kit.asgi import Reply, json_reply

FOUND = "Busqueda exitosa."
BAD_REST_CREDENTIALS = "Rut o Clave incorrectos"
T = TypeVar("T")


class Refused(Exception):
    """The service says no, with HTTP 200. The numbers are ours: none are published.

    Args:
        number: `codigoRespuesta` or `codigoError`.
        text: Its words.
    """

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.number = number
        self.text = text


def found(kind: str, fields: Mapping[str, object]) -> Reply:
    """A yes of quotes, cities or tracking."""
    return json_reply({"type": f"{kind}Respuesta", "codigoRespuesta": 1, "mensajeRespuesta": FOUND, **fields})


def nothing_found(kind: str) -> Reply:
    """Code 0 with an empty message: no results, and no error."""
    return json_reply({"type": f"{kind}Respuesta", "codigoRespuesta": 0, "mensajeRespuesta": ""})


def refused(kind: str, refusal: Refused) -> Reply:
    """A no of quotes, cities or tracking."""
    return json_reply({"type": f"{kind}Respuesta", "codigoRespuesta": refusal.number, "mensajeRespuesta": refusal.text})


def not_emitted(refusal: Refused, *, lower_case: bool) -> Reply:
    """A no of the emission; both spellings of the field are seen."""
    name = "descripcionError" if lower_case else "DescripcionError"
    return json_reply({"codigoError": refusal.number, name: refusal.text})


def printed(data: list[str], *, status: int = 200, message: str = "OK") -> Reply:
    """An answer of the labels' service."""
    return json_reply({"status": status, "message": message, "data": data})


def decoded(body: bytes, kind: type[T]) -> T:
    """A request body, numbers accepted as text too.

    Raises:
        Refused: If it is no JSON, or lacks or has something that it must not.
    """
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(99, f"Datos de entrada invalidos: {error}") from error


def texts(body: bytes, kind: type[T]) -> T:
    """A flat request body of which everything is kept as text, whether it came as text or as a number.

    Raises:
        Refused: As :func:`decoded`.
    """
    fields: dict[str, str | int | float] = decoded(body, dict[str, str | int | float])
    try:
        return msgspec.convert({name: str(value) for name, value in fields.items()}, kind)
    except msgspec.ValidationError as error:
        raise Refused(99, f"Datos de entrada invalidos: {error}") from error
