"""What an answer to a purchase proves: labels, refusals, or nothing that anybody may rely on."""

import io
from base64 import b64encode
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_ctt.receipts import read_purchase
from despacho_ctt.s10 import object_number
from despacho_ctt.soap import parsed
from despacho_ports.carriers import BoughtShipment, LabelFormat, ShipmentRequest
from despacho_ports.errors import ProviderError, Rejected, Unauthorized, Uncertain

FIRST, SECOND, THIRD = (object_number("DD", serial) for serial in (7, 8, 9))
PARCEL = Parcel(weight_g=1, length_mm=1, width_mm=1, height_mm=1)
TWO = ShipmentRequest(
    reference="DSP-1", service_code="EMSF056.01", origin=Address(), destination=Address(), parcels=(PARCEL, PARCEL),
    declared_value=money(1, "EUR"), order_number=1,
)  # fmt: skip
THREE_TOGETHER = msgspec.structs.replace(TWO, service_code="EMSF010.01", parcels=(PARCEL,) * 3)


def pdf(pages: int = 1) -> bytes:
    writer, buffer = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    writer.write(buffer)
    return buffer.getvalue()


def files(*contents: bytes) -> str:
    data = "".join(f"<DocumentData><File>{b64encode(one).decode()}</File></DocumentData>" for one in contents)
    return f"<DocumentsList>{data}</DocumentsList>"


def output(first: str, last: str | None = None, *, reference: str = "", inside: str = "") -> str:
    last = first if last is None else last
    return (
        f"<ShipmentDataOutput><ClientReference>{reference}</ClientReference><FirstObject>{first}</FirstObject>"
        f"<LastObject>{last}</LastObject>{inside}</ShipmentDataOutput>"
    )


def stickers(*numbers: str) -> str:
    text = escape("".join(f"^XA\r^FD{number}^FS\r^XZ\r" for number in numbers), {"\r": "&#xD;"})
    return f"<LabelList><LabelData><Label>{text}</Label></LabelData></LabelList>"


def errors(*texts: str) -> str:
    data = "".join(f"<ErrorData><ErrorCode>EW1</ErrorCode><Message>{text}</Message></ErrorData>" for text in texts)
    return f"<ErrorsList>{data}</ErrorsList>"


def read(inside: str, request: ShipmentRequest = TWO, *, status: str = "Success", extra: str = "") -> BoughtShipment:
    body = f"<R><DeliveryNoteId>77</DeliveryNoteId>{extra}<ShipmentData>{inside}</ShipmentData><Status>{status}</Status></R>"
    result = parsed(body.encode())
    assert result is not None
    return read_purchase(result, request)


def test_outputs_are_told_apart_by_our_reference_whatever_their_order() -> None:
    bought = read(output(SECOND, reference="DSP-1-2") + output(FIRST, reference="dsp-1-1"))
    assert [(one.piece, one.tracking_number, one.group) for one in bought.labels] == [
        (1, FIRST, "77"),
        (2, SECOND, "77"),
    ]


def test_without_references_their_place_tells_if_there_is_one_for_each() -> None:
    assert [one.tracking_number for one in read(output(FIRST) + output(SECOND, "")).labels] == [FIRST, SECOND]
    with pytest.raises(Uncertain, match="DSP-1-1"):
        read(output(FIRST))


@pytest.mark.parametrize("outputs", ["", output("", reference="DSP-1-1"), output(FIRST, reference="SOMEBODY-ELSE")])
def test_a_success_without_our_pieces_is_uncertain(outputs: str) -> None:
    with pytest.raises(Uncertain):
        read(outputs)


@pytest.mark.parametrize("number", ["DD000000006PT", "nothing", FIRST.lower(), "12"])
def test_a_number_with_a_wrong_check_digit_is_not_believed(number: str) -> None:
    with pytest.raises(Uncertain, match="pieces"):
        read(output(number, reference="DSP-1-1") + output(SECOND, reference="DSP-1-2"))


def test_a_failure_is_the_refusal_in_its_words() -> None:
    with pytest.raises(Rejected, match="Peso a mais") as refused:
        read("", status="Failure", extra=errors("Peso a mais"))
    assert refused.value.code == "EW1"
    with pytest.raises(Unauthorized):
        read("", status="0", extra=errors("AuthenticationID inválido"))
    with pytest.raises(Rejected, match="without saying why"):
        read("", status="Failure")


def test_what_was_sold_before_a_failure_is_kept_and_the_rest_told() -> None:
    bought = read(output(FIRST, reference="DSP-1-1"), status="Failure", extra=errors("Segundo recusado"))
    assert [one.piece for one in bought.labels] == [1]
    assert bought.refusals == ("DSP-1-2: Segundo recusado",)


def test_no_status_and_no_complaint_proves_nothing() -> None:
    with pytest.raises(Uncertain):
        read("", status="")
    with pytest.raises(Rejected):
        read("", status="", extra=errors("Não"))


def test_the_last_of_several_files_is_the_label() -> None:
    sheet, guide, label = pdf(1), pdf(2), pdf(3)
    for contents in ((label,), (sheet, label), (sheet, guide, label)):
        bought = read(output(FIRST, inside=files(*contents)) + output(SECOND))
        ((document,), none) = (one.documents for one in bought.labels)
        assert (document.format, document.content) == (LabelFormat.PDF, label)
        assert none == ()


def test_beside_stickers_the_files_are_no_labels() -> None:
    bought = read(
        output(FIRST, inside=files(pdf()) + stickers(FIRST)) + output(SECOND, inside=stickers("without number"))
    )
    ((first,), (second,)) = (one.documents for one in bought.labels)
    assert first.format is second.format is LabelFormat.ZPL
    assert first.content == f"^XA\r^FD{FIRST}^FS\r^XZ\n".encode()


@pytest.mark.parametrize("content", [b"", b"not a pdf", b"<html>"])
def test_what_is_no_document_is_left_out_and_spoils_nothing(content: bytes) -> None:
    bought = read(
        output(FIRST, inside=files(content))
        + output(SECOND, inside="<DocumentsList><DocumentData><File>%</File></DocumentData></DocumentsList>")
    )
    assert [one.documents for one in bought.labels] == [(), ()]


def test_pieces_together_are_numbered_from_the_first_to_the_last() -> None:
    bought = read(output(FIRST, THIRD, inside=stickers(THIRD, FIRST, SECOND)), THREE_TOGETHER)
    assert [one.tracking_number for one in bought.labels] == [FIRST, SECOND, THIRD]
    for one in bought.labels:
        assert one.tracking_number.encode() in one.documents[0].content
        assert one.documents[0].content.count(b"^XA") == 1


def test_where_the_range_has_gaps_the_stickers_tell_the_numbers() -> None:
    far = object_number("DD", 400)
    bought = read(output(FIRST, far, inside=stickers(FIRST, THIRD, far)), THREE_TOGETHER)
    assert [one.tracking_number for one in bought.labels] == [FIRST, THIRD, far]
    for inside in ("", stickers(FIRST, far), stickers(SECOND, THIRD, far)):
        with pytest.raises(Uncertain):
            read(output(FIRST, far, inside=inside), THREE_TOGETHER)


def test_one_pdf_for_all_pieces_is_taken_apart_or_left_out() -> None:
    bought = read(output(FIRST, THIRD, inside=files(pdf(3))), THREE_TOGETHER)
    assert [len(PdfReader(io.BytesIO(one.documents[0].content)).pages) for one in bought.labels] == [1, 1, 1]
    for odd in (pdf(2), b"%PDF-1.4 and nothing else", pdf(3)[:200]):
        assert all(one.documents == () for one in read(output(FIRST, THIRD, inside=files(odd)), THREE_TOGETHER).labels)


TAGS = ["ShipmentData", "ShipmentDataOutput", "FirstObject", "LastObject", "Status", "ErrorsList", "ErrorData", "Message",
        "DocumentsList", "DocumentData", "File", "LabelList", "LabelData", "Label", "ClientReference", "Other"]  # fmt: skip
LEAVES = st.sampled_from(["", FIRST, SECOND, "Success", "Failure", "DSP-1-1", "DSP-1-2", "^XA^XZ", "JVBERi0x", "Não"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(st.tuples(st.sampled_from(TAGS), inner), max_size=4).map(
        lambda parts: "".join(f"<{tag}>{inside}</{tag}>" for tag, inside in parts)
    ),
    max_leaves=14,
)


@given(TREES, st.sampled_from([TWO, THREE_TOGETHER]))
def test_any_answer_is_a_purchase_or_one_of_the_five(tree: str, request: ShipmentRequest) -> None:
    result = parsed(f"<R>{tree}</R>".encode())
    assert result is not None
    try:
        bought = read_purchase(result, request)
    except ProviderError as error:
        message = error.message
        bought = None
    if bought is None:
        assert message
        return
    pieces = [one.piece for one in bought.labels]
    assert pieces
    assert len(set(pieces)) == len(pieces)
    assert set(pieces) <= set(range(1, len(request.parcels) + 1))
