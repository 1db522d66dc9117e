"""The account at work with a carrier played by hand: what a broken exchange proves, and how closing is repeated."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable

import httpx
import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_ctt import Ctt
from despacho_ctt.closing import AT_ONCE
from despacho_ctt.s10 import object_number
from despacho_ports.carriers import LabelHandle, ManifestRequest, ShipmentRequest
from despacho_ports.errors import ProviderError, Rejected, Unauthorized, Unavailable, Uncertain

Handler = Callable[[httpx.Request], httpx.Response]
Opener = Callable[[Handler], Ctt]
Reply = Callable[..., httpx.Response]

NUMBERS = tuple(object_number("DD", serial) for serial in range(4))
LABELS = tuple(
    LabelHandle(tracking_number=number, reference=f"DSP-1-{piece}", group=f"7{piece // 2}", service_code="EMSF056.01")
    for piece, number in enumerate(NUMBERS)
)
MANIFEST = ManifestRequest(reference="M-1", labels=LABELS)
PDF = b"%PDF-1.4 certificate"


class Carrier:
    """Answers in order, and remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def closed(self) -> list[list[str]]:
        """The objects of each call to close, in order."""
        bodies = (request.content.decode() for request in self.asked)
        return [re.findall(r"FirstObjectCode>(\w+)<", body) for body in bodies]


def certificates(*contents: bytes) -> str:
    data = "".join(f"<a:DocumentData><a:File>{b64encode(one).decode()}</a:File></a:DocumentData>" for one in contents)
    return f"<a:DocumentsList>{data}</a:DocumentsList><a:Status>Success</a:Status>"


def refused(*errors: tuple[str, str]) -> str:
    data = "".join(
        f"<a:ErrorData><a:ErrorCode>{code}</a:ErrorCode><a:Message>{text}</a:Message></a:ErrorData>"
        for code, text in errors
    )
    return f"<a:ErrorsList>{data}</a:ErrorsList><a:Status>Failure</a:Status>"


def closed_already(*numbers: str) -> str:
    return refused(*(("EW0070", f"Shipment of object number {number} is already closed") for number in numbers))


@pytest.mark.parametrize(
    ("broken", "never_sent"),
    [
        (httpx.ConnectError("refused"), True),
        (httpx.ConnectTimeout("slow"), True),
        (httpx.PoolTimeout("busy"), True),
        (httpx.ReadTimeout("slow"), False),
        (httpx.WriteTimeout("slow"), False),
        (httpx.ReadError("cut"), False),
        (httpx.RemoteProtocolError("cut"), False),
    ],
)
async def test_only_what_was_never_sent_certainly_did_nothing(
    open_account: Opener, request_to_buy: ShipmentRequest, broken: Exception, never_sent: bool
) -> None:
    account = open_account(Carrier(broken, broken, broken))
    with pytest.raises(Unavailable if never_sent else Uncertain):
        await account.buy_shipment(request_to_buy)
    with pytest.raises(Unavailable if never_sent else Uncertain):
        await account.close_manifest(MANIFEST)
    with pytest.raises(Unavailable):
        await account.track_shipments(LABELS)


async def test_each_operation_goes_to_its_service_with_its_action(
    open_account: Opener, request_to_buy: ShipmentRequest, reply: Reply
) -> None:
    carrier = Carrier(
        reply("CreateShipment", refused(("EW1", "Não"))),
        reply("CloseShipment", certificates()),
        reply("GetEventosObjectos_V3", ""),
        reply("ObterTodosPontosEntrega", ""),
        reply("ObterTodosPontosEntregaES", ""),
    )
    account = open_account(carrier)
    with pytest.raises(Rejected, match="Não"):
        await account.buy_shipment(request_to_buy)
    await account.close_manifest(MANIFEST)
    await account.check_account()
    assert await account.list_pickup_points(Address(country="PT")) == []
    assert await account.list_pickup_points(Address(country="ES")) == []
    told = [
        (str(one.url).removeprefix("https://carrier.test/CTTEWSPoolHTTPS/"), one.headers["soapaction"])
        for one in carrier.asked
    ]
    assert told == [
        ("CTTShipmentProviderWS.svc", '"http://tempuri.org/ICTTShipmentProviderWS/CreateShipment"'),
        ("CTTShipmentProviderWS.svc", '"http://tempuri.org/ICTTShipmentProviderWS/CloseShipment"'),
        ("EventosWS.svc", '"http://tempuri.org/IEventosWS/GetEventosObjectos_V3"'),
        ("Referenciasws.svc", '"http://tempuri.org/IReferenciasWS/ObterTodosPontosEntrega"'),
        ("Referenciasws.svc", '"http://tempuri.org/IReferenciasWS/ObterTodosPontosEntregaES"'),
    ]
    assert {one.headers["content-type"] for one in carrier.asked} == {"text/xml; charset=utf-8"}


async def test_every_call_has_a_request_id_of_its_own(open_account: Opener, reply: Reply) -> None:
    carrier = Carrier(reply("CloseShipment", certificates()), reply("CloseShipment", certificates()))
    account = open_account(carrier)
    for _ in range(2):
        await account.close_manifest(MANIFEST)
    ids = [re.findall(r"RequestID>([^<]+)<", one.content.decode()) for one in carrier.asked]
    assert len({one for (one,) in ids}) == 2


async def test_closing_has_minutes_and_nothing_else_has(open_account: Opener, reply: Reply) -> None:
    carrier = Carrier(reply("CloseShipment", certificates()), reply("GetEventosObjectos_V3", ""))
    account = open_account(carrier)
    await account.close_manifest(MANIFEST)
    await account.check_account()
    assert [one.extensions["timeout"]["read"] for one in carrier.asked] == [300.0, 5.0]


async def test_equal_copies_of_a_certificate_are_kept_once(open_account: Opener, reply: Reply) -> None:
    carrier = Carrier(reply("CloseShipment", certificates(PDF, PDF, PDF + b" duplicate", b"not a pdf")))
    closed = await open_account(carrier).close_manifest(MANIFEST)
    assert (closed.references, closed.documents) == (("70", "71"), (PDF, PDF + b" duplicate"))


async def test_what_is_closed_already_is_taken_off_the_list(open_account: Opener, reply: Reply) -> None:
    carrier = Carrier(
        reply("CloseShipment", closed_already(NUMBERS[0], NUMBERS[2])), reply("CloseShipment", certificates(PDF))
    )
    closed = await open_account(carrier).close_manifest(MANIFEST)
    assert carrier.closed() == [list(NUMBERS), [NUMBERS[1], NUMBERS[3]]]
    assert closed.documents == (PDF,)


async def test_a_carrier_that_names_nothing_is_asked_one_by_one(open_account: Opener, reply: Reply) -> None:
    unnamed = reply("CloseShipment", refused(("EW0070", "")))
    answers = [unnamed, reply("CloseShipment", certificates(PDF)), unnamed, unnamed, unnamed]
    carrier = Carrier(*answers)
    closed = await open_account(carrier).close_manifest(MANIFEST)
    assert carrier.closed() == [list(NUMBERS), *([one] for one in NUMBERS)]
    assert closed.documents == (PDF,)


async def test_one_by_one_is_some_at_a_time(open_account: Opener, reply: Reply) -> None:
    unnamed, under_way, most = reply("CloseShipment", refused(("EW0070", ""))), 0, 0

    async def carrier(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return unnamed

    numbers = [object_number("EQ", 50_000_000 + at) for at in range(AT_ONCE * 3)]
    labels = tuple(msgspec.structs.replace(LABELS[0], tracking_number=number) for number in numbers)
    await open_account(carrier).close_manifest(ManifestRequest(reference="M-1", labels=labels))  # type: ignore[arg-type]  # may wait
    assert most == AT_ONCE


async def test_all_closed_already_is_closed(open_account: Opener, reply: Reply) -> None:
    carrier = Carrier(reply("CloseShipment", closed_already(*NUMBERS)))
    closed = await open_account(carrier).close_manifest(MANIFEST)
    assert (closed.references, closed.documents) == (("70", "71"), ())
    assert len(carrier.asked) == 1


async def test_a_foreign_number_in_the_refusal_ends_nothing_early(open_account: Opener, reply: Reply) -> None:
    foreign = reply("CloseShipment", closed_already("EQ418727568PT"))
    carrier = Carrier(foreign, *[reply("CloseShipment", certificates(PDF))] * 4)
    await open_account(carrier).close_manifest(MANIFEST)
    assert carrier.closed() == [list(NUMBERS), *([one] for one in NUMBERS)]


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        (refused(("EW0070", f"{NUMBERS[0]} already closed"), ("EW5", "Object does not exist")), Rejected),
        (refused(("EW5", "AuthenticationID inválido")), Unauthorized),
        ("<a:Status>Failure</a:Status>", Rejected),
        (
            "<a:Status>Success</a:Status><a:ErrorsList><a:ErrorData><a:Message>Não</a:Message></a:ErrorData></a:ErrorsList>",
            Rejected,
        ),
        ("", Uncertain),
        ("<a:Status>?</a:Status>", Uncertain),
    ],
)
async def test_a_close_that_is_refused_for_another_reason_is_refused(
    open_account: Opener, reply: Reply, members: str, kind: type[ProviderError]
) -> None:
    carrier = Carrier(reply("CloseShipment", members))
    with pytest.raises(kind):
        await open_account(carrier).close_manifest(MANIFEST)
    assert len(carrier.asked) == 1


@pytest.mark.parametrize("change", [{"tracking_number": "712100833401"}, {"service_code": ""}, {"service_code": "3"}])
async def test_a_label_that_cannot_be_closed_is_said_before_anything_is_asked(
    open_account: Opener, change: dict[str, str]
) -> None:
    odd = msgspec.structs.replace(LABELS[0], **change)
    carrier = Carrier()
    with pytest.raises(Rejected) as wrong:
        await open_account(carrier).close_manifest(ManifestRequest(reference="M-1", labels=(*LABELS, odd)))
    assert wrong.value.field in change
    assert carrier.asked == []


async def test_fifty_are_tracked_with_one_question_and_foreign_numbers_with_none(
    open_account: Opener, reply: Reply
) -> None:
    labels = [LabelHandle(tracking_number=object_number("DD", serial), reference="") for serial in range(51)]
    foreign = LabelHandle(tracking_number="712100833401", reference="")
    carrier = Carrier(*[reply("GetEventosObjectos_V3", "")] * 2)
    reports = await open_account(carrier).track_shipments([*labels, foreign])
    assert len(reports) == 52
    assert [one.problem is not None for one in reports if one.tracking_number == foreign.tracking_number] == [True]
    assert [one.content.count(b"arr:string>") // 2 for one in carrier.asked] == [50, 1]


async def test_secrets_are_in_no_error(open_account: Opener, request_to_buy: ShipmentRequest, reply: Reply) -> None:
    account = open_account(Carrier(httpx.ReadTimeout("slow"), httpx.Response(500), reply("CreateShipment", "")))
    for _ in range(3):
        with pytest.raises(ProviderError) as raised:
            await account.buy_shipment(request_to_buy)
        assert "c0ffee" not in f"{raised.value!r} {raised.value.__cause__!r}"
