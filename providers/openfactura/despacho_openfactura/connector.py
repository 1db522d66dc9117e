"""One account with OpenFactura: issues, credits, finds and fetches documents."""

from __future__ import annotations

import base64
import binascii

import msgspec

from despacho_openfactura.answers import ALREADY_ISSUED, check, refusal_of, text_of
from despacho_openfactura.dte import type_of
from despacho_openfactura.emission import emission_request
from despacho_openfactura.finding import Finder
from despacho_openfactura.gateway import Gateway
from despacho_openfactura.receipts import Receipt, issued_document, read_emission, read_shown, token_of
from despacho_openfactura.settings import OpenFacturaSettings
from despacho_ports.calls import Answer, lenient
from despacho_ports.carriers import AccountReport
from despacho_ports.errors import ProviderError, Rejected, Unavailable, Uncertain
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Toolbox


class _Organization(msgspec.Struct):
    rut: object = None
    name: object = msgspec.field(default=None, name="razonSocial")


class _Pdf(msgspec.Struct):
    pdf: str


class OpenFactura:
    """One taxpayer's documents.

    Args:
        settings: The account.
        toolbox: What the hub lends.
    """

    def __init__(self, settings: OpenFacturaSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._clock = toolbox.clock
        self._gateway = Gateway(settings, toolbox.http)
        self._finder = Finder(self._gateway)

    async def check_account(self) -> AccountReport:
        """Ask whose key it is, and compare with the issuer's RUT in the settings."""
        answer = await self._gateway.read("/organization")
        check(answer)
        found = lenient(answer.body, _Organization)
        if found is None or not text_of(found.rut):
            raise Unavailable("OpenFactura described the company in a form that cannot be read.")
        rut, name = text_of(found.rut).replace(".", "").upper(), text_of(found.name)
        if rut != self._settings.issuer_rut:
            message = f"La API key es de {name} ({rut}), no del RUT {self._settings.issuer_rut} de la configuración."
            return AccountReport(ok=False, message=message)
        return AccountReport(ok=True, message=f"La API key es de {name} ({rut}).")

    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        """A boleta (39, or 41 if exempt) or a factura (33 or 34). What was issued under the same reference counts as issued now."""
        body = emission_request(self._settings, request)
        answer = await self._gateway.issue(body, reference=request.reference)
        refusal = refusal_of(answer) if answer.status >= 400 else None
        if refusal is not None and text_of(refusal.code) == ALREADY_ISSUED:
            return await self._issued_before(token_of(refusal.token))
        check(answer, acting=True)
        return await self._issued_now(request, read_emission(answer))

    async def credit_document(self, request: IssueRequest) -> IssuedDocument:
        """A credit note (61): with CodRef 1 the whole document is annulled, with CodRef 3 a part of it is taken back."""
        if request.document.credits is None:
            raise Rejected("A credit note has to name the document that it takes back.", field="Referencia")
        return await self.issue_document(request)

    async def find_document(self, request: IssueRequest) -> IssuedDocument | None:
        """Look through the day's documents; see :mod:`despacho_openfactura.finding` for what a None is worth."""
        return await self._finder.find(request)

    async def fetch_pdf(self, external_id: str) -> bytes:
        """The PDF as the system draws it."""
        token = token_of(external_id)
        if token is None:
            raise Rejected(f"“{external_id}” is no token of OpenFactura.", not_found=True)
        answer = await self._gateway.read(f"/document/{token}/pdf")
        check(answer)
        return _pdf(answer)

    async def _issued_now(self, request: IssueRequest, receipt: Receipt) -> IssuedDocument:
        now = self._clock.now()
        if receipt.folio:
            kind = type_of(request.document)
            found = issued_document(receipt.token, kind, receipt.folio, warning=receipt.warning)
        else:
            found = await self._shown(receipt.token, warning=receipt.warning)
        return msgspec.structs.replace(found, issued_at=now)

    async def _issued_before(self, token: str | None) -> IssuedDocument:
        """OF-06: the document is there, and its token tells which one (contract/invoicing.md 2.4)."""
        if token is None:
            raise Uncertain("OpenFactura issued this document before, but does not say which one it is.")
        return await self._shown(token)

    async def _shown(self, token: str, *, warning: str | None = None) -> IssuedDocument:
        """What was certainly issued, although only its token is known: not to read it leaves a doubt, never a no."""
        try:
            return read_shown(await self._gateway.read(f"/document/{token}/json")).issued(token, warning=warning)
        except ProviderError as error:
            raise Uncertain(f"Issued as {token}, but its folio could not be read: {error.message}") from error


def _pdf(answer: Answer) -> bytes:
    """The file in an answer. An empty or damaged one is taken for a PDF that is still being made."""
    found = lenient(answer.body, _Pdf)
    try:
        content = base64.b64decode(found.pdf, validate=True) if found else b""
    except (binascii.Error, ValueError):
        content = b""
    if not content.startswith(b"%PDF-"):
        raise Unavailable("OpenFactura has no PDF of this document yet.")
    return content
