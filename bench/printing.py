"""What labels cost: one of ours as PDF and as ZPL, and 500 in one file; how much memory the file takes while it is made."""

from __future__ import annotations

import io
import json
import subprocess
import time
from collections.abc import Callable, Iterator

from bench.ground import Ground
from bench.processes import python
from bench.results import Measure, median, spread
from despacho_core.addresses import Address
from despacho_core.labels import LabelChoice, LabelPaper, PrintFormat
from despacho_core.parcels import Parcel
from despacho_documents import DocumentRenderer
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import LabelForm

ROUNDS = 15
REPEATS = 20
LABELS = 500
MERGES = 5
REACH_PDF_MS, REACH_PDF_KB, REACH_ZPL_MS, REACH_MERGED_S, REACH_GROWTH_MB = 5.0, 25.0, 0.5, 2.0, 12.0

_KINDS = {
    "own": "labels of our own, drawn into the file",
    "carrier": "carriers' documents of 50 kB, each another one, taken in as they are",
    "sheets": "carriers' documents as above, four to a sheet of A4",
}


def form(number: int) -> LabelForm:
    """A label with everything on it that most have."""
    return LabelForm(
        carrier="Chilexpress",
        service="Día hábil siguiente",
        order_number=number,
        reference=f"D7Q4K2MABCDEFGHI-{number % 9}",
        piece=1,
        pieces=1,
        tracking_number=str(99_680_000_000 + number),
        barcode=f"610030331171210{number:08}",
        sender=Address(
            country="CL",
            municipality="Ñuñoa",
            street="Avenida Irarrázaval",
            street_number="2401",
            company="Panadería São João",
        ),
        receiver=Address(
            country="CL",
            region="Región de Valparaíso",
            municipality="Viña del Mar",
            street="Calle Ángel Guarello",
            street_number="427",
            name="María José Núñez Peñaloza",
            phone="+56 9 8765 4321",
        ),
        parcel=Parcel(weight_g=1250, length_mm=300, width_mm=200, height_mm=150),
        routing=("C1-033 VIÑA", "V · 12"),
    )


def measure(_ground: Ground) -> Iterator[Measure]:
    """Medians; each merge in a process of its own, so that its memory can be seen."""
    renderer = DocumentRenderer()
    zpl = LabelChoice(format=PrintFormat.ZPL)
    pdf_times = _times(lambda number: renderer.label(form(number), LabelFormat.PDF))
    zpl_times = _times(lambda number: renderer.label(form(number), LabelFormat.ZPL, zpl))
    yield Measure(name="label_pdf", value=median(pdf_times), unit="ms", reach=REACH_PDF_MS, note=_rounds(pdf_times))
    size = max(len(renderer.label(form(number), LabelFormat.PDF)) for number in range(50)) / 1000
    yield Measure(name="label_pdf_size", value=size, unit="kB", reach=REACH_PDF_KB, note="the largest of 50")
    yield Measure(name="label_zpl", value=median(zpl_times), unit="ms", reach=REACH_ZPL_MS, note=_rounds(zpl_times))
    for kind, what in _KINDS.items():
        few, many = [_merge(kind, LABELS // 10)], [_merge(kind, LABELS) for _ in range(MERGES)]
        seconds = [one["seconds"] for one in many]
        yield Measure(
            name=f"merged_{kind}",
            value=median(seconds),
            unit="s",
            reach=REACH_MERGED_S,
            note=f"{LABELS} {what}; {many[0]['megabytes']:.3g} MB in {many[0]['pages']:.0f} pages; rounds {spread(seconds)}",
        )
        yield Measure(
            name=f"merged_{kind}_memory",
            value=median(one["growth"] for one in many),
            unit="MB",
            reach=REACH_GROWTH_MB,
            note=f"how much the process grew at most while it wrote {LABELS}; {few[0]['growth']:.3g} MB for {LABELS // 10}",
        )


def _times(draw: Callable[[int], bytes]) -> list[float]:
    """Milliseconds for one, by rounds; the first one of all loads the typeface."""
    draw(0)
    times = []
    for turn in range(ROUNDS):
        begun = time.perf_counter()
        for number in range(REPEATS):
            draw(turn * REPEATS + number)
        times.append((time.perf_counter() - begun) / REPEATS * 1000)
    return times


def _rounds(times: list[float]) -> str:
    return f"each another label, {REPEATS} in a round; rounds {spread(times)}"


def _merge(kind: str, count: int) -> dict[str, float]:
    done = subprocess.run(python("-m", "bench.merging", kind, str(count)), check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def carrier_label(number: int) -> bytes:
    """A carrier's label as PDF of 50 kB: a logo that all share, a picture of its own, text in a standard typeface."""
    import random  # noqa: PLC0415 - only where it is made

    from PIL import Image  # noqa: PLC0415 - as above
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415 - as above
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - as above

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(283, 425), pageCompression=1, invariant=1)
    logo = Image.frombytes("L", (120, 50), random.Random(0).randbytes(6_000))
    own = Image.frombytes("L", (210, 200), random.Random(number).randbytes(42_000))
    canvas.drawImage(ImageReader(logo), 20, 360, 120, 50)
    canvas.drawImage(ImageReader(own), 20, 20, 210, 200)
    canvas.drawString(20, 340, f"Label {number}")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


PAPERS = {"own": LabelPaper.THERMAL, "carrier": LabelPaper.THERMAL, "sheets": LabelPaper.A4}
