"""Labels by the order's number: base64 or behind an address, and to whom the credentials go."""

from base64 import b64decode, b64encode

import httpx
import msgspec
import pytest

from despacho_ports.carriers import LabelFormat, LabelHandle
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable
from despacho_starken import Starken, StarkenSettings
from tests.unit.starken.conftest import Opener

PDF = b"%PDF-1.4 a label"
SECOND = LabelHandle(tracking_number="222746632-2", reference="R-2")


def told(*entries: object, status: object = 200, message: str = "OK") -> httpx.Response:
    return httpx.Response(200, json={"status": status, "message": message, "data": list(entries)})


async def printed(account: Starken, wanted: LabelFormat = LabelFormat.PDF) -> bytes:
    return (await account.reprint_label(SECOND, wanted)).content


async def test_the_second_package_gets_the_second_label(open_account: Opener) -> None:
    asked: list[httpx.Request] = []

    def carrier(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return told("eA==", b64encode(PDF).decode())

    assert await printed(open_account(carrier)) == PDF
    [request] = asked
    assert (request.method, dict(request.url.params)) == ("POST", {"ordenFlete": "222746632", "tipoSalida": "6"})
    assert b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"usuario:clave-etiqueta"
    assert "clave" not in request.headers


async def test_a_sheet_is_fetched_from_where_the_carrier_says(open_account: Opener, settings: StarkenSettings) -> None:
    addresses: list[str] = []

    def carrier(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            assert request.url.params["tipoSalida"] == "3"
            return told("", "https://files.starken.cl/a.pdf?firma=1")
        addresses.append(str(request.url))
        assert request.headers["authorization"].startswith("Basic ")
        return httpx.Response(200, content=PDF)

    sheets = msgspec.structs.replace(settings, label_size="letter")
    assert await printed(open_account(carrier, sheets)) == PDF
    assert addresses == ["https://files.starken.cl/a.pdf?firma=1"]


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/a.pdf",
        "http://files.starken.cl/a.pdf",
        "https://notstarken.cl/a.pdf",
        "https://user@files.starken.cl/a.pdf",
        "https://files.starken.cl@elsewhere.example/a.pdf",
        "https://carrier.test:8443/a.pdf",
        "https://[bad/a.pdf",
        "http://169.254.169.254/",
    ],
)
async def test_credentials_go_to_nobody_else(open_account: Opener, address: str) -> None:
    def carrier(request: httpx.Request) -> httpx.Response:
        assert request.method == "POST", f"asked {request.url}"
        return told("", address)

    with pytest.raises(Rejected) as refused:
        await printed(open_account(carrier))
    assert refused.value.code == "label-address"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (told(), Rejected),
        (told("eA=="), Rejected),
        (told("eA==", None), Rejected),
        (told("eA==", b64encode(b"\x89PNG").decode()), Rejected),
        (told("eA==", "!"), Rejected),
        (told(status=404, message="Orden de flete no existe"), Rejected),
        (told(status=401, message="No autorizado"), Unauthorized),
        (told(status=500, message="Error"), Unavailable),
        (told(status=None), Unavailable),
        (httpx.Response(200, text="<html>"), Unavailable),
        (httpx.Response(200, json={"status": 200, "data": {"a": 1}}), Rejected),
        (httpx.Response(401), Unauthorized),
        (httpx.Response(429), RateLimited),
        (httpx.Response(502), Unavailable),
    ],
)
async def test_what_is_no_label_is_told_as_such(
    open_account: Opener, answer: httpx.Response, error: type[ProviderError]
) -> None:
    with pytest.raises(error):
        await printed(open_account(lambda _: answer))


async def test_a_sheet_that_cannot_be_fetched_may_be_tomorrow(open_account: Opener) -> None:
    def carrier(request: httpx.Request) -> httpx.Response:
        return told("", "https://carrier.test/a.pdf") if request.method == "POST" else httpx.Response(410)

    with pytest.raises(Unavailable):
        await printed(open_account(carrier))


def nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"asked {request.url}")


async def test_where_the_carrier_draws_nothing_nobody_is_asked(open_account: Opener, settings: StarkenSettings) -> None:
    for wanted in (LabelFormat.ZPL, LabelFormat.EPL, LabelFormat.JPEG):
        with pytest.raises(Rejected):
            await printed(open_account(nobody), wanted)
    ours = msgspec.structs.replace(settings, label_url="", label_user="", label_password="")
    with pytest.raises(Rejected):
        await printed(open_account(nobody, ours))


async def test_what_is_no_order_of_the_carrier_is_not_asked_for(open_account: Opener) -> None:
    stranger = LabelHandle(tracking_number="CTT123", reference="R-1")
    with pytest.raises(Rejected) as refused:
        await open_account(nobody).reprint_label(stranger, LabelFormat.PDF)
    assert refused.value.not_found
