"""The declaration is sound: a person can read it, the hub can rely on it, and its methods are the ports' own."""

from __future__ import annotations

import asyncio
import inspect
import re

import msgspec

from despacho_core.money import minor_digits
from despacho_core.tracking import TrackingStatus
from despacho_ports.conformance.bench import Bench, Checks
from despacho_ports.conformance.expecting import expect, skip
from despacho_ports.providers import PORTS, ProviderKind, capabilities_of
from despacho_ports.settings import SettingsInvalid, fields_of, read_settings

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*([a-z.+-][a-z0-9.+-]*)?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_SECRET_WORDS = {"key", "token", "secret", "password", "passphrase", "credential", "clave", "senha", "authentication"}
_ADDRESS_WORDS = {"url", "uri", "endpoint", "host"}

_ODD_SETTINGS: tuple[object, ...] = ("", "\u0000", "no such thing, 4711", "9" * 400, -1, None, [], {})


class DeclarationChecks(Checks):
    """What can be seen without asking anybody anything."""

    def test_the_declaration_is_sound(self) -> None:
        """Id, name, version, countries, currencies and limits are what they should be."""
        one = self.provider
        expect(_ID.fullmatch(one.id) and len(one.id) <= 40, f"the id {one.id!r} is not like “my-carrier”")
        expect(one.name.strip(), "the name is empty")
        expect(_VERSION.fullmatch(one.version), f"the version {one.version!r} is not like “1.0.2”")
        expect(all(map(_COUNTRY.fullmatch, one.countries)), f"countries are two capital letters: {one.countries}")
        for currency in one.currencies:
            minor_digits(currency)
        expect(
            all(limit.calls > 0 and limit.seconds > 0 for limit in one.rate_limits),
            "a rate limit allows no call at all",
        )

    def test_the_carriers_own_page_can_be_linked_to(self) -> None:
        """``tracking_page`` is empty, or an ``https`` address with one place for the tracking number."""
        page = self.provider.tracking_page
        linked = page.startswith("https://") and page.count("{number}") == 1 and not set(page) & set(" \"'<>")
        expect(not page or linked, f"tracking_page {page!r} is not like https://carrier.example/{{number}}")

    def test_the_ports_fit_the_kind(self) -> None:
        """A carrier offers a carrier's ports, an invoicing system an invoicing system's; at least one of them."""
        found = capabilities_of(self.provider)
        home = "carriers" if self.provider.kind is ProviderKind.CARRIER else "invoicing"
        foreign = [port for port in found if not PORTS[port].__module__.endswith(home) and port != "ChecksAccount"]
        expect(set(found) - {"ChecksAccount", *foreign}, "no port of its kind is implemented")
        expect(not foreign, f"{', '.join(foreign)} cannot belong to the kind “{self.provider.kind}”")

    def test_every_method_has_its_ports_signature(self) -> None:
        """What is called like a port's method is that method: same parameters, awaited or not, and no port is half there."""
        connector = self.provider.connector
        for name, port in PORTS.items():
            members = {member: value for member, value in vars(port).items() if not member.startswith("_")}
            mine = {member: getattr(connector, member, None) for member in members}
            if name not in capabilities_of(self.provider):
                half = [member for member, value in mine.items() if callable(value)]
                expect(not half, f"{name} is half declared: {', '.join(half)} alone does not make it")
                continue
            for member, value in members.items():
                if inspect.isfunction(value):
                    _expect_same_signature(f"{name}.{member}", value, mine[member])
        if "TracksShipments" in capabilities_of(self.provider):
            size = getattr(connector, "batch_size", None)
            expect(isinstance(size, int) and size >= 1, f"batch_size is {size!r}, not a number from 1")

    def test_scans_have_something_to_say(self) -> None:
        """ReportsByScan: it names statuses, the last step among them, so that a parcel's way can end."""
        if "ReportsByScan" not in capabilities_of(self.provider):
            skip("does not declare ReportsByScan")

        async def story(bench: Bench) -> None:
            said = getattr(bench.account, "scan_statuses", ())
            known = isinstance(said, tuple) and all(isinstance(one, TrackingStatus) for one in said)
            expect(known and len(set(said)) == len(said), f"scan_statuses are no different statuses: {said!r}")
            expect(TrackingStatus.DELIVERED in said, "nobody can say that a parcel was delivered")

        self.run(story)

    def test_the_settings_explain_themselves(self) -> None:
        """Every field has a title and a help text; credentials are marked as secrets, and addresses that are called as such."""
        for field in fields_of(self.provider.settings):
            expect(field.title != field.name, f"the setting {field.name} has no title")
            expect(field.help, f"the setting {field.name} has no description")
            words = set(field.name.lower().split("_"))
            expect(field.secret or not words & _SECRET_WORDS, f"the setting {field.name} is not marked as a secret")
            is_address = words & _ADDRESS_WORDS or str(field.default).startswith(("http:", "https:"))
            expect(field.address or not is_address, f"the setting {field.name} is not a WebAddress")

    def test_settings_are_checked(self) -> None:
        """The world's settings are taken; others are taken or are ``SettingsInvalid``, in words that repeat no secret."""

        async def story(bench: Bench) -> None:
            read_settings(self.provider.settings, bench.world.settings)
            for field in fields_of(self.provider.settings):
                for odd in _ODD_SETTINGS:
                    values = {**bench.world.settings, field.name: odd}
                    told = _objection(self.provider.settings, values, f"the setting {field.name} as {odd!r}")
                    repeated = field.secret and isinstance(odd, str) and len(odd) > 3 and odd in told
                    expect(not repeated, f"the message about a wrong {field.name} repeats it")

        self.run(story)

    def test_opening_an_account_asks_nobody(self) -> None:
        """A connector is made without a request, and has every declared port."""

        async def story(bench: Bench) -> None:
            # A task that was started gets its turns.
            for _ in range(20):
                await asyncio.sleep(0)
            expect(bench.line.requests == 0, "opening an account makes requests")
            for port in capabilities_of(self.provider):
                expect(isinstance(bench.account, PORTS[port]), f"the open account has no {port}")

        self.run(story)


def _objection(settings: type[msgspec.Struct], values: dict[str, object], when: str) -> str:
    try:
        read_settings(settings, values)
    except SettingsInvalid as error:
        return str(error)
    except Exception as error:  # whatever a provider's own checks raise is reported
        raise AssertionError(f"{when}: {type(error).__name__} instead of ValueError") from error
    return ""


def _expect_same_signature(what: str, port: object, mine: object) -> None:
    if not (inspect.isfunction(port) and callable(mine)):
        raise AssertionError(f"{what} is no method")
    expect(
        inspect.iscoroutinefunction(port) == inspect.iscoroutinefunction(mine),
        f"{what} must{'' if inspect.iscoroutinefunction(port) else ' not'} be an “async def”",
    )
    wanted = [one.name for one in inspect.signature(port).parameters.values()]
    got = inspect.signature(mine).parameters.values()
    extra = [one.name for one in list(got)[len(wanted) :] if one.default is one.empty and one.kind not in {2, 4}]
    expect(
        [one.name for one in got][: len(wanted)] == wanted and not extra,
        f"{what} takes ({', '.join(one.name for one in got)}), not ({', '.join(wanted)})",
    )
