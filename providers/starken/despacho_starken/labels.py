"""Label documents, asked for by the OF: one entry for each package, in base64 or behind a signed address (contract/carriers.md 3A).

What a document is made of is told by its own first bytes. Only PDF is asked for: the carrier draws no ZPL, and the hub draws its own.
"""

from __future__ import annotations

import binascii

import msgspec

from despacho_ports.calls import Answer
from despacho_ports.carriers import LabelDocument, LabelFormat
from despacho_ports.errors import Rejected, Unavailable
from despacho_starken.answers import checked, lenient, text_of
from despacho_starken.numbers import NOTHING, whole
from despacho_starken.refusals import refusal
from despacho_starken.settings import StarkenSettings

OUTPUTS = {"letter": 3, "10x10": 6}
"""``tipoSalida``: 3 gives addresses of PDFs in letter size, 6 files of 10 by 10 cm. Other values are not published."""

_PDF = b"%PDF"


class _Printed(msgspec.Struct):
    status: msgspec.Raw = NOTHING
    message: object = None
    data: msgspec.Raw = NOTHING


def label_query(settings: StarkenSettings, order: str) -> str:
    """What follows the address of the labels' service."""
    return f"ordenFlete={order}&tipoSalida={OUTPUTS[settings.label_size]}"


def read_entry(answer: Answer, piece: int) -> str:
    """The entry of one package: base64 or an address.

    Raises:
        ProviderError: ``Rejected`` where the carrier says no or has nothing for this package; ``Unavailable`` for what cannot be read.
    """
    printed = lenient(checked(answer, acting=False), _Printed)
    status = whole(printed.status) if printed else None
    if printed is None or status is None:
        raise Unavailable("Starken answered the question for a label with what cannot be read.")
    if status >= 500:
        raise Unavailable(text_of(printed.message) or f"Starken's labels answered with status {status}.")
    if status != 200:
        raise refusal(text_of(printed.message), status)
    entries = lenient(printed.data, list[object]) or []
    entry = entries[piece - 1] if piece <= len(entries) else None
    if not isinstance(entry, str) or not entry.strip():
        raise Rejected(f"Starken has no label for package {piece}.", code="no-label", not_found=True)
    return entry.strip()


def is_address(entry: str) -> bool:
    """Whether an entry says where the document is, instead of being it."""
    return entry[:8].lower().startswith(("http://", "https://"))


def document_of(content: bytes) -> LabelDocument:
    """The label, if it is what was asked for.

    Raises:
        Rejected: It is no PDF.
    """
    if not content.startswith(_PDF):
        raise Rejected("Starken gave the label as something else than a PDF.", code="label-format")
    return LabelDocument(format=LabelFormat.PDF, content=content)


def from_base64(data: str) -> bytes:
    """The bytes behind base64, with or without a ``data:`` prefix, line breaks or padding; empty where it is none."""
    body = data.partition(",")[2] if data.startswith("data:") else data
    body = "".join(body.split())
    try:
        return binascii.a2b_base64(body + "=" * (-len(body) % 4))
    except ValueError:
        return b""
