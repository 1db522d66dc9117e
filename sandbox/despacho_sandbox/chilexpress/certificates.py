"""Certificates: the carrier's own manifest (contract/carriers.md 1.5)."""

from __future__ import annotations

import io
from base64 import b64encode
from collections import Counter
from collections.abc import Callable

import msgspec
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from despacho_sandbox.chilexpress.accounts import Accounts
from despacho_sandbox.chilexpress.drawing import blank_jpeg
from despacho_sandbox.chilexpress.ledger import Certificate, Ledger, TransportOrder
from despacho_sandbox.chilexpress.options import ChilexpressOptions
from despacho_sandbox.chilexpress.wire import Refused, decoded, flat, whole_number, wrapped
from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.kit.clock import SandboxClock

_ROWS_PER_PAGE = 40


class OpenRequest(msgspec.Struct, rename="camel"):
    """The body that one sample sends beside the query parameter."""

    customer_card_number: str | int | None = None


class CloseRequest(msgspec.Struct, rename="camel"):
    """Which certificate to close; type 1 with its PDF, 2 data only; `drop_number` 0 is no pickup."""

    certificate_number: int
    certificate_type: int = 1
    drop_number: int = 0


class Certificates:
    """Answers the three certificate calls.

    Args:
        accounts: Whose cards exist.
        ledger: Where certificates are kept.
        clock: The sandbox's clock.
        options: Reads the switches of the moment.
    """

    def __init__(
        self, accounts: Accounts, ledger: Ledger, clock: SandboxClock, options: Callable[[], ChilexpressOptions]
    ) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._clock = clock
        self._options = options

    async def open(self, request: Request) -> Reply:
        """Opens a certificate for the card in the query (or in the body).

        Raises:
            Refused: If the card does not exist or is not current.
        """
        tcc = request.query.get("customercardnumber")
        if tcc is None and request.body:
            tcc = str(decoded(request.body, OpenRequest).customer_card_number)
        account = self._accounts.paying(tcc or "")
        number = self._ledger.open_certificate(account, self._clock.now()).number
        if self._options().certificate_nested:
            return wrapped({"certificateNumber": number})
        return flat(certificateNumber=number)

    async def close(self, request: Request) -> Reply:
        """Closes a certificate for good.

        Raises:
            Refused: If it does not exist, is closed already, or has nothing on it (the last is our assumption).
        """
        asked = decoded(request.body, CloseRequest)
        certificate = self._known(asked.certificate_number)
        if asked.certificate_type not in (1, 2):
            raise Refused("El tipo de certificado indicado no existe")
        if certificate.closed_at is not None:
            raise Refused("El certificado indicado ya se encuentra cerrado")
        if not certificate.orders:
            raise Refused("El certificado indicado no tiene órdenes de transporte")
        certificate.closed_at = self._clock.now()
        certificate.drop_number = asked.drop_number
        return flat(closedCertificate=self._row(certificate, pictures=asked.certificate_type == 1))

    async def read(self, request: Request) -> Reply:
        """A certificate again; one that is open shows its data without pictures (our assumption).

        Raises:
            Refused: If there is none of this number.
        """
        certificate = self._known(whole_number(request.params["number"]))
        return wrapped(self._row(certificate, pictures=certificate.closed_at is not None))

    def _known(self, number: int | None) -> Certificate:
        certificate = self._ledger.certificates.get(number or 0)
        if certificate is None:
            raise Refused("El certificado indicado no existe")
        return certificate

    def _row(self, certificate: Certificate, *, pictures: bool) -> dict[str, object]:
        account = self._accounts.by_tcc(certificate.tcc)
        orders = [self._ledger.orders[number] for number in certificate.orders]
        counted = Counter(("DOCUMENTO" if one.document else "ENCOMIENDA", one.service.name) for one in orders)
        company = account.name if account else ""
        return {
            "certificateNumber": str(certificate.number),
            "printedDate": certificate.closed_at.strftime("%d-%m-%Y %H:%M") if certificate.closed_at else None,
            "rutNumber": account.rut if account else None,
            "businessName": company,
            "amountOfPieces": len(orders),
            "customerCardNumber": int(certificate.tcc),
            "dropNumber": certificate.drop_number,
            "pickupAddress": "",
            "detail": [{"product": product, "service": name, "amount": n} for (product, name), n in counted.items()],
            "binaryImage": b64encode(blank_jpeg()).decode() if pictures else None,
            "imagePdf": b64encode(_certificate_pdf(certificate, company, orders)).decode() if pictures else None,
        }


def _certificate_pdf(certificate: Certificate, company: str, orders: list[TransportOrder]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setTitle(f"Certificado {certificate.number}")
    starts = range(0, max(len(orders), 1), _ROWS_PER_PAGE)
    for page, start in enumerate(starts, start=1):
        canvas.setFont("Helvetica-Bold", 13)
        canvas.drawString(20 * mm, 275 * mm, f"CERTIFICADO DE TRANSPORTE {certificate.number}")
        canvas.setFont("Helvetica", 9)
        canvas.drawString(20 * mm, 268 * mm, f"{company}   TCC {certificate.tcc}   Piezas: {len(orders)}")
        canvas.drawRightString(190 * mm, 268 * mm, f"{page}/{len(starts)}")
        for row, order in enumerate(orders[start : start + _ROWS_PER_PAGE]):
            line = f"{order.number}   {order.reference}   {order.service.name}   {order.destination.county}"
            canvas.drawString(20 * mm, (258 - 5 * row) * mm, line)
        for x, signer in ((20, "Firma cliente"), (110, "Firma Chilexpress")):
            canvas.rect(x * mm, 18 * mm, 80 * mm, 25 * mm)
            canvas.drawString((x + 2) * mm, 20 * mm, signer)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
