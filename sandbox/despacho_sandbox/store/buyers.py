"""Made-up buyers. Their tax ids have right check digits and come from the contract's list of test values (invoicing 1.1)."""

from __future__ import annotations

import msgspec

from despacho_sandbox.store.geography import countries
from despacho_sandbox.store.order import Address, BillingInformation, Customer
from despacho_sandbox.store.web import ApiError


class Buyer(msgspec.Struct, kw_only=True):
    """A person or a company; `municipality` is a name or code of the country's tables."""

    name: str = "Ana"
    surname: str = "Pérez"
    email: str = "ana.perez@example.com"
    phone: str | None = "987654321"
    address: str = "Los Conquistadores"
    street_number: str | None = "1730"
    complement: str | None = None
    municipality: str = "Providencia"
    city: str | None = "Santiago"
    postal: str | None = None
    taxid: str | None = None
    company: BillingInformation | None = None

    def customer(self, customer_id: int) -> Customer:
        """As the order's customer."""
        return Customer(id=customer_id, email=self.email, fullname=f"{self.name} {self.surname}", phone=self.phone)

    def addresses(self, country_code: str) -> tuple[Address, Address]:
        """Where it goes, and who pays (the same place, with the tax id).

        Raises:
            ApiError: 400 for a municipality that is not in the tables.
        """
        country = countries()[country_code]
        found = country.find_municipality(self.municipality)
        if found is None:
            raise ApiError(400, {"message": f"no municipality {self.municipality!r} in {country.name}"})
        region, municipality = found
        shipping = Address(
            name=self.name, surname=self.surname, address=self.address, street_number=self.street_number,
            complement=self.complement, city=self.city, postal=self.postal, municipality=municipality.name,
            municipality_code=municipality.code, region=region.name, region_code=region.code, country=country.name,
            country_code=country.code,
        )  # fmt: skip
        return shipping, msgspec.structs.replace(shipping, taxid=self.taxid)


PEOPLE = {
    "CL": (
        Buyer(),
        Buyer(name="Benjamín", surname="Soto Rojas", email="benja.soto@example.com", address="Apoquindo",
              street_number="4501", complement="Depto 1203", municipality="Las Condes", taxid="12.531.909-2"),
        Buyer(name="Camila", surname="Muñoz", email="camila@example.com", address="Irarrázaval", street_number="2401",
              municipality="Ñuñoa", taxid="11111111-1"),
        Buyer(name="Diego", surname="Fuentealba", email="diego@example.com", address="Av. Alemania",
              street_number="0850", municipality="Temuco", city="Temuco"),
        Buyer(name="Elisa", surname="Vergara", email="elisa@example.com", address="Álvares", street_number="646",
              municipality="Viña del Mar", city="Viña del Mar", taxid="10000013-k"),
    ),
    "PT": (
        Buyer(name="Inês", surname="Carvalho", email="ines@example.com", phone="912345678", address="Rua do Salitre",
              street_number="58", municipality="Lisboa", city="Lisboa", postal="1250-200", taxid="999999990"),
        Buyer(name="João", surname="Gonçalves", email="joao@example.com", phone="934567890", address="Rua de Cedofeita",
              street_number="301", municipality="Porto", city="Porto", postal="4050-181"),
    ),
}  # fmt: skip

COMPANIES = {
    "CL": Buyer(
        name="Francisca", surname="Lagos", email="compras@ferreteria-austral.example", address="San Diego",
        street_number="1245", municipality="Santiago", taxid="76430498-5",
        company=BillingInformation(
            business_activity="Venta al por menor de artículos de ferretería",
            company_name="Ferretería Austral SpA",
            taxpayer_type="Empresa",
        ),
    ),
    "PT": Buyer(
        name="Marta", surname="Nunes", email="compras@oficina-norte.example", phone="220000000", address="Rua da Boavista",
        street_number="12", municipality="Porto", city="Porto", postal="4050-101", taxid="500000000",
        company=BillingInformation(company_name="Oficina do Norte, Lda."),
    ),
}  # fmt: skip


def buyer_for(country_code: str, number: int, *, company: bool = False) -> Buyer:
    """A buyer of this country; the same number gives the same one."""
    people = PEOPLE[country_code]
    return COMPANIES[country_code] if company else people[number % len(people)]
