"""What every answer has in common: HTTP status, SOAP fault, and the result inside the envelope (contract/carriers.md 2.1, 2.3).

A fault that blames the request (``Client``, and WCF's own words for what it could not read) is a refusal. Any other fault comes from
a server that broke, perhaps after it had acted. A refusal proper comes with HTTP 200 and ``Status`` Failure.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET

from despacho_ctt.refusals import Complaint, refusal
from despacho_ctt.soap import child, found, parsed, text_of
from despacho_ctt.words import tidy
from despacho_ports.calls import Answer, pause_of, unsettled
from despacho_ports.errors import ProviderError, RateLimited, Unauthorized, Unavailable

DEFAULT_PAUSE = 5.0
"""Seconds to wait after a 429 that does not say how long. That CTT sends any is not known."""

_BLAMES_THE_REQUEST = frozenset(
    {"Client", "Sender", "VersionMismatch", "MustUnderstand", "DeserializationFailed", "ActionNotSupported"}
)
_OUTCOMES = {"success": True, "1": True, "failure": False, "0": False}


def result_of(answer: Answer, operation: str, *, acting: bool) -> ET.Element:
    """The ``<operation>Result`` of an answer; whether it is a success or a failure is for the caller to read.

    Args:
        answer: What came over HTTP.
        operation: What was asked.
        acting: Whether the request could change something at the carrier, so that an unreadable answer proves nothing.

    Raises:
        ProviderError: The gateway refused, the server broke, or the answer cannot be read.
    """
    if answer.status in {401, 403}:
        raise Unauthorized(f"CTT refuses the account (HTTP {answer.status}).")
    if answer.status == 429:
        raise RateLimited("CTT: too many requests", retry_after=pause_of(answer, DEFAULT_PAUSE))
    if answer.status in {404, 405}:
        raise Unavailable(f"CTT has no such service at this address (HTTP {answer.status}).")
    root = parsed(answer.body)
    fault = found(root, "Fault")
    if fault is not None:
        raise _fault(fault, acting=acting)
    if not 200 <= answer.status < 300:
        raise unsettled(f"CTT answered HTTP {answer.status}.", acting=acting)
    result = found(root, f"{operation}Result")
    if result is None:
        raise unsettled("CTT answered with what cannot be read.", acting=acting)
    return result


def succeeded(result: ET.Element) -> bool | None:
    """What ``Status`` says, in words or as a number; None if it says neither."""
    return _OUTCOMES.get(text_of(result, "Status").lower())


def _fault(fault: ET.Element, *, acting: bool) -> ProviderError:
    """A fault, in the form of SOAP 1.1, or of 1.2 in case a proxy in between speaks that."""
    code = text_of(fault, "faultcode") or text_of(fault, "Code", "Value")
    words = text_of(fault, "faultstring") or text_of(child(fault, "Reason"), "Text")
    kind = code.rpartition(":")[2].partition(".")[0]
    message = tidy(f"CTT: {words or code or 'a fault without words'}")
    if kind in _BLAMES_THE_REQUEST:
        return refusal([Complaint(kind, message)])
    return unsettled(message, acting=acting)
