"""Labels on paper: one shipment's, or those of many shipments in one file, on the paper that is in the printer.

A carrier's document is given as it is, since its depots read it; on A4 four of them are laid on a sheet. Where the carrier has none, or
none that can be read, ours is drawn. Void labels are not given at all, stamped or not: a stamp is easily overlooked on a parcel.
"""

from __future__ import annotations

import asyncio
import enum
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import BinaryIO

import msgspec

from despacho_core.errors import (
    AccountRemoved,
    ChoiceInvalid,
    DocumentMissing,
    DomainError,
    LabelsVoid,
    NotFound,
    NothingToPrint,
)
from despacho_core.labels import LabelChoice, LabelPaper, PrintFormat
from despacho_core.shipments import Label, LabelState, Shipment, ShipmentState
from despacho_core.stores import Account
from despacho_ports.carriers import LabelFormat
from despacho_ports.errors import ProviderError
from despacho_services.label_documents import LabelDocuments
from despacho_services.label_files import LabelFile, Ready
from despacho_services.office import Office

CHUNK = 50
"""So many labels are in memory at a time."""

AT_ONCE = 8
"""So many are fetched at a time."""

PIECE = 65_536
"""Octets of a file that are handed on at a time."""


class PrintWish(msgspec.Struct, frozen=True, kw_only=True):
    """What one printing wants; what is left out is as the account's labels are printed. ``start`` is a place on a sheet of A4."""

    format: PrintFormat | None = None
    paper: LabelPaper | None = None
    dpi: int | None = None
    start: int = 1

    def of(self, usual: LabelChoice) -> LabelChoice:
        """The choice for labels that are usually printed like this.

        Raises:
            ChoiceInvalid: No printer does that.
        """
        try:
            chosen = usual.as_format(self.format or usual.format).on(paper=self.paper, dpi=self.dpi)
        except ValueError as error:
            raise ChoiceInvalid(message=str(error)) from error
        if not 1 <= self.start <= chosen.paper.places:
            message = (
                f"a sheet of {chosen.paper.value} has {chosen.paper.places} places, there is no place {self.start}"
            )
            raise ChoiceInvalid(message=message)
        return chosen


class Reason(enum.StrEnum):
    """Why a label is not on the paper. ``account_gone``: its account was removed, and no such file of it is kept."""

    VOIDED = "voided"
    NOT_BOUGHT = "not_bought"
    NOT_PRINTABLE = "not_printable"
    ACCOUNT_GONE = "account_gone"


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment, or a label of it, that is not on the paper."""

    order_number: int
    shipment_id: str
    reason: Reason


@dataclass(frozen=True)
class Printed:
    """A file of labels. ``replaced`` are tracking numbers whose carrier's document was not usable, so that ours is there instead."""

    file: BinaryIO
    format: PrintFormat
    labels: int
    replaced: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def read(self) -> bytes:
        """The whole file, which is closed with it."""
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """The file piece by piece; it is closed after the last one."""
        with self.file:
            self.file.seek(0)
            while piece := self.file.read(PIECE):
                yield piece


@dataclass(frozen=True)
class _Sheaf:
    """What is to be printed."""

    labels: tuple[tuple[Shipment, Label], ...]
    accounts: dict[str, Account]
    language: str
    left_out: tuple[LeftOut, ...] = ()

    def choice(self, wish: PrintWish) -> LabelChoice:
        """What most of the labels are usually printed as, with what is wished otherwise."""
        usual = Counter(self._usual(shipment) for shipment, _ in self.labels)
        return wish.of(usual.most_common(1)[0][0] if usual else LabelChoice())

    def to_be_had(self, wanted: PrintFormat) -> _Sheaf:
        """The same without what only an account could give that was removed: labels of which no such file is kept."""
        there, gone = [], dict[str, LeftOut]()
        for shipment, label in self.labels:
            if shipment.account_id in self.accounts or label.documents.get(wanted.value):
                there.append((shipment, label))
            else:
                gone[shipment.id] = _left_out(shipment, Reason.ACCOUNT_GONE)
        return replace(self, labels=tuple(there), left_out=(*self.left_out, *gone.values()))

    def _usual(self, shipment: Shipment) -> LabelChoice:
        account = self.accounts.get(shipment.account_id)
        return account.label if account is not None else LabelChoice().as_format(shipment.label_format)


class LabelPrinting:
    """Prints labels."""

    def __init__(self, office: Office, documents: LabelDocuments) -> None:
        self._office = office
        self._documents = documents

    async def of_shipment(self, store_id: str, shipment_id: str, wanted: LabelFormat) -> bytes:
        """All live labels of a shipment in this format, on its account's paper. Raises as :meth:`shipment`."""
        if wanted.value not in set(PrintFormat):
            raise DocumentMissing(what="shipment", id=shipment_id, format=wanted.value)
        printed = await self.shipment(store_id, shipment_id, PrintWish(format=PrintFormat(wanted.value)))
        return printed.read()

    async def shipment(self, store_id: str, shipment_id: str, wish: PrintWish) -> Printed:
        """All live labels of a shipment in one file, by piece.

        Raises:
            NotFound: No such shipment.
            LabelsVoid: They are void.
            DocumentMissing: It is not bought, the carrier cannot be asked, or our own cannot be drawn.
            AccountRemoved: Its account was removed, and no such file of it is kept.
            ChoiceInvalid: No printer does that.
        """
        sheaf = await self._sheaf(store_id, [shipment_id])
        choice = sheaf.choice(wish)
        sheaf = sheaf.to_be_had(choice.format)
        for out in sheaf.left_out:
            if out.reason is Reason.ACCOUNT_GONE:
                raise AccountRemoved(what="shipment", id=shipment_id, format=choice.format.value)
            if out.reason is Reason.VOIDED:
                raise LabelsVoid(shipment=shipment_id, order=out.order_number)
            raise DocumentMissing(what="shipment", id=shipment_id, format=choice.format.value)
        if not sheaf.labels:
            raise NotFound(what="shipment", id=shipment_id)
        ready = await self._ready(sheaf, sheaf.labels, choice)
        for one in ready:
            if one.problem is not None:
                raise _missing(one, choice, one.problem)
        with ExitStack() as held:
            file = LabelFile(self._office.renderer, choice, wish.start)
            held.callback(file.file.close)
            if len(ready) > 1 or not await asyncio.to_thread(file.alone, ready[0]):
                await asyncio.to_thread(file.put, ready)
            for one, reason in file.failed:
                raise _missing(one, choice, reason)
            printed = await self._finished(file)
            held.pop_all()
        return printed

    async def many(self, store_id: str, shipment_ids: Sequence[str], wish: PrintWish) -> Printed:
        """The live labels of many shipments in one file, in this sequence; what cannot be printed is left out, and told.

        Raises:
            NothingToPrint: None of them has a live label.
            ChoiceInvalid: No printer does that.
        """
        sheaf = await self._sheaf(store_id, shipment_ids)
        choice = sheaf.choice(wish)
        sheaf = sheaf.to_be_had(choice.format)
        with ExitStack() as held:
            file = LabelFile(self._office.renderer, choice, wish.start)
            held.callback(file.file.close)
            for first in range(0, len(sheaf.labels), CHUNK):
                ready = await self._ready(sheaf, sheaf.labels[first : first + CHUNK], file.choice)
                file.unusable += [(one, one.problem) for one in ready if one.problem is not None]
                await asyncio.to_thread(file.put, ready)
            if not file.written:
                raise NothingToPrint
            printed = await self._finished(file, sheaf.left_out)
            held.pop_all()
        return printed

    async def left_out(self, store_id: str, shipment_ids: Sequence[str]) -> dict[str, Reason]:
        """Why these shipments, by their ids, would be on no paper; the others would be."""
        sheaf = await self._sheaf(store_id, shipment_ids)
        return {one.shipment_id: one.reason for one in sheaf.left_out}

    async def _finished(self, file: LabelFile, left_out: Sequence[LeftOut] = ()) -> Printed:
        await asyncio.to_thread(file.finish)
        for one, problem in file.unusable:
            if one.problem is None:
                await self._documents.draw_instead(one.label, LabelFormat(file.choice.format.value), problem)
        failed = [_left_out(one.shipment, Reason.NOT_PRINTABLE) for one, _ in file.failed]
        return Printed(
            file=file.file,
            format=file.choice.format,
            labels=file.written,
            replaced=tuple(one.label.tracking_number for one, _ in file.unusable),
            left_out=(*left_out, *failed),
        )

    async def _sheaf(self, store_id: str, shipment_ids: Sequence[str]) -> _Sheaf:
        store = await self._office.store(store_id)
        async with self._office.units.begin(write=False) as work:
            found = {one.id: one for one in await work.batches.shipments(store_id, shipment_ids)}
            labels = await work.labels.of_shipments(store_id, list(found))
            accounts = {one.id: one for one in await work.accounts.of_store(store_id)}
        live: dict[str, list[Label]] = {}
        for label in labels:
            if label.state is LabelState.LIVE:
                live.setdefault(label.shipment_id, []).append(label)
        pairs: list[tuple[Shipment, Label]] = []
        left_out: list[LeftOut] = []
        for shipment in (found[one] for one in dict.fromkeys(shipment_ids) if one in found):
            reason = _reason(shipment, live, accounts)
            if reason is None:
                pairs += [(shipment, label) for label in live[shipment.id]]
            else:
                left_out.append(_left_out(shipment, reason))
        return _Sheaf(tuple(pairs), accounts, store.language, tuple(left_out))

    async def _ready(self, sheaf: _Sheaf, labels: Sequence[tuple[Shipment, Label]], choice: LabelChoice) -> list[Ready]:
        """The labels with their documents, some fetched at a time."""
        gate = asyncio.Semaphore(AT_ONCE)
        wanted = LabelFormat(choice.format.value)

        async def one(shipment: Shipment, label: Label) -> Ready:
            account = sheaf.accounts.get(shipment.account_id)
            form = self._documents.form(shipment, label, account, sheaf.language)
            try:
                async with gate:
                    document = await self._documents.of_carrier(shipment, label, account, wanted)
            except (ProviderError, DomainError) as error:
                return Ready(shipment, label, form, problem=str(error))
            return Ready(shipment, label, form, document)

        return list(await asyncio.gather(*(one(*pair) for pair in labels)))


def _reason(shipment: Shipment, live: Mapping[str, Sequence[Label]], accounts: Mapping[str, Account]) -> Reason | None:
    """Why nothing of the shipment is printed, if so."""
    if shipment.state in {ShipmentState.VOIDING, ShipmentState.VOIDED}:
        return Reason.VOIDED
    if shipment.state is not ShipmentState.BOUGHT or shipment.id not in live:
        return Reason.NOT_BOUGHT
    kept = all(any(label.documents.values()) for label in live[shipment.id])
    return None if kept or shipment.account_id in accounts else Reason.ACCOUNT_GONE


def _left_out(shipment: Shipment, reason: Reason) -> LeftOut:
    return LeftOut(order_number=shipment.order_number, shipment_id=shipment.id, reason=reason)


def _missing(one: Ready, choice: LabelChoice, reason: str) -> DocumentMissing:
    return DocumentMissing(what="label", id=one.label.tracking_number, format=f"{choice.format.value} ({reason})")
