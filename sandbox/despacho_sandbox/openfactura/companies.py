"""Taxpayers: those who issue, with a key, and others whose data can be looked up."""

from __future__ import annotations

from typing import Annotated

import msgspec
from stdnum.cl import rut as chilean_rut

ISSUED_TYPES = (33, 34, 39, 41, 52, 56, 61)
"""Types that the simulator issues. 43 exists at the real service and is missing here; 46 and 110-112 are undocumented."""

FOLIOS_AT_START = 10_000


class Taxpayer(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A company as the tax authority knows it."""

    rut: str
    name: str
    activity: str
    activity_code: int
    address: str
    commune: str
    email: str = ""


class Company(Taxpayer, kw_only=True, forbid_unknown_fields=True):
    """A taxpayer who issues documents.

    Attributes:
        api_key: What authorises it, and nobody else.
        branch_code: `CdgSIISucur`.
        folios: How many numbers are left, by document type.
    """

    api_key: Annotated[str, msgspec.Meta(min_length=8)]
    branch_code: str
    folios: dict[int, int] = {}


def default_companies() -> list[Company]:
    """The vendor's two development companies, with keys that are obviously no keys."""
    return [
        Company(
            rut="76795561-8",
            name="HAULMER SPA",
            activity="VENTA AL POR MENOR POR INTERNET",
            activity_code=479100,
            address="ARTURO PRAT 527   CURICO",
            commune="Curicó",
            email="facturacion@example.cl",
            api_key="badc0de0000000000000000000000001",
            branch_code="81303347",
        ),
        Company(
            rut="76430498-5",
            name="HOSTY SPA",
            activity="SERVICIOS INFORMATICOS",
            activity_code=620200,
            address="ARTURO PRAT 527 3 pis OF 1",
            commune="Curicó",
            email="pagos@example.cl",
            api_key="badc0de0000000000000000000000002",
            branch_code="79457965",
        ),
    ]


_OTHERS = (
    Taxpayer(
        rut="76086428-5",
        name="COMERCIAL DE PRUEBA LIMITADA",
        activity="VENTA AL POR MENOR",
        activity_code=471990,
        address="AVENIDA LIBERTAD 700",
        commune="Viña del Mar",
    ),
    Taxpayer(
        rut="76399932-7",
        name="SERVICIOS DE PRUEBA SPA",
        activity="ASESORIAS",
        activity_code=702000,
        address="AGUSTINAS 900",
        commune="Santiago",
    ),
)


class Companies:
    """All taxpayers."""

    def __init__(self) -> None:
        self._by_rut: dict[str, Company] = {}
        self.reset()

    def reset(self) -> None:
        """Leaves only the default companies, with all their folios."""
        self._by_rut.clear()
        for company in default_companies():
            self.add(company)

    def add(self, company: Company) -> None:
        """Adds a company, or replaces the one with the same RUT; types not mentioned get the usual folios.

        Raises:
            ValueError: If its RUT is none.
        """
        company.rut = canonical(company.rut)
        company.folios = dict.fromkeys(ISSUED_TYPES, FOLIOS_AT_START) | company.folios
        self._by_rut[company.rut] = company

    def all(self) -> list[Company]:
        """Every company that issues."""
        return list(self._by_rut.values())

    def by_key(self, api_key: str) -> Company | None:
        """Whose key it is."""
        return next((company for company in self._by_rut.values() if company.api_key == api_key), None)

    def by_rut(self, rut: str) -> Company | None:
        """The issuing company of a canonical RUT."""
        return self._by_rut.get(rut)

    def taxpayer(self, rut: str) -> Taxpayer | None:
        """Anybody known under a canonical RUT."""
        return self._by_rut.get(rut) or next((one for one in _OTHERS if one.rut == rut), None)


def is_rut(text: object) -> bool:
    """Whether it is a RUT as documents want it: no dots, one hyphen, capital K, right check digit."""
    if not isinstance(text, str) or len(text) > 10 or text[-2:-1] != "-":
        return False
    return text[:-2].isascii() and text[:-2].isdigit() and chilean_rut.calc_check_digit(text[:-2]) == text[-1]


def canonical(text: str) -> str:
    """A RUT in whatever usual form, as documents want it.

    Raises:
        ValueError: If it is none.
    """
    compact = text.strip().upper().replace(".", "").replace("-", "").lstrip("0")
    written = f"{compact[:-1]}-{compact[-1:]}"
    if not is_rut(written):
        raise ValueError(f"{text!r} is no RUT")
    return written
