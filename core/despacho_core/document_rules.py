"""Which document an order gets, and when: what a merchant decides, applied to one order. Pure.

The rules lie in the store's settings: they are the merchant's decisions like all others there, are read with the store in the transaction
that applies them, and are set with the same command.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from despacho_core.errors import BuyerIncomplete, DomainError, OrderBeforeStart, TaxIdInvalid
from despacho_core.fiscal import DocumentKind
from despacho_core.fiscal_buyers import given_buyer, invoice_buyer, plain, shows_a_company, wanted_kind
from despacho_core.fiscal_rules import rules_of
from despacho_core.orders import Order
from despacho_core.shipments import Shipment, ShipmentState

REMEMBERED = timedelta(days=30)
"""An order from this long before the start is told of; an older one is history that nobody needs to be reminded of."""

_ON_ITS_WAY = frozenset({"fulfilled", "in_transit", "delivered", "pickup_available"})
"""``shipment_status_enum`` of what left without a label of ours (contract/jumpseller.md 2.5; an open set)."""


LEFT_OUT = "left-out"
"""What stands in place of a code where documents leave gift cards out."""


class HalfGiven(enum.StrEnum):
    """What happens when a buyer seems to want an invoice, but the data for it are not complete or not valid."""

    WAIT = "wait"
    RECEIPT = "receipt"


class DocumentRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant decides about documents.

    Attributes:
        half_given: ``wait`` lists the order for the merchant to mend, which a click undoes; ``receipt`` issues one with a note, which only
            a credit note undoes. Hence ``wait`` unless said.
        invoice_field: Label of the checkout field that decides; empty recognises the usual ones.
        invoice_value: The answer there that asks for an invoice; any other asks for a receipt. Empty: ``factura``, ``fatura`` or yes.
        since: Orders placed earlier get no document by themselves; None: since the store was installed.
        gift_card_exemption: Code for lines of gift cards sold, such as ``M99``; ``left-out`` leaves such lines out of documents, empty is
            what the country usually does.
    """

    half_given: HalfGiven = HalfGiven.WAIT
    invoice_field: str = ""
    invoice_value: str = ""
    since: datetime | None = None
    gift_card_exemption: str = ""

    @property
    def gift_cards_untaxed_for(self) -> str | None:
        """As :func:`compute_document` takes it: a code, empty to leave gift cards out, None for the country's usual way."""
        return "" if self.gift_card_exemption == LEFT_OUT else self.gift_card_exemption or None


class Decision(msgspec.Struct, frozen=True):
    """The kind of an order's document; ``note`` tells why it is not the one that the buyer may have expected."""

    kind: DocumentKind
    note: str | None = None


def decide(order: Order, country: str, rules: DocumentRules, *, said: DocumentKind | None = None) -> Decision:
    """Invoice or receipt.

    A receipt, unless a checkout field or the merchant asks for an invoice, or the buyer gave company name, tax id and, in Chile, the
    business activity (giro). A lone tax id is no sign: a consumer's stands on a receipt. In Chile a foreign company without a RUT cannot
    get a factura and gets a receipt; elsewhere it is invoiced under its own tax id.

    Args:
        order: The order, with what the merchant has mended.
        country: The store's, ISO 3166 alpha-2.
        rules: The merchant's.
        said: The kind that the merchant chose for this very order.

    Raises:
        BuyerIncomplete: An invoice is wanted, something is missing, and the rule is to wait.
        TaxIdInvalid: The same for a wrong tax id.
    """
    wish = said or _wish(order, rules)
    if wish is DocumentKind.RECEIPT or (wish is None and not _looks_like_invoice(order, country)):
        return Decision(DocumentKind.RECEIPT)
    try:
        invoice_buyer(order, country)
    except (BuyerIncomplete, TaxIdInvalid) as lack:
        if said is not None or (rules.half_given is HalfGiven.WAIT and (wish or not _is_foreign(order, country))):
            raise
        return Decision(DocumentKind.RECEIPT, _note(lack, country))
    return Decision(DocumentKind.INVOICE)


def is_shipped(order: Order, shipments: Iterable[Shipment]) -> bool:
    """Whether the goods are leaving: a label of ours is bought, the store says they are on their way, or nothing has to be sent.

    The first label and not the first scan: goods do not travel without their document, and it can lie in the parcel.
    """
    if not order.shipping_required or (order.lines and not any(line.is_physical for line in order.lines)):
        return True
    bought = any(shipment.state is ShipmentState.BOUGHT for shipment in shipments)
    return bought or (order.shipment_status or "") in _ON_ITS_WAY


def check_start(order: Order, start: datetime) -> bool:
    """Whether the order is recent enough to get a document by itself; False for history.

    Orders say when they were placed and not when they were paid. One placed shortly before the start may have been paid after it, and
    nobody but the merchant knows whether it has a document elsewhere: that is told instead of guessed. The start is told in the time zone
    that it is given in, which is to be the store's.

    Raises:
        OrderBeforeStart: It was placed in the days before.
    """
    placed = order.completed_at or order.created_at
    if placed is None or placed >= start.replace(microsecond=0):  # orders tell whole seconds
        return True
    if placed >= start - REMEMBERED:
        raise OrderBeforeStart(order=order.number, since=f"{start:%d-%m-%Y %H:%M}")
    return False


def _wish(order: Order, rules: DocumentRules) -> DocumentKind | None:
    if not rules.invoice_field.strip():
        return wanted_kind(order.additional_fields)
    label = plain(rules.invoice_field)
    answer = next((plain(said) for asked, said in order.additional_fields.items() if plain(asked) == label), "")
    if not answer:
        return None
    wanted = plain(rules.invoice_value)
    asks = answer == wanted if wanted else bool(set(answer.split()) & _ASKING) and "no" not in answer.split()
    return DocumentKind.INVOICE if asks else DocumentKind.RECEIPT


_ASKING = frozenset({"factura", "fatura", "invoice", "si", "sim", "yes", "true", "1", "on", "x"})


def _looks_like_invoice(order: Order, country: str) -> bool:
    given = given_buyer(order)
    complete = bool(given.name and given.tax_id and (given.business_activity or country != "CL"))
    return complete or shows_a_company(order)


def _is_foreign(order: Order, country: str) -> bool:
    buyer = given_buyer(order).country
    return bool(buyer) and buyer != country


def _note(lack: DomainError, country: str) -> str:
    language = rules_of(country).language
    missing = lack.facts.get("missing") or lack.facts.get("tax_id")
    return _NOTES[language].format(missing=missing)


_NOTES = {
    "es": "Emitido como boleta: los datos para factura no están completos o no son válidos ({missing}).",
    "pt": "Emitido como documento a consumidor: os dados da empresa não estão completos ou não são válidos ({missing}).",
}
