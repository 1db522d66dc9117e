"""How a package declares a provider: its capabilities are the ports that its connector has, no more and no less."""

import inspect
import subprocess
import sys
from typing import Any

import msgspec
import pluggy
import pytest

from despacho_ports import carriers, invoicing
from despacho_ports.providers import (
    ENTRY_POINT_GROUP,
    PORTS,
    Provider,
    ProviderHooks,
    ProviderKind,
    capabilities_of,
    provider_hook,
)


class NoSettings(msgspec.Struct):
    """A provider without settings."""


def provider(connector: Any) -> Provider:
    return Provider(
        id="paper",
        name="Paper",
        kind=ProviderKind.CARRIER,
        version="1.0",
        settings=NoSettings,
        connector=connector,
    )


def members(port: type) -> list[str]:
    return [name for name in (*vars(port), *inspect.get_annotations(port)) if not name.startswith("_")]


async def implemented(connector: object) -> object:
    return connector


def connector_of(*ports: type) -> type:
    """A connector class with all members of these ports."""
    return type("Connector", (), {name: implemented for port in ports for name in members(port)})


def protocols(module: Any) -> dict[str, type]:
    return {
        name: kind
        for name, kind in vars(module).items()
        if inspect.isclass(kind) and kind.__module__ == module.__name__ and getattr(kind, "_is_protocol", False)
    }


def test_every_port_for_providers_is_a_capability_under_its_own_name() -> None:
    assert {**protocols(carriers), **protocols(invoicing)} == PORTS


@pytest.mark.parametrize("name", sorted(PORTS))
def test_a_connector_with_one_port_has_that_capability_alone(name: str) -> None:
    assert members(PORTS[name]), "a port without members would be everybody's"
    assert capabilities_of(provider(connector_of(PORTS[name]))) == (name,)


@pytest.mark.parametrize("name", sorted(PORTS))
def test_the_open_connector_answers_isinstance_as_its_class_promised(name: str) -> None:
    connector = connector_of(PORTS[name])()
    assert [other for other, port in PORTS.items() if isinstance(connector, port)] == [name]


def test_a_port_that_is_only_half_there_is_no_capability() -> None:
    class Tracks:
        async def track_shipments(self, labels: object) -> object:
            return labels

    assert capabilities_of(provider(Tracks)) == ()
    Tracks.batch_size = 50  # type: ignore[attr-defined]  # what was missing
    assert capabilities_of(provider(Tracks)) == ("TracksShipments",)


def test_a_subclass_can_give_up_a_capability() -> None:
    sold = connector_of(carriers.QuotesRates, carriers.VoidsShipments)
    final = type("SoldForGood", (sold,), {"void_shipment": None})
    assert capabilities_of(provider(final)) == ("QuotesRates",)
    assert not isinstance(final(), carriers.VoidsShipments)


def test_capabilities_are_listed_by_name() -> None:
    everything = capabilities_of(provider(connector_of(*PORTS.values())))
    assert everything == tuple(sorted(PORTS))


def test_a_connector_without_ports_has_no_capability() -> None:
    assert capabilities_of(provider(object)) == ()


def test_a_package_offers_its_providers_through_the_one_hook() -> None:
    class Package:
        @provider_hook
        def despacho_providers(self) -> list[Provider]:
            return [provider(object)]

    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(ProviderHooks)
    manager.register(Package())
    manager.check_pending()
    assert [[one.id for one in offered] for offered in manager.hook.despacho_providers()] == [["paper"]]


def test_a_misspelt_hook_is_found_out() -> None:
    class Package:
        @provider_hook
        def despacho_provider(self) -> list[Provider]:
            return []

    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(ProviderHooks)
    manager.register(Package())
    with pytest.raises(pluggy.PluginValidationError, match="despacho_provider"):
        manager.check_pending()


def test_declaring_a_provider_loads_no_http_client() -> None:
    script = "import sys, despacho_ports.providers; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
