"""Files of labels and slips as answers, and the parameters that say on what paper."""

from __future__ import annotations

from typing import Annotated

from litestar.params import QueryParameter
from litestar.response import Stream

from despacho_core.batches import PickingOrder
from despacho_core.labels import LabelPaper, PrintFormat
from despacho_ports.documents import SlipPaper
from despacho_services.label_printing import Printed, PrintWish

Size = Annotated[
    LabelPaper | None, QueryParameter(name="size", description="The paper; the account's own choice unless said.")
]
Dpi = Annotated[int | None, QueryParameter(name="dpi", description="The printer's dots per inch: 203, 300 or 600.")]
Start = Annotated[
    int, QueryParameter(name="start", description="The first free place on a sheet of A4 that is used already, 1 to 4.")
]
Sequence = Annotated[
    PickingOrder, QueryParameter(name="order", description="The sequence: as asked, or by number, sku or service.")
]
SlipSize = Annotated[SlipPaper, QueryParameter(name="size", description="The paper of the slips.")]

_MEDIA = {PrintFormat.PDF: "application/pdf", PrintFormat.ZPL: "text/plain"}
_MOST_NAMED = 50


def wish_of(
    *, size: LabelPaper | None, dpi: int | None = None, start: int = 1, wanted: PrintFormat | None
) -> PrintWish:
    """What the parameters ask for."""
    return PrintWish(format=wanted, paper=size, dpi=dpi, start=start)


def printed_answer(printed: Printed, name: str) -> Stream:
    """The file, piece by piece; its headers tell how many labels it holds, whose document was replaced, and what is not in it."""
    return Stream(
        printed.chunks(),
        media_type=_MEDIA[printed.format],
        headers={
            "content-disposition": f'inline; filename="{name}.{printed.format.value}"',
            "despacho-labels": str(printed.labels),
            "despacho-replaced": ", ".join(printed.replaced[:_MOST_NAMED]),
            "despacho-left-out": ", ".join(
                f"{one.order_number}={one.reason.value}" for one in printed.left_out[:_MOST_NAMED]
            ),
        },
    )
