"""Stores' shipping plans: boxes, tariff and rules, as JSON; the tariff also as a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from despacho.commands._beside import with_hub
from despacho.commands._console import Failure, json_option, show
from despacho_core.shipping_plan_checks import plan_from_json
from despacho_core.tariff_sheets import sheet_of

if TYPE_CHECKING:
    from despacho.bootstrap import Hub
    from despacho_core.shipping_plans import ShippingPlan
    from despacho_ports.records import PlanRecord

_File = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
MOST_OCTETS = 16 * 1024 * 1024


@click.group()
def plans() -> None:
    """How stores ship: their boxes, tariffs and rules."""


@plans.command("show")
@click.argument("code")
@json_option
def show_plan(code: str, as_json: bool) -> None:
    """Show the shipping plan of the store CODE, as `plans set` takes it."""
    record = with_hub(lambda hub: _read(hub, code))
    people = msgspec.json.format(msgspec.json.encode(record.plan), indent=2).decode()
    show({"version": record.version, "plan": record.plan}, as_json=as_json, people=people)


@plans.command("set")
@click.argument("code")
@click.argument("file", type=_File)
@click.option("--version", type=int, help="Only if this version is there: the one that was changed.")
@json_option
def set_plan(code: str, file: Path, version: int | None, as_json: bool) -> None:
    """Replace the shipping plan of the store CODE by the JSON in FILE (`-` for standard input)."""
    text = _text_of(file)
    _tell(with_hub(lambda hub: _save(hub, code, plan_from_json(text), version)), as_json=as_json)


@plans.command("export-tariff")
@click.argument("code")
@json_option
def export_tariff(code: str, as_json: bool) -> None:
    """Print the tariff of the store CODE as CSV, for a spreadsheet."""
    record = with_hub(lambda hub: _read(hub, code))
    sheet = sheet_of(record.plan.tariff)
    show({"version": record.version, "csv": sheet}, as_json=as_json, people=sheet.rstrip())


@plans.command("import-tariff")
@click.argument("code")
@click.argument("file", type=_File)
@json_option
def import_tariff(code: str, file: Path, as_json: bool) -> None:
    """Replace the tariff of the store CODE by the CSV in FILE (`-` for standard input). The rest of the plan stays."""
    text = _text_of(file)

    async def use(hub: Hub) -> PlanRecord:
        store = await hub.services.installation.by_code(code)
        return await hub.services.plans.import_tariff(store.id, text, expected=None)

    _tell(with_hub(use), as_json=as_json)


async def _read(hub: Hub, code: str) -> PlanRecord:
    store = await hub.services.installation.by_code(code)
    return await hub.services.plans.read(store.id)


async def _save(hub: Hub, code: str, plan: ShippingPlan, version: int | None) -> PlanRecord:
    store = await hub.services.installation.by_code(code)
    return await hub.services.plans.save(store.id, plan, expected=version)


def _text_of(file: Path) -> str:
    """The file as text: UTF-8, else what older spreadsheets write."""
    source = click.open_file(str(file), "rb")
    with source:
        raw: bytes = source.read(MOST_OCTETS + 1)
    if len(raw) > MOST_OCTETS:
        raise Failure(f"{file} is larger than {MOST_OCTETS} octets.", code="file-too-large")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _tell(record: PlanRecord, *, as_json: bool) -> None:
    plan = record.plan
    people = (
        f"Saved as version {record.version}: {len(plan.boxes)} boxes, {len(plan.tariff)} rows of the tariff, "
        f"{len(plan.rules)} rules. It counts at every checkout within two seconds."
    )
    document = {
        "version": record.version,
        "boxes": len(plan.boxes),
        "tariff": len(plan.tariff),
        "rules": len(plan.rules),
        "preselections": len(plan.preselections),
    }
    show(document, as_json=as_json, people=people)
