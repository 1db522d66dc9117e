"""What the author of a provider gives: samples of what is asked, and a world to ask it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

import httpx
import msgspec

from despacho_core.addresses import Address
from despacho_core.fiscal import FiscalDocument
from despacho_core.labels import LabelChoice, LabelPaper, Matrix
from despacho_core.quotes import RateRequest
from despacho_ports.carriers import LabelFormat, ShipmentRequest
from despacho_ports.documents import (
    InvoiceForm,
    LabelBook,
    LabelForm,
    ManifestForm,
    PackingForm,
    Renderer,
    SlipPaper,
)
from despacho_ports.invoicing import IssueRequest
from despacho_ports.system import Clock

Held = Callable[[ShipmentRequest | IssueRequest], int]


class Samples(msgspec.Struct, frozen=True, kw_only=True):
    """Requests that the world accepts. Only those are needed that a declared port asks with.

    The kit gives each purchase and document a reference and an order number of its own. ``sale`` is a document that can be credited;
    the credit note is computed from it. ``push`` is a genuine message of the carrier: headers and body.
    """

    rates: RateRequest | None = None
    shipment: ShipmentRequest | None = None
    pickup_near: Address | None = None
    sale: FiscalDocument | None = None
    push: tuple[Mapping[str, str], bytes] | None = None


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


class PlainRenderer:
    """Draws nothing, but gives what begins like a document of the wanted format."""

    def label(self, form: LabelForm, wanted: LabelFormat, choice: LabelChoice | None = None) -> bytes:  # noqa: ARG002 - the port's
        """A label in name only."""
        return b"^XA^XZ" if wanted is LabelFormat.ZPL else b"%PDF-1.4 " + form.tracking_number.encode()

    def book(self, file: BinaryIO, paper: LabelPaper, *, start: int = 1) -> LabelBook:
        """No provider prints books."""
        raise NotImplementedError

    def packing_slips(self, forms: Sequence[PackingForm], paper: SlipPaper) -> bytes:  # noqa: ARG002 - the port's
        """Packing slips in name only."""
        return b"%PDF-1.4 " + repr(forms).encode()

    def strips(self, matrix: Matrix) -> tuple[int, Sequence[tuple[int, int, int]]]:
        """A code of one module."""
        return 1, [(0, 0, len(matrix.text) and 1)]

    def check(self, document: bytes) -> None:
        """Everything can be printed."""

    def manifest(self, form: ManifestForm, *, appended: Sequence[bytes] = (), scan: bytes | None = None) -> bytes:
        """A manifest in name only."""
        return b"%PDF-1.4 " + form.reference.encode() + b"".join(appended) + (scan or b"")

    def drawing(self, content: bytes) -> bytes:
        """The drawing as it came."""
        return content

    def scan(self, content: bytes) -> bytes:
        """The scan as it came."""
        return content

    def invoice(self, form: InvoiceForm) -> bytes:
        """An invoice in name only."""
        return b"%PDF-1.4 " + repr(form).encode()

    def merged(self, documents: Sequence[bytes]) -> bytes:
        """The documents one after the other."""
        return b"".join(documents)


def nowhere(request: httpx.Request) -> httpx.Response:
    """The world of a provider that calls nobody."""
    raise httpx.ConnectError("nobody is there", request=request)


def nothing_held(_: ShipmentRequest | IssueRequest) -> int:
    """The count of a world where nothing is bought or issued."""
    return 0


class World(msgspec.Struct, frozen=True, kw_only=True):
    """A simulator or recorded exchanges, empty, and an account there.

    Attributes:
        settings: Valid values for the provider's settings, as a person would type them in.
        transport: The way to the simulator: ``httpx.ASGITransport``, ``httpx.MockTransport``, or a real one. Closed by the kit.
        refused: Changes to ``settings`` that make the other side refuse the credentials.
        held: How many times the other side holds what this request asks for (found by our reference): 0 or 1 if all is well.
        clock: What time it is there.
        renderer: Who draws our labels.
    """

    settings: Mapping[str, object]
    transport: httpx.AsyncBaseTransport = msgspec.field(default_factory=lambda: httpx.MockTransport(nowhere))
    refused: Mapping[str, object] = {}
    held: Held = nothing_held
    clock: Clock = msgspec.field(default_factory=SystemClock)
    renderer: Renderer = msgspec.field(default_factory=PlainRenderer)
