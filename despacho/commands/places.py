"""``despacho places``: what names of places are taken for, and which of them are not known or not served."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import click

from despacho.commands._console import Failure, json_option, show, table

if TYPE_CHECKING:
    from despacho_ports.providers import Provider
    from despacho_services.places import CheckedNames, Coverage

_LONGEST_FILE = 4_000_000
"""Bytes of a list that are read; all addresses of a large store have far fewer places."""


@click.group()
def places() -> None:
    """Comunas and concelhos, as they are written and as they are known."""


@places.command()
@click.argument("file", required=False, type=click.File("rb"))
@click.option(
    "--country", type=click.Choice(["CL", "PT"], case_sensitive=False), help="Whose places; the carrier's own, else CL."
)
@click.option(
    "--carrier", metavar="PROVIDER", help="Show this carrier's own code of each place, and where it does not go."
)
@json_option
def check(file: IO[bytes] | None, country: str | None, carrier: str | None, as_json: bool) -> None:
    """Say what the names in FILE are taken for, and list what matches nothing. Without FILE: every place of the country.

    FILE has one name a line, with its region after a semicolon or a tab if that is known; - reads standard input.
    """
    from despacho_core.places import COUNTRIES  # noqa: PLC0415 - as below
    from despacho_services.places import all_names, check_names  # noqa: PLC0415 - reads the tables of places

    provider = _carrier(carrier) if carrier else None
    known = (one for one in (provider.countries if provider else ()) if one in COUNTRIES)
    where = country or next(known, "CL")
    names = _names(file) if file else all_names(where)
    checked = check_names(names, where, carrier=carrier, coverage=_coverage(provider) if provider else None)
    show(checked, as_json=as_json, people=_people(checked))


def _carrier(provider_id: str) -> Provider:
    from despacho.provider_loader import load_providers  # noqa: PLC0415 - loads every provider package
    from despacho_ports.connectors import ProviderMissing  # noqa: PLC0415 - as above

    try:
        return load_providers().provider(provider_id)
    except ProviderMissing as error:
        raise Failure(f"{error}. `despacho providers` shows what there is.", code="provider-unknown") from error


def _coverage(provider: Provider) -> Coverage:
    from despacho_ports.providers import capabilities_of  # noqa: PLC0415 - only where a carrier is asked for

    if "CoversPlaces" not in capabilities_of(provider):
        raise Failure(f"{provider.name} does not say where it goes.", code="coverage-unknown")
    coverage: Coverage = provider.connector.coverage_of  # type: ignore[attr-defined]  # as its capabilities say
    return coverage


def _names(file: IO[bytes]) -> list[tuple[str, str]]:
    raw = file.read(_LONGEST_FILE + 1)
    if len(raw) > _LONGEST_FILE:
        raise Failure(f"The list is longer than {_LONGEST_FILE} bytes.", code="list-too-long")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")  # what spreadsheets save
    lines = (line.replace("\t", ";").partition(";") for line in text.splitlines())
    return [(name.strip(' "'), region.strip(' ";')) for name, _, region in lines if name.strip(' "')]


def _people(checked: CheckedNames) -> str:
    """The table, then the lists of what needs somebody."""
    header = [
        "written",
        "matched by",
        "code",
        "name",
        "region",
        *([checked.carrier] if checked.carrier else []),
        "may be",
    ]
    rows = [
        (one.written, one.matched_by, one.code, one.name, f"{one.region or ''}{' (another is stated)' if one.region_differs else ''}",
         *([one.coverage] if checked.carrier else []), one.candidates)
        for one in checked.places
    ]  # fmt: skip
    lists = [_list(f"{len(checked.unmatched)} of {len(rows)} match nothing for certain", checked.unmatched)]
    if checked.carrier:
        lists.append(
            _list(f"{len(checked.uncovered)} of {len(rows)} are not served by {checked.carrier}", checked.uncovered)
        )
    return "\n\n".join([table(header, rows, empty="The list is empty."), *lists, f"Table: {checked.version}."])


def _list(title: str, names: tuple[str, ...]) -> str:
    return f"{title}: {', '.join(names)}." if names else f"{title}."
