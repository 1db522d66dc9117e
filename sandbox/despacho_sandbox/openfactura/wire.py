"""Words and envelopes of the answers (contract/invoicing.md 2.1 and 2.5)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from despacho_sandbox.kit.asgi import JSON, Reply, json_reply

MESSAGES = {
    "OF-01": "Faltan datos obligatorios",
    "OF-02": "Faltan campos en el DTE",
    "OF-03": "Sin permisos para la operación",
    "OF-04": "Error de firma electrónica",
    "OF-05": "Tipo de DTE no soportado",
    "OF-06": "Este DTE ya fue emitido (Idempotency-Key)",
    "OF-07": "No hay folios disponibles",
    "OF-08": "Error de esquema",
    "OF-09": "Error de relaciones",
    "OF-10": "Validación de Campos",
    "OF-13": "Error de base de datos",
    "OF-20": "Entrada incorrecta",
    "OF-21": "Base de datos no disponible, reintente más tarde",
    "OF-22": "Problema al procesar el documento",
    "OF-23": "Emisión de boletas bloqueada (RVD)",
}
"""Codes are the documented ones; of the texts only those of OF-06 and OF-10 are known."""

INVALID_KEY = (
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."
)

_NUMBERS = msgspec.json.Encoder(decimal_format="number")


class Issue(msgspec.Struct, frozen=True):
    """What is wrong with one field."""

    field: str
    issue: str


class Refused(Exception):
    """The service says no: an error code, its details, and the HTTP status (400 unless said otherwise).

    Args:
        code: `OF-xx`.
        details: Field by field; left out of the answer if empty.
        token: Only with OF-06: the document that the key has issued already.
        status: HTTP status.
    """

    def __init__(
        self, code: str, details: Sequence[Issue] = (), *, token: str | None = None, status: int = 400
    ) -> None:
        super().__init__(code)
        self.code = code
        self.details = tuple(details)
        self.token = token
        self.status = status

    def reply(self) -> Reply:
        """The refusal as an answer."""
        error: dict[str, object] = {"message": MESSAGES[self.code], "code": self.code}
        if self.token is not None:
            error["token"] = self.token
        if self.details:
            error["details"] = self.details
        return json_reply({"error": error}, self.status)


def answered(value: object) -> Reply:
    """A success; Decimals come out as JSON numbers."""
    return Reply(200, _NUMBERS.encode(value), {"content-type": JSON})
