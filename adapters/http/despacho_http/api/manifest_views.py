"""What the API shows of manifests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from despacho_core.manifests import LeftOut, Manifest, ManifestState, Signature
from despacho_core.shipments import Label
from despacho_http.api.views import LabelView, label_view
from despacho_services.manifesting import ManifestContents
from despacho_services.office import Links


class ManifestSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest in a list. ``url`` is the page that confirms it, for whoever holds the paper; null until it is closed."""

    id: str
    number: int
    account_id: str
    state: ManifestState
    created_at: datetime
    closed_at: datetime | None
    signed_at: datetime | None
    carrier_references: tuple[str, ...]
    problem: str | None
    url: str | None


class ManifestView(ManifestSummary, frozen=True, kw_only=True):
    """A manifest with its labels. ``carrier_references`` are the carrier's own numbers.

    ``left_out`` are labels that somebody may expect on it, each with the reason. ``digest`` is the SHA-256 of what stands on a signed
    one, ``file_digest`` that of the file itself. ``has_carrier_pdf`` says whether the carrier gave pages of its own.
    """

    signatures: tuple[Signature, ...]
    digest: str | None
    file_digest: str | None
    has_carrier_pdf: bool
    left_out: tuple[LeftOut, ...]
    labels: list[LabelView]


def manifest_summary(manifest: Manifest, links: Links) -> ManifestSummary:
    """A manifest as a list shows it."""
    return ManifestSummary(
        id=manifest.id,
        number=manifest.number,
        account_id=manifest.account_id,
        state=manifest.state,
        created_at=manifest.created_at,
        closed_at=manifest.closed_at,
        signed_at=manifest.signed_at,
        carrier_references=manifest.carrier_references,
        problem=manifest.problem,
        url=(links.manifest(manifest.token) or None) if manifest.state.is_on_paper else None,
    )


def manifest_view(manifest: Manifest, labels: Sequence[Label], links: Links) -> ManifestView:
    """A manifest as the API shows it."""
    return ManifestView(
        **msgspec.structs.asdict(manifest_summary(manifest, links)),
        signatures=manifest.signatures,
        digest=manifest.seal.digest if manifest.seal else None,
        file_digest=manifest.seal.file_digest if manifest.seal else None,
        has_carrier_pdf=manifest.carrier_document_id is not None,
        left_out=manifest.left_out,
        labels=[label_view(label) for label in labels],
    )


def contents_view(contents: ManifestContents, links: Links) -> ManifestView:
    """A manifest with its labels as the API shows it."""
    return manifest_view(contents.manifest, contents.labels, links)
