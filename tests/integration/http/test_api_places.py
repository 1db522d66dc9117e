"""Where orders go, over the API: the comuna, or the question that a person answers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from despacho_core.addresses import Address
from tests.web import API, Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


def ok(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


async def place_of(web: Web, address: Address | None) -> Any:
    order = await web.order()
    await web.delivered_to(order, address)
    return ok(await web.api.get(f"{API}/orders/{order.id}"))["place"]


async def test_an_order_says_the_comuna_that_it_goes_to(web: Web) -> None:
    place = await place_of(
        web, Address(country="CL", municipality="pto. montt", region="Los Lagos", city="Puerto Montt")
    )
    assert place == {
        "matched_by": "exact",
        "comuna": {
            "country": "CL",
            "code": "10101",
            "name": "Puerto Montt",
            "region": "CL-LL",
            "region_name": "Los Lagos",
        },
        "candidates": [],
        "region_differs": False,
        "region": "CL-LL",
        "postcode": None,
        "zone": None,
    }


async def test_an_order_to_a_place_in_doubt_offers_what_it_may_be(web: Web) -> None:
    place = await place_of(web, Address(country="CL", municipality="Florida", region_code="12"))
    assert (place["matched_by"], place["comuna"], place["region"]) == ("ambiguous", None, "CL-RM")
    assert [(one["name"], one["region"]) for one in place["candidates"]] == [
        ("La Florida", "CL-RM"),
        ("Florida", "CL-BI"),
    ]


async def test_an_order_to_portugal_has_a_postcode_and_its_zone(web: Web) -> None:
    place = await place_of(web, Address(country="PT", city="Funchal", postal_code="9000 123"))
    assert (place["comuna"]["code"], place["postcode"], place["zone"]) == ("3103", "9000-123", "madeira")


async def test_an_order_that_goes_nowhere_has_no_place(web: Web) -> None:
    assert await place_of(web, None) is None
    elsewhere = await place_of(web, Address(country="AR", municipality="Mendoza"))
    assert (elsewhere["matched_by"], elsewhere["candidates"]) == ("unknown", [])


async def test_an_order_as_the_store_gives_it_goes_to_a_comuna_that_is_known(web: Web) -> None:
    order = await web.order()
    shown = ok(await web.api.get(f"{API}/orders/{order.id}"))
    assert shown["place"]["matched_by"] == "exact"
    assert shown["place"]["comuna"]["name"] == shown["order"]["shipping_address"]["municipality"]


@pytest.mark.parametrize(
    ("asked", "matched_by", "names"),
    [
        ({"name": "Ñuñoa, RM"}, "exact", ["Ñuñoa"]),
        ({"name": "San Pedro", "region": "CL-BI"}, "alias", ["San Pedro de la Paz"]),
        ({"name": "Calheta", "country": "PT", "postal_code": "9370-001"}, "exact", ["Calheta"]),
        ({"name": "Lagoa", "country": "PT"}, "ambiguous", ["Lagoa", "Lagoa"]),
        ({"name": "Atlantis"}, "unknown", []),
        ({"name": "Mendoza", "country": "AR"}, "unknown", []),
    ],
)
async def test_a_name_is_looked_up_for_whoever_types_it(
    web: Web, asked: dict[str, str], matched_by: str, names: list[str]
) -> None:
    place = ok(await web.api.get(f"{API}/places", params=asked))
    found = [place["comuna"]] if place["comuna"] else place["candidates"]
    assert (place["matched_by"], [one["name"] for one in found]) == (matched_by, names)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": ""},
        {"name": "x" * 201},
        {"name": "Lota", "country": "Chile"},
        {"name": "Lota", "region": "x" * 201},
    ],
)
async def test_a_question_without_a_name_or_out_of_bounds_is_refused(web: Web, asked: dict[str, str]) -> None:
    assert problem(await web.api.get(f"{API}/places", params=asked)) == (422, "invalid-parameter")
