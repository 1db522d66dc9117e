"""The guide for engineers who add a provider: its example works and its tables are complete."""

from __future__ import annotations

import re
import sys
import types
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from despacho.provider_loader import load_providers
from despacho_ports import errors
from despacho_ports.conformance import ProviderConformance, Samples, World
from despacho_ports.providers import PORTS
from despacho_ports.settings import SettingsInvalid, read_settings

GUIDE = Path(__file__).parents[3] / "docs" / "adding-a-provider.md"


@pytest.fixture(scope="module")
def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


@pytest.fixture
def example(guide: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The example package of the guide, importable."""
    module = types.ModuleType("despacho_van")
    monkeypatch.setitem(sys.modules, "despacho_van", module)
    exec(compile(examples_in(guide)[0], "docs/adding-a-provider.md", "exec"), module.__dict__)
    return "despacho_van"


def examples_in(guide: str) -> list[str]:
    """The package, and the test module that proves it."""
    package, proof = re.findall(r"```python\n(.*?)```", guide, flags=re.DOTALL)
    return [package, proof]


def test_the_example_of_the_guide_is_a_provider_that_quotes(example: str) -> None:
    catalogue = load_providers([EntryPoint(name="van", value=example, group="despacho")])
    assert catalogue.failures == []
    [row] = catalogue.as_list()
    assert (row.id, row.kind, row.capabilities) == ("van", "carrier", ("QuotesRates",))
    with pytest.raises(SettingsInvalid, match="api_key"):
        read_settings(catalogue.providers["van"].settings, {})


def test_the_proof_in_the_guide_holds(guide: str, example: str) -> None:
    module: dict[str, Any] = {"__name__": "test_conformance"}
    exec(compile(examples_in(guide)[1], "docs/adding-a-provider.md", "exec"), module)
    proof = module["TestVan"]()
    assert isinstance(proof, ProviderConformance)
    done, left_out = [], []
    for name in (name for name in dir(proof) if name.startswith("test_")):
        try:
            getattr(proof, name)()
        except pytest.skip.Exception:
            left_out.append(name)
        else:
            done.append(name)
    assert "test_rates_are_quoted" in done
    assert "test_a_shipment_is_bought" in left_out


def test_what_the_kit_is_given_is_documented_and_nothing_else(guide: str) -> None:
    table = guide.partition("| `World(…)`")[2].partition("\n\n")[0]
    documented = [name for row in table.splitlines()[2:] for name in re.findall(r"\*(\w+)\*", row.split("|")[1])]
    assert documented == list(World.__struct_fields__)
    words = guide.partition("`Samples` has")[2].partition("The kit")[0]
    assert re.findall(r"`(\w+)`", words) == list(Samples.__struct_fields__)


def test_every_port_is_documented_and_no_other(guide: str) -> None:
    assert set(re.findall(r"^\| `(\w+)` \| (?!the|certainly|too|it )", guide, flags=re.MULTILINE)) == set(PORTS)


def test_every_error_that_a_provider_may_raise_is_documented_and_no_other(guide: str) -> None:
    table = guide.partition("## The five errors")[2].partition("##")[0]
    public = {one.__name__ for one in errors.ProviderError.__subclasses__()}
    assert set(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)) == public
