"""Words and envelopes of the answers (contract/carriers.md 1.1)."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from despacho_sandbox.kit.asgi import Reply, json_reply

OK = "Extraccion exitosa"
BAD_JSON = "El JSON de entrada no es válido"
NO_TCC = "No existe Tarjeta Chilexpress (TCC)"
TCC_NOT_CURRENT = "La tarjeta no se encuentra vigente"
TCC_NOT_ENABLED = "La tarjeta no se encuentra habilitada para el servicio solicitado"
NO_SERVICE = "No existe servicio de entrega entre las comunas indicadas"
NUMBER_TOO_LONG = "El largo de la numeración excede el máximo permitido"
WRONG_RUT = "La orden de transporte consultada no se corresponde al RUT indicado"
NO_OFFICE = "No existe una oficina asociada a esta comuna"
WRONG_ADDRESS_TYPE = "ingrese el tipo de dirección correctamente como Dev o Dest"
NONE_SUCCEEDED = "De las órdenes de transporte solicitadas ninguno fue exitoso"

MISSING_KEY = (
    "Access denied due to missing subscription key. "
    "Make sure to include subscription key when making requests to an API."
)
INVALID_KEY = (
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."
)

T = TypeVar("T")


class Refused(Exception):
    """The service says no: HTTP 400 and statusCode -1 with the text.

    Args:
        description: `statusDescription`.
        data: What stands in `data`.
        errors: What stands in `errors`: for us the reader's exact complaint, at the real service mostly null.
    """

    def __init__(self, description: str, *, data: object = None, errors: list[str] | None = None) -> None:
        super().__init__(description)
        self.description = description
        self.data = data
        self.errors = errors

    def reply(self, *, wrapped: bool) -> Reply:
        """The refusal as an answer; rating and transport orders wrap in `data`, georeference does not."""
        body = {"statusCode": -1, "statusDescription": self.description, "errors": self.errors}
        return json_reply({"data": self.data, **body} if wrapped else body, 400)


def wrapped(data: object) -> Reply:
    """A success of rating or transport orders."""
    return json_reply({"data": data, "statusCode": 0, "statusDescription": OK, "errors": None})


def flat(**fields: object) -> Reply:
    """A success of georeference, and of the certificate calls that do not wrap."""
    return json_reply({**fields, "statusCode": 0, "statusDescription": OK, "errors": None})


def gateway(status: int, message: str, **headers: str) -> Reply:
    """An answer of the API gateway in front, which knows no envelope."""
    return json_reply({"statusCode": status, "message": message}, status, **headers)


def decoded(body: bytes, kind: type[T]) -> T:
    """A request body, numbers accepted as text too, as the real service does.

    Raises:
        Refused: If it is no JSON or lacks something.
    """
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(BAD_JSON, errors=[str(error)]) from error


def whole_number(value: Any) -> int | None:
    """An integer that may be written as text, None if it is nothing of the kind."""
    try:
        return int(str(value))
    except ValueError:
        return None
