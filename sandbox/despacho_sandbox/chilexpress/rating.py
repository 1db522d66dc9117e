"""Quotes: list price and contract price (contract/carriers.md 1.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from despacho_sandbox.chilexpress.accounts import Accounts
from despacho_sandbox.chilexpress.coverage import served
from despacho_sandbox.chilexpress.pricing import Offer, Weight, charged_weight, offers
from despacho_sandbox.chilexpress.wire import (
    BAD_JSON,
    NO_SERVICE,
    Refused,
    decoded,
    wrapped,
)
from despacho_sandbox.kit.asgi import Reply, Request

Centimetres = Annotated[int, msgspec.Meta(ge=1)]


class RatePackage(msgspec.Struct, frozen=True):
    """Kilograms with at most two decimals, whole centimetres; each a number or text."""

    weight: Decimal
    height: Centimetres
    width: Centimetres
    length: Centimetres


class RateRequest(msgspec.Struct, rename="camel", frozen=True):
    """One question; `declared_worth` in pesos."""

    origin_county_code: str
    destination_county_code: str
    package: RatePackage
    product_type: int
    content_type: int = 1
    declared_worth: Decimal | None = None
    delivery_time: int = 0
    customer_card_number: str | int | None = None


class Rating:
    """Answers both quote calls.

    Args:
        accounts: Whose cards exist.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def courier(self, request: Request) -> Reply:
        """List prices: no card needed."""
        return self._quoted(decoded(request.body, RateRequest), contract=False)

    async def business(self, request: Request) -> Reply:
        """Contract prices of the card.

        Raises:
            Refused: If the card does not exist or is not current.
        """
        asked = decoded(request.body, RateRequest)
        self._accounts.paying(str(asked.customer_card_number))
        return self._quoted(asked, contract=True)

    def _quoted(self, asked: RateRequest, *, contract: bool) -> Reply:
        _check(asked)
        origin, destination = served(asked.origin_county_code), served(asked.destination_county_code)
        package = asked.package
        weight = charged_weight(
            package.weight, Decimal(package.height), Decimal(package.width), Decimal(package.length)
        )
        found = offers(origin, destination, weight) if origin and destination else []
        wanted = [offer for offer in found if _fits(offer, asked.delivery_time)]
        if not wanted:
            raise Refused(NO_SERVICE, data={"courierServiceOptions": []})
        return wrapped({"courierServiceOptions": [_option(offer, weight, contract=contract) for offer in wanted]})


def _check(asked: RateRequest) -> None:
    weight = asked.package.weight
    if not weight.is_finite() or weight <= 0 or asked.product_type not in (1, 3):
        raise Refused(BAD_JSON)
    exponent = weight.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -2:
        # The field is numeric(10,2). Whether the real service rounds or refuses is not known: refusing teaches more.
        raise Refused("El peso admite hasta dos decimales")


def _fits(offer: Offer, delivery_time: int) -> bool:
    return delivery_time in (0, 3) or offer.service.priority == (delivery_time == 1)


def _option(offer: Offer, weight: Weight, *, contract: bool) -> dict[str, object]:
    option: dict[str, object] = {
        "serviceTypeCode": offer.service.code,
        "serviceDescription": offer.service.name,
        "didUseVolumetricWeight": weight.volumetric,
        "finalWeight": f"{weight.charged:.2f}",
        "serviceValue": str(offer.list_price),
    }
    if contract:
        option["serviceValueDiscount"] = str(offer.contract_price)
    return option | {"conditions": "", "deliveryType": 0, "additionalServices": _additions(offer)}


def _additions(offer: Offer) -> list[dict[str, object]]:
    if offer.extended_coverage is None:
        return []
    return [
        {
            "serviceTypeCode": 417,
            "serviceDescription": "COBERTURA EXTENDIDA",
            "serviceValue": str(offer.extended_coverage),
            "required": True,
        }
    ]
