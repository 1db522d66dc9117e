"""The request that issues a document, to the byte (contract/invoicing.md 2.2)."""

from __future__ import annotations

import msgspec

from despacho_openfactura.dte import dte_of
from despacho_openfactura.settings import OpenFacturaSettings
from despacho_openfactura.wording import tidy
from despacho_ports.invoicing import IssueRequest

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def emission_request(settings: OpenFacturaSettings, request: IssueRequest) -> bytes:
    """The body. Only the folio is asked for: a PDF can be most of the call's time, and is fetched when somebody wants it.

    Notes of the computation (gift cards, a peso of rounding) are printed on the document.

    Raises:
        Rejected: The document cannot be stated as an electronic tax document.
    """
    document = request.document
    asked: dict[str, object] = {"response": ["FOLIO"]}
    if settings.send_email and document.buyer.email:
        asked["sendEmail"] = {"to": document.buyer.email}
    if document.notes:
        asked["custom"] = {"informationNote": tidy(" ".join(document.notes), 500)}
    return _ENCODER.encode(asked | {"dte": dte_of(settings, request)})
