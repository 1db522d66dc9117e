"""What this package says to merchants (checks of its settings, tests of an account) in other languages than English."""

from __future__ import annotations

SENTENCES: dict[str, dict[str, str]] = {
    "pt": {
        "The AuthenticationID is accepted. Client and contract number are only tried by the first label.": (
            "O AuthenticationID foi aceite. O número de cliente e o do contrato só são experimentados com a primeira etiqueta."
        ),
        "CTT answered with what cannot be read.": ("Os CTT responderam com algo que não se consegue ler."),
        "CTT has no such service at this address (HTTP {status}).": (
            "Os CTT não têm esse serviço neste endereço (HTTP {status})."
        ),
    },
}
"""By language, then by the English sentence; settings' own checks without the field that they begin with."""
