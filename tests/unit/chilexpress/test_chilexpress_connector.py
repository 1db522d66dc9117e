"""The account at work with a carrier played by hand: what a broken exchange proves, and what is asked instead."""

import asyncio
from base64 import b64encode
from collections.abc import Callable

import httpx
import msgspec
import pytest

from despacho_chilexpress import Chilexpress
from despacho_core.quotes import RateRequest
from despacho_ports.carriers import LabelFormat, LabelHandle, ManifestRequest, ShipmentRequest
from despacho_ports.errors import ProviderError, Rejected, Unauthorized, Unavailable, Uncertain

Handler = Callable[[httpx.Request], httpx.Response]
Opener = Callable[[Handler], Chilexpress]
Reply = Callable[..., httpx.Response]

LABELS = tuple(
    LabelHandle(tracking_number=f"71210083340{piece}", reference=f"DSP-1-{piece}", group="712100832940")
    for piece in (1, 2)
)
MANIFEST = ManifestRequest(reference="M-1", labels=LABELS)
PDF = b"%PDF-1.4 certificate"
PREFIX = "/transport-orders/api/v1.0"


class Carrier:
    """Answers by path, in order, and remembers what it was asked."""

    def __init__(self, **answers: list[httpx.Response | Exception]) -> None:
        self.answers = answers
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        name = f"{request.method}_{request.url.path.rsplit('/', 1)[-1]}".replace("-", "_").lower()
        answer = self.answers[name].pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def bodies(self) -> list[object]:
        return [msgspec.json.decode(request.content) for request in self.asked if request.content]


def certificate(**change: object) -> dict[str, object]:
    row = {"certificateNumber": "712100832940", "printedDate": "21-11-2026", "imagePdf": b64encode(PDF).decode()}
    return {**row, **change}


@pytest.mark.parametrize(
    ("broken", "never_sent"),
    [
        (httpx.ConnectError("refused"), True),
        (httpx.ConnectTimeout("slow"), True),
        (httpx.PoolTimeout("busy"), True),
        (httpx.ReadTimeout("slow"), False),
        (httpx.ReadError("cut"), False),
        (httpx.RemoteProtocolError("cut"), False),
        (httpx.WriteError("cut"), False),
        (httpx.DecodingError("gzip"), False),
    ],
)
async def test_a_broken_purchase_is_uncertain_unless_it_never_left(
    open_account: Opener, request_to_buy: ShipmentRequest, broken: Exception, never_sent: bool
) -> None:
    account = open_account(Carrier(post_transport_orders=[broken]))
    with pytest.raises(Unavailable if never_sent else Uncertain):
        await account.buy_shipment(request_to_buy)


@pytest.mark.parametrize("broken", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.ReadError("cut")])
async def test_a_broken_question_can_be_asked_again(open_account: Opener, cart: RateRequest, broken: Exception) -> None:
    with pytest.raises(Unavailable):
        await open_account(Carrier(post_business=[broken])).quote_rates(cart)


async def test_errors_of_the_hubs_own_client_pass_through(open_account: Opener, cart: RateRequest) -> None:
    with pytest.raises(Unavailable, match="circuit"):
        await open_account(Carrier(post_business=[Unavailable("the circuit is open")])).quote_rates(cart)


async def test_each_product_is_asked_with_its_own_key(open_account: Opener, reply: Reply) -> None:
    rates = reply({"courierServiceOptions": [{"serviceTypeCode": 3, "serviceValue": "10"}]})
    carrier = Carrier(
        get_regions=[reply(regions=[])],
        post_business=[rates],
        post_tracking=[reply(None, code=-1, text="No existe", status=400)],
    )
    report = await open_account(carrier).check_account()
    assert report.ok
    assert [(one.url.path, one.headers["ocp-apim-subscription-key"]) for one in carrier.asked] == [
        ("/georeference/api/v1.0/regions", "coverage-key"),
        ("/rating/api/v1.0/rates/business", "rating-key"),
        (f"{PREFIX}/tracking", "shipping-key"),
    ]
    assert {one.headers["content-type"] for one in carrier.asked} == {"application/json"}


async def test_a_refused_key_fails_the_test_of_the_account(open_account: Opener, reply: Reply) -> None:
    denied = httpx.Response(401, json={"statusCode": 401, "message": "Access denied due to invalid subscription key."})
    with pytest.raises(Unauthorized, match="invalid subscription key"):
        await open_account(Carrier(get_regions=[denied])).check_account()


async def test_distinct_parcels_are_priced_at_the_same_time(
    open_account: Opener, request_to_buy: ShipmentRequest, cart: RateRequest, reply: Reply
) -> None:
    both_asked = asyncio.Event()
    asked = []

    async def carrier(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == 2:
            both_asked.set()
        await asyncio.wait_for(both_asked.wait(), 5)
        weight = msgspec.json.decode(request.content)["package"]["weight"]
        found = [{"serviceTypeCode": 3, "serviceValue": "100" if weight == "1.51" else "11"}]
        return reply(
            {"courierServiceOptions": found + [{"serviceTypeCode": 2, "serviceValue": "7"}] * (weight == "1.51")}
        )

    small = request_to_buy.parcels[1]
    request = msgspec.structs.replace(cart, parcels=(*request_to_buy.parcels, small))
    rates = await open_account(carrier).quote_rates(request)  # type: ignore[arg-type]  # MockTransport awaits it
    assert [(rate.service_code, rate.price.plain()) for rate in rates] == [("3", "122")]
    assert len(asked) == 2


async def test_nothing_is_asked_about_places_without_coverage(open_account: Opener, cart: RateRequest) -> None:
    away = msgspec.structs.replace(cart, destination=msgspec.structs.replace(cart.destination, municipality="Alhué"))
    carrier = Carrier()
    assert await open_account(carrier).quote_rates(away) == []
    assert carrier.asked == []


def tracked(reference: str, number: object) -> dict[str, object]:
    order = {"transportOrderNumber": number, "reference": reference, "certificateNumber": "712100832940"}
    return {"transportOrderData": order, "trackingEvents": None}


async def test_a_shipment_is_found_by_the_references_of_its_pieces(
    open_account: Opener, request_to_buy: ShipmentRequest, reply: Reply
) -> None:
    carrier = Carrier(
        post_tracking=[reply(tracked("DSP-1-1", "11")), reply([tracked("DSP-1-2", 12)])],
        post_transport_orders_labels=[
            reply({"detail": [{"barcode": "61003033110000000000110"}]}),
            reply({"detail": {"barcode": "61003033110000000000120"}}),
        ],
    )
    found = await open_account(carrier).find_shipment(request_to_buy)
    assert found is not None
    assert [(one.piece, one.tracking_number, one.barcode, one.group, one.documents) for one in found.labels] == [
        (1, "11", "61003033110000000000110", "712100832940", ()),
        (2, "12", "61003033110000000000120", "712100832940", ()),
    ]
    assert carrier.bodies()[:2] == [
        {"reference": f"DSP-1-{piece}", "transportOrderNumber": 0, "rut": 96756430, "showTrackingEvents": 1}
        for piece in (1, 2)
    ]


async def test_what_the_carrier_knows_in_part_is_found_in_part(
    open_account: Opener, request_to_buy: ShipmentRequest, reply: Reply
) -> None:
    unknown = reply(None, code=-1, text="No existe información", status=400)
    carrier = Carrier(
        post_tracking=[reply(tracked("DSP-1-1", "11")), unknown],
        post_transport_orders_labels=[httpx.Response(500)],
    )
    found = await open_account(carrier).find_shipment(request_to_buy)
    assert found is not None
    assert [(one.piece, one.barcode) for one in found.labels] == [(1, "")], (
        "a reprint that fails costs the barcode alone"
    )
    assert found.refusals == ("DSP-1-2: Chilexpress knows no such order.",)


async def test_what_the_carrier_does_not_know_at_all_is_none(
    open_account: Opener, request_to_buy: ShipmentRequest, reply: Reply
) -> None:
    carrier = Carrier(post_tracking=[reply(None, code=-1, text="No existe", status=400), reply(None, code=-1, text="")])
    assert await open_account(carrier).find_shipment(request_to_buy) is None


@pytest.mark.parametrize(
    ("data", "envelope"),
    [
        (None, {"code": -1, "text": "La orden de transporte consultada no se corresponde al RUT", "status": 400}),
        (None, {"code": -1, "text": "El JSON de entrada no es válido", "status": 400}),
        (None, {"code": -1, "text": "Ocurrió un error inesperado, intente más tarde", "status": 400}),
        (None, {"code": 7, "text": "No existe"}),
        (None, {}),
        ([], {}),
        (tracked("DSP-1-1", None), {}),
        (tracked("SOMEBODY-ELSES", "99"), {}),
        (None, {"status": 500}),
        (None, {"status": 404}),
    ],
)
async def test_an_answer_that_proves_nothing_is_never_taken_for_not_found(
    open_account: Opener, request_to_buy: ShipmentRequest, reply: Reply, data: object, envelope: dict[str, object]
) -> None:
    request = msgspec.structs.replace(request_to_buy, parcels=request_to_buy.parcels[:1])
    carrier = Carrier(post_tracking=[reply(data, **envelope)])
    with pytest.raises(Unavailable):
        await open_account(carrier).find_shipment(request)


async def test_a_certificate_is_closed_once_for_all_its_labels(open_account: Opener, reply: Reply) -> None:
    carrier = Carrier(put_transport_order_certificates=[reply(closedCertificate=certificate())])
    closed = await open_account(carrier).close_manifest(MANIFEST)
    assert (closed.references, closed.documents) == (("712100832940",), (PDF,))
    assert carrier.bodies() == [{"certificateNumber": 712100832940, "certificateType": 1, "dropNumber": 0}]


@pytest.mark.parametrize("nested", [False, True])
async def test_a_closed_certificate_may_come_in_data(open_account: Opener, reply: Reply, nested: bool) -> None:
    data = {"closedCertificate": certificate()} if nested else certificate(certificateNumber=712100832940)
    closed = await open_account(Carrier(put_transport_order_certificates=[reply(data)])).close_manifest(MANIFEST)
    assert (closed.references, closed.documents) == (("712100832940",), (PDF,))


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("slow"), httpx.Response(500), httpx.Response(200, content=b"{")])
async def test_a_lost_close_is_settled_by_reading(
    open_account: Opener, reply: Reply, lost: httpx.Response | Exception
) -> None:
    carrier = Carrier(put_transport_order_certificates=[lost], get_712100832940=[reply(certificate())])
    closed = await open_account(carrier).close_manifest(MANIFEST)
    assert closed.documents == (PDF,)


async def test_a_lost_close_that_did_nothing_can_be_repeated(open_account: Opener, reply: Reply) -> None:
    still_open = reply(certificate(printedDate=None, imagePdf=None))
    carrier = Carrier(put_transport_order_certificates=[httpx.Response(500)], get_712100832940=[still_open])
    with pytest.raises(Unavailable, match="not closed"):
        await open_account(carrier).close_manifest(MANIFEST)


async def test_a_close_without_any_answer_is_uncertain(open_account: Opener) -> None:
    carrier = Carrier(put_transport_order_certificates=[httpx.Response(500)], get_712100832940=[httpx.Response(500)])
    with pytest.raises(Uncertain):
        await open_account(carrier).close_manifest(MANIFEST)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("El certificado ya se encuentra cerrado", {"imagePdf": None, "printedDate": None}),
        ("No es posible", {"imagePdf": None}),
        ("No es posible", {"imagePdf": b64encode(b"<html>").decode()}),
    ],
)
async def test_closed_already_is_closed_even_without_a_document(
    open_account: Opener, reply: Reply, text: str, row: dict[str, object]
) -> None:
    carrier = Carrier(
        put_transport_order_certificates=[reply(None, code=-1, text=text, status=400)],
        get_712100832940=[reply(certificate(**row))],
    )
    closed = await open_account(carrier).close_manifest(MANIFEST)
    assert (closed.references, closed.documents) == (("712100832940",), ())


async def test_a_close_that_is_refused_for_another_reason_is_refused(open_account: Opener, reply: Reply) -> None:
    carrier = Carrier(
        put_transport_order_certificates=[reply(None, code=-1, text="El certificado no existe", status=400)],
        get_712100832940=[reply(None, code=-1, text="El certificado no existe", status=400)],
    )
    with pytest.raises(Rejected, match="no existe"):
        await open_account(carrier).close_manifest(MANIFEST)


async def test_a_document_that_was_left_out_is_read_again(open_account: Opener, reply: Reply) -> None:
    carrier = Carrier(
        put_transport_order_certificates=[reply(closedCertificate=certificate(imagePdf="not a pdf"))],
        get_712100832940=[reply(certificate())],
    )
    closed = await open_account(carrier).close_manifest(MANIFEST)
    assert closed.documents == (PDF,)


async def test_labels_without_certificate_are_asked_about(open_account: Opener, reply: Reply) -> None:
    label = msgspec.structs.replace(LABELS[0], group=None)
    carrier = Carrier(
        post_tracking=[reply(tracked("DSP-1-1", label.tracking_number))],
        put_transport_order_certificates=[reply(closedCertificate=certificate())],
    )
    closed = await open_account(carrier).close_manifest(ManifestRequest(reference="M-1", labels=(label,)))
    assert closed.references == ("712100832940",)


async def test_a_label_that_is_on_no_certificate_cannot_be_closed(open_account: Opener, reply: Reply) -> None:
    label = msgspec.structs.replace(LABELS[0], group="")
    unknown = reply(None, code=-1, text="No existe", status=400)
    account = open_account(Carrier(post_tracking=[unknown]))
    with pytest.raises(Rejected) as refused:
        await account.close_manifest(ManifestRequest(reference="M-1", labels=(label,)))
    assert refused.value.code == "no-certificate"


async def test_many_are_tracked_with_one_question(open_account: Opener, reply: Reply) -> None:
    rows = [tracked(one.reference, one.tracking_number) for one in reversed(LABELS)]
    carrier = Carrier(post_bulk=[reply(rows[:1])])
    reports = await open_account(carrier).track_shipments(LABELS)
    assert [(one.tracking_number, one.events, one.problem) for one in reports] == [
        (one.tracking_number, (), None) for one in LABELS
    ]
    assert len(carrier.asked) == 1


@pytest.mark.parametrize(
    "missing", [httpx.Response(404), httpx.Response(400, json={"statusCode": -1, "statusDescription": "No"})]
)
async def test_without_the_bulk_call_each_is_asked_for(
    open_account: Opener, reply: Reply, missing: httpx.Response
) -> None:
    unknown = reply(None, code=-1, text="No existe", status=400)
    foreign = reply(None, code=-1, text="La orden no se corresponde al RUT", status=400)
    carrier = Carrier(post_bulk=[missing], post_tracking=[unknown, foreign])
    reports = await open_account(carrier).track_shipments(LABELS)
    assert [(one.events, one.problem) for one in reports] == [((), None), ((), "La orden no se corresponde al RUT")]


async def test_fifty_at_a_time(open_account: Opener, reply: Reply) -> None:
    labels = [LabelHandle(tracking_number=str(number), reference="") for number in range(1, 102)]
    carrier = Carrier(post_bulk=[reply([]), reply([])], post_tracking=[reply(tracked("", "101"))])
    assert len(await open_account(carrier).track_shipments(labels)) == 101
    assert len(carrier.asked) == 3


async def test_numbers_that_are_not_the_carriers_are_not_asked_about(open_account: Opener) -> None:
    foreign = LabelHandle(tracking_number="RR123456785PT", reference="")
    carrier = Carrier()
    (report,) = await open_account(carrier).track_shipments([foreign])
    assert report.problem is not None
    with pytest.raises(Rejected):
        await open_account(carrier).reprint_label(foreign, LabelFormat.PDF)
    assert carrier.asked == []


async def test_an_error_of_one_piece_is_the_error_of_all(
    open_account: Opener, request_to_buy: ShipmentRequest, reply: Reply
) -> None:
    carrier = Carrier(post_tracking=[reply(tracked("DSP-1-1", "11")), httpx.Response(500)])
    with pytest.raises(ProviderError):
        await open_account(carrier).find_shipment(request_to_buy)
