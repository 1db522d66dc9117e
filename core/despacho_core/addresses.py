"""Where parcels leave from and go to."""

from __future__ import annotations

import msgspec


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A postal address as far as it is known; a checkout may know little more than the comuna.

    ``municipality`` is the comuna in Chile and the concelho in Portugal, by name; ``municipality_code`` and ``region_code``
    are the store platform's own codes, not the statistics office's. ``country`` is ISO 3166 alpha-2.
    """

    country: str = ""
    region: str | None = None
    region_code: str | None = None
    municipality: str | None = None
    municipality_code: str | None = None
    city: str | None = None
    postal_code: str | None = None
    street: str | None = None
    street_number: str | None = None
    complement: str | None = None
    name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    tax_id: str | None = None

    @property
    def place(self) -> str:
        """The name a person would give the place: comuna, else city, else postcode."""
        return self.municipality or self.city or self.postal_code or ""

    @property
    def street_line(self) -> str:
        """Street, number and complement on one line."""
        return " ".join(part for part in (self.street, self.street_number, self.complement) if part)

    def missing_for_delivery(self) -> list[str]:
        """Names of the fields without which no carrier can deliver; empty when complete."""
        needed = {
            "name": self.name or self.company,
            "street": self.street,
            "municipality": self.place,
            "country": self.country,
        }
        return [field for field, value in needed.items() if not (value or "").strip()]
