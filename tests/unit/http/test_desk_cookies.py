"""Cookies of the App: what browsers are told about them, with TLS and without."""

import pytest

from despacho_http.desk.cookies import SESSION, cookie, cookie_name


def test_with_tls_no_other_host_can_plant_a_session() -> None:
    told = cookie(SESSION, "text", seconds=60, base="https://hub.example.com")
    name, *rules = told.split("; ")
    assert name == "__Host-despacho_session=text"
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned", "Max-Age=60"} == set(rules), "and no Domain"


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "http://localhost:8000", "http://hub.example.com"])
def test_without_tls_there_is_no_such_promise(base: str) -> None:
    assert cookie_name(SESSION, base) == SESSION


def test_a_cookie_for_a_part_of_the_host_makes_no_promise_for_all_of_it() -> None:
    assert cookie("despacho_browser", "x", seconds=1, base="https://hub.example.com", path="/jumpseller").startswith(
        "despacho_browser=x; Path=/jumpseller; "
    )
