"""Selling and reprinting labels (contract/carriers.md 1.4)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from despacho_sandbox.chilexpress.accounts import Account, Accounts, Product
from despacho_sandbox.chilexpress.asked import CreateRequest, Detail, Package, text
from despacho_sandbox.chilexpress.checks import check_address_types, complaint
from despacho_sandbox.chilexpress.coverage import CoverageArea, coverage_areas, served
from despacho_sandbox.chilexpress.labels import LABEL_TYPES
from despacho_sandbox.chilexpress.ledger import Certificate, Ledger, TransportOrder
from despacho_sandbox.chilexpress.options import ChilexpressOptions
from despacho_sandbox.chilexpress.pricing import SERVICES
from despacho_sandbox.chilexpress.rows import order_row, refused_row
from despacho_sandbox.chilexpress.wire import (
    BAD_JSON,
    NONE_SUCCEEDED,
    Refused,
    decoded,
    wrapped,
)
from despacho_sandbox.kit.asgi import Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock


class ReprintRequest(msgspec.Struct, rename="camel"):
    """Which label, in which form."""

    transport_order_number: int
    label_type: int = 2


class _Terms(msgspec.Struct):
    """What holds for every piece of a request; `subscription` is whose key made the call."""

    account: Account
    subscription: Account
    origin: CoverageArea
    label_type: int


class _Piece(msgspec.Struct):
    """One package of the request: what becomes one transport order, or a complaint."""

    detail: Detail
    package: Package
    place: int
    of: int
    complaint: str | None


class Shipping:
    """Answers the create call and the reprint call.

    Args:
        accounts: Whose cards exist.
        ledger: Where orders and certificates go.
        clock: The sandbox's clock.
        options: Reads the switches of the moment.
    """

    def __init__(
        self, accounts: Accounts, ledger: Ledger, clock: SandboxClock, options: Callable[[], ChilexpressOptions]
    ) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._clock = clock
        self._options = options

    async def create(self, request: Request) -> Reply:
        """One transport order per package; HTTP 200 with statusCode 99 if none came about.

        Raises:
            Refused: If the request as a whole is wrong: JSON, card, certificate, label type, address types.
        """
        asked = decoded(request.body, CreateRequest)
        account = self._accounts.paying(str(asked.header.customer_card_number))
        origin = served(asked.header.county_of_origin_coverage_code)
        if asked.header.label_type not in LABEL_TYPES or not asked.details or asked.header.marketplace_rut <= 0:
            raise Refused(BAD_JSON)
        if origin is None:
            raise Refused("La comuna de origen no existe")
        certificate = self._open_certificate(asked.header.certificate_number, account)
        pieces = [piece for detail in asked.details for piece in _pieces(detail, origin, account)]
        if not any(piece.complaint is None for piece in pieces):
            return _nothing_sold(pieces)
        certificate = certificate or self._ledger.open_certificate(account, self._clock.now())
        key = request.headers["ocp-apim-subscription-key"]
        subscription = self._accounts.owning_key(Product.TRANSPORT_ORDERS, key) or account
        terms = _Terms(account, subscription, origin, asked.header.label_type)
        rows = [
            refused_row(piece.package, piece.complaint) if piece.complaint else self._sell(piece, certificate, terms)
            for piece in pieces
        ]
        count = sum(piece.complaint is None for piece in pieces)
        header = {"certificateNumber": certificate.number, "countOfGeneratedOrders": count}
        return wrapped({"header": header, "detail": rows})

    async def reprint(self, request: Request) -> Reply:
        """The label of an order again, in any form.

        Raises:
            Refused: If there is no such order or form.
        """
        asked = decoded(request.body, ReprintRequest)
        order = self._ledger.orders.get(asked.transport_order_number)
        if order is None:
            raise Refused("La orden de transporte consultada no existe")
        if asked.label_type not in LABEL_TYPES:
            raise Refused(BAD_JSON)
        account = self._accounts.by_tcc(order.tcc)
        row = order_row(order, account.name if account else "", asked.label_type)
        shape = self._options().label_shape
        if shape == "data-label":
            return wrapped({"label": row["label"]})
        header = {"certificateNumber": order.certificate, "countOfGeneratedOrders": 1}
        return wrapped({"header": header, "detail": row if shape == "detail-object" else [row]})

    def _open_certificate(self, number: int, account: Account) -> Certificate | None:
        if number == 0:
            return None
        certificate = self._ledger.certificates.get(number)
        if certificate is None or certificate.tcc != account.tcc:
            raise Refused("El certificado indicado no existe")
        if certificate.closed_at is not None:
            raise Refused("El certificado indicado se encuentra cerrado")
        return certificate

    def _sell(self, piece: _Piece, certificate: Certificate, terms: _Terms) -> dict[str, object]:
        to, package, account = piece.detail.address("DEST"), piece.package, terms.account
        order = TransportOrder(
            number=self._ledger.take_number(),
            certificate=certificate.number,
            tcc=account.tcc,
            rut=account.rut,
            subscription=terms.subscription.tcc,
            reference=package.reference,
            group_reference=text(package.group_reference),
            service=SERVICES[package.service_delivery_code],
            document=package.product_code == 1,
            weight_kg=package.weight,
            sides_cm=(package.height, package.width, package.length),
            piece=piece.place,
            pieces=piece.of,
            origin=terms.origin,
            destination=coverage_areas()[to.county_coverage_code],
            address=" ".join(filter(None, (text(to.street_name), text(to.street_number), text(to.supplement)))),
            sender=text(piece.detail.contact("R").name),
            recipient=text(piece.detail.contact("D").name),
            created_at=self._clock.now(),
            office=text(to.commercial_office_id) if to.delivery_on_commercial_office else None,
        )
        self._ledger.add(order)
        return order_row(order, account.name, terms.label_type)


def _pieces(detail: Detail, origin: CoverageArea, account: Account) -> list[_Piece]:
    check_address_types(detail)
    if not detail.packages:
        raise Refused(BAD_JSON)
    return [
        _Piece(detail, package, place, len(detail.packages), complaint(detail, package, origin, account))
        for place, package in enumerate(detail.packages, start=1)
    ]


def _nothing_sold(pieces: list[_Piece]) -> Reply:
    return json_reply(
        {
            "data": {"header": None, "detail": [refused_row(piece.package, piece.complaint) for piece in pieces]},
            "statusCode": 99,
            "statusDescription": NONE_SUCCEEDED,
            "errors": None,
        }
    )
