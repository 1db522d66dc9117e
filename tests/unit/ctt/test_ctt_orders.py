"""A shipment as the carrier's delivery note: what goes where, in which form, and what is never sent."""

from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_ctt import CttSettings
from despacho_ctt.orders import consignments, order_request
from despacho_ctt.places import portuguese_postcode
from despacho_ctt.services import MULTIPLE, SERVICES
from despacho_ctt.soap import child, children, found, local_name, parsed, raw_of, text_of
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.errors import Rejected

REQUEST_ID = "11111111-2222-4333-8444-555555555555"


def sent(settings: CttSettings, request: ShipmentRequest) -> ET.Element:
    root = parsed(order_request(settings, request, REQUEST_ID))
    note = found(root, "Input")
    assert note is not None
    return note


def shipments(note: ET.Element) -> list[ET.Element]:
    return children(child(note, "DeliveryNote", "ShipmentCTT"), "ShipmentCTT")


def in_order(element: ET.Element) -> bool:
    """Alphabetical order by code point, all the way down; lists repeat one name."""
    names = [local_name(one) for one in element]
    return names == sorted(names) and all(in_order(one) for one in element)


def test_a_shipment_is_sent_whole(settings: CttSettings, request_to_buy: ShipmentRequest) -> None:
    note = sent(settings, request_to_buy)
    assert text_of(note, "AuthenticationID") == settings.authentication_id
    assert text_of(note, "UserID") == settings.user_id
    assert text_of(note, "RequestID") == REQUEST_ID
    head = child(note, "DeliveryNote")
    assert [text_of(head, name) for name in ("ClientId", "ContractId", "DistributionChannelId", "SubProductId")] == [
        "900000001", "300000001", "99", "EMSF056.01",
    ]  # fmt: skip
    first, second = shipments(note)
    to = child(first, "ReceiverData")
    assert {local_name(one): one.text for one in to or []} == {
        "Address": "Praca do Giraldo 3", "City": "Evora", "Country": "PT", "Email": "c@d.pt", "MobilePhone": "912345678",
        "Name": "Ines Conceicao", "PTZipCode3": "000", "PTZipCode4": "7000", "PTZipCodeLocation": "Evora", "Type": "Receiver",
    }  # fmt: skip
    sender = child(first, "SenderData")
    assert [text_of(sender, name) for name in ("Name", "ContactName", "Phone", "MobilePhone", "PTZipCode3", "Type")] == [
        "Loja, Lda", "Armazem", "210000000", "", "001", "Sender",
    ]  # fmt: skip
    data = child(first, "ShipmentData")
    assert {local_name(one): one.text for one in data or []} == {
        "ClientReference": "DSP-1-1", "DeclaredValue": "0", "IsDevolution": "false", "Observations": "Calcado",
        "Quantity": "1", "Weight": "1501",
    }  # fmt: skip
    assert text_of(second, "ShipmentData", "ClientReference") == "DSP-1-2"


@pytest.mark.parametrize("service", list(SERVICES))
def test_every_member_is_in_the_order_that_wcf_wants(
    settings: CttSettings, request_to_buy: ShipmentRequest, service: str
) -> None:
    assert in_order(sent(settings, msgspec.structs.replace(request_to_buy, service_code=service)))


@pytest.mark.parametrize("service", list(SERVICES))
def test_several_attempts_are_asked_for_where_the_service_needs_them(
    settings: CttSettings, request_to_buy: ShipmentRequest, service: str
) -> None:
    note = sent(settings, msgspec.structs.replace(request_to_buy, service_code=service))
    asked = [text_of(one, "SpecialServices", "SpecialService", "SpecialServiceType") for one in shipments(note)]
    needed = service in {"EMSF056.01", "EMSF057.01"}
    assert set(asked) == ({"MultipleHomeDelivery"} if needed else {""})


@pytest.mark.parametrize("service", sorted(MULTIPLE))
def test_a_service_for_several_pieces_takes_them_as_one(
    settings: CttSettings, request_to_buy: ShipmentRequest, service: str
) -> None:
    request = msgspec.structs.replace(request_to_buy, service_code=service)
    (one,) = shipments(sent(settings, request))
    data = child(one, "ShipmentData")
    assert [text_of(data, name) for name in ("ClientReference", "Quantity", "Weight")] == ["DSP-1", "2", "1801"]
    alone = msgspec.structs.replace(request, parcels=request.parcels[:1])
    assert [one.reference for one in consignments(alone)] == ["DSP-1-1"]


def test_kilograms_are_rounded_up(settings: CttSettings, request_to_buy: ShipmentRequest) -> None:
    note = sent(msgspec.structs.replace(settings, weight_unit="kg"), request_to_buy)
    assert [text_of(one, "ShipmentData", "Weight") for one in shipments(note)] == ["2", "1"]


def test_a_declared_value_is_shared_out_to_the_cent(settings: CttSettings, request_to_buy: ShipmentRequest) -> None:
    declaring = msgspec.structs.replace(settings, declare_value=True)
    note = sent(declaring, request_to_buy)
    assert [text_of(one, "ShipmentData", "DeclaredValue") for one in shipments(note)] == ["5.01", "5.00"]
    for wrong in (money(1000, "CLP"), money(-1, "EUR"), money("999999999999", "EUR")):
        with pytest.raises(Rejected) as refused:
            sent(declaring, msgspec.structs.replace(request_to_buy, declared_value=wrong))
        assert refused.value.field == "declared_value"


def test_abroad_has_names_of_its_own(settings: CttSettings, request_to_buy: ShipmentRequest) -> None:
    spain = Address(
        country="es", city="A Coruña", postal_code="15001", street="Calle Real 1", name="Ana", phone="981000000"
    )
    (first, _) = shipments(sent(settings, msgspec.structs.replace(request_to_buy, destination=spain)))
    to, data = child(first, "ReceiverData"), child(first, "ShipmentData")
    assert [text_of(to, name) for name in ("Country", "NonPTZipCode", "NonPTZipCodeLocation", "PTZipCode4")] == [
        "ES", "15001", "A Coruna", "",
    ]  # fmt: skip
    assert [text_of(data, name) for name in ("ExportType", "UPUCode")] == ["Permanent", "Others"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"street": None}, "street"),
        ({"name": " ", "company": ""}, "name"),
        ({"municipality": None, "city": None}, "municipality"),
        ({"postal_code": None}, "postal_code"),
        ({"postal_code": "123"}, "postal_code"),
        ({"country": "CH"}, "country"),
        ({"country": "ES", "postal_code": ""}, "postal_code"),
    ],
)
@pytest.mark.parametrize("role", ["destination", "origin"])
def test_what_is_missing_is_said_before_anything_is_sent(
    settings: CttSettings, request_to_buy: ShipmentRequest, change: dict[str, str | None], field: str, role: str
) -> None:
    bare = {"company": None, **change}
    wrong = msgspec.structs.replace(getattr(request_to_buy, role), **bare)
    with pytest.raises(Rejected, match=role) as refused:
        order_request(settings, msgspec.structs.replace(request_to_buy, **{role: wrong}), REQUEST_ID)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"parcels": ()}, "parcels"),
        ({"parcels": (Parcel(weight_g=0, length_mm=1, width_mm=1, height_mm=1),)}, "parcels"),
        ({"service_code": "3"}, "service_code"),
        ({"service_code": "<x/>"}, "service_code"),
        ({"reference": "R" * 20}, "reference"),
        ({"reference": "Ñandú"}, "reference"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    settings: CttSettings, request_to_buy: ShipmentRequest, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Rejected) as refused:
        order_request(settings, msgspec.structs.replace(request_to_buy, **change), REQUEST_ID)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1000-001", ("1000", "001")),
        ("1000 001", ("1000", "001")),
        ("1000001", ("1000", "001")),
        ("PT-9500-321 Ponta Delgada", ("9500", "321")),
        ("7000", ("7000", "000")),
        ("7000 Évora", ("7000", "000")),
        ("700", None),
        ("70000", None),
        ("28001", None),
        ("", None),
        (None, None),
        ("١٠٠٠", None),
    ],
)
def test_postcodes_are_read_in_every_usual_form(text: str | None, parts: tuple[str, str] | None) -> None:
    assert portuguese_postcode(text) == parts


ANY = st.none() | st.text(max_size=300)
ADDRESSES = st.builds(
    Address,
    country=st.sampled_from(["PT", "pt", "ES", "", "XX"]),
    municipality=ANY, city=ANY, postal_code=ANY | st.just("1000-001"), street=ANY, street_number=ANY, complement=ANY,
    name=ANY, company=ANY, email=ANY, phone=ANY,
)  # fmt: skip


@given(ADDRESSES, ADDRESSES, st.text(max_size=25), ANY)
def test_any_address_becomes_an_envelope_within_the_limits_or_a_refusal(
    origin: Address, destination: Address, reference: str, contents: str | None
) -> None:
    settings = CttSettings(
        authentication_id="c0ffee00-0000-4000-8000-000000000001", client_id="9000", contract_id="3000"
    )
    request = ShipmentRequest(
        reference=reference,
        service_code="EMSF057.01",
        origin=origin,
        destination=destination,
        parcels=(Parcel(weight_g=1, length_mm=1, width_mm=1, height_mm=1, contents=contents or ""),),
        declared_value=money(1, "EUR"),
        order_number=1,
    )
    try:
        note = sent(settings, request)
    except Rejected as error:
        refused = error
        note = None
    if note is None:
        assert refused.field
        return
    (one,) = shipments(note)
    assert in_order(note)
    for kind in ("ReceiverData", "SenderData"):
        person = child(one, kind)
        assert 0 < len(text_of(person, "Name")) <= 60
        assert len(text_of(person, "ContactName")) <= 60
        assert text_of(person, "Address")
    assert len(text_of(one, "ShipmentData", "Observations")) <= 50
    assert raw_of(one, "ShipmentData", "ClientReference") == f"{reference}-1"
