"""To whom a fiscal document is made out, and what the order says about the kind of it.

Which kind follows is decided in :mod:`despacho_core.document_rules`.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from despacho_core.addresses import Address
from despacho_core.errors import BuyerIncomplete, TaxIdInvalid
from despacho_core.fiscal import Buyer, DocumentKind
from despacho_core.orders import Order
from despacho_core.tax_ids import FINAL_CONSUMER_NIF, FINAL_CONSUMER_RUT, canonical_tax_id

_YES = frozenset({"si", "sim", "yes", "true", "1", "on", "x"})
_LABELS = {
    "tax_id": frozenset(
        {
            "rut",
            "rut empresa",
            "rut de la empresa",
            "rut factura",
            "rut facturacion",
            "nif",
            "contribuinte",
            "numero de contribuinte",
        }
    ),
    "company": frozenset({"razon social", "empresa", "nombre empresa", "nombre de la empresa"}),
    "activity": frozenset({"giro", "giro comercial", "giro empresa", "giro de la empresa"}),
}


_NEEDED = {"name": "company name", "tax_id": "tax id"}
_NEEDED_IN_CHILE = {
    "name": "razón social",
    "tax_id": "RUT",
    "business_activity": "giro",
    "street": "dirección",
    "municipality": "comuna",
}
"""What an invoice needs of a buyer, by field, as the country's people call it."""


def plain(text: str) -> str:
    """Lower case, without accents, words of letters and digits with one space between: how labels are compared."""
    spelled_out = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in spelled_out if not unicodedata.combining(c))))


def wanted_kind(fields: dict[str, str]) -> DocumentKind | None:
    """The document that a checkout field asks for, such as ``Documento: Factura``; None if no field says so.

    No source fixes the labels (contract/jumpseller.md 5.5): any label with the word "documento" and the answer "factura" or "boleta"
    counts, and so does a question about a factura answered with yes.
    """
    for label, answer in fields.items():
        asked, said = set(plain(label).split()), set(plain(answer).split())
        named = said & {"factura", "boleta"}
        if "documento" in asked and len(named) == 1 and not said & {"no", "sin"}:
            return DocumentKind.INVOICE if "factura" in named else DocumentKind.RECEIPT
        if "factura" in asked and "boleta" not in asked and said & _YES:
            return DocumentKind.INVOICE
    return None


def shows_a_company(order: Order) -> bool:
    """Whether the buyer named a company or its activity where a checkout asks for them; a delivery address's company is no sign."""
    asked = _asked(order)
    named = (order.billing.company_name, order.billing.business_activity)
    return any(_clean(one) for one in (*named, _answer(asked, "company"), _answer(asked, "activity")))


def invoice_buyer(order: Order, country: str) -> Buyer:
    """The named buyer of an invoice, complete (contract/invoicing.md 1.6) and with a valid tax id.

    Raises:
        BuyerIncomplete: Names everything that is missing.
        TaxIdInvalid: The check digit is wrong, or it is the one that stands for anybody.
    """
    given = given_buyer(order)
    needed = _NEEDED_IN_CHILE if country == "CL" else _NEEDED
    missing = [field for field in needed if not getattr(given, field)]
    if missing:
        raise BuyerIncomplete(missing=", ".join(needed[field] for field in missing), fields=", ".join(missing))
    tax_id = canonical_tax_id(given.tax_id or "", _tax_country(given.country, country))
    if tax_id in {FINAL_CONSUMER_RUT, FINAL_CONSUMER_NIF}:
        raise TaxIdInvalid(tax_id=given.tax_id)
    return msgspec.structs.replace(given, tax_id=tax_id)


def receipt_buyer(order: Order, country: str) -> Buyer:
    """The buyer of a receipt, as far as known: a tax id that is not valid is left out, since a receipt needs none."""
    given = given_buyer(order, company_first=False)
    try:
        tax_id = canonical_tax_id(given.tax_id, _tax_country(given.country, country)) if given.tax_id else None
    except TaxIdInvalid:
        tax_id = None
    if tax_id == FINAL_CONSUMER_NIF:
        tax_id = None
    return msgspec.structs.replace(given, tax_id=tax_id)


def given_buyer(order: Order, *, company_first: bool = True) -> Buyer:
    """What the order says, from the billing data, the billing address and the checkout's own fields, in this order."""
    address = order.billing_address or order.shipping_address or Address()
    asked = _asked(order)
    company = order.billing.company_name or address.company or _answer(asked, "company")
    person = address.name or order.customer_name or ""
    return Buyer(
        name=((company or "") if company_first else (person or company or "")).strip(),
        tax_id=_clean(order.billing.tax_id or address.tax_id or _answer(asked, "tax_id")),
        business_activity=_clean(order.billing.business_activity or _answer(asked, "activity")),
        street=_clean(address.street_line),
        municipality=_clean(address.municipality or address.city),
        city=_clean(address.city),
        postal_code=_clean(address.postal_code),
        country=address.country,
        email=_clean(order.customer_email or address.email),
    )


def _asked(order: Order) -> dict[str, str]:
    return {plain(label): value.strip() for label, value in order.additional_fields.items() if value.strip()}


def _answer(asked: dict[str, str], subject: str) -> str | None:
    return next((value for label, value in asked.items() if label in _LABELS[subject]), None)


def _clean(text: str | None) -> str | None:
    return (text or "").strip() or None


def tax_country(order: Order, country: str) -> str:
    """Whose rule the buyer's tax id follows, for a store of ``country``."""
    return _tax_country(given_buyer(order).country, country)


def _tax_country(buyer: str, country: str) -> str:
    """Chile knows no other tax id on a factura; elsewhere a foreign buyer's is taken as it is."""
    return country if country == "CL" or not buyer else buyer
