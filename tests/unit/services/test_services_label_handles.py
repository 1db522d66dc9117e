"""A label as its carrier is told of it."""

from datetime import UTC, datetime

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.shipments import Label, Shipment
from despacho_ports.carriers import LabelHandle
from despacho_services.shipping_effects import handle_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_carrier_that_closes_by_service_is_told_which_one_the_label_was_bought_under() -> None:
    shipment = Shipment(
        id="s1", store_id="t1", order_number=7, ordinal=1, account_id="a1", service_code="EMSF056.01", service_name="Para Amanhã",
        reference="S1", parcels=(Parcel(weight_g=1, length_mm=1, width_mm=1, height_mm=1),), origin=Address(),
        destination=Address(), declared_value=money(1, "EUR"), created_at=NOON,
    )  # fmt: skip
    label = Label(
        id="s1-1", store_id="t1", account_id="a1", shipment_id="s1", order_number=7, piece=1, pieces=1,
        tracking_number="DD000000005PT", barcode="DD000000005PT", created_at=NOON, group="70000001",
    )  # fmt: skip
    assert handle_of(shipment, label) == LabelHandle(
        tracking_number="DD000000005PT", reference="S1-1", group="70000001", service_code="EMSF056.01"
    )
