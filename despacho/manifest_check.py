"""Whether a signed manifest that somebody sent is genuine: docs/manifests.md tells how to check one without us."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
from pypdf import PdfReader

from despacho_core.manifest_records import digest_of, read_record
from despacho_documents.broken import BROKEN
from despacho_documents.manifest_binding import attached_record

if TYPE_CHECKING:
    from despacho.bootstrap import Hub


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    ``printed`` says whether all pages up to our last bear the digest of the attached record; ``known`` and ``unchanged`` whether the hub
    holds this manifest, and this very file. They are null where nobody was asked.
    """

    file_digest: str
    digest: str | None = None
    number: int | None = None
    reference: str | None = None
    labels: int | None = None
    printed: bool = False
    known: bool | None = None
    unchanged: bool | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against it."""
        return self.printed and self.known is not False and self.unchanged is not False

    @property
    def verdict(self) -> str:
        """One sentence for people."""
        if self.digest is None:
            return "there is no record of a signed manifest in it."
        what = f"manifest {self.number} ({self.reference}) of {self.labels} labels"
        if not self.printed:
            return f"it says that it is {what}, but its pages do not bear the digest of the record in it."
        if self.known is False:
            return f"it says that it is {what}, but this hub has signed no such manifest."
        if self.unchanged is False:
            return f"its record is that of {what}, but the file was changed after it was signed."
        return f"it is {what}, " + ("as it was signed." if self.unchanged else "and whole in itself.")


def checked(document: bytes) -> Check:
    """What the file says by itself; one that cannot be read holds no record."""
    file_digest = digest_of(document)
    try:
        content = attached_record(document)
        record = read_record(content) if content is not None else None
        texts = [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages] if record else []
    except BROKEN:
        return Check(file_digest=file_digest)
    if content is None or record is None:
        return Check(file_digest=file_digest)
    digest = digest_of(content)
    bearing = [digest in text for text in texts]
    ours = len(bearing) - bearing[::-1].index(True) if any(bearing) else 0
    return Check(
        file_digest=file_digest,
        digest=digest,
        number=record.number,
        reference=record.reference,
        labels=len(record.labels),
        printed=ours > 0 and all(bearing[:ours]),
    )


async def compared(hub: Hub, check: Check) -> Check:
    """The same, beside what the hub holds."""
    if check.reference is None:
        return check
    for store in await hub.services.installation.all():
        held = await hub.services.confirming.by_reference(store.id, check.reference)
        if held is not None and held.digest == check.digest:
            return msgspec.structs.replace(check, known=True, unchanged=held.file_digest == check.file_digest)
    return msgspec.structs.replace(check, known=False)
