"""Manifests: opened, closed, signed, printed, and checked on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from despacho.commands._beside import account_by_id, chosen_stores, codes_by_id, with_hub
from despacho.commands._console import Failure, json_option, show, table
from despacho_core.errors import CarrierRefused, NotFound
from despacho_core.manifests import REASONS, LeftOut, Manifest, ManifestState, Party
from despacho_core.stores import CarrierCompany

if TYPE_CHECKING:
    from despacho.bootstrap import Hub
    from despacho_services.manifesting import ManifestContents

_WAIT_S = 60.0
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


class ManifestLine(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest as listings show it; ``labels`` is null where they were not counted."""

    id: str
    store: str
    number: int
    account_id: str
    state: str
    labels: int | None
    left_out: tuple[LeftOut, ...]
    created_at: datetime
    closed_at: datetime | None
    signed_at: datetime | None
    url: str | None
    problem: str | None


@click.group()
def manifests() -> None:
    """The hand-over documents that merchant and carrier sign."""


@manifests.command("list")
@click.argument("code", required=False)
@click.option("--account", help="Only those of the account with this id.")
@click.option("--state", type=click.Choice([state.value for state in ManifestState]), help="Only those in this state.")
@click.option("--before", type=int, help="Only numbers below this one.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most so many of a store."
)
@json_option
def list_manifests(  # noqa: PLR0917 - click hands over by name
    code: str | None, account: str | None, state: str | None, before: int | None, limit: int, as_json: bool
) -> None:
    """List the manifests of the store CODE, or of all stores, highest number first."""

    async def use(hub: Hub) -> list[ManifestLine]:
        return [
            _line(hub, store.code, manifest)
            for store in await chosen_stores(hub, code)
            for manifest in await hub.services.manifesting.page(
                store.id,
                before=before,
                limit=limit,
                account_id=account,
                state=ManifestState(state) if state else None,
            )
        ]

    lines = with_hub(use)
    rows = [(one.id, one.store, one.number, one.account_id, one.state, one.closed_at, one.problem) for one in lines]
    header = ["id", "store", "number", "account", "state", "closed", "problem"]
    show(lines, as_json=as_json, people=table(header, rows, empty="There is no manifest. Open one: manifests open."))


@manifests.command("open")
@click.argument("code")
@click.option(
    "--account", required=True, help="The account that the labels were bought with; `accounts list` shows it."
)
@click.option(
    "--label", "labels", multiple=True, help="A label's id, repeatable; all that are on no manifest by default."
)
@click.option("--skip", is_flag=True, help="Report labels that cannot go on it, instead of refusing all.")
@json_option
def open_manifest(code: str, account: str, labels: tuple[str, ...], skip: bool, as_json: bool) -> None:
    """Open a manifest of the store CODE over chosen labels, or over all that are free."""

    async def use(hub: Hub) -> ManifestLine:
        store = await hub.services.installation.by_code(code)
        contents = await hub.services.manifesting.open(store.id, account, labels or None, skip=skip)
        return _line(hub, code, contents.manifest, contents)

    _show(with_hub(use), as_json=as_json)


@manifests.command()
@click.argument("manifest_id", metavar="ID")
@json_option
def close(manifest_id: str, as_json: bool) -> None:
    """Close the manifest ID with its carrier, and draw the document that is to be signed."""

    async def use(hub: Hub) -> ManifestLine:
        code, manifest = await _found(hub, manifest_id)
        contents, _ = await hub.services.manifesting.close(manifest.store_id, manifest.id, wait=_WAIT_S)
        if contents.manifest.state is ManifestState.OPEN:
            raise CarrierRefused(provider="The carrier", message=contents.manifest.problem or "")
        return _line(hub, code, contents.manifest, contents)

    _show(with_hub(use), as_json=as_json)


@manifests.command()
@click.argument("manifest_id", metavar="ID")
@json_option
def discard(manifest_id: str, as_json: bool) -> None:
    """Give the open manifest ID up; its labels are free again."""

    async def use(hub: Hub) -> ManifestLine:
        code, manifest = await _found(hub, manifest_id)
        return _line(hub, code, await hub.services.manifesting.discard(manifest.store_id, manifest.id))

    _show(with_hub(use), as_json=as_json)


@manifests.command()
@click.argument("manifest_id", metavar="ID")
@click.option("--party", type=click.Choice([party.value for party in Party]), help="Who signs.")
@click.option("--name", default="", help="The name of the person who signs.")
@click.option("--role", default="", help="What that person is.")
@click.option("--drawing", type=_file, help="The drawn signature: PNG or JPEG, 200 kB at most.")
@click.option("--scan", type=_file, help="The paper that both have signed: PDF, PNG or JPEG, 5 MB at most.")
@json_option
def sign(  # noqa: PLR0917 - click hands over by name
    manifest_id: str, party: str | None, name: str, role: str, drawing: Path | None, scan: Path | None, as_json: bool
) -> None:
    """Sign the closed manifest ID: for one party, or for both by the scan of the signed paper."""
    if (scan is None) == (party is None) or (party is not None and not name) or (scan and (name or role or drawing)):
        raise click.UsageError("Give either --party and --name (with --role, --drawing), or --scan alone.")

    paper = scan.read_bytes() if scan else None
    image = drawing.read_bytes() if drawing else None

    async def use(hub: Hub) -> ManifestLine:
        code, manifest = await _found(hub, manifest_id)
        signing, store_id = hub.services.signing, manifest.store_id
        if paper is not None:
            signed = await signing.sign_on_paper(store_id, manifest.id, scan=paper, signatories={})
        else:
            signed = await signing.sign(
                store_id, manifest.id, party=Party(party or ""), name=name, role=role, drawing=image
            )
        return _line(hub, code, signed)

    _show(with_hub(use), as_json=as_json)


@manifests.command()
@click.argument("manifest_id", metavar="ID")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; manifest-NUMBER.pdf by default."
)
@click.option("--carrier", is_flag=True, help="The carrier's own pages instead of our document.")
@json_option
def pdf(manifest_id: str, output: Path | None, carrier: bool, as_json: bool) -> None:
    """Write the document of the closed manifest ID to a file; once both have signed, the signed one."""

    async def use(hub: Hub) -> tuple[int, bytes]:
        _, manifest = await _found(hub, manifest_id)
        manifesting = hub.services.manifesting
        read = manifesting.carrier_document if carrier else manifesting.document
        return manifest.number, await read(manifest.store_id, manifest.id)

    number, content = with_hub(use)
    file = output or Path(f"manifest-{number}{'-carrier' if carrier else ''}.pdf")
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}.", code="file-not-written") from error
    show({"file": str(file), "octets": len(content)}, as_json=as_json, people=f"{file} is written.")


@manifests.command()
@click.argument("file", type=_file)
@click.option("--offline", is_flag=True, help="Do not compare with what the hub holds.")
@json_option
def verify(file: Path, offline: bool, as_json: bool) -> None:
    """Check the signed manifest in FILE: its record against the printed digest, and both against what the hub holds."""
    from despacho.manifest_check import checked, compared  # noqa: PLC0415 - loads pypdf

    check = checked(file.read_bytes())
    if not offline:
        check = with_hub(lambda hub: compared(hub, check))
    if not check.ok:
        raise Failure(f"{file}: {check.verdict}", code="manifest-not-genuine")
    show(check, as_json=as_json, people=f"{file}: {check.verdict}")


@manifests.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--name", default="", help="The carrier's company, as your contract with it says.")
@click.option("--tax-id", default="", help="Its tax id.")
@click.option("--address", default="", help="Its address, on one line.")
@json_option
def carrier(account_id: str, name: str, tax_id: str, address: str, as_json: bool) -> None:
    """Name the carrier of ACCOUNT on manifests that are closed from now on; what is not given is left away."""
    company = CarrierCompany(name=name.strip(), tax_id=tax_id.strip(), address=address.strip())

    async def use(hub: Hub) -> CarrierCompany:
        store, account = await account_by_id(hub, account_id)
        return (await hub.services.manifest_parties.name_carrier(store.id, account.id, company)).company

    people = "Manifests of this account now name the carrier's company."
    show(with_hub(use), as_json=as_json, people=people)


async def _found(hub: Hub, manifest_id: str) -> tuple[str, Manifest]:
    """A manifest of whatever store, with the store's code."""
    for store_id, code in (await codes_by_id(hub)).items():
        try:
            return code, (await hub.services.manifesting.get(store_id, manifest_id)).manifest
        except NotFound:
            continue
    raise NotFound(what="manifest", id=manifest_id)


def _line(hub: Hub, code: str, manifest: Manifest, contents: ManifestContents | None = None) -> ManifestLine:
    links = hub.services.office.links
    return ManifestLine(
        id=manifest.id,
        store=code,
        number=manifest.number,
        account_id=manifest.account_id,
        state=manifest.state.value,
        labels=len(contents.labels) if contents else None,
        left_out=manifest.left_out,
        created_at=manifest.created_at,
        closed_at=manifest.closed_at,
        signed_at=manifest.signed_at,
        url=(links.manifest(manifest.token) or None) if manifest.state.is_on_paper else None,
        problem=manifest.problem,
    )


def _show(line: ManifestLine, *, as_json: bool) -> None:
    counted = "" if line.labels is None else f" with {line.labels} labels"
    people = [f"Manifest {line.number} ({line.id}) is {line.state}{counted}."]
    people += [f"Left out: {one.name}, {REASONS[one.reason]}." for one in line.left_out]
    if line.problem:
        people.append(line.problem)
    show(line, as_json=as_json, people="\n".join(people))
