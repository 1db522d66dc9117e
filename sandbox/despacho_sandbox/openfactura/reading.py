"""Reading documents again, one by one or as a list (contract/invoicing.md 2.7)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.openfactura.companies import Company, canonical
from despacho_sandbox.openfactura.ledger import Document, Ledger
from despacho_sandbox.openfactura.rendering import pdf, xml
from despacho_sandbox.openfactura.wire import Issue, Refused, answered

CHILE = ZoneInfo("America/Santiago")
PAGE = 30

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_FILTERS = ("TipoDTE", "Folio", "FchEmis", "RUTRecep", "MntTotal")


class Reading:
    """Answers the calls that change nothing.

    Args:
        ledger: Where the documents are.
        clock: The sandbox's clock.
    """

    def __init__(self, ledger: Ledger, clock: SandboxClock) -> None:
        self._ledger = ledger
        self._clock = clock

    def by_token(self, company: Company, request: Request, value: str) -> Reply:
        """One form of a document; in `json` every number is text.

        Raises:
            Refused: If the company has no such document. The status for that is not published: 404 is assumed.
        """
        document = self._ledger.documents.get(request.params["token"])
        if document is None or document.rut != company.rut:
            raise _unknown("token")
        return self._shown(document, company, value, by_token=True)

    def by_folio(self, company: Company, request: Request, value: str) -> Reply:
        """As above, by issuer, type and folio; in `json` numbers are numbers and `Acteco` is a list.

        Raises:
            Refused: As above. Documents received from others are not simulated.
        """
        params = request.params
        try:
            rut, kind, folio = canonical(params["rut"]), int(params["kind"]), int(params["folio"])
        except ValueError as error:
            raise Refused("OF-20", [Issue("folio", str(error))]) from error
        document = self._ledger.numbered(rut, kind, folio)
        if document is None or document.rut != company.rut:
            raise _unknown("folio")
        return self._shown(document, company, value, by_token=False)

    def issued(self, company: Company, request: Request) -> Reply:
        """A page of thirty documents that pass every filter, the newest first.

        Raises:
            Refused: For a filter, operator or page that does not exist.
        """
        try:
            asked = msgspec.json.decode(request.body, type=dict[str, Any])
            page = int(asked.pop("Page", 1))
            rows = [row for row in map(self._row, self._ledger.of_company(company.rut)) if _passes(row, asked)]
        except (msgspec.DecodeError, ValueError, TypeError, AttributeError) as error:
            raise Refused("OF-20", [Issue("body", str(error))]) from error
        if page < 1:
            raise Refused("OF-20", [Issue("Page", str(page))])
        last = max(1, -(-len(rows) // PAGE))
        data = rows[(page - 1) * PAGE : page * PAGE]
        return answered({"current_page": page, "last_page": last, "total": len(rows), "data": data})

    def _shown(self, document: Document, company: Company, value: str, *, by_token: bool) -> Reply:
        name = {"token": document.token} if by_token else {"folio": document.folio}
        if value == "status":
            return answered({"estado": document.status(self._clock.now())} | name)
        if value == "xml":
            return answered({"xml": xml(document)} | name)
        if value == "json":
            return answered(self._as_json(document, by_token=by_token) | name)
        drawn = pdf(document, company, transferable=value == "cedible")
        return answered({value: drawn, "folio": document.folio})

    def _as_json(self, document: Document, *, by_token: bool) -> dict[str, object]:
        judged = self._clock.now() >= document.judged_at
        content = _numbers_as_text(document.dte) if by_token else _with_activity_list(document.dte)
        return {
            "json": content,
            "FchRecepSII": _local(document.judged_at) if judged else "",
            "FchRecepOF": f"{_local(document.issued_at)}.{document.issued_at.microsecond // 100:04d}",
        }

    def _row(self, document: Document) -> dict[str, Any]:
        head = document.dte["Encabezado"]
        number, _, digit = head["Receptor"]["RUTRecep"].partition("-")
        totals = head["Totales"]
        return {
            "RUTRecep": int(number),
            "DV": digit,
            "RznSocRecep": head["Receptor"].get("RznSocRecep", ""),
            "TipoDTE": document.kind,
            "Folio": document.folio,
            "FchEmis": head["IdDoc"]["FchEmis"],
            "FechaRecibido": _local(document.issued_at),
            "MntExe": totals.get("MntExe", 0),
            "MntNeto": totals.get("MntNeto", 0),
            "IVA": totals.get("IVA", 0),
            "MntTotal": document.total,
            "FmaPago": head["IdDoc"].get("FmaPago"),
            "token": document.token,
        }


def _passes(row: Mapping[str, Any], filters: Mapping[str, Mapping[str, Any]]) -> bool:
    for name, conditions in filters.items():
        if name not in _FILTERS:
            raise ValueError(f"no filter {name}")
        for symbol, wanted in conditions.items():
            if symbol not in _OPERATORS:
                raise ValueError(f"no operator {symbol}")
            # Days compare as text, everything else as numbers, however they were written.
            given = str(wanted) if name == "FchEmis" else int(wanted)
            if not _OPERATORS[symbol](row[name], given):
                return False
    return True


def _numbers_as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _numbers_as_text(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_numbers_as_text(one) for one in value]
    return str(value) if isinstance(value, int | Decimal) else value


def _with_activity_list(dte: dict[str, Any]) -> dict[str, Any]:
    issuer = dte["Encabezado"]["Emisor"]
    codes = issuer.get("Acteco")
    listed = {} if codes is None else {"Acteco": codes if isinstance(codes, list) else [codes]}
    return dte | {"Encabezado": dte["Encabezado"] | {"Emisor": issuer | listed}}


def _local(moment: datetime) -> str:
    return moment.astimezone(CHILE).strftime("%Y-%m-%d %H:%M:%S")


def _unknown(field: str) -> Refused:
    return Refused("OF-20", [Issue(field, "Documento no encontrado")], status=404)
