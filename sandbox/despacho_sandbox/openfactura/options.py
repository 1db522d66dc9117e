"""What can be switched at the simulated OpenFactura, where the sources disagree or are silent."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Requests = Annotated[int, msgspec.Meta(ge=1)]


class OpenFacturaOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Switches and their defaults.

    Attributes:
        requests_per_second: Quota of each key in real seconds; None is none.
        requests_per_minute: As above.
        limit_words: Both texts of a 429 occur in the vendor's documentation (contract/invoicing.md 2.1).
        judged_after: Clock seconds from issue until the tax authority speaks.
        verdict: What it says of documents issued from now on.
        annul_twice: Whether a second credit note with CodRef 1 over one document passes. Nothing is published; refusing
            (OF-09) makes a doubled credit note visible, which is the safer thing to develop against.
        over_credit: Whether credit notes with CodRef 1 and 3 over one document may together take back more than it states. Nothing is
            published; refusing (OF-09) makes the mistake visible.
        boleta_order_reference: Whether a boleta may carry a reference with TpoDocRef. The tax authority's schema of
            boletas may know no such field; the vendor says that it lets all of its fields through. False refuses (OF-08).
        uf: Pesos of one Unidad de Fomento, for the rule about boletas above 135 UF.
        emission_error: Refuses every emission (OF-23: of boletas) with this code until it is taken back.
    """

    requests_per_second: Requests | None = 3
    requests_per_minute: Requests | None = 100
    limit_words: Literal["seconds", "short"] = "seconds"
    judged_after: Annotated[float, msgspec.Meta(ge=0)] = 120
    verdict: Literal["Aceptado", "Rechazado", "Aceptado con Reparo"] = "Aceptado"
    annul_twice: Literal["refuse", "accept"] = "refuse"
    over_credit: Literal["refuse", "accept"] = "refuse"
    boleta_order_reference: bool = True
    uf: Annotated[int, msgspec.Meta(ge=1)] = 40_000
    emission_error: Literal["OF-03", "OF-04", "OF-07", "OF-13", "OF-21", "OF-22", "OF-23"] | None = None
