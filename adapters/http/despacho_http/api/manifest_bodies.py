"""What the API takes for manifests: labels, signatures drawn on a screen, and the scan of signed paper as a form."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

import msgspec
from litestar.params import QueryParameter
from multipart import (  # type: ignore[import-untyped]  # it has no types
    MultipartSegment,
    ParserError,
    PushMultipartParser,
)

from despacho_core.errors import FileUnreadable
from despacho_core.manifests import ManifestState, Party
from despacho_http.api.wishes import Body, Id, Name, Text
from despacho_http.bodies import StrictJson, lower_headers, media_type
from despacho_http.refusals import InvalidBody, Refusal
from despacho_services.manifesting_choice import MOST_LABELS
from despacho_services.manifesting_signing import MOST_SCAN, Signatory

MULTIPART = "multipart/form-data"
MOST_FORM = MOST_SCAN + 64 * 1024
"""Octets: the scan and what a form puts around it."""

_SCAN = "scan"
_MOST_FIELDS = 8
_MOST_TEXT = 800
"""Octets: 200 letters of four."""

ManifestStates = Annotated[ManifestState | None, QueryParameter(name="state")]
LabelIds = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MOST_LABELS)]


class ManifestBody(Body, frozen=True, kw_only=True):
    """Labels of one account; all that are on no manifest unless some are chosen.

    ``skip`` reports chosen labels that cannot go on it in ``left_out``, instead of refusing all.
    """

    account_id: Id
    label_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=MOST_LABELS)] | None = None
    skip: bool = False


class LabelsBody(Body, frozen=True, kw_only=True):
    """Further labels for an open manifest; ``skip`` as when one is opened."""

    label_ids: LabelIds
    skip: bool = False


class SignatureBody(Body, frozen=True, kw_only=True):
    """Who signs a closed manifest. ``drawing`` is a PNG or JPEG in base64, 200,000 octets at most; a ``data:`` address is taken too."""

    party: Party
    name: Name
    role: Text = ""
    drawing: str | None = None

    def image(self) -> bytes | None:
        """The drawing's octets. Raises ``FileUnreadable``."""
        if self.drawing is None:
            return None
        _, comma, data = self.drawing.partition(",")
        try:
            return base64.b64decode(data if comma else self.drawing, validate=True)
        except (binascii.Error, ValueError) as error:
            reason = "it is no readable file of its kind"
            raise FileUnreadable(what="signature", reason=reason, formats="PNG or JPEG") from error


class PaperBody(msgspec.Struct, frozen=True, kw_only=True):
    """The scan of the paper that both have signed, with their names as far as somebody typed them in."""

    scan: bytes
    signatories: dict[Party, Signatory]


class SignatureForms(StrictJson):
    """Takes a signature as JSON, and signed paper as a form."""

    def decode_bytes(self, value: bytes) -> Any:
        """A ``SignatureBody``, or a ``PaperBody`` of a form."""
        headers = lower_headers(self.asgi_connection.scope)
        if media_type(headers) != MULTIPART:
            return super().decode_bytes(value)
        return paper_of(value, headers["content-type"])


def paper_of(body: bytes, content_type: str) -> PaperBody:
    """The fields of a form.

    Raises:
        Refusal: It is no such form.
        InvalidBody: It has a field that nobody knows, or no scan.
    """
    fields = _fields(body, _boundary(content_type))
    scan = fields.pop(_SCAN, b"")
    if not scan:
        raise InvalidBody(message="Object missing required field `scan`", path="$")
    typed = {name: _text(name, content) for name, content in fields.items()}
    signatories = {
        party: Signatory(name=typed.pop(f"{party.value}_name", ""), role=typed.pop(f"{party.value}_role", ""))
        for party in Party
    }
    if typed:
        raise InvalidBody(message=f"Object contains unknown field `{min(typed)}`", path="$")
    return PaperBody(scan=scan, signatories=signatories)


def _boundary(content_type: str) -> bytes:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "boundary" and value:
            return value.strip('"').encode("latin-1")
    raise Refusal(message="the form has no boundary")


def _fields(body: bytes, boundary: bytes) -> dict[str, bytes]:
    """Each field's octets, by its name; the first one counts where a name comes twice."""
    found: dict[str, bytearray] = {}
    into = bytearray()
    try:
        with PushMultipartParser(boundary, max_segment_count=_MOST_FIELDS, max_segment_size=MOST_FORM) as parser:
            for part in (*parser.parse(body), *parser.parse(b"")):
                if isinstance(part, MultipartSegment):
                    into = found.setdefault(part.name, bytearray()) if part.name not in found else bytearray()
                elif part:
                    into += part
    except (ParserError, ValueError, LookupError) as error:
        raise Refusal(message=f"the form cannot be read: {error}") from error
    return {name: bytes(content) for name, content in found.items()}


def _text(name: str, content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise InvalidBody(message="Expected UTF-8", path=f"$.{name}") from error
    if len(content) > _MOST_TEXT:
        raise InvalidBody(message="Expected a shorter text", path=f"$.{name}")
    return text.strip()
