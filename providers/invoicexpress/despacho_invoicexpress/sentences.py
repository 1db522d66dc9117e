"""What this package says to merchants (checks of its settings, tests of an account) in other languages than English."""

from __future__ import annotations

SENTENCES: dict[str, dict[str, str]] = {
    "pt": {
        "is not a code in force, such as M07, M10 or M99": ("não é um código em vigor, como M07, M10 ou M99"),
        "is not the number of a series, such as 12345": ("não é o número de uma série, como 12345"),
        "InvoiceXpress listed its taxes in a form that cannot be read.": (
            "O InvoiceXpress enumerou as taxas numa forma que não se consegue ler."
        ),
    },
}
"""By language, then by the English sentence; settings' own checks without the field that they begin with."""
