"""What this package says to merchants (checks of its settings, tests of an account) in other languages than English."""

from __future__ import annotations

SENTENCES: dict[str, dict[str, str]] = {
    "es": {
        "is not a RUT, such as 76543210 or 76.543.210-3": ("no es un RUT, como 76543210 o 76.543.210-3"),
        "Starken refuses the credentials, or this hub's IP address is not on its list (HTTP {status}).": (
            "Starken rechaza las credenciales, o la dirección IP de este hub no está en su lista (HTTP {status})."
        ),
        "has a wrong check digit": ("tiene mal el dígito verificador"),
        "needs label_user and label_password": ("necesita además el usuario y la contraseña de las etiquetas"),
        "is not a list like “Ñuñoa=1467; Castro=1201”": ("no es una lista como «Ñuñoa=1467; Castro=1201»"),
        (
            "Quotes and tracking are open; services between Santiago and Castro: {count}. "
            "Emission and labels are only tried by the first shipment."
        ): (
            "La cotización y el seguimiento están abiertos; servicios entre Santiago y Castro: {count}. "
            "La emisión y las etiquetas solo se prueban con el primer envío."
        ),
    },
}
"""By language, then by the English sentence; settings' own checks without the field that they begin with."""
