"""What cannot be issued or credited."""

from __future__ import annotations

from typing import ClassVar

from despacho_core.errors.base import Conflict, Invalid
from despacho_core.errors.shipping import CarrierRefused


class InvoicingRefused(Invalid):
    """The invoicing system said no; its own words are kept."""

    code = "invoicing-refused"
    texts: ClassVar[dict[str, str]] = CarrierRefused.texts


class OrderNotPaid(Conflict):
    """Only a paid order is invoiced."""

    code = "order-not-paid"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} is {status}, not paid. An invoice can be issued once it is paid.",
        "es": "El pedido {order} está {status}, no pagado. Se puede facturar cuando esté pagado.",
        "pt": "A encomenda {order} está {status}, não paga. Pode ser faturada quando estiver paga.",
    }


class OrderBeforeStart(Conflict):
    """Placed before the hub began to issue documents by itself: it may have one elsewhere."""

    code = "order-before-start"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} was placed before {since}, when documents began to be issued by themselves. If it has none, issue it by hand.",
        "es": "El pedido {order} es anterior a {since}, desde cuando se emite automáticamente. Si no tiene documento, emítelo a mano.",
        "pt": "A encomenda {order} é anterior a {since}, desde quando se emite automaticamente. Se não tem documento, emita-o à mão.",
    }


class CurrencyNotIssued(Conflict):
    """No invoicing account of the store issues in the order's currency."""

    code = "currency-not-issued"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} is in {currency}; the invoicing account issues in {known}. Add one for {currency}, or issue it by hand.",
        "es": "El pedido {order} está en {currency}; la cuenta emite en {known}. Agrega una cuenta para {currency} o emite a mano.",
        "pt": "A encomenda {order} está em {currency}; a conta emite em {known}. Adicione uma conta para {currency} ou emita à mão.",
    }


class NothingToInvoice(Invalid):
    """Every line is outside invoicing (gift cards), or the total is nothing."""

    code = "nothing-to-invoice"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} has nothing to invoice: it holds only gift cards or costs nothing.",
        "es": "El pedido {order} no tiene nada que facturar: solo contiene gift cards o no cuesta nada.",
        "pt": "A encomenda {order} não tem nada a faturar: só contém cartões-presente ou não custa nada.",
    }


class NothingToCredit(Conflict):
    """Credit notes have taken the whole document back already, or what was chosen comes to nothing."""

    code = "nothing-to-credit"
    texts: ClassVar[dict[str, str]] = {
        "en": "Nothing of that is left to take back of document {document}. Choose lines of which something is left.",
        "es": "Del documento {document} no queda nada de eso por acreditar. Elige líneas de las que quede algo.",
        "pt": "Do documento {document} não resta nada disso por creditar. Escolha linhas de que reste algo.",
    }


class CreditLineInvalid(Invalid):
    """A line of a credit note that does not exist, is named twice, or of which nothing sensible is asked."""

    code = "credit-line-invalid"
    texts: ClassVar[dict[str, str]] = {
        "en": "Line {line}: document {document} has lines 1 to {lines}. Name each once, with whole units or an amount with tax above 0.",
        "es": "Línea {line}: el documento {document} tiene líneas 1 a {lines}. Nombra cada una una vez, en unidades o monto con IVA.",
        "pt": "Linha {line}: o documento {document} tem linhas 1 a {lines}. Indique cada uma uma vez, em unidades ou valor com IVA.",
    }


class CreditTooSmall(Invalid):
    """Some pesos that no credit note can state for themselves so that net and tax of what stays are right."""

    code = "credit-too-small"
    texts: ClassVar[dict[str, str]] = {
        "en": "A credit note for {amount} alone would leave net and tax that no document can state. Choose another line along with it.",
        "es": "Una nota solo por {amount} dejaría un neto y un IVA que ningún documento puede indicar. Elige además otra línea.",
        "pt": "Uma nota só de {amount} deixaria um líquido e um IVA que nenhum documento pode indicar. Escolha mais uma linha.",
    }


class CreditTooLarge(Invalid):
    """More is asked of a line than earlier credit notes have left of it."""

    code = "credit-too-large"
    texts: ClassVar[dict[str, str]] = {
        "en": "Line {line} of document {document}: {asked} cannot be taken back, only {left} is left. Ask for that much at most.",
        "es": "Línea {line} del documento {document}: no se puede acreditar {asked}, solo queda {left}. Pide a lo más eso.",
        "pt": "Linha {line} do documento {document}: não se pode creditar {asked}, só resta {left}. Peça no máximo isso.",
    }


class AmountInvalid(Invalid):
    """An amount or quantity of the order that no document can state."""

    code = "amount-invalid"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order}: {what} is {value}; it must be between {least} and {most}. Correct the order in the store, then try again.",
        "es": "Pedido {order}: {what} es {value}; debe estar entre {least} y {most}. Corrige el pedido en la tienda e intenta de nuevo.",
        "pt": "Encomenda {order}: {what} é {value}; deve estar entre {least} e {most}. Corrija a encomenda na loja e tente de novo.",
    }


class TaxNotSupported(Invalid):
    """A tax that the country's documents, as we issue them, cannot state."""

    code = "tax-not-supported"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order}: “{line}” bears “{tax}”; only {known} can be stated. Correct the product's taxes, or issue it by hand.",
        "es": "Pedido {order}: «{line}» lleva «{tax}»; solo se puede indicar {known}. Corrige los impuestos del producto o emite a mano.",
        "pt": "Encomenda {order}: «{line}» tem «{tax}»; só se pode indicar {known}. Corrija os impostos do produto ou emita à mão.",
    }


class TotalsDisagree(Invalid):
    """What the order's lines come to is not what the buyer paid."""

    code = "totals-disagree"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order}: lines, shipping, taxes and discounts come to {lines}, but {paid} was paid. Correct it, or issue by hand.",
        "es": "Pedido {order}: líneas, envío, impuestos y descuentos suman {lines}, pero se pagó {paid}. Corrige el pedido o emite a mano.",
        "pt": "Encomenda {order}: linhas, portes, impostos e descontos somam {lines}, mas pagou-se {paid}. Corrija-a ou emita à mão.",
    }


class BuyerIncomplete(Invalid):
    """An invoice needs more about the buyer."""

    code = "buyer-incomplete"
    texts: ClassVar[dict[str, str]] = {
        "en": "The invoice needs the buyer's {missing}. Add it to the order's billing data, then try again.",
        "es": "Para la factura falta: {missing} del comprador. Agrégalo a los datos de facturación del pedido e intenta de nuevo.",
        "pt": "Para a fatura falta: {missing} do comprador. Adicione aos dados de faturação da encomenda e tente de novo.",
    }


class TaxIdInvalid(Invalid):
    """The tax id's check digit or form is wrong."""

    code = "tax-id-invalid"
    texts: ClassVar[dict[str, str]] = {
        "en": "“{tax_id}” is not a valid tax id. Correct it in the order's billing data, then try again.",
        "es": "«{tax_id}» no es un RUT válido. Corrígelo en los datos de facturación del pedido e intenta de nuevo.",
        "pt": "«{tax_id}» não é um número fiscal válido. Corrija-o nos dados de faturação da encomenda e tente de novo.",
    }
