"""CTT Expresso over HTTP, with envelopes written by hand: what a client meets, with every quirk of the contract sheet."""

import io
import itertools
import re
import uuid
from base64 import b64decode
from collections.abc import AsyncIterator
from html import unescape
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
from pypdf import PdfReader

from despacho_sandbox.ctt.accounts import default_account
from despacho_sandbox.ctt.simulator import CttSimulator
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.kit.trust import trusted

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNT = default_account()
BASE = "http://schemas.datacontract.org/2004/07/CTTExpressoWS"
CREATE = '"http://tempuri.org/ICTTShipmentProviderWS/CreateShipment"'
SHIPMENTS = "/CTTEWSPool/CTTShipmentProviderWS.svc"


class Client:
    """Sends envelopes, and remembers nothing."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def call(
        self, body: str, *, path: str = SHIPMENTS, action: str = CREATE, content_type: str = "text/xml; charset=utf-8"
    ) -> httpx.Response:
        headers = {"content-type": content_type, "soapaction": action}
        return await self.http.post(path, content=body.encode(), headers=headers)

    async def shipments(self, operation: str, body: str) -> httpx.Response:
        return await self.call(body, action=CREATE.replace("CreateShipment", operation))


def envelope(operation: str, inside: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:tem="http://tempuri.org/" '
        f'xmlns:ctt="{BASE}" xmlns:ctt1="{BASE}.Models.ShipmentProvider" xmlns:ctt2="{BASE}.Models.ShipmentProvider.SEPs" '
        'xmlns:arr="http://schemas.microsoft.com/2003/10/Serialization/Arrays">'
        f"<soapenv:Body><tem:{operation}>{inside}</tem:{operation}></soapenv:Body></soapenv:Envelope>"
    )


def members(prefix: str, names: dict[str, str]) -> str:
    return "".join(f"<{prefix}:{name}>{value}</{prefix}:{name}>" for name, value in names.items())


def shipment(**change: str) -> dict[str, str]:
    """The members of ``Input`` in the order of the contract's sample."""
    place = {
        "Address": "Rua X 1", "City": "Lisboa", "Country": "PT", "MobilePhone": "910000000", "Name": "Ana",
        "PTZipCode3": "001", "PTZipCode4": "1000", "PTZipCodeLocation": "Lisboa",
    }  # fmt: skip
    data = {
        "ClientReference": "#1234",
        "DeclaredValue": "0",
        "IsDevolution": "false",
        "Quantity": "1",
        "Weight": "1500",
    }
    attempts = members("ctt2", {"AttemptsNumber": "1", "InNonDeliveryCase": "PostOfficeNotiffied"})
    special = members("ctt1", {"MultipleHomeDelivery": attempts, "SpecialServiceType": "MultipleHomeDelivery"})
    inside = {
        "HasSenderInformation": "true",
        "ReceiverData": members("ctt1", {**place, "Type": "Receiver"}),
        "SenderData": members("ctt1", {**place, "Type": "Sender"}),
        "ShipmentData": members("ctt1", data),
        "SpecialServices": members("ctt1", {"SpecialService": special}),
    }
    note = {
        "ClientId": ACCOUNT.client_id,
        "ContractId": ACCOUNT.contract_id,
        "DistributionChannelId": "99",
        "ShipmentCTT": members("ctt1", {"ShipmentCTT": members("ctt1", inside)}),
        "SubProductId": "EMSF056.01",
    }
    return {
        "AuthenticationID": ACCOUNT.authentication_id,
        "DeliveryNote": members("ctt1", note),
        "RequestID": str(uuid.uuid4()),
        "UserID": ACCOUNT.user_id,
        **change,
    }


def create(operation: str = "CreateShipment", **change: str) -> str:
    return envelope(operation, f"<tem:Input>{members('ctt', shipment(**change))}</tem:Input>")


def close(first: str, last: str = "", product: str = "EMSF056.01", items: str = "ctt1") -> str:
    item = members(items, {"FirstObjectCode": first, "LastObjectCode": last or first, "SubProductCode": product})
    listed = members(items, {"ShipmentToClose": item}) if first else ""
    inside = {
        "AuthenticationID": ACCOUNT.authentication_id,
        "ClientId": ACCOUNT.client_id,
        "ContractId": ACCOUNT.contract_id,
        "DistributionChannel": "99",
        "ListOfShipmentToClose": listed,
        "RequestID": str(uuid.uuid4()),
        "UserID": ACCOUNT.user_id,
    }
    return envelope("CloseShipment", f"<tem:Input>{members('ctt', inside)}</tem:Input>")


def value(answer: httpx.Response, name: str) -> str:
    """The text of the first element of a name, whatever its prefix."""
    found = next((one for one in ET.fromstring(answer.content).iter() if one.tag.rpartition("}")[2] == name), None)
    assert found is not None, answer.text
    return found.text or ""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(speed=0, simulators=(CttSimulator,)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def ctt(sandbox: Sandbox) -> AsyncIterator[Client]:
    sandbox.reset()
    async with httpx.AsyncClient(base_url=sandbox.ctt.base_url, verify=trusted()) as http:
        yield Client(http)


async def test_the_contracts_own_sample_is_sold(ctt: Client) -> None:
    answer = await ctt.call(create())
    assert (answer.status_code, value(answer, "Status")) == (200, "Success")
    number = value(answer, "FirstObject")
    assert re.fullmatch(r"DD\d{9}PT", number)
    assert (value(answer, "LastObject"), value(answer, "ClientReference")) == (number, "#1234")
    (page,) = PdfReader(io.BytesIO(b64decode(value(answer, "File")))).pages
    assert number in page.extract_text()
    assert "LabelList/>" in answer.text


async def test_members_in_any_other_order_are_refused(ctt: Client, sandbox: Sandbox) -> None:
    right = list(shipment().items())
    for order in itertools.permutations(right):
        inside = members("ctt", dict(order))
        answer = await ctt.call(envelope("CreateShipment", f"<tem:Input>{inside}</tem:Input>"))
        if [name for name, _ in order] == [name for name, _ in right]:
            assert value(answer, "Status") == "Success"
        else:
            assert answer.status_code == 500
            assert "ordem alfab" in value(answer, "faultstring")
    assert len(sandbox.ctt.ledger.parcels) == 1


async def test_deep_inside_the_order_counts_as_well(ctt: Client) -> None:
    body = create().replace("<ctt1:Quantity>1</ctt1:Quantity>", "")
    body = body.replace("<ctt1:ClientReference>", "<ctt1:Quantity>1</ctt1:Quantity><ctt1:ClientReference>")
    answer = await ctt.call(body)
    assert "ClientReference vem depois de Quantity" in value(answer, "faultstring")


async def test_the_real_service_loses_late_members_silently(ctt: Client) -> None:
    await ctt.http.patch("/_sandbox/options", json={"lose_late_members": True})
    late = create().replace("<ctt1:ClientReference>#1234</ctt1:ClientReference>", "")
    late = late.replace("</ctt1:Weight>", "</ctt1:Weight><ctt1:ClientReference>#1234</ctt1:ClientReference>")
    answer = await ctt.call(late)
    assert (value(answer, "Status"), value(answer, "ClientReference")) == ("Success", "")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"path": "/CTTEWSPool/EventosWS.svc"}, "a:ActionNotSupported"),
        ({"action": CREATE.strip('"')}, "a:ActionNotSupported"),
        ({"action": CREATE.replace("ICTT", "CTT")}, "a:ActionNotSupported"),
        ({"action": CREATE.replace("Create", "Close")}, "a:ActionNotSupported"),
        ({"action": ""}, "a:ActionNotSupported"),
    ],
)
async def test_the_action_has_to_be_the_services(ctt: Client, change: dict[str, str], code: str) -> None:
    answer = await ctt.call(create(), **change)
    assert (answer.status_code, value(answer, "faultcode")) == (500, code)


async def test_only_soap_1_1_is_understood(ctt: Client) -> None:
    assert (await ctt.call(create(), content_type="application/soap+xml")).status_code == 415
    assert (await ctt.http.get(SHIPMENTS)).status_code == 405
    assert (await ctt.call(create(), path="/CTTEWSPool/Recolhasws.svc")).status_code == 404
    twelve = create().replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")
    assert (await ctt.call(twelve)).status_code == 500


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "{}",
        create().replace("tem:CreateShipment>", "tem:CloseShipment>"),
        create().replace("tem:Input>", "tem:Entrada>"),
        create().replace(f'"{BASE}.Models.ShipmentProvider"', f'"{BASE}"'),
        create().replace("ctt1:Weight>", "ctt1:Peso>"),
        create().replace(">1500<", ">1.5<"),
        create().replace(ACCOUNT.authentication_id, "not-a-guid"),
        create(RequestID=""),
        create().replace("<soapenv:Body>", "<soapenv:Body><a/>"),
        '<!DOCTYPE x [<!ENTITY a "b">]>' + create().partition("?>")[2],
    ],
)
async def test_what_cannot_be_read_is_a_fault(ctt: Client, sandbox: Sandbox, body: str) -> None:
    answer = await ctt.call(body)
    assert answer.status_code == 500
    assert value(answer, "faultcode").startswith("a:")
    assert not sandbox.ctt.ledger.parcels


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (ACCOUNT.authentication_id, str(uuid.UUID(int=1)), "EW9001"),
        (ACCOUNT.user_id, str(uuid.UUID(int=1)), "EW9002"),
        (ACCOUNT.contract_id, "300000009", "EW9003"),
        (">99<", ">98<", "EW9004"),
        ("EMSF056.01", "EMSF999.01", "EW9010"),
        ("#1234", "#" * 22, "EW9012"),
        (">1</ctt1:Quantity>", ">2</ctt1:Quantity>", "EW9014"),
        (">1500<", ">0<", "EW9015"),
        (">1500<", ">30001<", "EW9015"),
        ("<ctt2:AttemptsNumber>1</ctt2:AttemptsNumber>", "", "EW9016"),
        (">PT<", ">CH<", "EW9017"),
        (">Ana<", f">{'A' * 61}<", "EW9022"),
        ("910000000", "210000000", "EW9023"),
        (">1000<", ">100<", "EW9024"),
    ],
)
async def test_a_refusal_is_a_failure_with_a_code_and_comes_with_http_200(
    ctt: Client, sandbox: Sandbox, old: str, new: str, code: str
) -> None:
    answer = await ctt.call(create().replace(old, new))
    assert (answer.status_code, value(answer, "Status"), value(answer, "ErrorCode")) == (200, "Failure", code)
    assert value(answer, "Message")
    assert not sandbox.ctt.ledger.parcels


async def test_a_request_id_is_good_for_one_call(ctt: Client) -> None:
    body = create()
    assert value(await ctt.call(body), "Status") == "Success"
    assert value(await ctt.call(body), "ErrorCode") == "EW9005"


async def test_stickers_come_as_text_with_carriage_returns(ctt: Client) -> None:
    account = {
        **{name: getattr(ACCOUNT, name) for name in ACCOUNT.__struct_fields__},
        "labels": "zpl",
        "disabled_products": [],
    }
    assert (await ctt.http.post("/_sandbox/accounts", json=account)).status_code == 201
    answer = await ctt.call(create())
    assert "^XA&#xD;" in answer.text
    label = value(answer, "Label")
    assert label.count("\r") > 5
    assert f"^FD{value(answer, 'FirstObject')}^FS" in unescape(label)
    assert "DocumentsList/>" in answer.text


async def test_there_is_a_call_without_files_and_one_that_closes_at_once(ctt: Client, sandbox: Sandbox) -> None:
    bare = await ctt.shipments("CreateShipmentWithoutPrint", create("CreateShipmentWithoutPrint"))
    assert "File>" not in bare.text
    complete = await ctt.shipments("CompleteShipment", create("CompleteShipment"))
    assert "File>" in complete.text
    assert sandbox.ctt.counts() == {"open_parcels": 1, "closed_parcels": 1}
    again = await ctt.shipments("CloseShipment", close(value(complete, "FirstObject")))
    assert (value(again, "Status"), value(again, "ErrorCode")) == ("Failure", "EW0070")
    assert value(complete, "FirstObject") in value(again, "Message")


@pytest.mark.parametrize("items", ["ctt1", "ctt"])
async def test_a_range_is_closed_with_two_copies_of_its_certificate(ctt: Client, items: str) -> None:
    first, last = [value(await ctt.call(create()), "FirstObject") for _ in range(2)]
    answer = await ctt.shipments("CloseShipment", close(first, last, items=items))
    assert value(answer, "Status") == "Success"
    files = re.findall(r"<a:File>([^<]+)</a:File><a:FileName>([^<]+)</a:FileName>", answer.text)
    assert [name.rpartition("_")[2] for _, name in files] == ["ORIGINAL.pdf", "DUPLICADO.pdf"]
    for content, _ in files:
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(b64decode(content))).pages)
        assert first in text
        assert last in text


@pytest.mark.parametrize(
    ("first", "product", "code"),
    [("", "", "EW9031"), ("EQ418727568PT", "ENCF008.01", "EW9032"), ("sold", "ENCF008.01", "EW9033")],
)
async def test_what_cannot_be_closed_is_not(ctt: Client, first: str, product: str, code: str) -> None:
    sold = value(await ctt.call(create()), "FirstObject")
    answer = await ctt.shipments("CloseShipment", close(first.replace("sold", sold), product=product))
    assert value(answer, "ErrorCode") == code


async def test_events_are_told_in_lisbons_time(ctt: Client, sandbox: Sandbox) -> None:
    number = value(await ctt.call(create()), "FirstObject")
    question = envelope(
        "GetEventosObjectos_V3",
        f"<tem:ID>{ACCOUNT.authentication_id}</tem:ID><tem:NObjectos><arr:string>{number}</arr:string></tem:NObjectos>",
    )
    how = {"path": "/CTTEWSPoolHTTPS/EventosWS.svc", "action": '"http://tempuri.org/IEventosWS/GetEventosObjectos_V3"'}
    moved = await ctt.http.post("/_sandbox/advance", json={"to": "EMH", "number": number, "reason": "11"})
    assert moved.json() == {"moved": [{"number": number, "at": "EMH"}]}
    answer = await ctt.call(question, **how)
    assert re.findall(r"_CodigoEvento>(\w+)<", answer.text) == ["EMO", "EMP", "EMA", "EMF", "EMG", "EMZ", "EMH"]
    assert re.fullmatch(r"\d\d-\d\d-\d{4} \d\d:\d\d:\d\d", value(answer, "_DataEvento"))
    refused = await ctt.call(question.replace(ACCOUNT.authentication_id, str(uuid.UUID(int=1))), **how)
    assert (refused.status_code, value(refused, "string")) == (200, "Autenticação inválida")
    wrong_place = await ctt.call(question, path=SHIPMENTS, action=how["action"])
    assert wrong_place.status_code == 500
    assert sandbox.ctt.calls["track"] == 3


async def test_delivery_points_can_be_chosen(ctt: Client) -> None:
    path = "/CTTEWSPool/Referenciasws.svc"
    for parameters, codes in [
        ("LOCALIDADE:Lisboa;CODIGOPOSTAL:1700;", ["PT0002"]),
        ("ENTIDADE:3;", ["PT0006"]),
        ("LOCALIDADE:Nowhere;", []),
    ]:
        inside = f"<tem:ID>{ACCOUNT.authentication_id}</tem:ID><tem:parametros>{parameters}</tem:parametros>"
        answer = await ctt.call(
            envelope("ObterDadosPontosEntrega", inside),
            path=path,
            action='"http://tempuri.org/IReferenciasWS/ObterDadosPontosEntrega"',
        )
        assert re.findall(r"<PuP_x0020_ID>(\w+)<", answer.text) == codes
    assert "<Latitude>38,7108<" not in answer.text


async def test_controls_refuse_what_makes_no_sense(ctt: Client) -> None:
    for wrong in ({"to": "EMI"}, {"to": "somewhere", "all": True}, {"to": "EMI", "number": "EQ418727568PT"}, {"x": 1}):
        assert (await ctt.http.post("/_sandbox/advance", json=wrong)).status_code == 400
    state = (await ctt.http.get("/_sandbox/state")).json()
    assert state["accounts"][0]["client_id"] == ACCOUNT.client_id
    assert state["parcels"] == []


async def test_a_fault_is_asked_for_by_operation_though_all_share_one_address(ctt: Client) -> None:
    fault = {"kind": "fail_before", "endpoint": "close-shipment", "times": 1}
    assert (await ctt.http.post("/_sandbox/faults", json=fault)).status_code == 201
    number = value(await ctt.call(create()), "FirstObject")
    broken = await ctt.shipments("CloseShipment", close(number))
    assert (broken.status_code, value(broken, "faultcode")) == (500, "a:InternalServiceFault")
    assert value(await ctt.shipments("CloseShipment", close(number)), "Status") == "Success"
