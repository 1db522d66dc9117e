"""The words on packing slips, in the languages of the stores."""

from __future__ import annotations

import msgspec


class PackingWords(msgspec.Struct, frozen=True, kw_only=True):
    """The captions of a packing slip. ``page`` takes ``page`` and ``pages``."""

    title: str
    order: str
    products: str
    quantity: str
    sku: str
    product: str
    notes: str
    piece: str
    page: str


_WORDS = {
    "es": PackingWords(
        title="Lista de empaque",
        order="Pedido",
        products="Productos",
        quantity="Cant.",
        sku="SKU",
        product="Producto",
        notes="Nota",
        piece="Bulto",
        page="Página {page} de {pages}",
    ),
    "pt": PackingWords(
        title="Guia de embalagem",
        order="Encomenda",
        products="Produtos",
        quantity="Qtd.",
        sku="SKU",
        product="Produto",
        notes="Nota",
        piece="Volume",
        page="Página {page} de {pages}",
    ),
    "en": PackingWords(
        title="Packing slip",
        order="Order",
        products="Items",
        quantity="Qty",
        sku="SKU",
        product="Item",
        notes="Note",
        piece="Parcel",
        page="Page {page} of {pages}",
    ),
}


def packing_words(language: str) -> PackingWords:
    """A packing slip's words; English where the language is none of ours."""
    return _WORDS.get(language, _WORDS["en"])
