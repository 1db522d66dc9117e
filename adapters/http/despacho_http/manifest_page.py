"""The page behind a manifest's QR code: confirms to whoever holds the paper that it is ours, and what stands on it.

It shows the parties, the numbers on the parcels and who signed, and nothing of the buyers. Whoever has the paper has the address.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from litestar.params import FromPath

from despacho_core.manifest_records import RecordedParty, RecordedSignature
from despacho_core.manifests import Party
from despacho_http.access import Hub
from despacho_http.answers import language_of
from despacho_http.pages import Html, facts, html, joined, page
from despacho_services.manifesting_confirming import Confirmation

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Delivery manifest No. {number}",
        "unknown": "Manifest not found",
        "ask": "The link is not complete, or there is no such manifest. Please ask whoever gave you the paper.",
        "signed": "Confirmed: signed by both parties",
        "closed": "Confirmed: closed, and not signed by both parties yet",
        "number": "Reference",
        "merchant": "Merchant",
        "carrier": "Carrier",
        "account": "Account",
        "date": "Closed",
        "place": "Place",
        "pieces": "Pieces",
        "references": "Carrier's own numbers",
        "signatures": "Signatures",
        "none": "Nobody has signed yet.",
        "on_paper": "on paper",
        "digest": "SHA-256 of the content, as printed on every page",
        "file": "SHA-256 of the PDF file",
        "how": "To check a file that you were sent: sha256sum manifest.pdf gives the same, if nothing in it was changed.",
        "numbers": "Tracking numbers",
    },
    "es": {
        "title": "Manifiesto de entrega N.º {number}",
        "unknown": "Manifiesto no encontrado",
        "ask": "El enlace está incompleto o no existe ese manifiesto. Consulta a quien te entregó el papel.",
        "signed": "Confirmado: firmado por ambas partes",
        "closed": "Confirmado: cerrado, aún sin la firma de ambas partes",
        "number": "Referencia",
        "merchant": "Comercio",
        "carrier": "Transportista",
        "account": "Cuenta",
        "date": "Cerrado",
        "place": "Lugar",
        "pieces": "Bultos",
        "references": "Números del transportista",
        "signatures": "Firmas",
        "none": "Aún no ha firmado nadie.",
        "on_paper": "en papel",
        "digest": "SHA-256 del contenido, impreso en cada hoja",
        "file": "SHA-256 del archivo PDF",
        "how": "Para revisar un archivo recibido: sha256sum manifest.pdf da lo mismo si nada en él cambió.",
        "numbers": "Números de seguimiento",
    },
    "pt": {
        "title": "Manifesto de entrega N.º {number}",
        "unknown": "Manifesto não encontrado",
        "ask": "A ligação está incompleta ou não existe esse manifesto. Contacte quem lhe entregou o papel.",
        "signed": "Confirmado: assinado por ambas as partes",
        "closed": "Confirmado: fechado, ainda sem a assinatura de ambas as partes",
        "number": "Referência",
        "merchant": "Comerciante",
        "carrier": "Transportadora",
        "account": "Conta",
        "date": "Fechado",
        "place": "Local",
        "pieces": "Volumes",
        "references": "Números da transportadora",
        "signatures": "Assinaturas",
        "none": "Ainda ninguém assinou.",
        "on_paper": "em papel",
        "digest": "SHA-256 do conteúdo, impresso em cada folha",
        "file": "SHA-256 do ficheiro PDF",
        "how": "Para verificar um ficheiro recebido: sha256sum manifest.pdf dá o mesmo, se nada nele mudou.",
        "numbers": "Números de seguimento",
    },
}


@get("/manifests/{token:str}")
async def confirm_manifest(request: Request[Any, Any, Any], services: Hub, token: FromPath[str]) -> Response[str]:
    """What stands on a manifest, for whoever holds it."""
    found = await services.confirming.by_token(token)
    if found is None:
        language = language_of(request.scope, "es")
        words = _WORDS[language]
        return page(words["unknown"], html("<p>{ask}</p>", ask=words["ask"]), language=language, status=404)
    language = language_of(request.scope, found.record.language)
    heading = _WORDS[language]["title"].format(number=found.record.number)
    return page(heading, _content(found, language), language=language)


def _content(found: Confirmation, language: str) -> Html:
    words, record = _WORDS[language], found.record
    rows = {
        words["merchant"]: _party(record.merchant),
        words["carrier"]: _party(record.carrier),
        words["account"]: record.account,
        words["place"]: record.place,
        words["date"]: _moment(record.closed_at, record.timezone),
        words["pieces"]: str(len(record.labels)),
        words["number"]: record.reference,
        words["references"]: ", ".join(record.carrier_references),
        words["digest"]: _code(found.digest) if found.digest else "",
        words["file"]: _code(found.file_digest),
    }
    return html(
        '<p class="status" role="status">{status}</p>{facts}<p>{how}</p><h2>{signatures}</h2>{signed}'
        "<details><summary>{numbers} ({count})</summary><ol>{labels}</ol></details>",
        status=words["signed" if found.digest else "closed"],
        facts=facts(rows),
        how=words["how"],
        signatures=words["signatures"],
        signed=_signatures(found, words),
        numbers=words["numbers"],
        count=len(record.labels),
        labels=joined(html("<li>{number}</li>", number=label.tracking_number) for label in record.labels),
    )


def _party(party: RecordedParty) -> str:
    return " · ".join(part for part in (party.name, party.tax_id, party.address) if part)


def _code(digest: str) -> Html:
    """Sixty-four digits that may be cut where the line ends."""
    return html("<code>{digest}</code>", digest=joined(html("{part}<wbr>", part=one) for one in _eights(digest)))


def _eights(text: str) -> list[str]:
    return [text[start : start + 8] for start in range(0, len(text), 8)]


def _signatures(found: Confirmation, words: dict[str, str]) -> Html:
    if not found.record.signatures:
        return html("<p>{none}</p>", none=words["none"])
    lines = (_signature(one, words, found.record.timezone) for one in found.record.signatures)
    return html("<ul>{lines}</ul>", lines=joined(lines))


def _signature(one: RecordedSignature, words: dict[str, str], timezone: str) -> Html:
    party = words["merchant" if one.party is Party.MERCHANT else "carrier"]
    paper = words["on_paper"] if one.on_paper else ""
    who = " · ".join(part for part in (one.name, one.role, paper) if part)
    return html("<li>{party}: {who}<br>{at}</li>", party=party, who=who, at=_moment(one.signed_at, timezone))


def _moment(at: datetime, timezone: str) -> Html:
    local = at.astimezone(ZoneInfo(timezone))
    return html('<time datetime="{iso}">{shown}</time>', iso=local.isoformat(), shown=f"{local:%d-%m-%Y %H:%M (UTC%z)}")
