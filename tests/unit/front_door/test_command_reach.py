"""Whether the platform can call the hub at the address that it is told."""

import pytest

from despacho.reach import is_local, unreachable_from_outside
from despacho.settings import Settings


def settings(public: str, api: str = "https://api.jumpseller.com/v1") -> Settings:
    return Settings.from_environment({"DESPACHO_PUBLIC_URL": public, "DESPACHO_JUMPSELLER_API_URL": api})


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.4", "192.168.1.9", "hub.local", "a.localhost"]
)
def test_addresses_of_this_machine_and_of_its_own_network_are_local(host: str) -> None:
    assert is_local(f"http://{host}:8000/")


@pytest.mark.parametrize("host", ["hub.example.com", "8.8.8.8", "[2606:4700::1111]", "localhost.example.com"])
def test_addresses_in_the_internet_are_not(host: str) -> None:
    assert not is_local(f"https://{host}")


def test_the_real_platform_reaches_an_https_address() -> None:
    assert unreachable_from_outside(settings("https://hub.example.com")) is None


def test_it_does_not_reach_this_machine_s_own_address() -> None:
    assert "nobody outside" in str(unreachable_from_outside(settings("http://127.0.0.1:8000")))


def test_plain_http_would_show_tokens_to_everybody() -> None:
    assert "in the open" in str(unreachable_from_outside(settings("http://hub.example.com")))


def test_a_sandbox_on_this_machine_reaches_it() -> None:
    assert unreachable_from_outside(settings("http://127.0.0.1:8000", "http://127.0.0.1:9900/jumpseller/v1")) is None
