"""The guide for engineers who add a provider: its example works and its tables are complete."""

from __future__ import annotations

import re
import types
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from despacho.provider_loader import load_providers
from despacho_ports import errors
from despacho_ports.providers import PORTS
from despacho_ports.settings import SettingsInvalid, read_settings

GUIDE = Path(__file__).parents[3] / "docs" / "adding-a-provider.md"


@pytest.fixture(scope="module")
def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


@pytest.fixture
def example(guide: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The example package of the guide, importable."""
    [code] = re.findall(r"```python\n(.*?)```", guide, flags=re.DOTALL)
    module = types.ModuleType("despacho_van")
    monkeypatch.setitem(__import__("sys").modules, "despacho_van", module)
    exec(compile(code, "docs/adding-a-provider.md", "exec"), module.__dict__)
    return "despacho_van"


def test_the_example_of_the_guide_is_a_provider_that_quotes(example: str) -> None:
    catalogue = load_providers([EntryPoint(name="van", value=example, group="despacho")])
    assert catalogue.failures == []
    [row] = catalogue.as_list()
    assert (row.id, row.kind, row.capabilities) == ("van", "carrier", ("QuotesRates",))
    with pytest.raises(SettingsInvalid, match="api_key"):
        read_settings(catalogue.providers["van"].settings, {})


def test_every_port_is_documented_and_no_other(guide: str) -> None:
    assert set(re.findall(r"^\| `(\w+)` \| (?!the|certainly|too|it )", guide, flags=re.MULTILINE)) == set(PORTS)


def test_every_error_that_a_provider_may_raise_is_documented_and_no_other(guide: str) -> None:
    table = guide.partition("## The five errors")[2].partition("##")[0]
    public = {one.__name__ for one in errors.ProviderError.__subclasses__()}
    assert set(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)) == public
