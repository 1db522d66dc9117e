"""Signing a closed manifest: drawn on a touch screen, said by keyboard, or on paper that is scanned.

A drawing comes as a ``data:`` address in a form field, as the canvas gives it. Whoever cannot draw types the name and ticks a box.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from despacho_core.errors import DomainError, FileUnreadable, NotFound
from despacho_core.manifests import Party
from despacho_http.access import Hub
from despacho_http.desk import manifests_words as words
from despacho_http.desk.door import MOST_OCTETS
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting
from despacho_http.recording_notes import note
from despacho_http.refusals import NothingHere
from despacho_services.manifesting_signing import MOST_DRAWING, Signatory

_LONGEST = 120
_PREFIX = "data:image/png;base64,"
_MOST_FIELD = len(_PREFIX) + 2 * MOST_DRAWING


@get("/app/manifests/{manifest_id:str}/sign/{party:str}")
async def show_signing(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, manifest_id: FromPath[str], party: FromPath[str]
) -> Response[str]:
    """The page to sign on, to be turned towards whoever signs."""
    signs = _party(party)
    file = await services.manifest_desk.file(visitor.store.id, manifest_id)
    return page(
        request,
        visitor,
        "manifests_sign.html",
        current="manifests",
        title=visitor.words(words.SIGNS[signs]),
        file=file,
        party=signs,
        words=words,
    )


@post("/app/manifests/{manifest_id:str}/sign/{party:str}", request_max_body_size=MOST_OCTETS)
async def sign_manifest(
    request: Request[Any, Any, Any],
    services: Hub,
    visitor: Visiting,
    form: Form,
    *,
    manifest_id: FromPath[str],
    party: FromPath[str],
) -> Response[bytes]:
    """One party's signature."""
    signs = _party(party)
    path = f"/app/manifests/{manifest_id}"
    name, role = form.text("name")[:_LONGEST], form.text("role")[:_LONGEST]
    try:
        drawing = _drawing(form)
        missing = not name or (drawing is None and not form.flag("i_sign"))
        if missing:
            told = visitor.words("Write the name, and draw the signature or tick that this signs.")
            return moved(request, f"{path}/sign/{signs.value}", Said("danger", told))
        manifest = await services.signing.sign(
            visitor.store.id, manifest_id, party=signs, name=name, role=role, drawing=drawing
        )
    except NotFound:
        raise
    except FileUnreadable as error:
        return moved(request, f"{path}/sign/{signs.value}", Said("danger", error.text(visitor.language)))
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, subject=manifest_id, detail=signs.value)
    told = visitor.words("Signed by both: the manifest is sealed.") if manifest.seal else visitor.words("Signed.")
    return moved(request, path, Said("success", told))


@post("/app/manifests/{manifest_id:str}/scan", request_max_body_size=MOST_OCTETS)
async def sign_on_paper(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, manifest_id: FromPath[str]
) -> Response[bytes]:
    """The scan of the paper that both have signed."""
    path = f"/app/manifests/{manifest_id}"
    sent = await form.file("scan")
    if sent is None:
        return moved(
            request, path, Said("danger", visitor.words("Choose the scan: a PDF or a picture of the signed paper."))
        )
    signatories = {
        party: Signatory(
            name=form.text(f"{party.value}_name")[:_LONGEST], role=form.text(f"{party.value}_role")[:_LONGEST]
        )
        for party in Party
    }
    try:
        await services.signing.sign_on_paper(visitor.store.id, manifest_id, scan=sent[1], signatories=signatories)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, subject=manifest_id, detail="paper")
    return moved(request, path, Said("success", visitor.words("Signed by both: the manifest is sealed.")))


def _party(text: str) -> Party:
    if text not in set(Party):
        raise NothingHere
    return Party(text)


def _drawing(form: FormData) -> bytes | None:
    """The drawing's octets; None where nothing was drawn. Raises ``FileUnreadable``."""
    given = form.fields.get("drawing")
    if not isinstance(given, str) or not given:
        return None
    unreadable = FileUnreadable(what="signature", reason="it is no readable file of its kind", formats="PNG or JPEG")
    if not given.startswith(_PREFIX) or len(given) > _MOST_FIELD:
        raise unreadable
    try:
        return base64.b64decode(given.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise unreadable from error


PAGES = (show_signing, sign_manifest, sign_on_paper)
