"""What the domain refuses, each with a stable code and a message that says what to do, in three languages.

The code is the last part of the API's problem ``type``; the kind decides the HTTP status; ``text(language)`` is for people.

    DomainError
    ├── Invalid       (422) the input can never work as it stands
    ├── NotFound      (404) nothing of that name in this store
    ├── Conflict      (409) right input, wrong moment
    └── NotAvailable  (503) cannot be answered now, try later
"""

from __future__ import annotations

from typing import ClassVar

from despacho_core.phrases import said

LANGUAGES = ("en", "es", "pt")


class DomainError(Exception):
    """Base of all refusals. Keyword arguments fill the placeholders of the texts."""

    code: ClassVar[str] = "domain-error"
    texts: ClassVar[dict[str, str]] = {
        "en": "The request cannot be carried out.",
        "es": "La solicitud no se puede realizar.",
        "pt": "O pedido não pode ser realizado.",
    }

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        """The message in ``en``, ``es`` or ``pt``; English where a translation is missing."""
        template = self.texts.get(language) or self.texts["en"]
        return template.format_map({name: said(fact, language) for name, fact in self.facts.items()})


class Invalid(DomainError):
    """The input can never work as it stands."""

    code = "invalid"


class NotFound(DomainError):
    """Nothing of that name exists in this store."""

    code = "not-found"
    texts: ClassVar[dict[str, str]] = {
        "en": "There is no {what} {id} in this store.",
        "es": "No existe {what} {id} en esta tienda.",
        "pt": "Não existe {what} {id} nesta loja.",
    }


class Conflict(DomainError):
    """Right input, wrong moment."""

    code = "conflict"


class NotAvailable(DomainError):
    """Cannot be answered now; trying later can help."""

    code = "not-available"


class UnknownCurrency(Invalid):
    """A currency code outside ISO 4217."""

    code = "unknown-currency"
    texts: ClassVar[dict[str, str]] = {
        "en": "“{currency}” is not an ISO 4217 currency code. Use the store's own, for example CLP or EUR.",
        "es": "«{currency}» no es un código de moneda ISO 4217. Usa el de la tienda, por ejemplo CLP o EUR.",
        "pt": "«{currency}» não é um código de moeda ISO 4217. Use o da loja, por exemplo CLP ou EUR.",
    }


class CurrenciesDiffer(Invalid):
    """Two amounts in different currencies met."""

    code = "currencies-differ"
    texts: ClassVar[dict[str, str]] = {
        "en": "Amounts in {one} and {other} cannot be combined. Use one currency.",
        "es": "No se pueden combinar montos en {one} y {other}. Usa una sola moneda.",
        "pt": "Não se podem combinar valores em {one} e {other}. Use uma só moeda.",
    }


class InvalidParcel(Invalid):
    """A parcel without positive, plausible weight and sides."""

    code = "invalid-parcel"
    texts: ClassVar[dict[str, str]] = {
        "en": "Parcel {piece}: {field} is {value}; it must be between {least} and {most} {unit}. Correct it and try again.",
        "es": "Bulto {piece}: {field} es {value}; debe estar entre {least} y {most} {unit}. Corrígelo e intenta de nuevo.",
        "pt": "Volume {piece}: {field} é {value}; deve estar entre {least} e {most} {unit}. Corrija e tente de novo.",
    }


class NothingToShip(Invalid):
    """No physical product, or no parcel."""

    code = "nothing-to-ship"
    texts: ClassVar[dict[str, str]] = {
        "en": "There is nothing to ship: no physical product is in it. Add a parcel or choose another order.",
        "es": "No hay nada que despachar: no tiene productos físicos. Agrega un bulto o elige otro pedido.",
        "pt": "Não há nada para enviar: não tem produtos físicos. Adicione um volume ou escolha outra encomenda.",
    }


class PlanInvalid(Invalid):
    """A shipping plan that cannot be meant so; says where."""

    code = "shipping-plan-invalid"
    texts: ClassVar[dict[str, str]] = {
        "en": "The shipping plan does not fit at {path}: {reason}.",
        "es": "El plan de despacho no corresponde en {path}: {reason}.",
        "pt": "O plano de envio não corresponde em {path}: {reason}.",
    }


class PlanChanged(Conflict):
    """Somebody else saved the shipping plan meanwhile."""

    code = "shipping-plan-changed"
    texts: ClassVar[dict[str, str]] = {
        "en": "The shipping plan was changed meanwhile: it is at version {there}, not {expected}. Read it again and repeat the change.",
        "es": "El plan de despacho cambió entretanto: está en la versión {there}, no {expected}. Léelo de nuevo y repite el cambio.",
        "pt": "O plano de envio mudou entretanto: está na versão {there}, não {expected}. Leia-o de novo e repita a alteração.",
    }


class OrderWithoutAddress(Invalid):
    """The order says nowhere to deliver to."""

    code = "order-without-address"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} has no complete delivery address (missing: {missing}). Complete it in the store, then try again.",
        "es": "El pedido {order} no tiene dirección de entrega completa (falta: {missing}). Complétala en la tienda e intenta otra vez.",
        "pt": "A encomenda {order} não tem morada de entrega completa (falta: {missing}). Complete-a na loja e tente de novo.",
    }


class OriginMissing(Invalid):
    """The store has not said where parcels leave from."""

    code = "origin-missing"
    texts: ClassVar[dict[str, str]] = {
        "en": "The store has no origin address. Set where parcels leave from in the store's locations.",
        "es": "La tienda no tiene dirección de origen. Indica desde dónde salen los bultos en las sucursales de la tienda.",
        "pt": "A loja não tem morada de origem. Indique de onde saem os volumes nas localizações da loja.",
    }


class CarrierRefused(Invalid):
    """The carrier said no; its own words are kept."""

    code = "carrier-refused"
    texts: ClassVar[dict[str, str]] = {
        "en": "{provider} refused: {message}",
        "es": "{provider} rechazó: {message}",
        "pt": "{provider} recusou: {message}",
    }


class InvoicingRefused(Invalid):
    """The invoicing system said no; its own words are kept."""

    code = "invoicing-refused"
    texts: ClassVar[dict[str, str]] = CarrierRefused.texts


class OrderAlreadyShipped(Conflict):
    """The order has a live shipment, or somebody is buying one this moment."""

    code = "order-already-shipped"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} already has shipment {shipment}. To send a further one, repeat the request with “additional”: true.",
        "es": "El pedido {order} ya tiene el envío {shipment}. Para agregar otro, repite la solicitud con «additional»: true.",
        "pt": "A encomenda {order} já tem o envio {shipment}. Para juntar outro, repita o pedido com «additional»: true.",
    }


class WrongState(Conflict):
    """A transition that the state machine does not have."""

    code = "wrong-state"
    texts: ClassVar[dict[str, str]] = {
        "en": "The {what} {id} is {state}; it cannot {action} now.",
        "es": "No se puede {action} {what} {id}: está {state}.",
        "pt": "Não se pode {action} {what} {id}: está {state}.",
    }


class ManifestEmpty(Invalid):
    """A manifest needs at least one live label."""

    code = "manifest-empty"
    texts: ClassVar[dict[str, str]] = {
        "en": "The manifest has no live label. Buy labels first, or choose labels that are on no other manifest.",
        "es": "El manifiesto no tiene etiquetas vigentes. Compra etiquetas o elige algunas que no estén en otro manifiesto.",
        "pt": "O manifesto não tem etiquetas ativas. Compre etiquetas ou escolha algumas que não estejam noutro manifesto.",
    }


class ManifestClosed(Conflict):
    """A closed manifest does not change."""

    code = "manifest-closed"
    texts: ClassVar[dict[str, str]] = {
        "en": "Manifest {manifest} is already {state}. Open a new one for further labels.",
        "es": "El manifiesto {manifest} ya está {state}. Abre uno nuevo para más etiquetas.",
        "pt": "O manifesto {manifest} já está {state}. Abra um novo para mais etiquetas.",
    }


class LabelNotFree(Conflict):
    """A label that cannot go on this manifest."""

    code = "label-not-free"
    texts: ClassVar[dict[str, str]] = {
        "en": "Label {label} cannot go on this manifest: {reason}.",
        "es": "La etiqueta {label} no puede ir en este manifiesto: {reason}.",
        "pt": "A etiqueta {label} não pode ir neste manifesto: {reason}.",
    }


class LabelsNotFree(Conflict):
    """Several labels that cannot go on this manifest, each with its reason."""

    code = "labels-not-free"
    texts: ClassVar[dict[str, str]] = {
        "en": "These labels cannot go on this manifest: {labels}. Leave them away, or send “skip”: true to have them reported.",
        "es": "Estas etiquetas no pueden ir en este manifiesto: {labels}. Quítalas, o envía «skip»: true para que se informen.",
        "pt": "Estas etiquetas não podem ir neste manifesto: {labels}. Retire-as, ou envie «skip»: true para que sejam indicadas.",
    }

    def text(self, language: str) -> str:
        """The message, each label's reason in the language too: ``labels`` is ``number: reason; number: reason``."""
        pairs = (one.partition(": ") for one in str(self.facts["labels"]).split("; "))
        labels = "; ".join(f"{name}{colon}{said(reason, language)}" for name, colon, reason in pairs)
        return (self.texts.get(language) or self.texts["en"]).format(labels=labels)


class FileTooLarge(Invalid):
    """A file that is larger than its kind may be."""

    code = "file-too-large"
    texts: ClassVar[dict[str, str]] = {
        "en": "The {what} has {octets} octets; {most} are the most. Send a smaller file.",
        "es": "El archivo de {what} tiene {octets} octetos; el máximo es {most}. Envía uno más pequeño.",
        "pt": "O ficheiro de {what} tem {octets} octetos; o máximo é {most}. Envie um mais pequeno.",
    }


class FileUnreadable(Invalid):
    """A file that is not what its kind must be."""

    code = "file-unreadable"
    texts: ClassVar[dict[str, str]] = {
        "en": "The {what} cannot be used: {reason}. Send {formats}.",
        "es": "El archivo de {what} no se puede usar: {reason}. Envía {formats}.",
        "pt": "O ficheiro de {what} não se pode usar: {reason}. Envie {formats}.",
    }


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
        "es": "Línea {line}: el documento {document} tiene líneas 1 a {lines}. Nombra cada una una vez, con unidades enteras o un monto con IVA.",
        "pt": "Linha {line}: o documento {document} tem linhas 1 a {lines}. Indique cada uma uma vez, com unidades inteiras ou um valor com IVA.",
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


class NoAccount(Conflict):
    """The store has no account in use that could do this."""

    code = "no-account"
    texts: ClassVar[dict[str, str]] = {
        "en": "The store has no account that can {capability}. Add one with `despacho accounts add`.",
        "es": "La tienda no tiene una cuenta que pueda {capability}. Agrega una con `despacho accounts add`.",
        "pt": "A loja não tem uma conta que possa {capability}. Adicione uma com `despacho accounts add`.",
    }


class AccountNeedsAttention(Conflict):
    """Credentials refused: nothing is sent until a person mends the account."""

    code = "account-needs-attention"
    texts: ClassVar[dict[str, str]] = {
        "en": "Account {account} needs attention: {reason}. Mend its credentials, then run `despacho accounts test {account}`.",
        "es": "La cuenta {account} requiere atención: {reason}. Corrige sus credenciales y ejecuta `despacho accounts test {account}`.",
        "pt": "A conta {account} precisa de atenção: {reason}. Corrija as credenciais e execute `despacho accounts test {account}`.",
    }


class ServiceGone(Invalid):
    """The quoted or chosen service is no longer offered."""

    code = "service-gone"
    texts: ClassVar[dict[str, str]] = {
        "en": "The service “{service}” is not offered by this account (now: {offered}). Choose one of those.",
        "es": "El servicio «{service}» no lo ofrece esta cuenta (hoy: {offered}). Elige uno de esos.",
        "pt": "O serviço «{service}» não é oferecido por esta conta (agora: {offered}). Escolha um desses.",
    }


class ServiceNotChosen(Invalid):
    """Neither the checkout nor the request says with which service to ship."""

    code = "service-not-chosen"
    texts: ClassVar[dict[str, str]] = {
        "en": "No known rate was chosen at the checkout of order {order}. Name account_id and service_code, or a quote_id.",
        "es": "En el checkout del pedido {order} no se eligió una tarifa conocida. Indica account_id y service_code, o un quote_id.",
        "pt": "No checkout da encomenda {order} não foi escolhida uma tarifa conhecida. Indique account_id e service_code, ou um quote_id.",
    }


class NotYetKnown(NotAvailable):
    """The provider acted or not, nobody knows yet; the answer is being looked up."""

    code = "not-yet-known"
    texts: ClassVar[dict[str, str]] = {
        "en": "{provider} has not answered yet; nothing is lost and nothing is done twice. Ask again in a moment.",
        "es": "{provider} aún no responde; nada se pierde ni se hace dos veces. Consulta de nuevo en un momento.",
        "pt": "{provider} ainda não respondeu; nada se perde nem se faz duas vezes. Volte a consultar dentro de momentos.",
    }


class ProviderDown(NotAvailable):
    """The provider is certainly not reachable; the hub goes on trying."""

    code = "provider-unavailable"
    texts: ClassVar[dict[str, str]] = {
        "en": "{provider} cannot be reached now: {message}. The hub goes on trying by itself.",
        "es": "{provider} no está disponible ahora: {message}. El sistema seguirá intentando por sí solo.",
        "pt": "{provider} não está disponível agora: {message}. O sistema continuará a tentar sozinho.",
    }


class DocumentMissing(NotFound):
    """The document has not been made, or cannot be had in that format."""

    code = "document-missing"
    texts: ClassVar[dict[str, str]] = {
        "en": "There is no document in the format {format} for {what} {id}. Ask again once it is ready, or choose another format.",
        "es": "No hay documento en formato {format} para {what} {id}. Consulta cuando esté listo o elige otro formato.",
        "pt": "Não há documento no formato {format} para {what} {id}. Consulte quando estiver pronto ou escolha outro formato.",
    }


class LabelsVoid(Conflict):
    """A void label is not printed again: on a parcel it would lead nowhere, and may be charged."""

    code = "labels-void"
    texts: ClassVar[dict[str, str]] = {
        "en": "The labels of shipment {shipment} are void and are not printed again. Buy a new shipment for order {order}.",
        "es": "Las etiquetas del envío {shipment} están anuladas y no se vuelven a imprimir. Compra otro envío para el pedido {order}.",
        "pt": "As etiquetas do envio {shipment} estão anuladas e não se voltam a imprimir. Compre outro envio para a encomenda {order}.",
    }


class ReturnNotOffered(Invalid):
    """The carrier takes no returns through what it publishes."""

    code = "return-not-offered"
    texts: ClassVar[dict[str, str]] = {
        "en": "{provider} offers no return labels. Name an account_id of a carrier that does, or arrange the return with the buyer.",
        "es": "{provider} no ofrece etiquetas de devolución. Indica un account_id de otro transportista o coordina con el comprador.",
        "pt": "{provider} não oferece etiquetas de devolução. Indique um account_id de outra transportadora ou combine com o comprador.",
    }


class NothingSentYet(Conflict):
    """Nothing that could come back was ever sent."""

    code = "nothing-sent-yet"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} has no bought shipment that could come back. Name an account_id to buy a return all the same.",
        "es": "El pedido {order} no tiene un envío comprado que pueda volver. Indica un account_id para comprar una devolución igualmente.",
        "pt": "A encomenda {order} não tem um envio comprado que possa voltar. Indique um account_id para comprar a devolução mesmo assim.",
    }


class BatchTooLarge(Invalid):
    """More orders than one request buys for."""

    code = "batch-too-large"
    texts: ClassVar[dict[str, str]] = {
        "en": "The batch has {count} orders; at most {most} are bought for at once. Split it.",
        "es": "El lote tiene {count} pedidos; se compran hasta {most} a la vez. Divídelo.",
        "pt": "O lote tem {count} encomendas; compram-se até {most} de uma vez. Divida-o.",
    }


class BatchEmpty(Invalid):
    """Nothing is asked for: no order is named, or none is waiting for a label."""

    code = "batch-empty"
    texts: ClassVar[dict[str, str]] = {
        "en": "There is no order to buy a label for. Name orders that are paid and have none yet.",
        "es": "No hay pedidos para los que comprar etiqueta. Indica pedidos pagados que aún no la tengan.",
        "pt": "Não há encomendas para as quais comprar etiqueta. Indique encomendas pagas que ainda não a tenham.",
    }


class OrderTwiceInBatch(Conflict):
    """An order stands in the batch already."""

    code = "order-twice-in-batch"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} stands in the batch already; it is bought for once. Ask for a further shipment on its own.",
        "es": "El pedido {order} ya está en el lote; se compra una sola vez. Pide otro envío por separado.",
        "pt": "A encomenda {order} já está no lote; compra-se uma só vez. Peça outro envio à parte.",
    }


class NothingToPrint(NotFound):
    """None of the chosen shipments has a live label (yet)."""

    code = "nothing-to-print"
    texts: ClassVar[dict[str, str]] = {
        "en": "There is no live label to print yet. Ask again once some are bought.",
        "es": "Todavía no hay etiquetas vigentes que imprimir. Consulta cuando haya alguna comprada.",
        "pt": "Ainda não há etiquetas ativas para imprimir. Consulte quando houver alguma comprada.",
    }


class ChoiceInvalid(Invalid):
    """No such paper, printer or place on a sheet."""

    code = "label-choice-invalid"
    texts: ClassVar[dict[str, str]] = {
        "en": "Labels cannot be printed like that: {message}.",
        "es": "No se puede imprimir así: {message}.",
        "pt": "Não se pode imprimir assim: {message}.",
    }


def all_errors() -> list[type[DomainError]]:
    """Every concrete refusal, for the documentation and the tests that hold it complete."""
    found: list[type[DomainError]] = []
    pending: list[type[DomainError]] = [DomainError]
    while pending:
        kind = pending.pop()
        pending.extend(kind.__subclasses__())
        found.append(kind)
    return sorted(found, key=lambda kind: kind.code)
