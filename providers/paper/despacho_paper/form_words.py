"""The form of an account in other languages than English: title and description of each setting."""

from __future__ import annotations

FORM_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "es": {
        "issuer_name": (
            "Vendedor",
            "El nombre de la tienda o de la empresa, como debe imprimirse.",
        ),
        "tax_id": (
            "RUT",
            "RUT o NIF, se imprime como está escrito aquí; puede quedar vacío.",
        ),
        "address_1": (
            "Dirección, línea 1",
            "Calle y número. Puede quedar vacía.",
        ),
        "address_2": (
            "Dirección, línea 2",
            "Código postal, comuna o ciudad. Puede quedar vacía.",
        ),
        "address_3": (
            "Dirección, línea 3",
            "Teléfono, correo, sitio web o lo que quieras. Puede quedar vacía.",
        ),
        "language": (
            "Idioma",
            "De los títulos: es, pt o en.",
        ),
        "series": (
            "Serie",
            "Con qué empiezan los números: P da P-1020-…, y PC-1020-… para una nota de crédito. Mayúsculas y dígitos.",
        ),
        "footer": (
            "Texto final",
            "Se imprime bajo los totales, como las condiciones de devolución; puede quedar vacío.",
        ),
    },
    "pt": {
        "issuer_name": (
            "Vendedor",
            "O nome da loja ou da empresa, como deve ser impresso.",
        ),
        "tax_id": (
            "NIF",
            "RUT ou NIF, impresso como aqui está escrito; pode ficar vazio.",
        ),
        "address_1": (
            "Morada, linha 1",
            "Rua e número. Pode ficar vazia.",
        ),
        "address_2": (
            "Morada, linha 2",
            "Código postal e localidade. Pode ficar vazia.",
        ),
        "address_3": (
            "Morada, linha 3",
            "Telefone, e-mail, site ou outra coisa. Pode ficar vazia.",
        ),
        "language": (
            "Língua",
            "Dos títulos: es, pt ou en.",
        ),
        "series": (
            "Série",
            "Como começam os números: P dá P-1020-…, e PC-1020-… para uma nota de crédito. Maiúsculas e algarismos.",
        ),
        "footer": (
            "Texto final",
            "Impresso por baixo dos totais, como as condições de devolução; pode ficar vazio.",
        ),
    },
}
