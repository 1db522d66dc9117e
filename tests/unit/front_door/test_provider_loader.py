"""Provider packages, good and broken: the good ones are offered, the broken ones listed with the reason, and nothing stops."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from textwrap import dedent
from typing import Any, cast

import httpx
import pytest

from despacho.provider_loader import ProviderCatalogue, load_providers
from despacho_core.stores import Account
from despacho_ports.connectors import ProviderMissing
from despacho_ports.documents import Renderer
from despacho_ports.providers import Toolbox
from despacho_ports.settings import SettingsInvalid
from despacho_system.clock import SystemClock

GOOD = """
    import msgspec
    from despacho_ports.providers import Provider, ProviderKind, RateLimit, Secret, provider_hook

    class Settings(msgspec.Struct):
        api_key: Secret
        sandbox: bool = False

    class Connector:
        def __init__(self, settings, toolbox):
            self.settings, self.toolbox = settings, toolbox

        async def quote_rates(self, request):
            return []

    DECLARED = dict(
        id="swift-post", name="Swift Post", kind=ProviderKind.CARRIER, version="1.2", settings=Settings,
        connector=Connector, countries=("CL",), currencies=("CLP",), rate_limits=(RateLimit(5, 1.0),),
    )

    @provider_hook
    def despacho_providers():
        return [Provider(**DECLARED)]
"""


class Packages:
    """Provider packages that are installed for one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: list[EntryPoint] = []

    def install(self, name: str, source: str, *, base: str = "") -> None:
        module = f"fabricated_{name.replace('-', '_')}"
        (self.folder / f"{module}.py").write_text(dedent(base) + dedent(source), "utf-8")
        self.found.append(EntryPoint(name=name, value=module, group="despacho"))

    def load(self) -> ProviderCatalogue:
        return load_providers(self.found)

    def reason(self, source: str, *, base: str = "") -> str:
        """Why a package of this source is left out, beside a good one that must stay."""
        self.install("aa-broken", source, base=base)
        self.install("zz-good", GOOD.replace("swift-post", "good"))
        catalogue = self.load()
        assert list(catalogue.providers) == ["good"]
        [failure] = catalogue.failures
        assert failure.name == "aa-broken"
        return failure.error


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    monkeypatch.syspath_prepend(tmp_path)
    yield Packages(tmp_path)
    for name in [name for name in sys.modules if name.startswith("fabricated_")]:
        del sys.modules[name]


def account(provider: str = "swift-post", **settings: object) -> Account:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return Account(id="a1", store_id="s1", provider=provider, name="", key="k", created_at=now, settings=settings)


@pytest.fixture
def toolbox() -> Toolbox:
    unused = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: httpx.Response(500)))
    return Toolbox(http=unused, clock=SystemClock(), renderer=cast("Renderer", object()), account_id="a1")


def test_an_installed_package_is_listed_with_what_it_can_do(packages: Packages) -> None:
    packages.install("swift", GOOD)
    [row] = packages.load().as_list()
    assert (row.id, row.name, row.kind, row.version) == ("swift-post", "Swift Post", "carrier", "1.2")
    assert row.capabilities == ("QuotesRates",)
    assert row.error is None


def test_one_package_may_offer_several_providers(packages: Packages) -> None:
    both = """
        @provider_hook
        def despacho_providers():
            return [Provider(**DECLARED), Provider(**{**DECLARED, "id": "swift-express"})]
    """
    packages.install("swift", both, base=GOOD)
    assert sorted(packages.load().providers) == ["swift-express", "swift-post"]


def test_an_account_is_opened_with_its_checked_settings(packages: Packages, toolbox: Toolbox) -> None:
    packages.install("swift", GOOD)
    connector: Any = packages.load().open(account(api_key="k", sandbox="true"), toolbox)
    assert connector.settings.api_key == "k"
    assert connector.settings.sandbox is True
    assert connector.toolbox is toolbox


def test_settings_that_do_not_fit_are_refused_before_the_provider_sees_them(
    packages: Packages, toolbox: Toolbox
) -> None:
    packages.install("swift", GOOD)
    with pytest.raises(SettingsInvalid, match="api_key"):
        packages.load().open(account(), toolbox)


def test_an_account_whose_provider_was_uninstalled_says_what_is_installed(packages: Packages, toolbox: Toolbox) -> None:
    packages.install("swift", GOOD)
    with pytest.raises(ProviderMissing, match=r"“starken” is not installed \(installed: swift-post\)"):
        packages.load().open(account("starken"), toolbox)


def test_an_account_whose_provider_failed_to_load_says_why(packages: Packages, toolbox: Toolbox) -> None:
    packages.install("starken", "import nothing_of_that_name")
    with pytest.raises(ProviderMissing, match="could not be loaded: ModuleNotFoundError"):
        packages.load().open(account("starken"), toolbox)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError: No module named 'nothing_of_that_name'"),
        ("def (:", "SyntaxError: invalid syntax"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("raise AssertionError", "AssertionError"),
        ("x = 1", "it implements no hook"),
        ("def despacho_providers():\n    return []", "it implements no hook"),
    ],
)
def test_a_package_that_cannot_be_imported_or_has_no_hook(packages: Packages, source: str, reason: str) -> None:
    assert packages.reason(source).startswith(reason)


HOOK = "from despacho_ports.providers import provider_hook\n@provider_hook\n"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (f"{HOOK}def despacho_provider():\n    return []", "PluginValidationError: unknown hook 'despacho_provider'"),
        (f"{HOOK}def despacho_providers(store):\n    return []", "PluginValidationError"),
        (f"{HOOK}def despacho_providers():\n    raise KeyError('swift')", "KeyError: 'swift'"),
        (
            f"{HOOK}def despacho_providers():\n    return None",
            "despacho_providers must return a list of Provider, not None",
        ),
        (
            f"{HOOK}def despacho_providers():\n    return 'swift'",
            "despacho_providers must return a list of Provider, not str",
        ),
        (
            f"{HOOK}def despacho_providers():\n    return ['swift']",
            "despacho_providers must return Provider objects, not str",
        ),
        (
            f"{HOOK}async def despacho_providers():\n    return []",
            "despacho_providers must be a plain function, not async",
        ),
    ],
)
def test_a_hook_that_is_misspelt_or_returns_something_else(packages: Packages, source: str, reason: str) -> None:
    error = packages.reason(source)
    assert error.startswith(reason) or reason in error


@pytest.mark.parametrize(
    ("field", "nonsense", "reason"),
    [
        ("id", '"Swift Post"', "its id must be"),
        ("id", '""', "its id must be"),
        ("id", "7", "its id must be"),
        ("name", '" "', "its name must be"),
        ("name", "None", "its name must be"),
        ("kind", '"carrier"', "its kind must be"),
        ("version", "1.0", "its version must be"),
        ("settings", "dict", "its settings must be a msgspec Struct class"),
        ("settings", "Settings(api_key='k')", "its settings must be a msgspec Struct class"),
        ("connector", "lambda settings, toolbox: None", "its connector must be a class"),
        ("connector", "object", "its connector offers nothing of kind “carrier”"),
        ("kind", "ProviderKind.INVOICING", "its connector offers nothing of kind “invoicing”"),
        ("countries", '"CL"', "its countries must be"),
        ("countries", '("Chile",)', "its countries must be"),
        ("currencies", '("pesos",)', "its currencies must be"),
        ("rate_limits", "(RateLimit(0, 1.0),)", "its rate_limits must be"),
        ("rate_limits", "(RateLimit(1, -1.0),)", "its rate_limits must be"),
        ("rate_limits", "((5, 1.0),)", "its rate_limits must be"),
        ("rate_limits", "5", "its rate_limits must be"),
    ],
)
def test_a_declaration_of_nonsense_is_named_field_by_field(
    packages: Packages, field: str, nonsense: str, reason: str
) -> None:
    assert reason in packages.reason(f'\nDECLARED["{field}"] = {nonsense}\n', base=GOOD)


def test_a_package_with_one_wrong_provider_is_left_out_entirely(packages: Packages) -> None:
    half = """
        @provider_hook
        def despacho_providers():
            return [Provider(**DECLARED), Provider(**{**DECLARED, "id": "Other!"})]
    """
    assert "its id must be" in packages.reason(half, base=GOOD)


def test_of_two_packages_with_one_id_the_first_by_name_keeps_it_whatever_the_order(packages: Packages) -> None:
    packages.install("b-second", GOOD.replace('"1.2"', '"second"'))
    packages.install("a-first", GOOD.replace('"1.2"', '"first"'))
    catalogue = packages.load()
    assert catalogue.providers["swift-post"].version == "first"
    [failure] = catalogue.failures
    assert (failure.name, failure.error) == ("b-second", "the id “swift-post” is taken already")


def test_a_package_may_not_offer_one_id_twice(packages: Packages) -> None:
    twice = """
        @provider_hook
        def despacho_providers():
            return [Provider(**DECLARED), Provider(**DECLARED)]
    """
    assert "is taken already" in packages.reason(twice, base=GOOD)


def test_no_package_at_all_is_no_error() -> None:
    catalogue = load_providers([])
    assert catalogue.as_list() == []
    with pytest.raises(ProviderMissing, match="installed: none"):
        catalogue.provider("swift-post")


def test_packages_are_found_as_they_were_installed(packages: Packages) -> None:
    packages.install("swift", GOOD)
    packages.install("broken", "import nothing_of_that_name")
    for name in ("swift", "broken"):
        info = packages.folder / f"despacho_{name}-3.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: despacho-{name}\nVersion: 3.1\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[despacho]\n{name} = fabricated_{name}\n", "utf-8")
    catalogue = load_providers()
    assert "swift-post" in catalogue.providers
    [row] = [row for row in catalogue.as_list() if row.id == "broken"]
    assert (row.name, row.version, row.kind, row.capabilities) == ("despacho-broken", "3.1", None, ())
    assert row.error == "ModuleNotFoundError: No module named 'nothing_of_that_name'"
