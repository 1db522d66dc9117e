"""The form of an account in other languages than English: title and description of each setting."""

from __future__ import annotations

FORM_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "es": {
        "fleet_name": (
            "Nombre de la flota",
            "Como se imprime en las etiquetas, por ejemplo «Reparto Tienda Norte».",
        ),
        "services": (
            "Servicios",
            "Códigos con sus nombres, separados por comas: «same-day:Mismo día, next-day:Día siguiente».",
        ),
        "prefix": (
            "Prefijo",
            "Con qué empiezan los números de seguimiento: de 1 a 6 mayúsculas y dígitos.",
        ),
        "contact_phone": (
            "Teléfono",
            "A quién llama un conductor o comprador; va impreso en las etiquetas. Puede quedar vacío.",
        ),
    },
    "pt": {
        "fleet_name": (
            "Nome da frota",
            "Como é impresso nas etiquetas, por exemplo «Entregas Loja Norte».",
        ),
        "services": (
            "Serviços",
            "Códigos com os nomes, separados por vírgulas: «same-day:No próprio dia, next-day:Dia seguinte».",
        ),
        "prefix": (
            "Prefixo",
            "Como começam os números de seguimento: 1 a 6 maiúsculas e algarismos.",
        ),
        "contact_phone": (
            "Telefone",
            "A quem liga um motorista ou comprador; vai impresso nas etiquetas. Pode ficar vazio.",
        ),
    },
}
