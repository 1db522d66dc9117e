"""Named endpoints: which request means which operation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.kit.routing import Endpoint, EndpointTable

TABLE = EndpointTable(
    [
        Endpoint("orders.list", "GET", "/v1/orders.json"),
        Endpoint("orders.get", "GET", "/v1/orders/{id}.json"),
        Endpoint("orders.put", "PUT", "/v1/orders/{id}.json"),
        Endpoint("document.read", "GET", "/document/{rut}/{kind}/{folio}/{value}"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "name", "params"),
    [
        ("GET", "/v1/orders.json", "orders.list", {}),
        ("GET", "/v1/orders/1024.json", "orders.get", {"id": "1024"}),
        ("PUT", "/V1/Orders/1024.json", "orders.put", {"id": "1024"}),
        ("GET", "/document/1-9/39/7/pdf", "document.read", {"rut": "1-9", "kind": "39", "folio": "7", "value": "pdf"}),
    ],
)
def test_a_request_leads_to_its_endpoint(method: str, path: str, name: str, params: dict[str, str]) -> None:
    found = TABLE.match(method, path)
    assert found is not None
    assert (found[0].name, found[1]) == (name, params)


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/v1/orders.json"), ("GET", "/v1/ordersXjson"), ("GET", "/v1/orders/1/2.json"), ("GET", "/document/1")],
)
def test_what_does_not_fit_leads_nowhere(method: str, path: str) -> None:
    assert TABLE.match(method, path) is None


def test_the_methods_of_a_path_are_known_for_a_405() -> None:
    assert TABLE.methods("/v1/orders/1.json") == ["GET", "PUT"]
    assert TABLE.methods("/v2") == []


@given(st.text(alphabet=st.characters(exclude_characters="/"), min_size=1))
def test_a_placeholder_takes_anything_but_a_slash(text: str) -> None:
    table = EndpointTable([Endpoint("one", "GET", "/a/{it}/b")])
    found = table.match("GET", f"/a/{text}/b")
    if "\n" not in text:
        assert found is not None
        assert found[1] == {"it": text}
