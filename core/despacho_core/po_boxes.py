"""Post-office boxes in an address, which many carriers refuse: they hand over to a person, not to a pigeonhole."""

from __future__ import annotations

import re

from despacho_core.addresses import Address

_NUMBER = r"(?:\s*(?:de\s+correos?|postal|n[º°.o]*|num\w*\.?|[#]|:|-))*\s*\d"
_PO_BOX = re.compile(
    rf"""
    \b(?:casilla|cas\.|clasificador|apartado|apdo\.?|apt[oº]?\.?\s+postal|caixa\s+postal){_NUMBER}
    | \b(?:casilla|apartado|caixa)\s+(?:de\s+correos?|postal)\b
    | \bp\.?\s*o\.?\s*box\b
    | \bpost\s+office\s+box\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A number must follow what may also be the name of a street ("Casilla 123", but "Calle La Casilla")."""


def is_po_box(address: Address) -> bool:
    """Whether the address is a post-office box: "Casilla 12", "Clasificador 7", "Apartado 45", "P.O. Box 9"."""
    lines = (address.street_line, address.complement or "", address.city or "")
    return any(_PO_BOX.search(line[:200]) for line in lines if line)
