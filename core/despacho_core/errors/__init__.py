"""What the domain refuses, each with a stable code and a message that says what to do, in three languages.

The code is the last part of the API's problem ``type``; the kind decides the HTTP status; ``text(language)`` is for people.

    DomainError
    ├── Invalid       (422) the input can never work as it stands
    ├── NotFound      (404) nothing of that name in this store
    ├── Conflict      (409) right input, wrong moment
    └── NotAvailable  (503) cannot be answered now, try later
"""

from __future__ import annotations

from despacho_core.errors.accounts import (
    AccountNeedsAttention,
    AccountRemoved,
    DocumentMissing,
    NoAccount,
    NotYetKnown,
    ProviderDown,
    StoreAsleep,
)
from despacho_core.errors.base import LANGUAGES, Conflict, DomainError, Invalid, NotAvailable, NotFound, all_errors
from despacho_core.errors.fiscal import (
    AmountInvalid,
    BuyerIncomplete,
    CreditLineInvalid,
    CreditTooLarge,
    CreditTooSmall,
    CurrencyNotIssued,
    InvoicingRefused,
    NothingToCredit,
    NothingToInvoice,
    OrderBeforeStart,
    OrderNotPaid,
    TaxIdInvalid,
    TaxNotSupported,
    TotalsDisagree,
)
from despacho_core.errors.goods import (
    CurrenciesDiffer,
    InvalidParcel,
    Misfit,
    NothingToShip,
    OrderUnreadable,
    OrderWithoutAddress,
    OriginMissing,
    PlanChanged,
    PlanInvalid,
    SettingInvalid,
    UnknownCurrency,
)
from despacho_core.errors.manifests import (
    FileTooLarge,
    FileUnreadable,
    LabelNotFree,
    LabelsNotFree,
    ManifestClosed,
    ManifestEmpty,
)
from despacho_core.errors.shipping import (
    BatchEmpty,
    BatchTooLarge,
    CarrierRefused,
    ChoiceInvalid,
    LabelsVoid,
    NothingSentYet,
    NothingToPrint,
    OrderAlreadyShipped,
    OrderCancelled,
    OrderTwiceInBatch,
    ReturnNotOffered,
    ServiceGone,
    ServiceNotChosen,
    WrongState,
)

__all__ = [
    "LANGUAGES",
    "AccountNeedsAttention",
    "AccountRemoved",
    "AmountInvalid",
    "BatchEmpty",
    "BatchTooLarge",
    "BuyerIncomplete",
    "CarrierRefused",
    "ChoiceInvalid",
    "Conflict",
    "CreditLineInvalid",
    "CreditTooLarge",
    "CreditTooSmall",
    "CurrenciesDiffer",
    "CurrencyNotIssued",
    "DocumentMissing",
    "DomainError",
    "FileTooLarge",
    "FileUnreadable",
    "Invalid",
    "InvalidParcel",
    "InvoicingRefused",
    "LabelNotFree",
    "LabelsNotFree",
    "LabelsVoid",
    "ManifestClosed",
    "ManifestEmpty",
    "Misfit",
    "NoAccount",
    "NotAvailable",
    "NotFound",
    "NotYetKnown",
    "NothingSentYet",
    "NothingToCredit",
    "NothingToInvoice",
    "NothingToPrint",
    "NothingToShip",
    "OrderAlreadyShipped",
    "OrderBeforeStart",
    "OrderCancelled",
    "OrderNotPaid",
    "OrderTwiceInBatch",
    "OrderUnreadable",
    "OrderWithoutAddress",
    "OriginMissing",
    "PlanChanged",
    "PlanInvalid",
    "ProviderDown",
    "ReturnNotOffered",
    "ServiceGone",
    "ServiceNotChosen",
    "SettingInvalid",
    "StoreAsleep",
    "TaxIdInvalid",
    "TaxNotSupported",
    "TotalsDisagree",
    "UnknownCurrency",
    "WrongState",
    "all_errors",
]
