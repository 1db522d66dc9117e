"""SOAP 1.1 in the manner of WCF: the envelope read strictly, results and faults written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from despacho_sandbox.kit.asgi import Reply

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
OPERATIONS = "http://tempuri.org/"
MODELS = "http://schemas.datacontract.org/2004/07/CTTExpressoWS"
SHIPMENTS = f"{MODELS}.Models.ShipmentProvider"
SPECIAL = f"{SHIPMENTS}.SEPs"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
ENTITIES = "http://schemas.datacontract.org/2004/07/BusinessEntities"

XML = "text/xml; charset=utf-8"
CLIENT, UNREADABLE, NO_ACTION, SERVER = (
    "s:Client",
    "a:DeserializationFailed",
    "a:ActionNotSupported",
    "a:InternalServiceFault",
)
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Fault(Exception):
    """The service cannot make sense of a request, or broke: HTTP 500 with a fault.

    Args:
        code: `faultcode`.
        text: `faultstring`.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    def reply(self) -> Reply:
        """The fault as an answer."""
        namespace = "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher"
        fault = tag("faultcode", escape(self.code), f' xmlns:a="{namespace}"') + tag(
            "faultstring", escape(self.text), ' xml:lang="pt-PT"'
        )
        return _enveloped(tag("s:Fault", fault), 500)


def operation_element(body: bytes, operation: str) -> ET.Element:
    """The element of the operation that a request calls.

    Raises:
        Fault: If it is no SOAP 1.1, has a document type declaration, or calls another operation.
    """
    if b"<!DOCTYPE" in body or b"\0" in body:
        raise Fault(UNREADABLE, "A DTD não é permitida numa mensagem SOAP.")
    try:
        root = ET.fromstring(body)  # noqa: S314 - nothing with a document type declaration comes this far
    except (ET.ParseError, ValueError, LookupError) as error:
        raise Fault(UNREADABLE, f"A mensagem não é XML: {error}") from error
    inside = root.find(f"{{{ENVELOPE}}}Body") if root.tag == f"{{{ENVELOPE}}}Envelope" else None
    called = list(inside) if inside is not None else []
    if len(called) != 1 or called[0].tag != f"{{{OPERATIONS}}}{operation}":
        raise Fault(NO_ACTION, f"A mensagem não chama {operation} de {OPERATIONS}.")
    return called[0]


def is_guid(text: str) -> bool:
    """Whether it has the form of a GUID."""
    return _GUID.fullmatch(text) is not None


def tag(name: str, inside: str = "", attributes: str = "") -> str:
    """An element around XML that is written already."""
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


def leaf(name: str, text: object) -> str:
    """An element around text. Carriage returns are written as WCF does, since a reader would lose them."""
    return tag(name, escape(str(text), {"\r": "&#xD;"}))


def answered(operation: str, result: str, namespace: str) -> Reply:
    """A success at the level of SOAP: the operation's result, its members under the prefix `a`."""
    inside = tag(
        f"{operation}Result", result, f' xmlns:a="{namespace}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    )
    return _enveloped(tag(f"{operation}Response", inside, f' xmlns="{OPERATIONS}"'), 200)


def errors_list(complaints: Iterable[tuple[str, str]]) -> str:
    """An `ErrorsList` of codes and messages; the number is that of the code."""
    entries = (
        tag("a:ErrorData", leaf("a:Code", int(code[2:])) + leaf("a:ErrorCode", code) + leaf("a:Message", message))
        for code, message in complaints
    )
    return tag("a:ErrorsList", "".join(entries))


def _enveloped(body: str, status: int) -> Reply:
    text = tag("s:Envelope", tag("s:Body", body), f' xmlns:s="{ENVELOPE}"')
    return Reply(status, text.encode(), {"content-type": XML})
