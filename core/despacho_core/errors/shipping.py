"""What cannot be bought, voided, returned or printed."""

from __future__ import annotations

from typing import ClassVar

from despacho_core.errors.base import Conflict, Invalid, NotFound


class CarrierRefused(Invalid):
    """The carrier said no; its own words are kept."""

    code = "carrier-refused"
    texts: ClassVar[dict[str, str]] = {
        "en": "{provider} refused: {message}",
        "es": "{provider} rechazó: {message}",
        "pt": "{provider} recusou: {message}",
    }


class OrderAlreadyShipped(Conflict):
    """The order has a live shipment, or somebody is buying one this moment."""

    code = "order-already-shipped"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} already has shipment {shipment}. To send a further one, repeat the request with “additional”: true.",
        "es": "El pedido {order} ya tiene el envío {shipment}. Para agregar otro, repite la solicitud con «additional»: true.",
        "pt": "A encomenda {order} já tem o envio {shipment}. Para juntar outro, repita o pedido com «additional»: true.",
    }


class OrderCancelled(Conflict):
    """The order was cancelled in the store: no label is bought for it."""

    code = "order-cancelled"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} is cancelled in the store; no label is bought for it.",
        "es": "El pedido {order} está anulado en la tienda; no se compra ninguna etiqueta para él.",
        "pt": "A encomenda {order} está anulada na loja; não se compra nenhuma etiqueta para ela.",
    }


class WrongState(Conflict):
    """A transition that the state machine does not have."""

    code = "wrong-state"
    texts: ClassVar[dict[str, str]] = {
        "en": "The {what} {id} is {state}; it cannot {action} now.",
        "es": "No se puede {action} {what} {id}: está {state}.",
        "pt": "Não se pode {action} {what} {id}: está {state}.",
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


class LabelsVoid(Conflict):
    """A void label is not printed again: on a parcel it would lead nowhere, and may be charged."""

    code = "labels-void"
    texts: ClassVar[dict[str, str]] = {
        "en": "The labels of shipment {shipment} are void and are not printed again. Buy a new shipment for order {order}.",
        "es": "Las etiquetas del envío {shipment} están anuladas y no se vuelven a imprimir. Compra otro envío para el pedido {order}.",
        "pt": "As etiquetas do envio {shipment} estão anuladas e não se voltam a imprimir. Compre outro envio para a encomenda {order}.",
    }


class BatchTooLarge(Invalid):
    """More orders than one request asks for."""

    code = "batch-too-large"
    texts: ClassVar[dict[str, str]] = {
        "en": "The batch has {count} orders; at most {most} are taken at once. Split it.",
        "es": "El lote tiene {count} pedidos; se admiten hasta {most} a la vez. Divídelo.",
        "pt": "O lote tem {count} encomendas; aceitam-se até {most} de uma vez. Divida-o.",
    }


class BatchEmpty(Invalid):
    """Nothing is asked for: no order is named, or none is waiting for a label."""

    code = "batch-empty"
    texts: ClassVar[dict[str, str]] = {
        "en": "No order is chosen. Choose at least one; where all that want a label are asked for, none is left that does.",
        "es": "No hay ningún pedido elegido. Elige al menos uno; si pediste todos los que necesitan etiqueta, ya no queda ninguno.",
        "pt": "Não há nenhuma encomenda escolhida. Escolha pelo menos uma; se pediu todas as que querem etiqueta, já não resta nenhuma.",
    }


class OrderTwiceInBatch(Conflict):
    """An order stands in the batch already."""

    code = "order-twice-in-batch"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} stands in the batch already; it counts once. Ask for a further shipment of it on its own.",
        "es": "El pedido {order} ya está en el lote; cuenta una sola vez. Pide otro envío suyo por separado.",
        "pt": "A encomenda {order} já está no lote; conta uma só vez. Peça outro envio dela à parte.",
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
