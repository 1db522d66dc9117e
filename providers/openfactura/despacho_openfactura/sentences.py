"""What this package says to merchants (checks of its settings, tests of an account) in other languages than English."""

from __future__ import annotations

SENTENCES: dict[str, dict[str, str]] = {
    "es": {
        "is not a RUT with a right check digit, such as 76795561-8": (
            "no es un RUT con su dígito verificador, como 76795561-8"
        ),
        "is not a code of six digits, such as 479100": ("no es un código de seis dígitos, como 479100"),
        "is not a code of up to nine digits, such as 81303347": (
            "no es un código de hasta nueve dígitos, como 81303347"
        ),
        "is not a positive number of pesos, such as 39500.12": ("no es un número positivo de pesos, como 39500.12"),
        "OpenFactura described the company in a form that cannot be read.": (
            "OpenFactura describió la empresa de una forma que no se puede leer."
        ),
    },
}
"""By language, then by the English sentence; settings' own checks without the field that they begin with."""
