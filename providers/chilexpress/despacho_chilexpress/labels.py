"""Label documents: what the carrier sends as a label, and how to ask for it again (contract/carriers.md 1.4).

What a label is made of is told by its own first bytes and never by its name: "Binary" is a JPEG, ZPL comes as plain text, EPL
inside XML, and everything else in base64.
"""

from __future__ import annotations

import binascii
import re

import msgspec

from despacho_chilexpress.answers import NOTHING, many, succeeded, text_of
from despacho_ports.calls import Answer, lenient
from despacho_ports.carriers import LabelDocument, LabelFormat
from despacho_ports.errors import Rejected, Unavailable

LABEL_TYPES = {LabelFormat.EPL: 1, LabelFormat.JPEG: 2, LabelFormat.ZPL: 3, LabelFormat.PDF: 4}
"""``labelType`` of requests. 1 is the least certain: one integrator's sample."""

_MAGIC = ((b"%PDF", LabelFormat.PDF), (b"\xff\xd8\xff", LabelFormat.JPEG))
_EPL_START = re.compile(r"\s*N[ \t]*[\r\n]")
_EPL_LINE = re.compile(r"<LINEA_(?:DEF|DAT)_[0-9]+>([^<]*)</LINEA_")


class _Label(msgspec.Struct, rename="camel"):
    label_data: str


class _Reprinted(msgspec.Struct, rename="camel"):
    label: msgspec.Raw = NOTHING
    detail: msgspec.Raw = NOTHING
    barcode: object = None


def reprint_request(order_number: str, wanted: LabelFormat) -> bytes:
    """The question for one order's label."""
    return msgspec.json.encode({"transportOrderNumber": int(order_number), "labelType": LABEL_TYPES[wanted]})


def read_reprint(answer: Answer, wanted: LabelFormat) -> LabelDocument:
    """The label, wherever it stands: in ``data``, in ``data.detail``, or in the first element of it.

    Raises:
        ProviderError: ``Rejected`` where the carrier says no or has it in another format only.
    """
    envelope = succeeded(answer)
    data = lenient(envelope.data, _Reprinted)
    if data is None:
        raise Unavailable("Chilexpress answered a reprint without a label.")
    found = [read_label(data.label)]
    for raw in many(data.detail):
        detail = lenient(raw, _Reprinted)
        found.append(read_label(detail.label) if detail else None)
    documents = [document for document in found if document is not None]
    for document in documents:
        if document.format is wanted:
            return document
    if documents:
        formats = " and ".join(document.format.value for document in documents)
        raise Rejected(f"Chilexpress gave the label as {formats}, not as {wanted.value}.", code="label-format")
    raise Unavailable("Chilexpress answered a reprint without a readable label.")


def read_barcode(answer: Answer) -> str:
    """The text of the barcode on a reprinted label; empty where the answer does not tell (it need not: not every shape of it does).

    Raises:
        ProviderError: ``Rejected`` where the carrier says no.
    """
    data = lenient(succeeded(answer).data, _Reprinted)
    rows = [lenient(raw, _Reprinted) for raw in many(data.detail)] if data else []
    return next((text for row in (data, *rows) if row is not None and (text := text_of(row.barcode))), "")


def read_label(raw: msgspec.Raw) -> LabelDocument | None:
    """The document of a ``label`` object, None where there is none that can be printed."""
    label = lenient(raw, _Label)
    return document_of(label.label_data) if label else None


def document_of(data: str) -> LabelDocument | None:
    """The document behind ``labelData``, recognised by its content."""
    text = _text_label(data)
    if text is not None:
        return text
    content = from_base64(data)
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return LabelDocument(format=kind, content=content)
    return _text_label(content.decode("utf-8", "replace")) if content else None


def from_base64(data: str) -> bytes:
    """The bytes behind base64, with or without a ``data:`` prefix, line breaks or padding; empty where it is none."""
    body = data.partition(",")[2] if data.lstrip().startswith("data:") else data
    body = "".join(body.split())
    try:
        return binascii.a2b_base64(body + "=" * (-len(body) % 4))
    except ValueError:
        return b""


def _text_label(data: str) -> LabelDocument | None:
    start = data[:400].lstrip().upper()
    if start.startswith(("^XA", "CT~~", "~")) and "^XA" in data.upper():
        return LabelDocument(format=LabelFormat.ZPL, content=data.encode("utf-8", "replace"))
    commands = _epl_commands(data) if start.startswith("<") else data if _EPL_START.match(data) else ""
    return LabelDocument(format=LabelFormat.EPL, content=commands.encode("utf-8", "replace")) if commands else None


def _epl_commands(xml: str) -> str:
    """The EPL2 commands in ``LINEA_DEF_n`` and ``LINEA_DAT_n``, one a line; the inner XML comes escaped in the outer one."""
    inner = _unescaped(xml)
    lines = [_unescaped(line).strip("\r\n") for line in _EPL_LINE.findall(inner)]
    # A printer ignores an empty first line, and needs it if an unfinished command was left in its buffer.
    return "\n".join(["", *lines, ""]) if lines else ""


def _unescaped(text: str) -> str:
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text
