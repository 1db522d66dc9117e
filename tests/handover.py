"""A shop with a van and a carrier of its own close-out, whose manifests are looked at: real database, no HTTP outside."""

from __future__ import annotations

import io
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import msgspec
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from despacho.bootstrap import Hub
from despacho_core.manifests import Manifest, ManifestState, Party
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.shipments import Label, Shipment, ShipmentState
from despacho_core.stores import Account, Store
from despacho_ports.carriers import BoughtLabel, BoughtShipment, ClosedManifest, ManifestRequest, ShipmentRequest
from despacho_ports.errors import Rejected
from despacho_ports.system import Clock
from despacho_services.identifiers import new_id, new_token
from despacho_services.services import Services
from tests.shop import PLACE, open_shop, provider

_numbers = itertools.count(1)


class Van:
    """Takes parcels and gives numbers; no close-out."""

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        pieces = range(1, len(request.parcels) + 1)
        return BoughtShipment(
            labels=tuple(BoughtLabel(piece=piece, tracking_number=f"VAN{next(_numbers):08}") for piece in pieces)
        )


class Closing(Van):
    """Closes manifests with pages of its own, unless it has something against it."""

    refusal: ClassVar[str | None] = None
    documents: ClassVar[tuple[bytes, ...]] = ()
    closed: ClassVar[list[ManifestRequest]] = []

    async def close_manifest(self, request: ManifestRequest) -> ClosedManifest:
        if self.refusal is not None:
            raise Rejected(self.refusal)
        self.closed.append(request)
        return ClosedManifest(references=("C-1",), documents=self.documents)


@asynccontextmanager
async def open_handover(url: str, folder: Path, *, clock: Clock | None = None) -> AsyncIterator[HandOver]:
    """A shop with an account of each carrier."""
    async with open_shop(url, folder, [provider("van", Van), provider("closing", Closing)], clock=clock) as (
        hub,
        store,
    ):
        van, closing = await hub.services.accounts.all(store.id)
        yield HandOver(hub, store, van, closing)


class HandOver:
    """What tests of manifests do again and again."""

    def __init__(self, hub: Hub, store: Store, van: Account, closing: Account) -> None:
        self.hub = hub
        self.store = store
        self.van = van
        self.closing = closing

    @property
    def services(self) -> Services:
        """The use cases."""
        return self.hub.services

    async def labels(self, count: int, account: Account | None = None, **changes: object) -> list[Label]:
        """Bought labels, each of a shipment of its own, written straight into the database."""
        account = account or self.van
        shipments = [self._shipment(account) for _ in range(count)]
        bought = [
            msgspec.structs.replace(_label(shipment, piece), **changes) for shipment in shipments for piece in (1,)
        ]
        async with self.services.office.units.begin() as work:
            for shipment in shipments:
                await work.shipments.add(shipment)
            await work.labels.add_all(bought)
            await work.commit()
        return bought

    def _shipment(self, account: Account) -> Shipment:
        number = next(_numbers)
        shipment_id = new_id()
        to = msgspec.structs.replace(PLACE, name=f"María Núñez {number}", municipality="Viña del Mar")
        return Shipment(
            id=shipment_id,
            store_id=self.store.id,
            order_number=number,
            ordinal=1,
            account_id=account.id,
            service_code="day",
            service_name=("Prioritario", "Día hábil siguiente")[number % 2],
            reference=shipment_id.upper(),
            parcels=(Parcel(weight_g=500, length_mm=200, width_mm=150, height_mm=100),),
            origin=PLACE,
            destination=to,
            declared_value=Money(Decimal(1000), "CLP"),
            created_at=datetime.now(UTC),
            state=ShipmentState.BOUGHT,
            track_token=new_token(),
        )

    async def closed(self, count: int = 2) -> Manifest:
        """A closed manifest of the carrier with a close-out."""
        await self.labels(count, self.closing)
        opened = await self.services.manifesting.open(self.store.id, self.closing.id)
        contents, _ = await self.services.manifesting.close(self.store.id, opened.manifest.id, wait=10)
        assert contents.manifest.state is ManifestState.CLOSED
        return contents.manifest

    async def signed(self, manifest: Manifest) -> Manifest:
        """The manifest, signed on a screen by both."""
        for party, name, width in ((Party.MERCHANT, "Rosa Díaz", 600), (Party.CARRIER, "Luis Vera", 500)):
            manifest = await self.services.signing.sign(
                self.store.id, manifest.id, party=party, name=name, role="Bodega", drawing=drawn(width)
            )
        return manifest

    async def label(self, label_id: str) -> Label:
        """A label as it now is."""
        async with self.services.office.units.begin(write=False) as work:
            found = await work.labels.get(self.store.id, label_id)
        assert found is not None
        return found


def _label(shipment: Shipment, piece: int) -> Label:
    return Label(
        id=f"{shipment.id}-{piece}",
        store_id=shipment.store_id,
        account_id=shipment.account_id,
        shipment_id=shipment.id,
        order_number=shipment.order_number,
        piece=piece,
        pieces=1,
        tracking_number=f"99{shipment.order_number:010}",
        barcode="",
        created_at=shipment.created_at,
    )


def drawn(width: int = 600, height: int = 200, *, kind: str = "PNG", ink: bool = True) -> bytes:
    """A signature as a signing screen gives it."""
    image = Image.new(
        "RGBA" if kind == "PNG" else "RGB", (width, height), (255, 255, 255, 0)[: 4 if kind == "PNG" else 3]
    )
    if ink:
        ImageDraw.Draw(image).line(
            [(20, height - 30), (width // 2, 30), (width - 20, height // 2)], fill="navy", width=8
        )
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def blank(width: int, height: int) -> bytes:
    """An empty picture as large as wanted, made in no time: a bomb is small on the wire."""
    buffer = io.BytesIO()
    Image.new("1", (width, height), 1).save(buffer, "PNG")
    return buffer.getvalue()


def pages(count: int = 1, text: str = "Certificado") -> bytes:
    """A PDF as a carrier or a scanner makes it."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for number in range(1, count + 1):
        canvas.drawString(72, 720, f"{text} {number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
