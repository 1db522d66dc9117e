"""What this package says to merchants (checks of its settings, tests of an account) in other languages than English."""

from __future__ import annotations

SENTENCES: dict[str, dict[str, str]] = {
    "es": {
        "is not a RUT, such as 96756430 or 96.756.430-3": ("no es un RUT, como 96756430 o 96.756.430-3"),
        "has a wrong check digit": ("tiene mal el dígito verificador"),
        "The three keys are accepted; {count} services between Santiago and Providencia.": (
            "Las tres claves fueron aceptadas; {count} servicios entre Santiago y Providencia."
        ),
    },
}
"""By language, then by the English sentence; settings' own checks without the field that they begin with."""
