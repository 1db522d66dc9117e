"""The words on labels and manifests, in the languages of the stores, and how weights and times are written there."""

from __future__ import annotations

from datetime import datetime

import msgspec

from despacho_core.addresses import Address


class LabelWords(msgspec.Struct, frozen=True, kw_only=True):
    """The captions of a label."""

    sender: str
    receiver: str
    phone: str
    tracking: str
    order: str
    reference: str
    piece: str
    weight: str
    returning: str


class ManifestWords(msgspec.Struct, frozen=True, kw_only=True):
    """The captions of a manifest. ``page`` takes ``page`` and ``pages``."""

    title: str
    number: str
    merchant: str
    carrier: str
    account: str
    place_and_date: str
    reference: str
    carrier_references: str
    tracking: str
    order: str
    piece: str
    service: str
    receiver: str
    weight: str
    totals: str
    all_services: str
    pieces: str
    declaration: str
    name: str
    role: str
    signed_at: str
    signature: str
    page: str
    confirm: str
    digest: str
    on_paper: str


_LABEL = {
    "es": LabelWords(
        sender="Remitente",
        receiver="Destinatario",
        phone="Tel.",
        tracking="Seguimiento",
        order="Pedido",
        reference="Referencia",
        piece="Bulto",
        weight="Peso",
        returning="DEVOLUCIÓN",
    ),
    "pt": LabelWords(
        sender="Remetente",
        receiver="Destinatário",
        phone="Tel.",
        tracking="Seguimento",
        order="Encomenda",
        reference="Referência",
        piece="Volume",
        weight="Peso",
        returning="DEVOLUÇÃO",
    ),
    "en": LabelWords(
        sender="From",
        receiver="To",
        phone="Tel.",
        tracking="Tracking",
        order="Order",
        reference="Reference",
        piece="Piece",
        weight="Weight",
        returning="RETURN",
    ),
}

_MANIFEST = {
    "es": ManifestWords(
        title="Manifiesto de entrega",
        number="N.º",
        merchant="Comercio",
        carrier="Transportista",
        account="Cuenta",
        place_and_date="Lugar y fecha",
        reference="Referencia",
        carrier_references="Números del transportista",
        tracking="Seguimiento",
        order="Pedido",
        piece="Bulto",
        service="Servicio",
        receiver="Destinatario",
        weight="Peso",
        totals="Totales",
        all_services="Todos los servicios",
        pieces="Bultos",
        declaration="El comercio entrega y el transportista recibe los bultos de esta lista.",
        name="Nombre",
        role="Cargo",
        signed_at="Fecha y hora",
        signature="Firma",
        page="Página {page} de {pages}",
        confirm="Escanea para confirmar",
        digest="Huella SHA-256",
        on_paper="Firmado en papel: véase al final",
    ),
    "pt": ManifestWords(
        title="Manifesto de entrega",
        number="N.º",
        merchant="Comerciante",
        carrier="Transportadora",
        account="Conta",
        place_and_date="Local e data",
        reference="Referência",
        carrier_references="Números da transportadora",
        tracking="Seguimento",
        order="Encomenda",
        piece="Volume",
        service="Serviço",
        receiver="Destinatário",
        weight="Peso",
        totals="Totais",
        all_services="Todos os serviços",
        pieces="Volumes",
        declaration="O comerciante entrega e a transportadora recebe os volumes desta lista.",
        name="Nome",
        role="Cargo",
        signed_at="Data e hora",
        signature="Assinatura",
        page="Página {page} de {pages}",
        confirm="Digitalize para confirmar",
        digest="Impressão SHA-256",
        on_paper="Assinado em papel: ver no fim",
    ),
    "en": ManifestWords(
        title="Delivery manifest",
        number="No.",
        merchant="Merchant",
        carrier="Carrier",
        account="Account",
        place_and_date="Place and date",
        reference="Reference",
        carrier_references="Carrier's own numbers",
        tracking="Tracking",
        order="Order",
        piece="Piece",
        service="Service",
        receiver="Receiver",
        weight="Weight",
        totals="Totals",
        all_services="All services",
        pieces="Pieces",
        declaration="The merchant hands over and the carrier receives the pieces on this list.",
        name="Name",
        role="Role",
        signed_at="Date and time",
        signature="Signature",
        page="Page {page} of {pages}",
        confirm="Scan to confirm",
        digest="SHA-256 digest",
        on_paper="Signed on paper: see the end",
    ),
}

_DATES = {"es": "%d-%m-%Y %H:%M", "pt": "%d/%m/%Y %H:%M"}


def label_words(language: str) -> LabelWords:
    """A label's words; English where the language is none of ours."""
    return _LABEL.get(language, _LABEL["en"])


def manifest_words(language: str) -> ManifestWords:
    """A manifest's words; English where the language is none of ours."""
    return _MANIFEST.get(language, _MANIFEST["en"])


def weight(grams: int, language: str) -> str:
    """Grams in kilograms, to the gram: ``1,25 kg`` in Spanish and Portuguese, ``1.25 kg`` in English."""
    kilos, rest = divmod(grams, 1000)
    digits = f"{rest:03}".rstrip("0") or "0"
    return f"{kilos}{',' if language in _DATES else '.'}{digits} kg"


def local_time(moment: datetime, language: str) -> str:
    """A local time as written there, with its distance from UTC where it has one: the document is binding."""
    text = moment.strftime(_DATES.get(language, "%Y-%m-%d %H:%M"))
    offset = moment.strftime("%z")
    return f"{text} (UTC{offset[:3]}:{offset[3:5]})" if offset else text


def place_line(address: Address) -> str:
    """Comuna or city, region, postcode and country on one line, none of them twice."""
    parts = [address.place, address.city, address.region, address.postal_code, address.country]
    return " · ".join(dict.fromkeys(part for part in parts if part))
