"""Labels in the four formats, wherever they stand in the answer (contract/carriers.md 1.4)."""

from base64 import b64encode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_chilexpress.labels import document_of, from_base64, read_reprint, reprint_request
from despacho_ports.calls import Answer
from despacho_ports.carriers import LabelFormat
from despacho_ports.errors import ProviderError, Rejected, Unavailable

PDF = b"%PDF-1.4 label"
JPEG = b"\xff\xd8\xff\xe0 label"
ZPL = "^XA^FO10,10^FDÑuñoa^FS^XZ"
EPL_XML = (
    "<CXP_DATA><DATOS_OT><ETIQUETA_EPL>&lt;CXP_ETIQUETA&gt;&lt;LINEA_DEF_1&gt;N&lt;/LINEA_DEF_1&gt;"
    "&lt;LINEA_DEF_2&gt;q800&lt;/LINEA_DEF_2&gt;"
    "&lt;LINEA_DAT_1&gt;B050,186,0,1,4,4,187,N,&amp;quot;61003033117121008200710&amp;quot;&lt;/LINEA_DAT_1&gt;"
    "&lt;LINEA_DAT_2&gt;P1&lt;/LINEA_DAT_2&gt;&lt;/CXP_ETIQUETA&gt;</ETIQUETA_EPL></DATOS_OT></CXP_DATA>"
)
EPL = '\nN\nq800\nB050,186,0,1,4,4,187,N,"61003033117121008200710"\nP1\n'


def encoded(content: bytes) -> str:
    return b64encode(content).decode()


@pytest.mark.parametrize(
    ("data", "kind", "content"),
    [
        (encoded(PDF), LabelFormat.PDF, PDF),
        (encoded(JPEG), LabelFormat.JPEG, JPEG),
        (f"data:application/pdf;base64,{encoded(PDF)}", LabelFormat.PDF, PDF),
        (f" {encoded(PDF)[:8]}\r\n{encoded(PDF)[8:].rstrip('=')} ", LabelFormat.PDF, PDF),
        (ZPL, LabelFormat.ZPL, ZPL.encode()),
        (f"CT~~CD,~CC^~CT~\n{ZPL}", LabelFormat.ZPL, f"CT~~CD,~CC^~CT~\n{ZPL}".encode()),
        (encoded(ZPL.encode()), LabelFormat.ZPL, ZPL.encode()),
        (EPL_XML, LabelFormat.EPL, EPL.encode()),
        (encoded(EPL_XML.encode()), LabelFormat.EPL, EPL.encode()),
        ("\nN\nq800\nP1\n", LabelFormat.EPL, b"\nN\nq800\nP1\n"),
    ],
)
def test_a_label_is_what_its_content_says_whatever_it_is_called(data: str, kind: LabelFormat, content: bytes) -> None:
    document = document_of(data)
    assert document is not None
    assert (document.format, document.content) == (kind, content)


@pytest.mark.parametrize(
    "data", ["", "====", "no label", "ñ", encoded(b"\x89PNG"), "<CXP_DATA></CXP_DATA>", "<html>", "^XB"]
)
def test_what_nobody_can_print_is_no_label(data: str) -> None:
    assert document_of(data) is None


def reprinted(data: object) -> Answer:
    return Answer(200, msgspec.json.encode({"data": data, "statusCode": 0, "statusDescription": "OK"}))


LABEL = {"labelData": encoded(PDF), "labelType": "PDF"}


@pytest.mark.parametrize(
    "data", [{"label": LABEL}, {"detail": {"label": LABEL}}, {"detail": [{"label": LABEL}], "header": None}]
)
def test_a_reprint_is_found_in_all_three_places(data: object) -> None:
    assert read_reprint(reprinted(data), LabelFormat.PDF).content == PDF


def test_the_number_and_the_type_are_asked_for_as_numbers() -> None:
    assert msgspec.json.decode(reprint_request("712100833404", LabelFormat.ZPL)) == {
        "transportOrderNumber": 712100833404,
        "labelType": 3,
    }


def test_another_format_than_the_wanted_one_is_a_refusal() -> None:
    with pytest.raises(Rejected, match="pdf, not as zpl") as refused:
        read_reprint(reprinted({"label": LABEL}), LabelFormat.ZPL)
    assert refused.value.code == "label-format"


@pytest.mark.parametrize("data", [None, [], "x", {}, {"label": None}, {"detail": [None, {"label": {"labelData": 7}}]}])
def test_a_reprint_without_a_label_can_be_asked_for_again(data: object) -> None:
    with pytest.raises(Unavailable):
        read_reprint(reprinted(data), LabelFormat.PDF)


@given(st.text() | st.binary().map(encoded))
def test_any_data_is_a_label_or_none(data: str) -> None:
    document = document_of(data)
    assert document is None or document.content


@given(st.binary())
def test_base64_is_read_back_with_or_without_padding(content: bytes) -> None:
    assert from_base64(encoded(content)) == from_base64(encoded(content).rstrip("=")) == content


@given(st.binary(max_size=100), st.sampled_from(list(LabelFormat)))
def test_any_answer_is_a_label_or_one_of_the_five(body: bytes, wanted: LabelFormat) -> None:
    with pytest.raises(ProviderError):
        read_reprint(Answer(200, body), wanted)
