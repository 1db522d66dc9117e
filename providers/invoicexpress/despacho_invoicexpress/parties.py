"""To whom a document is made out: the client that InvoiceXpress keeps (contract/invoicing.md 8.1, 8.4 and 9.2).

A client is known by a code made of everything that a document says about the buyer. So nobody else's data are ever changed by a sale, and
two buyers of one name are not taken for each other.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal

import msgspec

from despacho_core.errors import TaxIdInvalid
from despacho_core.fiscal import Buyer, DocumentKind, FiscalDocument
from despacho_core.tax_ids import FINAL_CONSUMER_NIF, canonical_nif
from despacho_invoicexpress.countries import NAMES
from despacho_invoicexpress.wording import tidy
from despacho_ports.errors import Rejected

IDENTIFIED_FROM = Decimal(1000)
"""Euros from which name and address of every buyer have to stand on the document (CIVA, article 36/15)."""

FINAL_CONSUMER = "Consumidor final"
_ANYBODY = (
    {"name": FINAL_CONSUMER, "language": "pt"},
    {"name": FINAL_CONSUMER, "language": "pt", "country": "Portugal"},
)
_PORTUGUESE = frozenset({"", "PT", "BR", "AO", "MZ", "CV", "GW", "ST", "TL"})
_SPANISH = frozenset(
    {"ES", "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "HN", "MX", "NI", "PA", "PE", "PY", "SV", "UY", "VE"}
)


class Client(msgspec.Struct, frozen=True):
    """A client to be: ``fields`` are what its own call takes, name and code among them."""

    name: str
    code: str
    fiscal_id: str
    fields: dict[str, str]

    @property
    def named(self) -> dict[str, str]:
        """How a document names it."""
        return {"name": self.name, "code": self.code}


def client_of(document: FiscalDocument) -> Client:
    """The client of a document.

    Raises:
        Rejected: The buyer's NIF is wrong, or the law wants to know more about the buyer.
    """
    buyer = document.buyer
    fiscal_id = _fiscal_id(document)
    known = {
        "name": tidy(buyer.name, 100),
        "fiscal_id": fiscal_id,
        "email": _email(buyer),
        "address": tidy(buyer.street, 200),
        "city": tidy(buyer.city or buyer.municipality, 80),
        "postal_code": tidy(buyer.postal_code, 20),
        "country": _country(buyer, fiscal_id),
    }
    if document.totals.total >= IDENTIFIED_FROM and not (known["name"] and known["address"] and known["city"]):
        message = (
            "A partir de 1000 euros, a lei exige nome e morada do comprador. Complete-os na encomenda e tente de novo."
        )
        raise Rejected(message, field="client")
    fields = {name: value for name, value in known.items() if value}
    fields["name"] = known["name"] or FINAL_CONSUMER
    fields["language"] = _language(buyer.country)
    return Client(fields["name"], _code(fields), fiscal_id, fields | {"code": _code(fields)})


def _fiscal_id(document: FiscalDocument) -> str:
    """The buyer's tax id; a Portuguese one is checked once more, since an issued document cannot be mended."""
    original = document.kind if document.credits is None else document.credits.kind
    given, country = (document.buyer.tax_id or "").strip(), document.buyer.country
    if given and country in {"", "PT"}:
        try:
            given = canonical_nif(given)
        except TaxIdInvalid:
            message = f"O NIF “{given}” não é válido. Corrija-o na encomenda e tente de novo."
            raise Rejected(message, field="fiscal_id") from None
    if given == FINAL_CONSUMER_NIF:
        given = ""
    if original is DocumentKind.INVOICE and not given:
        raise Rejected(
            "Falta o NIF do comprador da fatura. Complete-o na encomenda e tente de novo.", field="fiscal_id"
        )
    return tidy(given, 40)


def _country(buyer: Buyer, fiscal_id: str) -> str:
    """The name of the country, empty where it has none in the service's list and no tax id depends on it.

    Raises:
        Rejected: A tax id of a country that the service does not know would be taken for a Portuguese one.
    """
    name = NAMES.get(buyer.country, "")
    if buyer.country and not name and fiscal_id:
        message = f"O InvoiceXpress não conhece o país “{buyer.country}” do comprador. Emita este documento à mão."
        raise Rejected(message, field="country")
    return name


def _email(buyer: Buyer) -> str:
    address = tidy(buyer.email, 200)
    return address if "@" in address and " " not in address else ""


def _language(country: str) -> str:
    """In which language the client gets documents."""
    if country in _PORTUGUESE:
        return "pt"
    return "es" if country in _SPANISH else "en"


def _code(fields: dict[str, str]) -> str:
    """The same for the same data and for no others; one for all who gave nothing."""
    if fields in _ANYBODY:
        return "despacho-consumidor-final"
    words = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    return f"despacho-{hashlib.sha256(words.encode()).hexdigest()[:20]}"
