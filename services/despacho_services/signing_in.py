"""The one refusal of whoever cannot prove who is speaking."""

from __future__ import annotations

from despacho_core.errors import DomainError


class NotSigned(DomainError):
    """The signature is missing or wrong, or nobody knows the store: one answer for all, so that nothing can be probed."""

    code = "not-signed"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "The signature is missing or does not fit. Sign the raw body with the store's hooks token.",
        "es": "La firma falta o no corresponde. Firma el cuerpo sin modificar con el hooks token de la tienda.",
        "pt": "A assinatura falta ou não corresponde. Assine o corpo tal como é enviado com o hooks token da loja.",
    }
