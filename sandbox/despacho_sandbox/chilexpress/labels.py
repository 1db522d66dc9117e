"""The four kinds of label that a client may ask for (contract/carriers.md 1.4)."""

from __future__ import annotations

from base64 import b64encode
from xml.sax.saxutils import escape

from despacho_sandbox.chilexpress.drawing import label_jpeg, label_lines, label_pdf
from despacho_sandbox.chilexpress.ledger import TransportOrder

LABEL_TYPES = (0, 1, 2, 3, 4)
"""0 data only (assumed), 1 EPL in XML, 2 JPEG called "Binary", 3 ZPL, 4 PDF."""


def label(order: TransportOrder, label_type: int) -> dict[str, str] | None:
    """`labelData` and `labelType` as answered; None for data only.

    The word answered for type 1 is not published: "EPL" is a guess.
    """
    if label_type == 1:
        return {"labelData": _epl_xml(order), "labelType": "EPL"}
    if label_type == 2:
        return {"labelData": b64encode(label_jpeg(order)).decode(), "labelType": "Binary"}
    if label_type == 3:
        return {"labelData": _zpl(order), "labelType": "ZPL"}
    if label_type == 4:
        return {"labelData": b64encode(label_pdf(order)).decode(), "labelType": "PDF"}
    return None


def _zpl(order: TransportOrder) -> str:
    texts = "\n".join(
        f"^FO24,{16 + 32 * row}^A0N,24,24^FD{_printable(line)}^FS" for row, line in enumerate(label_lines(order))
    )
    return f"^XA\n^CI28\n^PW800\n^LL400\n{texts}\n^FO50,190^BY2^BCN,150,Y,N,N,A^FD{order.barcode}^FS\n^PQ1\n^XZ\n"


def _epl_xml(order: TransportOrder) -> str:
    commands = ["N", "q800", "Q400,24+0", "S4", "D12", "ZB"]
    commands += [f'A24,{16 + 32 * row},0,3,1,1,N,"{_quoted(line)}"' for row, line in enumerate(label_lines(order))]
    commands += [f'B050,186,0,1,4,4,187,N,"{order.barcode}"', "FE", "P1"]
    lines = "".join(
        f"<LINEA_{'DAT' if command[0] in 'AB' else 'DEF'}_{number}>{escape(command)}"
        f"</LINEA_{'DAT' if command[0] in 'AB' else 'DEF'}_{number}>"
        for number, command in enumerate(commands, start=1)
    )
    inner = escape(f"<CXP_ETIQUETA>{lines}</CXP_ETIQUETA>")
    return f"<CXP_DATA><DATOS_OT><ETIQUETA_EPL>{inner}</ETIQUETA_EPL></DATOS_OT></CXP_DATA>"


def _printable(line: str) -> str:
    # ^ and ~ start commands in ZPL; whoever wrote the address did not mean one.
    return line.replace("^", " ").replace("~", " ")


def _quoted(line: str) -> str:
    return line.replace("\\", "\\\\").replace('"', '\\"')
