"""What differs between countries when a fiscal document is computed."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from despacho_core.fiscal import DocumentKind, PriceBasis
from despacho_core.fiscal_portugal import all_rates


class FiscalRules(msgspec.Struct, frozen=True, kw_only=True):
    """A country's rules. ``rates`` are the percentages that its documents can state, empty for any; texts are for buyer and merchant.

    ``exemption_codes`` tells whether a line without tax has to say why; ``shipping_follows_goods`` whether shipping that names no tax
    bears that of the goods; ``tax_follows_lines`` whether the tax of every document has to be what its own lines give, rounded, since the
    country's systems compute it anew; ``gift_card_exemption`` the reason for which a gift card sold is a line without tax, empty where
    documents leave it out.
    """

    language: str
    net_kinds: frozenset[DocumentKind]
    rates: frozenset[Decimal] = frozenset()
    exemption_codes: bool = False
    shipping_follows_goods: bool = False
    tax_follows_lines: bool = False
    gift_card_exemption: str = ""

    def basis(self, kind: DocumentKind) -> PriceBasis:
        """Whether the lines of a document of this kind are net or gross."""
        return PriceBasis.NET if kind in self.net_kinds else PriceBasis.GROSS

    def text(self, key: str, **facts: object) -> str:
        """A line's name or a note in the country's language."""
        return _TEXTS[key][self.language].format_map(facts)


def rules_of(country: str) -> FiscalRules:
    """The rules of a country; where none are known, those of Portugal without its rates.

    Chile: a boleta's lines are gross, those of facturas and credit notes net, and IVA is 19 % (contract/invoicing.md 1.3).
    Portugal: prices hold the tax, and what was paid is what every document comes to; its systems take net unit prices with decimals of
    a cent, so that no total is out of reach. The rates are those of the mainland and both regions (8.2): which of them apply depends
    on where the merchant is, and the account knows. What is charged for transport is part of the goods' price there (CIVA, article
    16/5 b). A gift card sold is a line without tax there, for reason M99; in Chile it needs an internal receipt only (14).
    """
    return _COUNTRIES.get(country, _ELSEWHERE)


_CHILE = FiscalRules(
    language="es",
    net_kinds=frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}),
    rates=frozenset({Decimal(19)}),
    tax_follows_lines=True,
)
_PORTUGAL = FiscalRules(
    language="pt",
    net_kinds=frozenset(),
    rates=all_rates(),
    exemption_codes=True,
    shipping_follows_goods=True,
    gift_card_exemption="M99",
)
_ELSEWHERE = FiscalRules(language="pt", net_kinds=frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}))
_COUNTRIES = {"CL": _CHILE, "PT": _PORTUGAL}

_TEXTS = {
    "product": {"es": "Producto", "pt": "Produto"},
    "shipping": {"es": "Envío", "pt": "Portes de envio"},
    "free": {"es": "Sin costo: {names}.", "pt": "Sem custo: {names}."},
    "gift_cards_sold": {
        "es": "No incluye gift cards vendidas por {amount} {currency}: su venta no es una venta de bienes.",
        "pt": "Não inclui cartões-presente vendidos por {amount} {currency}: a sua venda não é uma venda de bens.",
    },
    "gift_cards_used": {
        "es": "Pagado con gift card: {amount} {currency}.",
        "pt": "Pago com cartão-presente: {amount} {currency}.",
    },
    "credited_otherwise": {
        "es": "Se pidió devolver {asked} {currency} y la nota es por {amount}: así neto e IVA de todas las notas suman los del documento.",
        "pt": "Pediu-se devolver {asked} {currency} e a nota é de {amount}: assim líquido e IVA de todas as notas somam os do documento.",
    },
    "no_net": {
        "es": "El documento suma {amount} {currency} menos que lo pagado: ningún neto entero da el total pagado con su IVA.",
        "pt": "O documento soma menos {amount} {currency} do que o pago: nenhum valor líquido dá o total pago com o seu IVA.",
    },
    "rounding": {
        "es": "Lo pagado difiere del documento en {amount} {currency}, por el redondeo de cada línea.",
        "pt": "O pago difere do documento em {amount} {currency}, pelo arredondamento de cada linha.",
    },
}
