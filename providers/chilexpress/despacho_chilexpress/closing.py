"""Closing certificates so that it can be repeated: what is closed already is read again."""

from __future__ import annotations

from despacho_chilexpress.answers import opened
from despacho_chilexpress.certificates import PATH, Certificate, close_request, read_certificate
from despacho_chilexpress.gateway import Gateway, Product
from despacho_ports.errors import ProviderError, Rejected, Unavailable, Uncertain


async def closed_certificate(gateway: Gateway, number: str) -> Certificate:
    """Close one certificate, or read again what was closed before.

    Where the answer to closing is lost, reading tells: a document means that it is closed, a readable answer without one that it
    is not, so that closing can simply be repeated.

    Raises:
        ProviderError: ``Rejected`` where it can neither be closed nor read as closed; ``Uncertain`` where neither answer came.
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
    envelope = opened(answer, acting=True)
    if envelope.failed:
        raise envelope.refusal()
    return read_certificate(envelope, number)


async def _closed_before(gateway: Gateway, number: str, error: ProviderError) -> Certificate:
    try:
        certificate = await _read(gateway, number)
    except Unavailable:
        raise error from None
    if certificate is not None and certificate.document is not None:
        return certificate
    if isinstance(error, Uncertain):
        raise Unavailable(f"Certificate {number} is not closed. {error.message}") from error
    raise error


async def _read(gateway: Gateway, number: str) -> Certificate | None:
    """The certificate as it stands, None where the carrier will not tell."""
    answer = await gateway.send(Product.SHIPPING, "GET", f"{PATH}/{number}")
    envelope = opened(answer, acting=False)
    return None if envelope.failed else read_certificate(envelope, number)
