"""Whatever anybody sends, nothing breaks: no body makes a 500, and a checkout always gets its form."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from litestar.testing import TestClient

from despacho.bootstrap import open_hub
from despacho.settings import Settings
from despacho_core.addresses import Address
from despacho_core.stores import BasicCredentials, Store, StoreSettings
from despacho_http import create_app
from despacho_services.services import Services
from tests.databases import fresh_sqlite
from tests.examples import examples
from tests.town import CHILEXPRESS, Silence, sign

HOOKS_TOKEN = "any-hooks-token"
SOME = examples(120, suppress_health_check=[HealthCheck.function_scoped_fixture])

WORDS = (
    "request", "order", "id", "to", "from", "products", "quantity", "price", "weight", "currency", "package", "parcels",
    "destination", "municipality", "weight_g", "length_mm", "width_mm", "height_mm", "declared_value", "amount", "name",
    "status", "total", "country", "account_id", "quote_id", "additional", "shipping_required", "weight_unit",
)  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["CLP", "EUR", "-1", "1e999", "NaN", "Providencia", "kg", "paid", "\x00", "\ud800"])
)
shapes = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=6),
    max_leaves=25,
)
parcel = st.fixed_dictionaries({name: st.integers() for name in ("weight_g", "length_mm", "width_mm", "height_mm")})
nearly_right = st.one_of(
    st.fixed_dictionaries(
        {
            "request": st.fixed_dictionaries(
                {
                    "to": st.just({"country": "Chile", "municipality_name": "Las Condes"}) | shapes,
                    "products": st.lists(
                        st.fixed_dictionaries({"weight": scalars, "price": scalars, "quantity": scalars}), max_size=3
                    ),
                    "currency": st.sampled_from(["CLP", "EUR", "BHD", "XXX"]),
                    "package": shapes,
                }
            )
        }
    ),
    st.fixed_dictionaries({"order": st.fixed_dictionaries({"id": st.integers() | scalars, "total": scalars})}),
    st.fixed_dictionaries(
        {
            "destination": st.just({"country": "CL", "municipality": "Temuco"}),
            "parcels": st.lists(parcel, max_size=3),
            "declared_value": st.fixed_dictionaries({"amount": st.text() | st.integers(), "currency": st.just("CLP")}),
        }
    ),
)


def written(value: Any) -> bytes:
    """JSON as careless programs write it."""
    return json.dumps(value).encode("utf-8", "surrogatepass")


nested = st.sampled_from([b"[", b'{"request":', b'{"a":[']).map(lambda opening: opening * 3000)
bodies = st.binary(max_size=300) | shapes.map(written) | nearly_right.map(written) | nested
content_types = st.sampled_from(
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "text/plain",
        "",
    ]
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[tuple[TestClient[Any], str]]:
    """The app over a hub with one store that nobody outside answers for, and a token of the store."""
    token: list[str] = []
    environment = {
        "DESPACHO_DATA_DIR": str(tmp_path),
        "DESPACHO_DATABASE_URL": fresh_sqlite(tmp_path),
        "DESPACHO_JUMPSELLER_API_URL": "http://127.0.0.1:9",
        "DESPACHO_ALLOWED_NETWORKS": "127.0.0.0/8",
    }

    @asynccontextmanager
    async def opened() -> AsyncIterator[Services]:
        async with open_hub(Settings.from_environment(environment), Silence()) as opened_hub:
            services = opened_hub.services
            async with services.office.units.begin() as work:
                await work.stores.add(STORE)
                await work.commit()
            unreachable = {**CHILEXPRESS, "base_url": "http://127.0.0.1:9"}
            await services.accounts.add(STORE.id, "chilexpress", name=None, settings=unreachable)
            token.append((await services.tokens.create(STORE.id))[1])
            yield services

    with TestClient(create_app(opened), raise_server_exceptions=False) as client:
        yield client, token[0]


STORE = Store(
    id="anystore",
    code="tienda",
    key="any-key",
    name="Tienda",
    currency="CLP",
    country="CL",
    timezone="America/Santiago",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    hooks_token=HOOKS_TOKEN,
    credentials=BasicCredentials(login="any", authtoken="any"),
    settings=StoreSettings(origin=Address(country="CL", municipality="Providencia")),
)


def test_no_body_breaks_anything(hub: tuple[TestClient[Any], str]) -> None:
    client, token = hub
    bearer = {"authorization": f"Bearer {token}"}

    @SOME
    @given(bodies, content_types)
    def whatever_comes(body: bytes, content_type: str) -> None:
        headers = {"content-type": content_type}
        signed = {"jumpseller-store-code": STORE.code, "jumpseller-hmac-sha256": sign(body, HOOKS_TOKEN)}
        hook = client.post("/jumpseller/webhooks", content=body, headers=headers | signed)
        assert hook.status_code in {200, 415}
        rates = client.post(f"/jumpseller/rates/{STORE.key}", content=body, headers=headers)
        assert rates.status_code == 200
        assert isinstance(rates.json()["rates"], list)
        assert rates.json().get("error") != "internal error"
        button = client.post(f"/jumpseller/invoices/{STORE.key}", content=body, headers=headers | signed)
        assert button.status_code in {422, 503}
        assert isinstance(button.json()["message"], str)
        for path in ("/api/v1/quotes", "/api/v1/orders/7/shipments"):
            answer = client.post(path, content=body, headers=headers | bearer)
            assert answer.status_code in {200, 400, 404, 409, 415, 422, 502, 503}, answer.text

    whatever_comes()
