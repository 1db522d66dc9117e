"""What a carrier's mapping costs: a cart as Chilexpress's question, and its answer as rates (contract/carriers.md 1.3)."""

from __future__ import annotations

import timeit
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from bench.ground import Ground
from bench.results import Measure, median, spread
from despacho_chilexpress.rating import SERVICES, added_up, questions, read_rates
from despacho_chilexpress.settings import ChilexpressSettings
from despacho_core.addresses import Address
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_ports.calls import Answer
from tests.town import CHILEXPRESS

REACH_US = 100.0
ROUNDS = 15
REPEATS = 400

_REQUEST = RateRequest(
    origin=Address(country="CL", region="Metropolitana", municipality="Providencia"),
    destination=Address(country="CL", region="Valparaíso", municipality="Viña del Mar"),
    parcels=(Parcel(weight_g=1500, length_mm=300, width_mm=200, height_mm=150),),
    declared_value=Money(Decimal(24990), "CLP"),
)
_OFFERED = 4
"""So many services stand in the answer: a usual one between two cities names three or four."""


def measure(_ground: Ground) -> Iterator[Measure]:
    """The median time of there and back."""
    settings = msgspec.convert(CHILEXPRESS, ChilexpressSettings)
    answer = Answer(200, _body())

    def there_and_back() -> int:
        asked = questions(settings, _REQUEST)
        return len(added_up(asked, [read_rates(answer)]))

    if there_and_back() != _OFFERED:
        raise RuntimeError("the answer was not understood")
    times = [one / REPEATS * 1e6 for one in timeit.repeat(there_and_back, number=REPEATS, repeat=ROUNDS)]
    yield Measure(
        name="quote_mapping",
        value=median(times),
        unit="µs",
        reach=REACH_US,
        note=f"one parcel asked, {_OFFERED} services of {len(answer.body)} octets read and added up; rounds {spread(times)}",
    )


def _body() -> bytes:
    options = [
        {
            "serviceTypeCode": code,
            "serviceDescription": name.upper(),
            "didUseVolumetricWeight": False,
            "finalWeight": "2.00",
            "serviceValue": str(3000 + 400 * code),
            "serviceValueDiscount": str(2800 + 400 * code),
            "conditions": "",
            "deliveryType": 0,
            "additionalServices": [
                {"serviceTypeCode": 417, "serviceDescription": "COBERTURA", "serviceValue": "1", "required": False}
            ],
        }
        for code, name in list(SERVICES.items())[:_OFFERED]
    ]
    whole = {"data": {"courierServiceOptions": options}, "statusCode": 0, "statusDescription": "OK", "errors": None}
    return msgspec.json.encode(whole)
