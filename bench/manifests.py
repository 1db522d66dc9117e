"""A manifest of 1,000 labels: drawn, and all that its closing and its last signature take, in the database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from bench.ground import Ground
from bench.results import Measure, median, spread
from despacho_core.manifests import Party
from despacho_documents import DocumentRenderer
from despacho_ports.documents import ManifestForm, ManifestLine, SignatureBox
from tests.handover import HandOver, drawn, open_handover

LABELS = 1_000
REACH_S = 1.5
ROUNDS = 5

_NAMES = ("Conceição Guimarães", "María José Núñez Peñaloza", "Juan Pérez", "Ángel Guarello de la Barra y Compañía")
_PLACES = ("Ñuñoa", "Viña del Mar", "Providencia", "San José de Maipo", "Vila Nova de Famalicão")


class Taken(msgspec.Struct, frozen=True):
    """One round's times in seconds."""

    closing: float
    sealing: float


def measure(ground: Ground) -> Iterator[Measure]:
    """Drawing alone, closing and sealing."""
    renderer = DocumentRenderer()
    renderer.manifest(_form(1))
    times, octets = [], 0
    for number in range(ROUNDS):
        form = _form(number)
        begun = time.perf_counter()
        octets = len(renderer.manifest(form))
        times.append(time.perf_counter() - begun)
    yield Measure(
        name="manifest_1000_drawn",
        value=median(times),
        unit="s",
        reach=REACH_S,
        note=f"our own document, barcodes of 23 digits; rounds {spread(times)}",
    )
    yield Measure(name="manifest_1000_size", value=octets / 1000, unit="kB")
    taken = asyncio.run(_handed_over(ground))
    for name, values in (("closed", [one.closing for one in taken]), ("sealed", [one.sealing for one in taken])):
        yield Measure(
            name=f"manifest_1000_{name}",
            value=median(values),
            unit="s",
            reach=REACH_S,
            note=f"the whole use case on SQLite, by a carrier without a close-out; rounds {spread(values)}",
        )


async def _handed_over(ground: Ground) -> list[Taken]:
    taken = []
    async with open_handover(ground.new_database("sqlite"), ground.new_folder()) as desk:
        for _ in range(ROUNDS):
            await desk.labels(LABELS)
            taken.append(await _one(desk))
    return taken


async def _one(desk: HandOver) -> Taken:
    store, services = desk.store.id, desk.services
    begun = time.perf_counter()
    opened = await services.manifesting.open(store, desk.van.id)
    await services.manifesting.close(store, opened.manifest.id, wait=30)
    closed = time.perf_counter()
    for party in Party:
        await services.signing.sign(store, opened.manifest.id, party=party, name="Ana", role="", drawing=drawn())
    return Taken(closed - begun, time.perf_counter() - closed)


def _form(number: int) -> ManifestForm:
    lines = tuple(
        ManifestLine(
            tracking_number=str(712_100_000_000 + number * LABELS + place),
            barcode=f"6100303311{712_100_000_000 + number * LABELS + place}0",
            order_number=10_000 + place,
            piece=1,
            pieces=1,
            service=("Prioritario", "Día hábil siguiente")[place % 2],
            receiver=f"{_NAMES[place % len(_NAMES)]} {place % 97}",
            place=_PLACES[place % len(_PLACES)],
            weight_g=250 + place,
        )
        for place in range(LABELS)
    )
    return ManifestForm(
        number=number,
        reference="M-7Q4K2M",
        merchant="Panadería São João",
        merchant_details=("RUT 76.795.561-8", "Avenida Irarrázaval 2401, Ñuñoa"),
        carrier="Chilexpress",
        account="Cuenta principal",
        carrier_references=("712100832940",),
        place="Ñuñoa",
        closed_at=datetime(2026, 11, 21, 17, 30, tzinfo=UTC),
        lines=lines,
        boxes=(SignatureBox(title="Comercio"), SignatureBox(title="Transportista")),
        link="https://hub.example.com/manifests/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    )
