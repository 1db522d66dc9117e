"""All use cases together, as the adapters are given them."""

from __future__ import annotations

from dataclasses import dataclass

from despacho_core.batches import BatchPurpose
from despacho_ports.ledgers import InboxWriter
from despacho_ports.practice import PracticeGround
from despacho_ports.storefront import Consent, StoreMessages
from despacho_ports.system import Secrets
from despacho_services.account_desk import AccountDesk
from despacho_services.accounts import Accounts
from despacho_services.activity_log import ActivityLog
from despacho_services.attaching import AttachHandler
from despacho_services.bulk_asking import AsksForLine, BatchHandler, LabelLines
from despacho_services.bulk_buying import BulkBuying
from despacho_services.bulk_invoicing import BulkInvoicing, DocumentLines
from despacho_services.bulk_manifests import BulkManifests
from despacho_services.bulk_printing import BulkPrinting
from despacho_services.button import InvoiceButton
from despacho_services.consenting import ConsentStates
from despacho_services.corrections import Corrections
from despacho_services.effects import EffectPolicy, EffectRunner
from despacho_services.figures import FigureDesk
from despacho_services.fulfilling import FulfilHandler
from despacho_services.fulfilling_voids import TellVoidHandler
from despacho_services.guided_start import GuidedStart, NoGround
from despacho_services.housekeeping import Housekeeping
from despacho_services.installation import Installation
from despacho_services.intake import Intake
from despacho_services.invoice_desk import InvoiceDesk
from despacho_services.invoicing import Invoicing
from despacho_services.invoicing_effects import IssueHandler
from despacho_services.issued_documents import IssuedDocuments
from despacho_services.issuing_accounts import AccountScopes
from despacho_services.label_choices import LabelChoices
from despacho_services.label_documents import LabelDocuments
from despacho_services.label_printing import LabelPrinting
from despacho_services.ledger_desk import LedgerDesk
from despacho_services.manifest_desk import ManifestDesk
from despacho_services.manifesting import Manifesting
from despacho_services.manifesting_confirming import Confirming
from despacho_services.manifesting_effects import CloseHandler
from despacho_services.manifesting_parties import ManifestParties
from despacho_services.manifesting_signing import Signing
from despacho_services.office import Office
from despacho_services.order_desk import OrderDesk
from despacho_services.order_dossier import OrderDossiers
from despacho_services.order_views import OrderViewsKept
from despacho_services.owing_documents import DocumentsOwed
from despacho_services.packing_slips import PackingSlips
from despacho_services.plans import Plans
from despacho_services.platform_registration import PlatformRegistration
from despacho_services.pushing_status import PushStatusHandler
from despacho_services.quoting import Quoting
from despacho_services.reading import Reading
from despacho_services.reception import KnownStores, Reception
from despacho_services.reconciliation import Reconciliation
from despacho_services.returning import Returning
from despacho_services.scanning import Scanning
from despacho_services.self_issuing import SelfIssuing
from despacho_services.sessions import Sessions
from despacho_services.settling import Settling
from despacho_services.settling_documents import SettlingDocuments
from despacho_services.shipment_desk import ShipmentDesk
from despacho_services.shipping import Shipping
from despacho_services.shipping_effects import BuyHandler, VoidHandler
from despacho_services.shops import Shops
from despacho_services.tokens import Tokens
from despacho_services.tracking import Tracking
from despacho_services.waiting_room import WaitingRoom
from despacho_services.work import HubWork


@dataclass(frozen=True)
class Services:
    """The hub's use cases."""

    office: Office
    messages: StoreMessages
    known: KnownStores
    reception: Reception
    quoting: Quoting
    plans: Plans
    shipping: Shipping
    returning: Returning
    bulk: BulkBuying
    bulk_invoicing: BulkInvoicing
    bulk_printing: BulkPrinting
    label_choices: LabelChoices
    labels: LabelPrinting
    slips: PackingSlips
    manifesting: Manifesting
    manifest_desk: ManifestDesk
    signing: Signing
    confirming: Confirming
    manifest_parties: ManifestParties
    tracking: Tracking
    corrections: Corrections
    scanning: Scanning
    invoicing: Invoicing
    invoice_desk: InvoiceDesk
    waiting: WaitingRoom
    self_issuing: SelfIssuing
    account_scopes: AccountScopes
    button: InvoiceButton
    installation: Installation
    accounts: Accounts
    account_desk: AccountDesk
    registration: PlatformRegistration
    start: GuidedStart
    tokens: Tokens
    sessions: Sessions
    activity: ActivityLog
    figures: FigureDesk
    ledgers: LedgerDesk
    settling: Settling
    settling_documents: SettlingDocuments
    shipment_desk: ShipmentDesk
    intake: Intake
    reading: Reading
    order_desk: OrderDesk
    order_views: OrderViewsKept
    dossiers: OrderDossiers
    bulk_manifests: BulkManifests
    reconciliation: Reconciliation
    runner: EffectRunner
    work: HubWork


def build_services(
    office: Office,
    *,
    messages: StoreMessages,
    consent: Consent,
    writer: InboxWriter,
    secrets: Secrets,
    ground: PracticeGround | None = None,
    policy: EffectPolicy | None = None,
    width: int = 16,
) -> Services:
    """Put the use cases together over the driven ports."""
    runner = EffectRunner(office, policy)
    labels = LabelDocuments(office)
    bulk, printing, slips = BulkBuying(office, runner), LabelPrinting(office, labels), PackingSlips(office)
    owed = DocumentsOwed(office)
    waiting = WaitingRoom(office)
    documents = IssuedDocuments(office, owed, waiting)
    invoicing = Invoicing(office, runner, owed, waiting)
    self_issuing = SelfIssuing(office, owed, waiting)
    shipping = Shipping(office, runner)
    tracking = Tracking(office)
    shops = Shops(office)
    quoting = Quoting(office, shops=shops)
    known = KnownStores(office)
    registration = PlatformRegistration(office, quoting)
    states = ConsentStates(office, secrets)
    installation = Installation(office, registration, consent, states, self_issuing.rules_changed)
    accounts = Accounts(office, self_issuing.account_works)
    account_desk = AccountDesk(office, accounts, installation)
    ledgers = LedgerDesk(office, runner)
    intake = Intake(office, messages, self_issuing, shipping, tracking)
    reconciliation = Reconciliation(office, intake, self_issuing)
    desk, manifesting = OrderDesk(office), Manifesting(office, runner)
    asks_for: dict[BatchPurpose, AsksForLine] = {
        BatchPurpose.LABELS: LabelLines(shipping),
        BatchPurpose.DOCUMENTS: DocumentLines(owed, waiting),
    }
    runner.register(
        [
            BuyHandler(office, labels, self_issuing.shipped),
            BatchHandler(office, intake, asks_for),
            VoidHandler(office),
            FulfilHandler(office),
            PushStatusHandler(office),
            TellVoidHandler(office),
            CloseHandler(office),
            IssueHandler(office, documents, waiting, button_wait=runner.policy.button_wait),
            AttachHandler(office),
        ]
    )
    return Services(
        office=office,
        messages=messages,
        known=known,
        reception=Reception(office, known, messages, writer),
        quoting=quoting,
        plans=Plans(office, shops),
        shipping=shipping,
        returning=Returning(office, runner),
        bulk=bulk,
        bulk_invoicing=BulkInvoicing(office, runner, waiting),
        bulk_printing=BulkPrinting(office, bulk, printing, slips),
        label_choices=LabelChoices(office),
        labels=printing,
        slips=slips,
        manifest_desk=ManifestDesk(office),
        manifesting=manifesting,
        signing=Signing(office),
        confirming=Confirming(office),
        manifest_parties=ManifestParties(office),
        tracking=tracking,
        corrections=Corrections(office),
        scanning=Scanning(office),
        invoicing=invoicing,
        invoice_desk=InvoiceDesk(office, waiting),
        waiting=waiting,
        self_issuing=self_issuing,
        account_scopes=AccountScopes(office, self_issuing.account_works),
        button=InvoiceButton(office, messages, intake, invoicing),
        installation=installation,
        accounts=accounts,
        account_desk=account_desk,
        registration=registration,
        start=GuidedStart(office, account_desk, ground or NoGround()),
        tokens=Tokens(office),
        sessions=Sessions(office),
        activity=ActivityLog(office),
        figures=FigureDesk(office),
        ledgers=ledgers,
        settling_documents=SettlingDocuments(office, ledgers, documents),
        settling=Settling(office, runner, ledgers, self_issuing.shipped),
        shipment_desk=ShipmentDesk(office),
        intake=intake,
        order_desk=desk,
        order_views=OrderViewsKept(office),
        dossiers=OrderDossiers(office, quoting),
        bulk_manifests=BulkManifests(office, desk, manifesting),
        reading=Reading(office),
        reconciliation=reconciliation,
        runner=runner,
        work=HubWork(
            office,
            runner,
            intake=intake,
            tracking=tracking,
            reconciliation=reconciliation,
            housekeeping=Housekeeping(office),
            width=width,
        ),
    )
