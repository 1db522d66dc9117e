"""Messages as people may look at them: their shape stays, nothing of whom they are about does."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from despacho_services.redaction import HIDDEN, shape_of


def _shown(body: object) -> Any:
    shape = shape_of(msgspec.json.encode(body))
    assert shape is not None
    return json.loads(shape)


def test_what_happened_stays_and_to_whom_goes() -> None:
    body = {
        "order": {
            "id": 1012,
            "status": "Paid",
            "status_enum": "paid",
            "created_at": "2026-07-23 10:15:00 UTC",
            "total": "12990.0",
            "customer": {"fullname": "Ana Soto", "email": "ana@example.com", "phone": 56912345678},
            "shipping_address": {"address": "Av. Irarrázaval 2401", "postal": 7750000, "latitude": -33.45},
            "products": [{"name": "Té", "qty": 2, "sku": "TE-1"}],
            "shipping_required": True,
            "coupon": None,
        }
    }
    shown = _shown(body)["order"]
    assert (shown["id"], shown["status"], shown["total"]) == (1012, "Paid", "12990.0")
    assert (shown["created_at"], shown["shipping_required"], shown["coupon"]) == (
        body["order"]["created_at"],
        True,
        None,
    )
    assert shown["customer"] == {"fullname": HIDDEN, "email": HIDDEN, "phone": HIDDEN}
    assert shown["shipping_address"] == {"address": HIDDEN, "postal": HIDDEN, "latitude": HIDDEN}
    assert shown["products"] == [{"name": HIDDEN, "qty": 2, "sku": "TE-1"}]


def test_what_is_called_a_status_must_look_like_one() -> None:
    assert _shown({"status": "delivered to Ana Soto, 3rd floor"}) == {"status": HIDDEN}


def test_tokens_and_tax_ids_are_hidden_whatever_they_look_like() -> None:
    assert _shown({"hooks_token": "2026-01-01", "tax_id": "76795561", "card_number": 4111}) == {
        "hooks_token": HIDDEN,
        "tax_id": HIDDEN,
        "card_number": HIDDEN,
    }


def test_what_is_no_json_is_not_shown_at_all() -> None:
    assert shape_of(b"<xml>Ana</xml>") is None
    assert shape_of(b"\xff\xfe") is None
    assert shape_of(b"[" * 100_000) is None


def test_a_long_body_is_cut() -> None:
    shape = shape_of(msgspec.json.encode(list(range(20_000))))
    assert shape is not None
    assert shape.endswith("…")


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_a_name_is_hidden_whatever_stands_beside_it(body: object) -> None:
    shape = shape_of(msgspec.json.encode({"beside": body, "name": "Ana Soto"}))
    assert shape is not None
    assert "Ana Soto" not in shape
