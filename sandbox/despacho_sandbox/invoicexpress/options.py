"""What can be switched at the simulated InvoiceXpress, where the sources disagree or are silent."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec


class InvoiceXpressOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Switches and their defaults.

    Attributes:
        requests_per_minute: Quota of each key in real seconds; None is none. The official document says 780, older ones 100.
        price_decimals: To how many places unit prices are kept. The official sample shows four (24.3902); two are reported of
            some accounts (contract/invoicing.md 9.2).
        rounding: When amounts become cents: once for the total, for each rate, or for each line. Reported is "once".
        uid_repeat: What a `proprietary_uid` that was used before brings: 409, the document that it made, or a second one.
        client_matching: By what a document's client is recognised: its code and then its name, or its name alone.
        exempt_without_reason: A line of 0 % on a document with M00: refused when it is finalised, or stamped M99 in silence.
        strict_lists: Lists refuse every type and status that the official document does not enumerate.
        pdf_polls: How often a PDF or QR code is answered with 202 before it is there; None is for ever.
        error_shape: Which of the four known forms a 422 has.
        simplified_limit: The highest total of a simplified invoice in euros (CIVA, article 40).
    """

    requests_per_minute: Annotated[int, msgspec.Meta(ge=1)] | None = 780
    price_decimals: Annotated[int, msgspec.Meta(ge=2, le=8)] = 4
    rounding: Literal["once", "per_rate", "per_line"] = "once"
    uid_repeat: Literal["conflict", "existing", "forgotten"] = "conflict"
    client_matching: Literal["code", "name"] = "code"
    exempt_without_reason: Literal["refuse", "stamp"] = "refuse"
    strict_lists: bool = False
    pdf_polls: Annotated[int, msgspec.Meta(ge=0)] | None = 2
    error_shape: Literal["object", "objects", "texts", "field"] = "object"
    simplified_limit: int = 1000
