"""Issuing a document: the checks one after another, then the folio (contract/invoicing.md 2.2 to 2.6 and 2.9).

The order of the checks is the sheet's recipe, itself an assumption.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec

from despacho_sandbox.kit.asgi import Reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.openfactura.arithmetic import wrong_amounts
from despacho_sandbox.openfactura.companies import ISSUED_TYPES, Company
from despacho_sandbox.openfactura.ledger import ORDER_REFERENCE, Document, Ledger
from despacho_sandbox.openfactura.options import OpenFacturaOptions
from despacho_sandbox.openfactura.relations import CREDIT_NOTE, TAKES_BACK, original_of, relation_problems
from despacho_sandbox.openfactura.rendering import LOGO, pdf, stamp, xml
from despacho_sandbox.openfactura.schema import BOLETAS, NOTES, schema_problems
from despacho_sandbox.openfactura.wire import Issue, Refused, answered

PARTS = frozenset(
    ("XML", "PDF", "TIMBRE", "LOGO", "FOLIO", "RESOLUCION", "LETTER", "80MM", "80MMNOLOGO", "SELF_SERVICE")
)
"""What may stand in `response`. SELF_SERVICE is let through, but links for buyers are not simulated."""

RESOLUTION = {"fecha": "2018-03-26", "numero": 0}

_DECODER = msgspec.json.Decoder(float_hook=Decimal)


class Emission:
    """Answers `POST /v2/dte/document`.

    Args:
        ledger: Where documents go.
        clock: The sandbox's clock.
        options: Reads the switches of the moment.
        seed: Makes tokens repeatable.
    """

    def __init__(
        self, ledger: Ledger, clock: SandboxClock, options: Callable[[], OpenFacturaOptions], seed: int
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._options = options
        self._seed = seed

    def issue(self, company: Company, body: bytes, idempotency_key: str | None) -> Reply:
        """Issues a document, or tells which one the key has issued already.

        Raises:
            Refused: With the code of the first check that fails. A failed check does not burn the key (assumed).
        """
        asked = _decoded(body)
        dte, kind = _document(asked)
        wanted = _wanted(asked)
        error = self._options().emission_error
        if error is not None and (error != "OF-23" or kind in BOLETAS):
            raise Refused(error)
        now = self._clock.now()
        if idempotency_key and (token := self._ledger.under_key(company.rut, idempotency_key, now)):
            raise Refused("OF-06", token=token)
        self._check(dte, kind, company)
        folio = self._ledger.take_folio(company, kind)
        if folio is None:
            raise Refused("OF-07")
        document = self._made(company, asked, kind, folio, idempotency_key)
        self._ledger.add(document)
        self._annul(document)
        return answered(_answer(document, company, wanted))

    def _check(self, dte: dict[str, Any], kind: int, company: Company) -> None:
        issuer = dte["Encabezado"].get("Emisor")
        if isinstance(issuer, dict) and issuer.get("RUTEmisor", company.rut) != company.rut:
            raise Refused("OF-03", [Issue("RUTEmisor", "No corresponde a la apikey")])
        if found := schema_problems(dte, kind) or self._boleta_problems(dte, kind):
            raise Refused("OF-08", found)
        if found := wrong_amounts(dte, kind):
            raise Refused("OF-10", found)
        if found := self._large_boleta_problems(dte, kind):
            raise Refused("OF-10", found)
        if found := relation_problems(dte, kind, company, self._ledger, options=self._options(), now=self._clock.now()):
            raise Refused("OF-09", found)

    def _boleta_problems(self, dte: dict[str, Any], kind: int) -> list[Issue]:
        if kind not in BOLETAS or self._options().boleta_order_reference:
            return []
        return [
            Issue("TpoDocRef", "Campo no permitido en Referencia para este tipo de DTE")
            for reference in dte.get("Referencia", [])
            if "TpoDocRef" in reference
        ]

    def _large_boleta_problems(self, dte: dict[str, Any], kind: int) -> list[Issue]:
        head = dte["Encabezado"]
        if kind not in BOLETAS or head["Totales"]["MntTotal"] <= 135 * self._options().uf:
            return []
        needed = (("MedioPago", head["IdDoc"]), ("RznSocRecep", head["Receptor"]))
        return [Issue(name, "Obligatorio sobre 135 UF") for name, node in needed if not node.get(name)]

    def _made(
        self, company: Company, asked: dict[str, Any], kind: int, folio: int, idempotency_key: str | None
    ) -> Document:
        now, options, dte = self._clock.now(), self._options(), asked["dte"]
        dte["Encabezado"]["IdDoc"]["Folio"] = folio
        references = dte.get("Referencia", [])
        return Document(
            token=sha256(f"{self._seed}:{company.rut}:{kind}:{folio}".encode()).hexdigest(),
            rut=company.rut,
            kind=kind,
            folio=folio,
            total=dte["Encabezado"]["Totales"]["MntTotal"],
            dte=dte,
            issued_at=now,
            verdict=options.verdict,
            judged_at=now + timedelta(seconds=options.judged_after),
            page="80MM" if {"80MM", "80MMNOLOGO"} & set(asked.get("response", [])) else "LETTER",
            orders=[str(one["FolioRef"]) for one in references if str(one["TpoDocRef"]) == ORDER_REFERENCE],
            idempotency_key=idempotency_key,
            send_email=asked.get("sendEmail"),
            custom=asked.get("custom"),
        )

    def _annul(self, note: Document) -> None:
        for reference in note.dte.get("Referencia", []) if note.kind in NOTES else []:
            found = original_of(reference, note.rut, self._ledger)
            if found is None or note.kind != CREDIT_NOTE:
                continue
            if str(reference.get("CodRef")) == "1":
                found.annulled_by = note.folio
            if str(reference.get("CodRef")) in TAKES_BACK:
                found.taken_back += note.total


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        asked = _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused("OF-20", [Issue("body", str(error))]) from error
    if not isinstance(asked, dict):
        raise Refused("OF-20", [Issue("body", "Se esperaba un objeto")])
    return asked


def _document(asked: dict[str, Any]) -> tuple[dict[str, Any], int]:
    dte = asked.get("dte")
    if not isinstance(dte, dict):
        raise Refused("OF-01", [Issue("dte", "Campo requerido")])
    head, lines = dte.get("Encabezado"), dte.get("Detalle")
    if not isinstance(head, dict) or not isinstance(lines, list) or not lines:
        missing = "Encabezado" if not isinstance(head, dict) else "Detalle"
        raise Refused("OF-02", [Issue(missing, "Campo requerido")])
    identity = head.get("IdDoc")
    if not isinstance(identity, dict):
        raise Refused("OF-02", [Issue("IdDoc", "Campo requerido")])
    kind = identity.get("TipoDTE")
    if not isinstance(kind, int) or kind not in ISSUED_TYPES:
        raise Refused("OF-05", [Issue("TipoDTE", f"Tipo no soportado : {kind}")])
    return dte, kind


def _wanted(asked: dict[str, Any]) -> set[str]:
    parts = asked.get("response", [])
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts) or set(parts) - PARTS:
        raise Refused("OF-20", [Issue("response", "Valor inválido")])
    return set(parts)


def _answer(document: Document, company: Company, wanted: set[str]) -> dict[str, object]:
    answer: dict[str, object] = {"TOKEN": document.token}
    if "FOLIO" in wanted:
        answer["FOLIO"] = document.folio
    if "RESOLUCION" in wanted:
        answer["RESOLUCION"] = RESOLUTION
    made: dict[str, Callable[[], bytes]] = {
        "TIMBRE": lambda: stamp(document),
        "XML": lambda: xml(document),
        "LOGO": lambda: LOGO,
        "PDF": lambda: pdf(document, company),
    }
    answer |= {part: draw() for part, draw in made.items() if part in wanted}
    if document.kind == 52 and "Transporte" not in document.dte["Encabezado"]:
        answer["WARNING"] = "Res. 154/2025: faltan datos de transporte"
    return answer
