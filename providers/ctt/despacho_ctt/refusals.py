"""The carrier's words of refusal, and which of our errors they are.

Only one of its codes is published (``EW0070``, closed already), so that the text decides, as contract/carriers.md 2.3 advises. Words that
speak of the credentials mean that the account needs attention; everything else is a refusal of this one shipment. "Not authorised"
alone is no such word: a weight or a product may be that, too.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import msgspec

from despacho_ctt.s10 import numbers_in
from despacho_ctt.soap import child, children, text_of
from despacho_ctt.words import plain
from despacho_ports.errors import ProviderError, Rejected, Unauthorized

ALREADY_CLOSED = "EW0070"

_WRONG = r"(INVALID|INEXISTENTE|NAO EXISTE|NOT EXIST|NOT FOUND|INATIV|INACTIVE|SUSPENS|EXPIR|CADUCAD|NAO AUTORIZAD|NOT AUTHORI)"
_CREDENTIALS = re.compile(
    r"AUTENTICA|AUTHENTICATION|CREDENCIA|CREDENTIAL|UNAUTHORI[SZ]ED|ACCESS DENIED|ACESSO NEGADO"
    r"|\b(CLIENTID|CLIENT ID|CONTRACTID|CONTRACT ID|CONTRACT|CONTRATO|USERID|USER ID|USER|UTILIZADOR)\b"
    rf"(?: \w+){{0,3}}? {_WRONG}"
)
_CLOSED = re.compile(r"\b(JA|ALREADY|ENCONTRA SE)\b.*(FECHAD|CLOSED|ENCERRAD)")
_FIELDS = (
    (re.compile(r"POSTAL|ZIPCODE|ZIP CODE|\bCP[34]\b"), "postal_code"),
    (re.compile(r"\bPESO\b|WEIGHT"), "weight_g"),
    (re.compile(r"SUBPROD|PRODUTO|PRODUCT"), "service_code"),
    (re.compile(r"TELEFONE|TELEMOVEL|PHONE"), "phone"),
    (re.compile(r"\bMORADA\b|ADDRESS"), "street"),
    (re.compile(r"REFERENC"), "reference"),
)


class Complaint(msgspec.Struct, frozen=True):
    """One entry of an ``ErrorsList``: the carrier's code and words."""

    code: str
    text: str

    @property
    def says_closed(self) -> bool:
        """Whether it only says that the object is closed already."""
        return self.code == ALREADY_CLOSED or _CLOSED.search(plain(self.text)) is not None

    @property
    def objects(self) -> list[str]:
        """The object numbers that it speaks of."""
        return numbers_in(self.text)


def complaints(result: ET.Element) -> list[Complaint]:
    """What an answer complains of; the list has one name at shipments and another at pickups."""
    listed = child(result, "ErrorsList")
    listed = child(result, "ErrorList") if listed is None else listed
    found = [
        Complaint(text_of(one, "ErrorCode") or text_of(one, "Code"), text_of(one, "Message"))
        for one in children(listed, "ErrorData")
    ]
    return [one for one in found if one.code or one.text]


def refusal(found: Sequence[Complaint]) -> ProviderError:
    """The error that complaints amount to."""
    texts = dict.fromkeys(one.text or one.code for one in found)
    message = "; ".join(texts) or "CTT refused without saying why."
    if speaks_of_credentials(message):
        return Unauthorized(message)
    words = plain(message)
    field = next((name for pattern, name in _FIELDS if pattern.search(words)), None)
    return Rejected(message, code=next((one.code for one in found if one.code), None), field=field)


def speaks_of_credentials(text: str) -> bool:
    """Whether the account is what is wrong."""
    return _CREDENTIALS.search(plain(text)) is not None
