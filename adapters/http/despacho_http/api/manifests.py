"""Manifests: opened, closed, signed, printed."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from despacho_core.errors import CarrierRefused
from despacho_core.manifests import ManifestState
from despacho_http.access import Hub, StoreId
from despacho_http.api.orders import BASE, provider_name
from despacho_http.api.views import ManifestView, contents_view
from despacho_http.api.wishes import ManifestBody, SignatureBody, Wait, seconds_to_wait
from despacho_http.documents import pdf_answer, without_suffix

_AT_WORK = {ManifestState.OPEN, ManifestState.CLOSING}


@post("/manifests", status_code=201)
async def create_manifest(services: Hub, store_id: StoreId, data: JSONBody[ManifestBody]) -> Response[ManifestView]:
    """Open a manifest over chosen labels, or over all labels of the account that are on none."""
    contents = await services.manifesting.open(store_id, data.account_id, data.label_ids)
    location = f"{BASE}/manifests/{contents.manifest.id}"
    return Response(contents_view(contents), status_code=201, headers={"location": location})


@post("/manifests/{manifest_id:str}/close", status_code=200)
async def close_manifest(
    services: Hub, store_id: StoreId, manifest_id: FromPath[str], prefer: Wait = None
) -> Response[ManifestView]:
    """Close a manifest: 200 once it is closed, 202 while the carrier has not answered."""
    contents, _ = await services.manifesting.close(store_id, manifest_id, wait=seconds_to_wait(prefer))
    manifest = contents.manifest
    if manifest.state is ManifestState.OPEN:
        provider = await provider_name(services, store_id, manifest.account_id)
        raise CarrierRefused(provider=provider, message=manifest.problem or "", manifest=manifest.number)
    return Response(contents_view(contents), status_code=202 if manifest.state in _AT_WORK else 200)


@get("/manifests/{manifest_id:str}")
async def get_manifest(
    services: Hub, store_id: StoreId, manifest_id: FromPath[str]
) -> Response[ManifestView] | Response[bytes]:
    """One manifest with its labels; with ``.pdf`` behind the id, its document."""
    document_of = without_suffix(manifest_id)
    if document_of is None:
        return Response(contents_view(await services.manifesting.get(store_id, manifest_id)))
    return pdf_answer(await services.manifesting.document(store_id, document_of), f"manifest-{document_of}.pdf")


@post("/manifests/{manifest_id:str}/signatures", status_code=201)
async def sign_manifest(
    services: Hub, store_id: StoreId, manifest_id: FromPath[str], data: JSONBody[SignatureBody]
) -> ManifestView:
    """Add one party's signature to a closed manifest."""
    await services.signing.sign(store_id, manifest_id, party=data.party, name=data.name, role=data.role)
    return contents_view(await services.manifesting.get(store_id, manifest_id))


ROUTES = (create_manifest, close_manifest, get_manifest, sign_manifest)
