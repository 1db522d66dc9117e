"""A PDF that is written while its pages come: what is on file is forgotten but for its place.

Pages are taken out of other PDFs as they are, nothing is drawn anew. Objects that are equal to the octet (typefaces, logos) are written
once. Only what makes a page's look is taken along: links, scripts, forms and attachments of a carrier's document stay behind.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject

_LOOK = ("/Group", "/Resources")
_CATALOG, _PAGES = 1, 2


class PdfStream:
    """Writes one PDF to a file that can be written, sought and cut."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: dict[int, int] = {}
        self._next = 3
        self._known: dict[bytes, int] = {}
        self._pages: list[int] = []
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def mark(self) -> tuple[int, int, int]:
        """Where the file stands, for :meth:`back_to`."""
        return self._file.tell(), self._next, len(self._pages)

    def back_to(self, mark: tuple[int, int, int]) -> None:
        """Forget all that was written since."""
        end, self._next, pages = mark
        self._file.seek(end)
        self._file.truncate()
        del self._pages[pages:]
        self._places = {number: place for number, place in self._places.items() if number < self._next}
        self._known = {digest: number for digest, number in self._known.items() if number < self._next}

    def number(self) -> int:
        """A new object's number."""
        self._next += 1
        return self._next - 1

    def write(self, number: int, body: bytes) -> None:
        """Write an object."""
        self._places[number] = self._file.tell()
        self._file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def once(self, body: bytes) -> int:
        """The number of an object with this body, written now unless it was before."""
        digest = hashlib.blake2b(body, digest_size=16).digest()
        if digest not in self._known:
            number = self._known[digest] = self.number()
            self.write(number, body)
        return self._known[digest]

    def add_page(self, entries: Mapping[str, bytes]) -> None:
        """A page with these entries, each written out as PDF."""
        number = self.number()
        self.write(number, b"<< /Type /Page /Parent %d 0 R %s >>" % (_PAGES, _spelt(entries)))
        self._pages.append(number)

    def end(self) -> None:
        """Write the tree of pages, the catalogue and the table of places."""
        kids = b" ".join(b"%d 0 R" % number for number in self._pages)
        self.write(_PAGES, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(self._pages), kids))
        self.write(_CATALOG, b"<< /Type /Catalog /Pages %d 0 R >>" % _PAGES)
        table = self._file.tell()
        lines = [b"%010d 00000 n \n" % self._places[number] if number in self._places else b"0000000000 00000 f \n"
                 for number in range(1, self._next)]  # fmt: skip
        self._file.write(b"xref\n0 %d\n0000000000 65535 f \n" % self._next + b"".join(lines))
        trailer = b"<< /Size %d /Root %d 0 R >>" % (self._next, _CATALOG)
        self._file.write(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, table))
        self._file.flush()


class Transcript:
    """Carries objects of one document over into a :class:`PdfStream`."""

    def __init__(self, target: PdfStream) -> None:
        self._target = target
        self._carried: dict[tuple[int, int], int] = {}
        self._under_way: dict[tuple[int, int], int | None] = {}

    def add_page(self, page: PageObject) -> None:
        """The page as it is."""
        boxes = {key: self.spelt(page[key]) for key in ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit") if key in page}
        look = {key: self.spelt(page.raw_get(key)) for key in (*_LOOK, "/Contents") if key in page}
        self._target.add_page(boxes | look)

    def as_form(self, page: PageObject) -> int:
        """The page as something that can be drawn on another one (a form XObject); its number."""
        box = page.cropbox
        entries = {key: self.spelt(page.raw_get(key)) for key in _LOOK if key in page}
        entries["/BBox"] = b"[%.3f %.3f %.3f %.3f]" % tuple(map(float, (box.left, box.bottom, box.right, box.top)))
        stream, data = self._content(page["/Contents"])
        header = b"/Type /XObject /Subtype /Form %s %s /Length %d" % (_spelt(entries), stream, len(data))
        return self._target.once(b"<< %s >>\nstream\n%s\nendstream" % (header, data))

    def spelt(self, value: PdfObject | Any) -> bytes:
        """A value as PDF, with whatever it points to carried over."""
        if isinstance(value, IndirectObject):
            return b"%d 0 R" % self._carry(value)
        if isinstance(value, StreamObject):
            data = value._data  # noqa: SLF001 - the octets as they stand in the file; the public way decodes them
            entries = {key: self.spelt(value.raw_get(key)) for key in value if key != "/Length"}
            return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (_spelt(entries), len(data), data)
        if isinstance(value, DictionaryObject):
            return b"<< %s >>" % _spelt({key: self.spelt(value.raw_get(key)) for key in value if key != "/Parent"})
        if isinstance(value, ArrayObject):
            return b"[%s]" % b" ".join(map(self.spelt, value))
        buffer = io.BytesIO()
        value.write_to_stream(buffer)
        return buffer.getvalue()

    def _carry(self, reference: IndirectObject) -> int:
        """The number of what is pointed to; objects that point back to themselves get theirs before they are written."""
        key = (reference.idnum, reference.generation)
        if key in self._carried:
            return self._carried[key]
        if key in self._under_way:
            reserved = self._under_way[key]
            number = self._under_way[key] = self._target.number() if reserved is None else reserved
            return number
        self._under_way[key] = None
        found = reference.get_object()
        body = b"null" if found is None else self.spelt(found)
        reserved = self._under_way.pop(key)
        if reserved is None:
            reserved = self._target.once(body)
        else:
            self._target.write(reserved, body)
        self._carried[key] = reserved
        return reserved

    def _content(self, contents: Any) -> tuple[bytes, bytes]:
        """What is drawn: one stream as it stands, several as one; and the entries that say how it is packed."""
        found = contents.get_object()
        if isinstance(found, StreamObject):
            packed = {key: self.spelt(found.raw_get(key)) for key in ("/Filter", "/DecodeParms") if key in found}
            return _spelt(packed), found._data  # noqa: SLF001 - as above
        parts: Sequence[Any] = [part.get_object() for part in found]
        return b"/Filter /FlateDecode", zlib.compress(b"\n".join(part.get_data() for part in parts), 1)


def _spelt(entries: Mapping[str, bytes]) -> bytes:
    return b" ".join(_name(key) + b" " + value for key, value in entries.items())


def _name(key: str) -> bytes:
    return b"/" + b"".join(
        bytes([octet]) if 33 <= octet <= 126 and octet not in b"()<>[]{}/%#" else b"#%02X" % octet
        for octet in key[1:].encode()
    )
