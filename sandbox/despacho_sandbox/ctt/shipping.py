"""Selling labels and closing them out (contract/carriers.md 2.3, 2.4)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence

from despacho_sandbox.ctt.accounts import Account, Accounts
from despacho_sandbox.ctt.asked import CloseInput, Closing, CreateInput, DeliveryNote, Shipment, converted, whole
from despacho_sandbox.ctt.checks import Complaint, complaints
from despacho_sandbox.ctt.contracts import CLOSE, CREATE, Shape, read
from despacho_sandbox.ctt.drawing import certificate_pdf, labels_pdf, labels_zpl
from despacho_sandbox.ctt.journey import created
from despacho_sandbox.ctt.ledger import Ledger, Parcel
from despacho_sandbox.ctt.options import CttOptions
from despacho_sandbox.ctt.products import PRODUCTS, Numbering
from despacho_sandbox.ctt.soap import (
    MODELS,
    UNREADABLE,
    Fault,
    answered,
    errors_list,
    leaf,
    operation_element,
    tag,
)
from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.kit.clock import SandboxClock

ALREADY_CLOSED = "EW0070"


class Shipping:
    """Answers the create calls and the close-out.

    Args:
        accounts: Whose credentials exist.
        ledger: Where objects go.
        numbering: Gives them their numbers.
        clock: The sandbox's clock.
        options: Reads the switches of the moment.
    """

    def __init__(
        self,
        accounts: Accounts,
        ledger: Ledger,
        numbering: Numbering,
        clock: SandboxClock,
        options: Callable[[], CttOptions],
    ) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._numbering = numbering
        self._clock = clock
        self._options = options

    async def create(self, request: Request) -> Reply:
        """Makes every shipment of a delivery note, or none, and gives their labels."""
        return self._create(request, "CreateShipment", printed=True)

    async def create_without_print(self, request: Request) -> Reply:
        """The same without any file."""
        return self._create(request, "CreateShipmentWithoutPrint", printed=False)

    async def complete(self, request: Request) -> Reply:
        """Makes the shipments and closes them at once."""
        return self._create(request, "CompleteShipment", printed=True, closed=True)

    async def close(self, request: Request) -> Reply:
        """Closes objects for good, all of the list or none, and gives two copies of a certificate for each product."""
        asked = converted(self._input(request, "CloseShipment", CLOSE), CloseInput)
        account = self._accounts.asking(asked.credentials)
        if isinstance(account, tuple):
            return self.failure("CloseShipment", [account])
        parcels, wrong = self._meant(asked.list_of_shipment_to_close, account)
        if wrong:
            return self.failure("CloseShipment", wrong)
        now = self._clock.now()
        for parcel in parcels:
            parcel.closed_at = now
        files = []
        for code in dict.fromkeys(parcel.product.code for parcel in parcels):
            mine = [parcel for parcel in parcels if parcel.product.code == code]
            for copy in ("ORIGINAL", "DUPLICADO"):
                content = certificate_pdf(account.contract_id, account.name, mine, now, copy)
                files.append((f"Certificado_{code}_{copy}.pdf", content))
        return self._answered("CloseShipment", [_documents(files), tag("a:ErrorsList"), self._status(success=True)])

    def failure(self, operation: str, wrong: Iterable[Complaint]) -> Reply:
        """A refusal: HTTP 200, `Status` Failure."""
        return self._answered(operation, [errors_list(wrong), self._status(success=False)])

    def _create(self, request: Request, operation: str, *, printed: bool, closed: bool = False) -> Reply:
        asked = converted(self._input(request, operation, CREATE), CreateInput)
        account = self._accounts.asking(asked.credentials)
        if isinstance(account, tuple):
            return self.failure(operation, [account])
        note = asked.delivery_note
        wrong = complaints(note, account)
        if wrong:
            return self.failure(operation, wrong)
        product = PRODUCTS[note.sub_product_id]
        counts = [whole(one.shipment_data.quantity, "Quantity") for one in note.shipments]
        numbers = self._numbering.take(product.prefix, sum(counts), self._options().range_size)
        if not numbers:
            return self.failure(operation, [("EW9030", f"O intervalo de numeração {product.prefix} está esgotado")])
        number = self._ledger.take_note()
        outputs = []
        for shipment, count in zip(note.shipments, counts, strict=True):
            mine, numbers = numbers[:count], numbers[count:]
            parcels = self._made(note, shipment, mine, account, number)
            if closed:
                for parcel in parcels:
                    parcel.closed_at = self._clock.now()
            outputs.append(_output(parcels, account.labels if printed else ""))
        result = [leaf("a:DeliveryNoteId", number), tag("a:ErrorsList"), tag("a:ShipmentData", "".join(outputs))]
        return self._answered(operation, [*result, self._status(success=True)])

    def _made(
        self, note: DeliveryNote, shipment: Shipment, numbers: Sequence[str], account: Account, number: str
    ) -> list[Parcel]:
        to, data = shipment.receiver_data, shipment.shipment_data
        sender = shipment.sender_data.name if shipment.has_sender_information == "true" else account.name
        made = [
            Parcel(
                number=one,
                note=number,
                contract_id=account.contract_id,
                reference=data.client_reference,
                product=PRODUCTS[note.sub_product_id],
                piece=piece,
                pieces=len(numbers),
                weight_g=int(data.weight),
                sender=sender,
                receiver=to.name,
                address=to.address,
                postcode=f"{to.zip4}-{to.zip3}" if to.country == "PT" else to.abroad,
                town=to.zip_town or to.abroad_town,
                country=to.country,
                created_at=self._clock.now(),
            )
            for piece, one in enumerate(numbers, start=1)
        ]
        for parcel in made:
            parcel.events.append(created(parcel))
            self._ledger.add(parcel)
        return made

    def _meant(self, ranges: Sequence[Closing], account: Account) -> tuple[list[Parcel], list[Complaint]]:
        """The objects of the ranges, and what is wrong with any."""
        parcels: dict[str, Parcel] = {}
        wrong: list[Complaint] = [] if ranges else [("EW9031", "A lista de envios a fechar está vazia")]
        for one in ranges:
            inside = [
                parcel
                for parcel in self._ledger.between(one.first_object_code, one.last_object_code)
                if parcel.contract_id == account.contract_id
            ]
            parcels |= {parcel.number: parcel for parcel in inside}
            if not inside or inside[0].number != one.first_object_code or inside[-1].number != one.last_object_code:
                wrong.append(("EW9032", f"Object {one.first_object_code} does not exist"))
            elif any(parcel.product.code != one.sub_product_code for parcel in inside):
                wrong.append(("EW9033", f"Object {one.first_object_code} is not of SubProduct {one.sub_product_code}"))
            closed = (parcel for parcel in inside if parcel.closed_at is not None)
            wrong += [(ALREADY_CLOSED, self._closed_text(parcel)) for parcel in closed]
        return list(parcels.values()), wrong

    def _closed_text(self, parcel: Parcel) -> str:
        named = f" of object number {parcel.number}" if self._options().closed_names_objects else ""
        return f"Shipment{named} is already closed"

    def _input(self, request: Request, operation: str, shape: Shape) -> dict[str, object]:
        called = operation_element(request.body, operation)
        if [one.tag for one in called] != ["{http://tempuri.org/}Input"]:
            raise Fault(UNREADABLE, f"{operation} espera um elemento Input.")
        return read(called[0], shape, lose_late=self._options().lose_late_members)

    def _status(self, *, success: bool) -> str:
        words = ("Failure", "Success")
        return leaf("a:Status", int(success) if self._options().numeric_status else words[success])

    def _answered(self, operation: str, members: Iterable[str]) -> Reply:
        return answered(operation, "".join(members), MODELS)


def _output(parcels: Sequence[Parcel], labels: str) -> str:
    first = parcels[0]
    files = [(f"Etiqueta_{first.number}.pdf", labels_pdf(parcels))] if labels == "pdf" else []
    sticker = ""
    if labels == "zpl":
        sticker = tag(
            "a:LabelData",
            leaf("a:BestEncoding", "utf-8")
            + leaf("a:FileName", f"{first.number}.zpl")
            + leaf("a:Label", labels_zpl(parcels)),
        )
    members = (
        leaf("a:ClientReference", first.reference),
        _documents(files),
        leaf("a:FirstObject", first.number),
        tag("a:LabelList", sticker),
        leaf("a:LastObject", parcels[-1].number),
        tag("a:OriginalObjectID"),
    )
    return tag("a:ShipmentDataOutput", "".join(members))


def _documents(files: Iterable[tuple[str, bytes]]) -> str:
    entries = (
        tag("a:DocumentData", leaf("a:File", b64encode(content).decode()) + leaf("a:FileName", name))
        for name, content in files
    )
    return tag("a:DocumentsList", "".join(entries))
