"""Certificates, the carrier's close-out: which number to close, and the closed one's document (contract/carriers.md 1.5)."""

from __future__ import annotations

import msgspec

from despacho_chilexpress.amounts import carrier_number
from despacho_chilexpress.answers import NOTHING, Envelope, lenient
from despacho_chilexpress.labels import from_base64

WITH_IMAGE = 1
"""``certificateType``: 1 gives the document, 2 data only."""
NO_PICKUP = 0
"""``dropNumber``: the number of an ordered pickup, 0 for none."""

PATH = "/transport-order-certificates"


class Certificate(msgspec.Struct, frozen=True):
    """A closed certificate; ``document`` is its PDF, None where the answer holds no readable one."""

    number: str
    document: bytes | None


class _Closed(msgspec.Struct, rename="camel"):
    certificate_number: object = None
    image_pdf: object = None
    closed_certificate: msgspec.Raw = NOTHING


def close_request(number: str) -> bytes:
    """The body that closes a certificate."""
    return msgspec.json.encode(
        {"certificateNumber": int(number), "certificateType": WITH_IMAGE, "dropNumber": NO_PICKUP}
    )


def read_certificate(envelope: Envelope, number: str) -> Certificate:
    """The certificate in an answer, whether it stands in ``closedCertificate``, in ``data``, or in one inside the other."""
    for raw in (envelope.closed_certificate, envelope.data):
        closed = lenient(raw, _Closed)
        inner = lenient(closed.closed_certificate, _Closed) if closed else None
        for found in (closed, inner):
            document = _document(found)
            if found is not None and document is not None:
                return Certificate(carrier_number(found.certificate_number) or number, document)
    return Certificate(number, None)


def _document(closed: _Closed | None) -> bytes | None:
    if closed is None or not isinstance(closed.image_pdf, str):
        return None
    content = from_base64(closed.image_pdf)
    return content if content.startswith(b"%PDF") else None
