"""Certificates, the carrier's close-out: which number to close, and the closed one's document (contract/carriers.md 1.5)."""

from __future__ import annotations

import msgspec

from despacho_chilexpress.amounts import carrier_number
from despacho_chilexpress.answers import NOTHING, Envelope, text_of
from despacho_chilexpress.labels import from_base64
from despacho_ports.calls import lenient

WITH_IMAGE = 1
"""``certificateType``: 1 gives the document, 2 data only."""
NO_PICKUP = 0
"""``dropNumber``: the number of an ordered pickup, 0 for none."""

PATH = "/transport-order-certificates"


class Certificate(msgspec.Struct, frozen=True):
    """A certificate as the carrier shows it; ``document`` is its PDF, None where the answer holds no readable one."""

    number: str
    document: bytes | None = None
    printed: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether it shows what only a closed one has: its document, or the date when that was printed."""
        return self.printed or self.document is not None


class _Closed(msgspec.Struct, rename="camel"):
    certificate_number: object = None
    printed_date: object = None
    image_pdf: object = None
    closed_certificate: msgspec.Raw = NOTHING


def close_request(number: str) -> bytes:
    """The body that closes a certificate."""
    return msgspec.json.encode(
        {"certificateNumber": int(number), "certificateType": WITH_IMAGE, "dropNumber": NO_PICKUP}
    )


def read_certificate(envelope: Envelope, number: str) -> Certificate:
    """The certificate in an answer, whether it stands in ``closedCertificate``, in ``data``, or in one inside the other."""
    read = Certificate(number)
    for raw in (envelope.closed_certificate, envelope.data):
        outer = lenient(raw, _Closed)
        inner = lenient(outer.closed_certificate, _Closed) if outer else None
        for found in (outer, inner):
            if found is not None and not read.is_closed:
                read = Certificate(
                    number=carrier_number(found.certificate_number) or number,
                    document=_document(found),
                    printed=text_of(found.printed_date) != "",
                )
    return read


def _document(closed: _Closed) -> bytes | None:
    content = from_base64(closed.image_pdf) if isinstance(closed.image_pdf, str) else b""
    return content if content.startswith(b"%PDF") else None
