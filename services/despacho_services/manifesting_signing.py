"""Signing closed manifests: by each party on a screen, or by both on paper that is scanned.

With the last signature the document is drawn once more, with all signatures, and sealed: nothing leads away from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import msgspec

from despacho_core.errors import FileTooLarge, FileUnreadable, NotFound, WrongState
from despacho_core.manifests import Manifest, Party, Signature
from despacho_services.identifiers import new_token
from despacho_services.manifesting_papers import PDF, PNG, ManifestPapers
from despacho_services.office import Office

MOST_DRAWING = 200_000
MOST_SCAN = 5_000_000
"""Octets."""

_TURNS = 2 * len(Party)
"""Nobody has to draw the document again more often than others sign."""


class Signatory(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed on paper, as far as somebody has typed it in."""

    name: str = ""
    role: str = ""


class Signing:
    """Signs closed manifests."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._papers = ManifestPapers(office)

    async def sign(
        self, store_id: str, manifest_id: str, *, party: Party, name: str, role: str, drawing: bytes | None = None
    ) -> Manifest:
        """Add one party's signature; ``drawing`` is a PNG or JPEG of what was drawn on a screen.

        Raises:
            NotFound: No such manifest.
            WrongState: It is not closed, or the party has signed.
            FileTooLarge: The drawing has more than 200,000 octets.
            FileUnreadable: The drawing is no picture, too many pixels, or nothing is drawn on it.
        """
        signature = Signature(party=party, name=name, role=role, signed_at=self._office.now())
        manifest = await self._manifest(store_id, manifest_id)
        manifest.signed_by(signature)
        if drawing is not None:
            image = await self._drawing(drawing)
            image_id = await self._papers.keep(manifest, image, media_type=PNG, name=f"signature-{party.value}.png")
            signature = msgspec.structs.replace(signature, image=image_id)
        return await self._signed(manifest, lambda current: current.signed_by(signature))

    async def sign_on_paper(
        self, store_id: str, manifest_id: str, *, scan: bytes, signatories: Mapping[Party, Signatory]
    ) -> Manifest:
        """Add the signatures of all who have not signed yet, by the scan (PDF, PNG, JPEG) of the paper that they signed.

        Raises:
            NotFound: No such manifest.
            WrongState: It is not closed, or signed already.
            FileTooLarge: The scan has more than 5,000,000 octets.
            FileUnreadable: The scan is neither, or has too many pages or pixels.
        """
        now = self._office.now()
        manifest = await self._manifest(store_id, manifest_id)
        manifest.signed_by()
        if len(scan) > MOST_SCAN:
            raise FileTooLarge(what="scan", octets=len(scan), most=MOST_SCAN)
        pages = await self._read("scan", self._office.renderer.scan, scan, formats="PDF, PNG or JPEG")
        scan_id = await self._papers.keep(manifest, pages, media_type=PDF, name=f"manifest-{manifest.number}-scan.pdf")

        def signed(current: Manifest) -> Manifest:
            signatures = [
                Signature(party=party, name=who.name, role=who.role, signed_at=now, on_paper=True)
                for party in current.unsigned
                for who in (signatories.get(party, Signatory()),)
            ]
            return current.signed_by(*signatures, scan_id=scan_id)

        return await self._signed(manifest, signed)

    async def _signed(self, manifest: Manifest, sign: Callable[[Manifest], Manifest]) -> Manifest:
        """Sign the manifest as it is; who finds that somebody else signed meanwhile begins again from there."""
        for _ in range(_TURNS):
            signed = sign(manifest)
            if not signed.unsigned:
                # The address is printed: a manifest of before there were any gets its own now.
                signed = msgspec.structs.replace(signed, token=signed.token or new_token())
                signed = signed.sealed(await self._papers.sealed(signed))
            async with self._office.units.begin() as work:
                current = await work.manifests.get(manifest.store_id, manifest.id)
                if current is None:
                    raise NotFound(what="manifest", id=manifest.id)
                if current == manifest:
                    await work.manifests.save(signed)
                    await work.commit()
                    return signed
            manifest = current
        raise WrongState(what="manifest", id=manifest.number, state=manifest.state.value, action="be signed")

    async def _manifest(self, store_id: str, manifest_id: str) -> Manifest:
        async with self._office.units.begin(write=False) as work:
            manifest = await work.manifests.get(store_id, manifest_id)
        if manifest is None:
            raise NotFound(what="manifest", id=manifest_id)
        return manifest

    async def _drawing(self, content: bytes) -> bytes:
        if len(content) > MOST_DRAWING:
            raise FileTooLarge(what="signature", octets=len(content), most=MOST_DRAWING)
        return await self._read("signature", self._office.renderer.drawing, content, formats="PNG or JPEG")

    async def _read(self, what: str, reader: Callable[[bytes], bytes], content: bytes, *, formats: str) -> bytes:
        try:
            return await asyncio.to_thread(reader, content)
        except ValueError as error:
            raise FileUnreadable(what=what, reason=str(error), formats=formats) from error
