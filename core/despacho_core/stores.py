"""Stores and their accounts: the tenants, and the credentials that they hold with carriers and invoicing systems."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

import msgspec

from despacho_core.addresses import Address
from despacho_core.document_rules import DocumentRules
from despacho_core.fiscal import DocumentKind
from despacho_core.labels import LabelChoice
from despacho_core.parcels import Parcel


class BasicCredentials(msgspec.Struct, frozen=True, kw_only=True, tag="basic"):
    """Login and authtoken of one store (contract/jumpseller.md 4.1)."""

    login: str
    authtoken: str

    def __repr__(self) -> str:
        return f"BasicCredentials(login={self.login!r})"


class OAuthCredentials(msgspec.Struct, frozen=True, kw_only=True, tag="oauth"):
    """A pair of tokens, always saved together; ``expires_at`` is aware UTC."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    created_at: datetime

    def __repr__(self) -> str:
        return f"OAuthCredentials(expires_at={self.expires_at.isoformat()!r})"


Credentials = BasicCredentials | OAuthCredentials


class StoreState(enum.StrEnum):
    """An asleep store is not called: it uninstalled the App, or its credentials were revoked."""

    ACTIVE = "active"
    ASLEEP = "asleep"


class InvoiceTrigger(enum.StrEnum):
    """When a document is issued without anybody asking."""

    MANUAL = "manual"
    ON_PAID = "on_paid"
    ON_SHIPPED = "on_shipped"


class LabelTrigger(enum.StrEnum):
    """When a label is bought without anybody asking."""

    MANUAL = "manual"
    ON_PAID = "on_paid"


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant decides for the store. ``default_parcel`` stands in for products without weight or size.

    ``untaxed_rate`` is the tax, in per cent, that prices hold where an order names none: many shops in Chile set up no tax and
    sell with IVA included. None means the country's usual rate (19 in Chile, none elsewhere), 0 that such goods are exempt.
    Orders placed before ``labels_since`` get no label by themselves.
    """

    origin: Address | None = None
    default_parcel: Parcel = Parcel(weight_g=1000, length_mm=200, width_mm=150, height_mm=100)
    allow_unsigned_invoices: bool = False
    invoices: InvoiceTrigger = InvoiceTrigger.ON_PAID
    labels: LabelTrigger = LabelTrigger.MANUAL
    labels_since: datetime | None = None
    credit_on_cancel: bool = True
    tracking_hours: Decimal = Decimal(3)
    notify_buyers: bool = False
    untaxed_rate: Decimal | None = None
    documents: DocumentRules = DocumentRules()


class Store(msgspec.Struct, frozen=True, kw_only=True):
    """One store of the platform: the tenant. ``key`` is the unguessable part of its callback addresses.

    ``start`` are marks of the guided start: steps that were skipped, and what was tried. ``registration_problem`` is why the platform
    does not hold all that it should of ours; None when it did the last time that we registered.
    """

    id: str
    code: str
    key: str
    name: str
    currency: str
    country: str
    timezone: str
    created_at: datetime
    hooks_token: str
    credentials: Credentials
    url: str = ""
    email: str = ""
    weight_unit: str = "kg"
    location_id: str | None = None
    shipping_method_id: str | None = None
    state: StoreState = StoreState.ACTIVE
    problem: str | None = None
    settings: StoreSettings = StoreSettings()
    start: tuple[str, ...] = ()
    registration_problem: str | None = None

    @property
    def language(self) -> str:
        """The language its merchant reads: Portuguese in Portugal and Brazil, Spanish in Spanish-speaking countries, else English."""
        if self.country in {"PT", "BR"}:
            return "pt"
        return "es" if self.country in _SPANISH else "en"

    @property
    def untaxed_rate(self) -> Decimal | None:
        """The tax that prices hold where an order names none, in per cent; None takes the order at its word."""
        if self.settings.untaxed_rate is not None:
            return self.settings.untaxed_rate
        return Decimal(19) if self.country == "CL" else None

    @property
    def documents_start(self) -> datetime:
        """From when orders get documents by themselves: as the merchant says, else since the installation."""
        return self.settings.documents.since or self.created_at

    @property
    def labels_start(self) -> datetime:
        """From when orders get labels by themselves: as the merchant says, else since the installation."""
        return self.settings.labels_since or self.created_at

    def with_settings(self, settings: StoreSettings, at: datetime) -> Store:
        """The store with other decisions.

        A trigger that is switched on counts from now, unless the merchant says since when: what was left to hand has documents and labels
        elsewhere.
        """
        begins = self.settings.invoices is InvoiceTrigger.MANUAL and settings.invoices is not InvoiceTrigger.MANUAL
        if begins and settings.documents.since == self.settings.documents.since:
            documents = msgspec.structs.replace(settings.documents, since=at)
            settings = msgspec.structs.replace(settings, documents=documents)
        begins = self.settings.labels is LabelTrigger.MANUAL and settings.labels is not LabelTrigger.MANUAL
        if begins and settings.labels_since == self.settings.labels_since:
            settings = msgspec.structs.replace(settings, labels_since=at)
        return msgspec.structs.replace(self, settings=settings)

    def asleep(self, problem: str) -> Store:
        """The store, not to be called until it is installed again."""
        return msgspec.structs.replace(self, state=StoreState.ASLEEP, problem=problem)

    def __repr__(self) -> str:
        return f"Store(code={self.code!r}, state={self.state.value!r})"


class AccountState(enum.StrEnum):
    """An account whose credentials were refused is not used until somebody mended it."""

    ACTIVE = "active"
    NEEDS_ATTENTION = "needs_attention"


class AccountScope(msgspec.Struct, frozen=True, kw_only=True):
    """For which documents an invoicing account is meant; what is empty means all. ``countries`` are buyers', ISO 3166 alpha-2."""

    currencies: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kinds: tuple[DocumentKind, ...] = ()

    def fits(self, *, currency: str, country: str, kind: DocumentKind) -> bool:
        """Whether a document of this kind, in this currency, for a buyer of this country, is one of its own."""
        wanted = ((self.currencies, currency), (self.countries, country), (self.kinds, kind))
        return all(not allowed or value in allowed for allowed, value in wanted)

    @property
    def narrowness(self) -> int:
        """How many things it is particular about: the most particular account comes first."""
        return sum(bool(one) for one in (self.currencies, self.countries, self.kinds))


class CarrierCompany(msgspec.Struct, frozen=True, kw_only=True):
    """Who the carrier is in law, as the merchant's contract says; empty where nobody has said it. For manifests."""

    name: str = ""
    tax_id: str = ""
    address: str = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One set of credentials of a store with one provider. ``settings`` is checked against the provider's own Struct.

    ``label`` is what its labels are printed on, ``company`` how its carrier is named on manifests.
    """

    id: str
    store_id: str
    provider: str
    name: str
    key: str
    created_at: datetime
    settings: dict[str, object] = {}
    state: AccountState = AccountState.ACTIVE
    problem: str | None = None
    label: LabelChoice = LabelChoice()
    company: CarrierCompany = CarrierCompany()
    scope: AccountScope = AccountScope()

    def needing_attention(self, problem: str) -> Account:
        """The account, not to be used until somebody has mended it."""
        return msgspec.structs.replace(self, state=AccountState.NEEDS_ATTENTION, problem=problem)

    def mended(self) -> Account:
        """The account, in use again."""
        return msgspec.structs.replace(self, state=AccountState.ACTIVE, problem=None)

    def __repr__(self) -> str:
        return f"Account(id={self.id!r}, provider={self.provider!r}, state={self.state.value!r})"


_SPANISH = frozenset(
    {"AR", "BO", "CL", "CO", "CR", "DO", "EC", "ES", "GT", "HN", "MX", "NI", "PA", "PE", "PY", "SV", "UY", "VE"}
)
