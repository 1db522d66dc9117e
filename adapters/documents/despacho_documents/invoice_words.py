"""The words on a plain invoice, in the languages of the stores.

It never calls itself by the name of a document of the tax authority (boleta, factura, fatura, nota de crédito).
"""

from __future__ import annotations

import msgspec


class InvoiceWords(msgspec.Struct, frozen=True, kw_only=True):
    """The captions. ``page`` takes ``page`` and ``pages``."""

    sale: str
    credit: str
    number: str
    not_fiscal: str
    not_instead: str
    issuer: str
    buyer: str
    consumer: str
    tax_id: str
    date: str
    order: str
    reference: str
    payment: str
    takes_back: str
    takes_back_partly: str
    reason: str
    description: str
    quantity: str
    unit_price: str
    discount: str
    tax: str
    amount: str
    with_tax: str
    without_tax: str
    exempt: str
    rate: str
    base: str
    net: str
    total: str
    difference: str
    paid: str
    asked_back: str
    by_gift_card: str
    page: str


_WORDS = {
    "es": InvoiceWords(
        sale="Comprobante de venta",
        credit="Comprobante de devolución",
        number="N.º",
        not_fiscal="DOCUMENTO SIN VALIDEZ FISCAL",
        not_instead="No reemplaza a la boleta ni a la factura",
        issuer="Vendedor",
        buyer="Comprador",
        consumer="Consumidor final",
        tax_id="Id. tributaria",
        date="Fecha",
        order="Pedido",
        reference="Referencia",
        payment="Medio de pago",
        takes_back="Deja sin efecto",
        takes_back_partly="Deja sin efecto una parte de",
        reason="Motivo",
        description="Descripción",
        quantity="Cantidad",
        unit_price="Precio",
        discount="Descuento",
        tax="Impuesto",
        amount="Importe",
        with_tax="Importes en {currency}, con impuesto incluido",
        without_tax="Importes en {currency}, sin impuesto",
        exempt="Exento",
        rate="Tasa",
        base="Base",
        net="Neto",
        total="Total",
        difference="Diferencia",
        paid="Pagado",
        asked_back="Pedido devolver",
        by_gift_card="Pagado con gift card",
        page="Página {page} de {pages}",
    ),
    "pt": InvoiceWords(
        sale="Comprovativo de venda",
        credit="Comprovativo de devolução",
        number="N.º",
        not_fiscal="DOCUMENTO SEM VALIDADE FISCAL",
        not_instead="Este documento não serve de fatura",
        issuer="Vendedor",
        buyer="Comprador",
        consumer="Consumidor final",
        tax_id="N.º de contribuinte",
        date="Data",
        order="Encomenda",
        reference="Referência",
        payment="Meio de pagamento",
        takes_back="Anula",
        takes_back_partly="Anula uma parte de",
        reason="Motivo",
        description="Descrição",
        quantity="Quantidade",
        unit_price="Preço",
        discount="Desconto",
        tax="Imposto",
        amount="Valor",
        with_tax="Valores em {currency}, com imposto incluído",
        without_tax="Valores em {currency}, sem imposto",
        exempt="Isento",
        rate="Taxa",
        base="Base",
        net="Valor líquido",
        total="Total",
        difference="Diferença",
        paid="Pago",
        asked_back="Pedido devolver",
        by_gift_card="Pago com cartão-presente",
        page="Página {page} de {pages}",
    ),
    "en": InvoiceWords(
        sale="Sales statement",
        credit="Refund statement",
        number="No.",
        not_fiscal="NOT A FISCAL DOCUMENT",
        not_instead="It takes the place of no receipt and no tax invoice",
        issuer="Seller",
        buyer="Buyer",
        consumer="Final consumer",
        tax_id="Tax id",
        date="Date",
        order="Order",
        reference="Reference",
        payment="Paid by",
        takes_back="Takes back",
        takes_back_partly="Takes back a part of",
        reason="Reason",
        description="Description",
        quantity="Quantity",
        unit_price="Price",
        discount="Discount",
        tax="Tax",
        amount="Amount",
        with_tax="Amounts in {currency}, tax included",
        without_tax="Amounts in {currency}, without tax",
        exempt="Exempt",
        rate="Rate",
        base="Base",
        net="Net",
        total="Total",
        difference="Difference",
        paid="Paid",
        asked_back="Asked back",
        by_gift_card="Paid by gift card",
        page="Page {page} of {pages}",
    ),
}


def invoice_words(language: str) -> InvoiceWords:
    """An invoice's words; English where the language is none of ours."""
    return _WORDS.get(language, _WORDS["en"])
