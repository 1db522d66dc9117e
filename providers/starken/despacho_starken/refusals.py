"""The carrier's words of refusal, and which of our errors they are.

No list of its error numbers is published (contract/carriers.md 3A), so that the text decides: words that speak of the credentials mean that
the account needs attention, words that speak of a broken service prove nothing, and everything else is a refusal.
"""

from __future__ import annotations

import re

from despacho_ports.errors import ProviderError, Rejected, Unauthorized
from despacho_starken.words import plain

NOT_COVERED = "address-not-covered"

_CREDENTIALS = re.compile(
    r"\bCLAVES?\b|\bPASSWORD\b|CREDENCIAL|AUTENTIC|AUTORIZAD|ACCESO DENEGADO|SIN ACCESO|UNAUTHORI[SZ]ED"
    r"|\b(USUARIO|CUENTA CORRIENTE|CTA CTE|CTACTE|CENTRO DE COSTO|RUT EMPRESA|RUT EMISOR)\b(?: \w+){0,3}?"
    r" (INVALID|INCORRECT|NO EXISTE|NO VIGENTE|INACTIV|BLOQUEAD|SUSPENDID|NO CORRESPONDE)"
)
_TROUBLE = re.compile(
    r"ERROR (INTERNO|DE SISTEMA|DE CONEXION|INESPERADO)|EXCEPTION|EXCEPCION|TIMEOUT|TIME OUT|TIEMPO DE ESPERA"
    r"|^(EL )?(SERVICIO|SISTEMA)( \w+){0,4} NO (ESTA |SE ENCUENTRA )?DISPONIBLE$|MANTENCION|INTENTE|\bORA \d+|BASE DE DATOS|SERVER ERROR"
)
_FIELDS = (
    (re.compile(r"COMUNA|CIUDAD|COBERTURA"), "municipality", NOT_COVERED),
    (re.compile(r"AGENCIA"), "service_code", None),
    (re.compile(r"TIPO (DE )?(ENTREGA|SERVICIO)"), "service_code", None),
    (re.compile(r"DOCUMENTO|VALOR DECLARADO"), "declared_value", None),
    (re.compile(r"KILOS|PESO\b"), "weight_g", None),
    (re.compile(r"\b(ALTO|ANCHO|LARGO|DIMENSION)"), "parcels", None),
    (re.compile(r"TELEFONO"), "phone", None),
    (re.compile(r"NUMERACION"), "street_number", None),
    (re.compile(r"DIRECCION"), "street", None),
    (re.compile(r"EMAIL|CORREO"), "email", None),
    (re.compile(r"\bRUT\b"), "tax_id", None),
    (re.compile(r"NOMBRE|APELLIDO"), "name", None),
)


def refusal(text: str, number: int | None = None) -> ProviderError:
    """The error for a refusal in the carrier's own words.

    Args:
        text: Its words.
        number: Its error number, kept as the code where we have no name of our own.
    """
    words = plain(text)
    if _CREDENTIALS.search(words):
        return Unauthorized(text)
    message = text or "Starken refused without saying why."
    for pattern, field, code in _FIELDS:
        if pattern.search(words):
            return Rejected(message, field=field, code=code or _code(number))
    return Rejected(message, code=_code(number))


def speaks_of_trouble(text: str) -> bool:
    """Whether the words say that the service broke, which proves nothing."""
    return _TROUBLE.search(plain(text)) is not None


def _code(number: int | None) -> str | None:
    return None if number is None else str(number)
