"""Manifests: opened, filled, closed, signed, printed."""

from __future__ import annotations

from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from despacho_core.errors import CarrierRefused
from despacho_core.manifests import Manifest, ManifestState
from despacho_http.access import Hub, StoreId
from despacho_http.api.idempotency import KINDS, MOST, Under
from despacho_http.api.manifest_bodies import (
    MOST_FORM,
    MULTIPART,
    LabelsBody,
    ManifestBody,
    ManifestStates,
    PaperBody,
    SignatureBody,
    SignatureForms,
)
from despacho_http.api.manifest_views import ManifestSummary, ManifestView, contents_view, manifest_summary
from despacho_http.api.orders import BASE, provider_name
from despacho_http.api.views import Page, page
from despacho_http.api.wishes import BeforeNumber, Limit, Wait, seconds_to_wait
from despacho_http.documents import pdf_answer, without_suffix
from despacho_services.services import Services

_AT_WORK = {ManifestState.OPEN, ManifestState.CLOSING}


@get("/manifests")
async def list_manifests(  # noqa: PLR0917 - Litestar hands over by name
    services: Hub,
    store_id: StoreId,
    before: BeforeNumber = None,
    limit: Limit = 50,
    account_id: FromQuery[str | None] = None,
    in_state: ManifestStates = None,
) -> Page[ManifestSummary]:
    """Manifests, highest number first."""
    rows = await services.manifesting.page(store_id, before=before, limit=limit, account_id=account_id, state=in_state)
    links = services.office.links
    return page(rows, lambda row: manifest_summary(row, links), limit=limit, key=lambda row: row.number)


@post("/manifests", status_code=201)
async def create_manifest(
    services: Hub, store_id: StoreId, under: Under, data: JSONBody[ManifestBody]
) -> Response[ManifestView]:
    """Open a manifest over chosen labels, or over all labels of the account that are on none."""
    contents = await services.manifesting.open(store_id, data.account_id, data.label_ids, skip=data.skip, under=under)
    location = f"{BASE}/manifests/{contents.manifest.id}"
    view = contents_view(contents, services.office.links)
    return Response(view, status_code=201, headers={"location": location})


@post("/manifests/{manifest_id:str}/labels", status_code=200)
async def add_labels(
    services: Hub, store_id: StoreId, manifest_id: FromPath[str], data: JSONBody[LabelsBody]
) -> ManifestView:
    """Put further labels on an open manifest."""
    contents = await services.manifesting.add(store_id, manifest_id, data.label_ids, skip=data.skip)
    return contents_view(contents, services.office.links)


@delete("/manifests/{manifest_id:str}/labels/{label_id:str}", status_code=200)
async def take_label_off(
    services: Hub, store_id: StoreId, manifest_id: FromPath[str], label_id: FromPath[str]
) -> ManifestView:
    """Take a label off an open manifest, with those that its carrier would close together with it."""
    contents = await services.manifesting.take_off(store_id, manifest_id, label_id)
    return contents_view(contents, services.office.links)


@post("/manifests/{manifest_id:str}/discard", status_code=200)
async def discard_manifest(services: Hub, store_id: StoreId, manifest_id: FromPath[str]) -> ManifestView:
    """Give an open manifest up; its labels are free again."""
    await services.manifesting.discard(store_id, manifest_id)
    return await _shown(services, store_id, manifest_id)


@post("/manifests/{manifest_id:str}/close", status_code=200)
async def close_manifest(
    services: Hub, store_id: StoreId, under: Under, manifest_id: FromPath[str], prefer: Wait = None
) -> Response[ManifestView]:
    """Close a manifest: 200 once it is closed, 202 while the carrier has not answered."""
    contents, _ = await services.manifesting.close(store_id, manifest_id, wait=seconds_to_wait(prefer), under=under)
    manifest = contents.manifest
    if manifest.state is ManifestState.OPEN:
        provider = await provider_name(services, store_id, manifest.account_id)
        raise CarrierRefused(provider=provider, message=manifest.problem or "", manifest=manifest.number)
    view = contents_view(contents, services.office.links)
    return Response(view, status_code=202 if manifest.state in _AT_WORK else 200)


@get("/manifests/{manifest_id:str}")
async def get_manifest(
    services: Hub, store_id: StoreId, manifest_id: FromPath[str]
) -> Response[ManifestView] | Response[bytes]:
    """One manifest with its labels; with ``.pdf`` behind the id, its document."""
    document_of = without_suffix(manifest_id)
    if document_of is None:
        return Response(await _shown(services, store_id, manifest_id))
    return pdf_answer(await services.manifesting.document(store_id, document_of), f"manifest-{document_of}.pdf")


@get("/manifests/{manifest_id:str}/carrier.pdf", media_type="application/pdf")
async def get_carrier_pdf(services: Hub, store_id: StoreId, manifest_id: FromPath[str]) -> Response[bytes]:
    """The carrier's own pages of a closed manifest, in full size."""
    content = await services.manifesting.carrier_document(store_id, manifest_id)
    return pdf_answer(content, f"manifest-{manifest_id}-carrier.pdf")


@post(
    "/manifests/{manifest_id:str}/signatures",
    status_code=201,
    dto=SignatureForms,
    request_max_body_size=MOST_FORM,
    opt={MOST: MOST_FORM, KINDS: (MULTIPART,)},
)
async def sign_manifest(
    services: Hub, store_id: StoreId, manifest_id: FromPath[str], data: JSONBody[SignatureBody]
) -> ManifestView:
    """Sign a closed manifest: one party as JSON, or both by the scan of the signed paper as a form."""
    await _signed(services, store_id, manifest_id, data)
    return await _shown(services, store_id, manifest_id)


async def _signed(services: Services, store_id: str, manifest_id: str, sent: SignatureBody | PaperBody) -> Manifest:
    if isinstance(sent, PaperBody):
        return await services.signing.sign_on_paper(store_id, manifest_id, scan=sent.scan, signatories=sent.signatories)
    return await services.signing.sign(
        store_id, manifest_id, party=sent.party, name=sent.name, role=sent.role, drawing=sent.image()
    )


async def _shown(services: Services, store_id: str, manifest_id: str) -> ManifestView:
    return contents_view(await services.manifesting.get(store_id, manifest_id), services.office.links)


ROUTES = (
    list_manifests,
    create_manifest,
    add_labels,
    take_label_off,
    discard_manifest,
    close_manifest,
    get_manifest,
    get_carrier_pdf,
    sign_manifest,
)
