"""Karrio's side: its MyDHL and generic connectors against answers that never left the process. Prints one JSON object.

Run by an interpreter that has Karrio and nothing of ours (``requirements/karrio.txt``); logging off, as a user who measures
would have it. The answers are made up here, of the size and shape that its parsers read.
"""

import base64
import json
import os
import sys
import time
from pathlib import Path

BEGUN = time.perf_counter()

from loguru import logger  # noqa: E402 - the clock starts before the imports

logger.remove()

import karrio.sdk as karrio  # noqa: E402
from karrio import lib  # noqa: E402
from karrio.core.models import RateRequest, ShipmentRequest, TrackingRequest  # noqa: E402

logger.remove()
_ = karrio.gateway.providers
IMPORTED = time.perf_counter() - BEGUN

ACCOUNTS = 24
TAKES_S = 0.2
LABEL = base64.b64encode(os.urandom(10_000)).decode()
PERSON = {"person_name": "Ana Soto", "phone_number": "5622223333", "email": "ana@example.com"}
ORIGIN = {"address_line1": "Av. Providencia 1234", "city": "Santiago", "postal_code": "7500000", "country_code": "CL"}
TARGET = {
    "address_line1": "Calle Valparaíso 55",
    "city": "Viña del Mar",
    "postal_code": "2520000",
    "country_code": "CL",
}
PARCEL = {"weight": 1.5, "length": 30.0, "width": 20.0, "height": 15.0, "weight_unit": "KG", "dimension_unit": "CM"}
ADDRESSES = {"shipper": {**ORIGIN, **PERSON}, "recipient": {**TARGET, **PERSON}}

RATES = json.dumps(
    {
        "products": [
            {
                "productName": f"EXPRESS {code}",
                "productCode": code,
                "localProductCode": code,
                "networkTypeCode": "TD",
                "totalPrice": [{"currencyType": "BILLC", "priceCurrency": "CLP", "price": 3990 + number * 400}],
                "totalPriceBreakdown": [
                    {"priceCurrency": "CLP", "priceBreakdown": [{"typeCode": "SPRQT", "price": 3990 + number * 400}]}
                ],
                "deliveryCapabilities": {
                    "estimatedDeliveryDateAndTime": "2026-11-25T23:59:00",
                    "totalTransitDays": 1 + number,
                },
            }
            for number, code in enumerate("NPKD")
        ]
    }
)
SHIPPED = json.dumps(
    {
        "shipmentTrackingNumber": "1234567890",
        "trackingUrl": "https://carrier.example/1234567890",
        "packages": [{"referenceNumber": 1, "trackingNumber": "JD014600006281230704"}],
        "documents": [{"imageFormat": "PDF", "content": LABEL, "typeCode": "label"}],
    }
)
TRACKED = json.dumps(
    {
        "shipments": [
            {
                "shipmentTrackingNumber": "1234567890",
                "status": "Success",
                "events": [
                    {
                        "date": f"2026-11-{20 - number:02d}",
                        "time": "10:15:00",
                        "typeCode": code,
                        "description": words,
                        "serviceArea": [{"code": "SCL", "description": "Santiago-CL"}],
                    }
                    for number, (code, words) in enumerate(
                        [("WC", "With delivery courier"), ("AR", "Arrived"), ("DF", "Departed"), ("PU", "Picked up")]
                    )
                ],
            }
        ]
    }
)


def microseconds(operation, repeats, rounds):
    """The time of one operation in each of several rounds."""
    operation()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        for _ in range(repeats):
            operation()
        taken.append((time.perf_counter() - begun) / repeats * 1e6)
    return taken


def done(answered):
    """What came of an operation; its messages are errors."""
    result, messages = answered
    if not result or messages:
        raise SystemExit(f"Karrio did not understand the answer: {messages}")
    return result


def answering(text, seconds=0.0):
    """The stub transport: the module-wide request function gives the text."""

    def request(*_args, **_options):
        if seconds:
            time.sleep(seconds)
        return text

    lib.request = request


def main():
    """Take all figures."""
    accounts = [
        karrio.gateway["mydhl"].create(
            {"username": "u", "password": "p", "account_number": "1", "carrier_id": f"dhl-{number}"}
        )
        for number in range(ACCOUNTS)
    ]
    account = accounts[0]
    own = karrio.gateway["generic"].create(
        {"display_name": "Own", "custom_carrier_name": "own", "account_number": "1", "account_country_code": "CL"}
    )
    rate = RateRequest(**ADDRESSES, parcels=[PARCEL])
    shipment = ShipmentRequest(**ADDRESSES, parcels=[PARCEL], service="mydhl_express_domestic", reference="DSP-1-1")
    label = {
        kind: ShipmentRequest(
            **ADDRESSES, parcels=[PARCEL], service="standard_service", label_type=kind, reference="DSP-1-1"
        )
        for kind in ("PDF", "ZPL")
    }

    def mapped():
        account.mapper.create_rate_request(rate).serialize()
        return done(account.mapper.parse_rate_response(lib.Deserializable(RATES, lib.to_dict)))

    figures = {"rate_mapping": microseconds(mapped, 200, 7)}
    answering(RATES)
    figures["rate"] = microseconds(lambda: done(karrio.Rating.fetch(rate).from_(account).parse()), 50, 7)
    answering(SHIPPED)
    figures["shipment"] = microseconds(lambda: done(karrio.Shipment.create(shipment).from_(account).parse()), 50, 7)
    answering(TRACKED)
    tracked = TrackingRequest(tracking_numbers=["1234567890"])
    figures["tracking"] = microseconds(lambda: done(karrio.Tracking.fetch(tracked).from_(account).parse()), 50, 7)
    figures["label_zpl"] = microseconds(lambda: done(karrio.Shipment.create(label["ZPL"]).from_(own).parse()), 5, 5)
    figures["label_pdf"] = microseconds(lambda: done(karrio.Shipment.create(label["PDF"]).from_(own).parse()), 3, 5)
    size = len(base64.b64decode(done(karrio.Shipment.create(label["PDF"]).from_(own).parse()).docs.label))
    answering(RATES, TAKES_S)
    shop = lambda: done(karrio.Rating.fetch(rate).from_(*accounts).parse())  # noqa: E731 - one line reads better here
    offered = len(shop())
    figures["rate_shop_24"] = microseconds(shop, 1, 5)
    lines = Path("/proc/self/status").read_text().splitlines()
    resident = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024 / 1e6
    json.dump(
        {"figures": figures, "import_s": IMPORTED, "resident_mb": resident, "label_octets": size, "offered": offered},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
