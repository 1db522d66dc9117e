"""Closing certificates so that it can be repeated: what is closed already is read again."""

from __future__ import annotations

from despacho_chilexpress.answers import opened, succeeded
from despacho_chilexpress.certificates import PATH, Certificate, close_request, read_certificate
from despacho_chilexpress.gateway import Gateway, Product
from despacho_chilexpress.words import plain
from despacho_ports.errors import Rejected, Unavailable, Uncertain


async def closed_certificate(gateway: Gateway, number: str) -> Certificate:
    """Close one certificate, or read again what was closed before.

    Where the answer to closing is lost, reading tells whether it is closed; if it is not, closing can simply be repeated.

    Raises:
        ProviderError: ``Rejected`` where it can neither be closed nor is it closed already; ``Uncertain`` where nothing was answered.
    """
    try:
        certificate = await _close(gateway, number)
    except (Rejected, Uncertain) as error:
        return await _closed_before(gateway, number, error)
    if certificate.document is not None:
        return certificate
    # Closed, and only its document was left out of the answer.
    return await _read(gateway, number) or certificate


async def _close(gateway: Gateway, number: str) -> Certificate:
    answer = await gateway.send(Product.SHIPPING, "PUT", PATH, close_request(number), acting=True)
    return read_certificate(succeeded(answer, acting=True), number)


async def _closed_before(gateway: Gateway, number: str, error: Rejected | Uncertain) -> Certificate:
    try:
        certificate = await _read(gateway, number)
    except Unavailable:
        raise error from None
    # "ya se encuentra cerrado": the refusal itself may say it.
    said = isinstance(error, Rejected) and "CERRAD" in plain(error.message)
    if certificate is not None and (certificate.is_closed or said):
        return certificate
    if isinstance(error, Uncertain):
        raise Unavailable(f"Certificate {number} is not closed. {error.message}") from error
    raise error


async def _read(gateway: Gateway, number: str) -> Certificate | None:
    """The certificate as it stands, None where the carrier will not tell."""
    envelope = opened(await gateway.send(Product.SHIPPING, "GET", f"{PATH}/{number}"), acting=False)
    return None if envelope.failed else read_certificate(envelope, number)
