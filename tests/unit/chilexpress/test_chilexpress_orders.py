"""The create call: every field of the contract, and addresses as people really write them (contract/carriers.md 1.4)."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_chilexpress import ChilexpressSettings
from despacho_chilexpress.orders import order_request
from despacho_chilexpress.streets import phone_of, street_of
from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_ports.carriers import LabelFormat, ShipmentRequest
from despacho_ports.errors import Rejected


def sent(settings: ChilexpressSettings, request: ShipmentRequest) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.json.decode(order_request(settings, request))
    return body


def test_the_header_asks_for_a_certificate_of_its_own(
    settings: ChilexpressSettings, request_to_buy: ShipmentRequest
) -> None:
    assert sent(settings, request_to_buy)["header"] == {
        "certificateNumber": 0,
        "customerCardNumber": "18578680",
        "countyOfOriginCoverageCode": "PUDA",
        "labelType": 4,
        "marketplaceRut": 96756430,
        "sellerRut": "DEFAULT",
        "sourceChannel": 0,
    }


def test_each_parcel_is_a_detail_with_its_own_reference(
    settings: ChilexpressSettings, request_to_buy: ShipmentRequest
) -> None:
    first, second = sent(settings, request_to_buy)["details"]
    assert first == {
        "addresses": [
            {
                "addressId": 0,
                "countyCoverageCode": "PROV",
                "streetName": "AVENIDA MANUEL MONTT",
                "streetNumber": "427",
                "supplement": "LOCAL 2",
                "addressType": "DEST",
                "deliveryOnCommercialOffice": False,
                "commercialOfficeId": "",
                "observation": "DEFAULT",
            },
            {
                "addressId": 0,
                "countyCoverageCode": "PUDA",
                "streetName": "Avenida San Pablo",
                "streetNumber": "8500",
                "supplement": "",
                "addressType": "DEV",
                "deliveryOnCommercialOffice": False,
                "commercialOfficeId": "",
                "observation": "DEFAULT",
            },
        ],
        "contacts": [
            {"name": "Remitente SpA", "phoneNumber": "223824861", "mail": "a@b.cl", "contactType": "R"},
            {"name": "Marcela Vera", "phoneNumber": "227665433", "mail": "c@d.cl", "contactType": "D"},
        ],
        "packages": [
            {
                "weight": "1.51",
                "height": "10",
                "width": "20",
                "length": "31",
                "serviceDeliveryCode": "3",
                "productCode": "3",
                "deliveryReference": "DSP-1-1",
                "groupReference": "DSP-1",
                "declaredValue": "7501",
                "declaredContent": "5",
                "descriptionContent": "Zapatos",
                "extendedCoverageAreaIndicator": False,
                "receivableAmountInDelivery": 0,
            }
        ],
    }
    (package,) = second["packages"]
    assert (package["deliveryReference"], package["declaredValue"]) == ("DSP-1-2", "7500")
    assert package["descriptionContent"] == "Pedido 1012"
    assert second["addresses"] == first["addresses"]


@pytest.mark.parametrize(("wanted", "number"), [("pdf", 4), ("zpl", 3), ("jpeg", 2), ("epl", 1)])
def test_the_wanted_format_is_the_label_type(
    settings: ChilexpressSettings, request_to_buy: ShipmentRequest, wanted: str, number: int
) -> None:
    request = msgspec.structs.replace(request_to_buy, label_format=LabelFormat(wanted))
    assert sent(settings, request)["header"]["labelType"] == number


def test_the_accounts_own_sender_stands_on_the_return_address(
    settings: ChilexpressSettings, request_to_buy: ShipmentRequest
) -> None:
    settings = msgspec.structs.replace(
        settings,
        sender_name="Devoluciones",
        sender_phone="+56 9 1234 5678",
        sender_email="dev@b.cl",
        seller_rut="76086428-5",
    )
    no_phone = msgspec.structs.replace(request_to_buy.destination, phone=None)
    body = sent(settings, msgspec.structs.replace(request_to_buy, destination=no_phone))
    sender, recipient = body["details"][0]["contacts"]
    assert sender == {"name": "Devoluciones", "phoneNumber": "912345678", "mail": "dev@b.cl", "contactType": "R"}
    assert recipient["phoneNumber"] == "912345678"
    assert body["header"]["sellerRut"] == "76086428-5"


@pytest.mark.parametrize("role", ["origin", "destination"])
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"municipality": "Alhué"}, ("municipality", "address-not-covered")),
        ({"municipality": "SCOB"}, ("municipality", "address-not-covered")),
        ({"country": "AR", "municipality": "Santa Cruz"}, ("municipality", "address-not-covered")),
        ({"municipality": None}, ("municipality", "incomplete-address")),
        ({"street": None}, ("street", "incomplete-address")),
        ({"name": None, "company": None}, ("name", "incomplete-address")),
    ],
)
def test_an_address_that_cannot_be_served_is_refused_before_asking(
    settings: ChilexpressSettings,
    request_to_buy: ShipmentRequest,
    role: str,
    change: dict[str, str | None],
    refusal: tuple[str, str],
) -> None:
    address = msgspec.structs.replace(getattr(request_to_buy, role), **change)
    with pytest.raises(Rejected) as refused:
        order_request(settings, msgspec.structs.replace(request_to_buy, **{role: address}))
    assert (refused.value.field, refused.value.code) == refusal
    assert role in refused.value.message


def test_a_country_left_open_is_chile(settings: ChilexpressSettings, request_to_buy: ShipmentRequest) -> None:
    address = msgspec.structs.replace(request_to_buy.destination, country="")
    assert sent(settings, msgspec.structs.replace(request_to_buy, destination=address))


def test_values_in_other_currencies_and_impossible_parcels_are_refused(
    settings: ChilexpressSettings, request_to_buy: ShipmentRequest
) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        ({"declared_value": money(9, "USD")}, "currency-not-supported"),
        ({"parcels": ()}, "nothing-to-ship"),
    ]
    for change, code in changes:
        with pytest.raises(Rejected) as refused:
            order_request(settings, msgspec.structs.replace(request_to_buy, **change))
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("street", "number", "complement", "parts"),
    [
        ("Calle Uno", "2823", "404", ("Calle Uno", "2823", "404")),
        ("Calle Uno 2823", None, "404", ("Calle Uno", "2823", "404")),
        ("Calle Uno 2823", "2823", None, ("Calle Uno", "2823", "")),
        ("Calle Uno", "2823 depto 502", "torre B", ("Calle Uno", "2823", "depto 502 torre B")),
        ("Av. Siempre Viva 742, depto 3", None, None, ("Av. Siempre Viva", "742", "depto 3")),
        ("Los Leones 123 Depto. 45", "", None, ("Los Leones", "123", "Depto. 45")),
        ("Av. 21 de Mayo 1234", None, None, ("Av. 21 de Mayo", "1234", "")),
        ("Av. 21 de Mayo", None, None, ("Av. 21 de Mayo", "S/N", "")),
        ("Pasaje 5 N° 12-B", None, None, ("Pasaje 5", "12-B", "")),
        ("Av. Providencia #1208 of 903", None, None, ("Av. Providencia", "1208", "of 903")),
        ("1 Norte 1161", None, None, ("1 Norte", "1161", "")),
        ("San Martín s/n", None, "Parcela 4", ("San Martín", "S/N", "Parcela 4")),
        ("Calle Uno 2823 Vitacura", None, None, ("Calle Uno 2823 Vitacura", "S/N", "")),
        ("2823", None, None, ("2823", "S/N", "")),
        (" Calle \n Uno\t 7 ", None, None, ("Calle Uno", "7", "")),
    ],
)
def test_street_and_number_are_told_apart(
    street: str, number: str | None, complement: str | None, parts: tuple[str, str, str]
) -> None:
    found = street_of(Address(street=street, street_number=number, complement=complement))
    assert (found.name, found.number, found.supplement) == parts


@pytest.mark.parametrize(
    ("phones", "sent_phone"),
    [
        (("+56 9 8765 4321",), "987654321"),
        (("(2) 2766 5433",), "227665433"),
        ((None, "", "no tiene", "912345678"), "912345678"),
        ((None,), ""),
        (("٩٨٧", "5"), "5"),
    ],
)
def test_phones_are_digits(phones: tuple[str | None, ...], sent_phone: str) -> None:
    assert phone_of(*phones) == sent_phone


ANYTHING = st.none() | st.text(st.characters(), max_size=250)
ADDRESSES = st.builds(
    Address,
    country=st.sampled_from(["CL", "", "PT"]) | st.text(max_size=5),
    region=ANYTHING,
    municipality=st.sampled_from(["Ñuñoa", "Arica"]) | ANYTHING,
    city=ANYTHING,
    street=st.sampled_from(["Calle 1"]) | ANYTHING,
    street_number=ANYTHING,
    complement=ANYTHING,
    name=st.sampled_from(["Ana"]) | ANYTHING,
    company=ANYTHING,
    email=ANYTHING,
    phone=ANYTHING,
)
PARCELS = st.builds(
    Parcel,
    weight_g=st.integers(-5, 2_000_000),
    length_mm=st.integers(-5, 6_000),
    width_mm=st.integers(1, 50),
    height_mm=st.integers(1, 50),
    contents=st.text(st.characters(), max_size=30),
)
SETTINGS = ChilexpressSettings(
    key_coverage="k" * 8, key_rating="k" * 8, key_shipping="k" * 8, customer_card="18578680", company_rut=96756430
)


@given(ADDRESSES, ADDRESSES, st.lists(PARCELS, max_size=3), st.integers(-1, 10**14))
def test_any_addresses_become_a_request_or_a_refusal(
    origin: Address, to: Address, parcels: list[Parcel], value: int
) -> None:
    request = ShipmentRequest(
        reference="R",
        service_code="3",
        origin=origin,
        destination=to,
        parcels=tuple(parcels),
        declared_value=money(value, "CLP"),
        order_number=1,
    )
    try:
        body = sent(SETTINGS, request)
    except Rejected:
        return
    assert len(body["details"]) == len(parcels)
    for detail in body["details"]:
        assert all(address["streetName"] and address["streetNumber"] for address in detail["addresses"])
        assert all(contact["name"].isprintable() and contact["name"] for contact in detail["contacts"])
    values = [int(detail["packages"][0]["declaredValue"]) for detail in body["details"]]
    assert sum(values) == value
