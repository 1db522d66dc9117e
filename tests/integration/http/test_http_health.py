"""Liveness, readiness, figures."""

from __future__ import annotations

import pytest

from tests.web import Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_hub_that_can_work_says_so(web: Web) -> None:
    assert (await web.client.get("/health/live")).json() == {"live": True}
    answer = await web.client.get("/health/ready")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["ready"], said["database"], said["providers_failed"]) == (True, "ok", {})
    assert set(said["ledgers"]) == {"inbox", "outbox"}


async def test_a_provider_that_failed_to_load_is_named_and_stops_nobody(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.town.services.office.connectors, "failures", lambda: {"despacho-broken": "ImportError: x"})
    answer = await web.client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["providers_failed"] == {"despacho-broken": "ImportError: x"}


async def test_an_outdated_database_is_not_ready(web: Web) -> None:
    async def outdated() -> bool:
        return False

    web.app.state.schema_is_current = outdated
    try:
        answer = await web.client.get("/health/ready")
    finally:
        web.app.state.schema_is_current = None
    assert answer.status_code == 503
    assert answer.json()["database"] == "outdated: run `despacho db upgrade`"


async def test_a_database_that_cannot_be_reached_is_not_ready(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unreachable() -> None:
        raise ConnectionRefusedError("nobody there: user=secret")

    monkeypatch.setattr(web.town.services.ledgers, "counts", unreachable)
    answer = await web.client.get("/health/ready")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert "secret" not in answer.text
    assert (await web.client.get("/health/live")).status_code == 200
    assert problem(await web.client.get("/metrics")) == (500, "internal-error")


async def test_figures_are_by_route_and_never_by_what_somebody_typed(web: Web) -> None:
    await web.client.get("/jumpseller/services/a-secret-key")
    await web.client.get("/nothing/here")
    answer = await web.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    line = 'despacho_http_requests_total{method="GET",route="/jumpseller/services/{store_key}",status="404"}'
    assert line in answer.text
    assert 'despacho_ledger_rows{ledger="outbox",state="uncertain"} 0.0' in answer.text
    assert "a-secret-key" not in answer.text
    assert "/nothing" not in answer.text


async def test_the_api_is_counted_too(web: Web) -> None:
    await web.client.get("/api/v1/orders")
    line = 'despacho_http_requests_total{method="GET",route="/api/v1/orders",status="401"}'
    assert line in (await web.client.get("/metrics")).text
