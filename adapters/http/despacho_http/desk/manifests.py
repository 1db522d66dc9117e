"""Manifests: labels that wait gathered and closed; how they are signed is in :mod:`despacho_http.desk.manifests_signing`."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter

from despacho_core.errors import DomainError, NotFound
from despacho_core.manifests import ManifestState, Party
from despacho_http.access import Hub
from despacho_http.desk import manifests_words as words
from despacho_http.desk.forms import Form
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting
from despacho_http.documents import pdf_answer
from despacho_http.recording_notes import note

LINES = 50
SHOWN = 200
"""So many labels of a manifest are shown until all are asked for."""
WAIT = 8.0
"""Seconds that somebody looks at an unchanged page while the carrier is asked."""

Text = Annotated[str, QueryParameter(max_length=40)]
States = Annotated[str, QueryParameter(name="state", max_length=40)]
Number = Annotated[int | None, QueryParameter(ge=1, le=10**18)]


@get("/app/manifests")
async def list_manifests(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, *, in_state: States = "", before: Number = None
) -> Response[str]:
    """What waits for a manifest, and the manifests that there are."""
    chosen = ManifestState(in_state) if in_state in set(ManifestState) else None
    desk = services.manifest_desk
    rows = await desk.page(visitor.store.id, state=chosen, before=before, limit=LINES)
    asked = {"state": chosen.value} if chosen else {}
    older = None
    if len(rows) == LINES:
        older = f"/app/manifests?{urlencode({**asked, 'before': rows[-1].manifest.number})}"
    return page(
        request,
        visitor,
        "manifests.html",
        current="manifests",
        title=visitor.words("Manifests"),
        rows=rows,
        waiting=await desk.waiting(visitor.store.id),
        state=chosen,
        states=list(ManifestState),
        older=older,
        words=words,
    )


@post("/app/manifests")
async def create_manifest(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form
) -> Response[bytes]:
    """Open one over all labels of an account that wait."""
    try:
        contents = await services.manifesting.open(visitor.store.id, form.text("account"))
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, "/app/manifests", Said("danger", error.text(visitor.language)))
    note(request, subject=contents.manifest.id)
    return moved(request, f"/app/manifests/{contents.manifest.id}")


@get("/app/manifests/{manifest_id:str}")
async def show_manifest(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, manifest_id: FromPath[str], every: Text = ""
) -> Response[str]:
    """One manifest: what is on it, what was left out, and what comes next."""
    file = await services.manifest_desk.file(visitor.store.id, manifest_id)
    return page(
        request,
        visitor,
        "manifests_one.html",
        current="manifests",
        title=visitor.words("Manifest %(number)s") % {"number": file.manifest.number},
        file=file,
        shown=len(file.labels) if every else SHOWN,
        parties=list(Party),
        words=words,
    )


@post("/app/manifests/{manifest_id:str}/labels")
async def add_labels(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, manifest_id: FromPath[str]
) -> Response[bytes]:
    """Put the chosen labels on it; what cannot go on it is reported there."""
    path = f"/app/manifests/{manifest_id}"
    await services.manifesting.get(visitor.store.id, manifest_id)
    chosen = form.texts("label")
    if not chosen:
        return moved(request, path, Said("danger", visitor.words("Choose at least one label.")))
    try:
        await services.manifesting.add(visitor.store.id, manifest_id, chosen, skip=True)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, subject=manifest_id)
    return moved(request, path, Said("success", visitor.words("They are on the manifest.")))


@post("/app/manifests/{manifest_id:str}/labels/off")
async def take_label_off(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, manifest_id: FromPath[str]
) -> Response[bytes]:
    """Take a label off, with those that its carrier would close together with it."""
    path = f"/app/manifests/{manifest_id}"
    try:
        await services.manifesting.take_off(visitor.store.id, manifest_id, form.text("label"))
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, subject=manifest_id)
    return moved(request, path, Said("success", visitor.words("It was taken off and waits for the next manifest.")))


@post("/app/manifests/{manifest_id:str}/discard")
async def discard_manifest(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, manifest_id: FromPath[str]
) -> Response[bytes]:
    """Give it up; its labels are free again."""
    try:
        await services.manifesting.discard(visitor.store.id, manifest_id)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, f"/app/manifests/{manifest_id}", Said("danger", error.text(visitor.language)))
    note(request, subject=manifest_id)
    return moved(
        request, "/app/manifests", Said("success", visitor.words("Discarded. Its labels wait for another manifest."))
    )


@post("/app/manifests/{manifest_id:str}/close")
async def close_manifest(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, manifest_id: FromPath[str]
) -> Response[bytes]:
    """Close it; the page then follows the carrier's answer."""
    path = f"/app/manifests/{manifest_id}"
    try:
        contents, _ = await services.manifesting.close(visitor.store.id, manifest_id, wait=WAIT)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    if contents.manifest.state is ManifestState.OPEN:
        refused = visitor.words("The carrier did not close it: %(reason)s") % {
            "reason": contents.manifest.problem or "?"
        }
        return moved(request, path, Said("danger", refused))
    note(request, subject=manifest_id)
    return moved(request, path)


@get("/app/manifests/{manifest_id:str}/document.pdf", media_type="application/pdf")
async def open_manifest_pdf(services: Hub, visitor: Visiting, manifest_id: FromPath[str]) -> Response[bytes]:
    """The document; the signed one once both have signed."""
    content = await services.manifesting.document(visitor.store.id, manifest_id)
    return _never_kept(pdf_answer(content, f"manifest-{manifest_id}.pdf"))


@get("/app/manifests/{manifest_id:str}/carrier.pdf", media_type="application/pdf")
async def open_carrier_pdf(services: Hub, visitor: Visiting, manifest_id: FromPath[str]) -> Response[bytes]:
    """The carrier's own pages."""
    content = await services.manifesting.carrier_document(visitor.store.id, manifest_id)
    return _never_kept(pdf_answer(content, f"manifest-{manifest_id}-carrier.pdf"))


def _never_kept(answer: Response[bytes]) -> Response[bytes]:
    """What stands under an address changes when it is signed."""
    answer.headers["cache-control"] = "no-store"
    return answer


PAGES = (
    list_manifests,
    create_manifest,
    show_manifest,
    add_labels,
    take_label_off,
    discard_manifest,
    close_manifest,
    open_manifest_pdf,
    open_carrier_pdf,
)
