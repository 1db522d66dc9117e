"""Labels from the command line: bought for many orders, followed, printed, voided; and returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from despacho.commands._beside import with_hub
from despacho.commands._console import Failure, json_option, show, table
from despacho.commands._label_void import void
from despacho.commands._order_numbers import OrderNumbers

if TYPE_CHECKING:
    from despacho.bootstrap import Hub
    from despacho_core.stores import Store
    from despacho_services.bulk_buying import BatchFile
    from despacho_services.label_printing import Printed

WAIT_S = 20.0
"""So long the command stays until every order is asked for; a worker goes on with what is left."""

_orders = click.option("--orders", type=OrderNumbers(), help="Order numbers: 1001,1005,1010-1020.")
_batch = click.option("--batch", "batch_id", help="A batch of `labels buy`.")
_account = click.option("--account", "account_id", help="The account to buy with; as the buyer chose unless said.")
_service = click.option("--service", "service_code", help="The carrier's own code of the service.")
_sequence = click.option(
    "--order",
    "by",
    type=click.Choice(["asked", "number", "sku", "service"]),
    default="asked",
    show_default=True,
    help="The sequence on paper.",
)


class LineShown(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a batch as listings show it."""

    order: int
    state: str
    shipment_id: str | None
    tracking_numbers: list[str]
    problem: str | None


class BatchShown(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as listings show it."""

    id: str
    settled: bool
    counts: dict[str, int]
    left_over: int
    lines: list[LineShown]


class PrintShown(msgspec.Struct, frozen=True, kw_only=True):
    """What was printed. ``replaced`` are labels whose carrier's document cannot be used, ``left_out`` orders that are not in the file."""

    file: str
    labels: int
    replaced: tuple[str, ...]
    left_out: list[int]


@click.group()
def labels() -> None:
    """Labels: bought for many orders, printed together, voided, returned."""


@labels.command()
@click.argument("code")
@_orders
@click.option("--all-paid", is_flag=True, help="For all paid orders without a label, the oldest 500.")
@_account
@_service
@json_option
def buy(  # noqa: PLR0917 - click hands over by name
    code: str,
    orders: list[int] | None,
    all_paid: bool,
    account_id: str | None,
    service_code: str | None,
    as_json: bool,
) -> None:
    """Buy labels for many orders of the store CODE in one batch. The workers buy; `labels show` tells how far they are."""
    if (orders is None) is not all_paid:
        raise click.UsageError("Name the orders, or --all-paid.")

    async def use(hub: Hub, store: Store) -> BatchFile:
        from despacho_core.batches import BatchOrder  # noqa: PLC0415 - only where it is needed
        from despacho_core.shipments import ShipmentWish  # noqa: PLC0415 - as above

        wish = ShipmentWish(account_id=account_id, service_code=service_code)
        if all_paid:
            chosen, left_over = await hub.services.bulk.waiting_orders(store.id, wish)
        else:
            chosen, left_over = [BatchOrder(order_number=number, wish=wish) for number in orders or ()], 0
        return await hub.services.bulk.buy(store.id, chosen, left_over=left_over, wait=WAIT_S)

    _show_batch(_of_store(code, use), as_json=as_json)


@labels.command("show")
@click.argument("code")
@click.argument("batch_id", metavar="BATCH")
@json_option
def show_batch(code: str, batch_id: str, as_json: bool) -> None:
    """Show how far a batch of the store CODE is, order by order."""

    async def use(hub: Hub, store: Store) -> BatchFile:
        return await hub.services.bulk.get(store.id, batch_id)

    _show_batch(_of_store(code, use), as_json=as_json)


@labels.command("print")
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@_orders
@_batch
@_sequence
@click.option(
    "--as", "choice", help="What is printed on: a6, a4, 100x50, zpl-300, …; as the account is set unless said."
)
@click.option("--start", default=1, show_default=True, help="The first free place on a sheet of A4.")
@json_option
def print_labels(  # noqa: PLR0917 - click hands over by name
    code: str,
    file: Path,
    orders: list[int] | None,
    batch_id: str | None,
    by: str,
    choice: str | None,
    start: int,
    as_json: bool,
) -> None:
    """Write the labels of a batch, or of chosen orders, of the store CODE into one FILE."""
    _one_of(orders, batch_id)

    async def use(hub: Hub, store: Store) -> Printed:
        from despacho_core.batches import PickingOrder  # noqa: PLC0415 - only where it is needed

        wish = _print_wish(choice, start)
        services = hub.services
        if batch_id is not None:
            return await services.bulk_printing.labels(store.id, batch_id, PickingOrder(by), wish)
        return await services.bulk_printing.labels_of_orders(store.id, orders or (), PickingOrder(by), wish)

    async def written(hub: Hub, store: Store) -> PrintShown:
        printed = await use(hub, store)
        with file.open("wb") as target:
            target.writelines(printed.chunks())
        left_out = [one.order_number for one in printed.left_out]
        return PrintShown(file=str(file), labels=printed.labels, replaced=printed.replaced, left_out=left_out)

    done = _of_store(code, written)
    people = f"{done.labels} labels are in {file}."
    if done.replaced:
        people += f" Drawn by us, since the carrier's document cannot be used: {', '.join(done.replaced)}."
    if done.left_out:
        people += f" Not in it: {', '.join(map(str, done.left_out))}."
    show(done, as_json=as_json, people=people)


@labels.command()
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@_orders
@_batch
@_sequence
@click.option("--size", type=click.Choice(["a4", "100x150"]), default="a4", show_default=True, help="The paper.")
@json_option
def slips(  # noqa: PLR0917 - click hands over by name
    code: str,
    file: Path,
    orders: list[int] | None,
    batch_id: str | None,
    by: str,
    size: str,
    as_json: bool,
) -> None:
    """Write the packing slips of a batch, or of chosen orders, of the store CODE into one FILE."""
    _one_of(orders, batch_id)

    async def use(hub: Hub, store: Store) -> bytes:
        from despacho_core.batches import PickingOrder  # noqa: PLC0415 - only where it is needed
        from despacho_ports.documents import SlipPaper  # noqa: PLC0415 - as above

        printing = hub.services.bulk_printing
        if batch_id is not None:
            return await printing.slips(store.id, batch_id, PickingOrder(by), SlipPaper(size))
        return await printing.slips_of_orders(store.id, orders or (), PickingOrder(by), SlipPaper(size))

    file.write_bytes(_of_store(code, use))
    show({"file": str(file)}, as_json=as_json, people=f"The packing slips are in {file}.")


@labels.command("return")
@click.argument("code")
@click.argument("number", type=int, metavar="ORDER")
@_account
@_service
@click.option("--additional", is_flag=True, help="A further return of an order that has one.")
@json_option
def buy_return(  # noqa: PLR0917 - click hands over by name
    code: str,
    number: int,
    account_id: str | None,
    service_code: str | None,
    additional: bool,
    as_json: bool,
) -> None:
    """Buy a return for ORDER of the store CODE, from the buyer back to the merchant."""

    async def use(hub: Hub, store: Store) -> dict[str, Any]:
        from despacho_services.returning import ReturnWish  # noqa: PLC0415 - only where it is needed

        wish = ReturnWish(account_id=account_id, service_code=service_code, additional=additional)
        shipment, bought, _ = await hub.services.returning.buy(store.id, number, wish, wait=WAIT_S)
        if shipment.state.value == "rejected":
            raise Failure(f"The carrier refused: {shipment.problem}", code="carrier-refused")
        return {
            "id": shipment.id,
            "state": shipment.state.value,
            "tracking_numbers": [label.tracking_number for label in bought],
        }

    done = _of_store(code, use)
    people = f"Return {done['id']} is {done['state']}: {', '.join(done['tracking_numbers'])}"
    show(done, as_json=as_json, people=people)


labels.add_command(void)


def _of_store(code: str, use: Callable[[Hub, Store], Awaitable[Any]]) -> Any:
    async def used(hub: Hub) -> Any:
        return await use(hub, await hub.services.installation.by_code(code))

    return with_hub(used)


def _one_of(orders: list[int] | None, batch_id: str | None) -> None:
    if (orders is None) is (batch_id is None):
        raise click.UsageError("Name the orders, or a batch.")


def _print_wish(choice: str | None, start: int) -> Any:
    from despacho_services.label_choices import choice_of  # noqa: PLC0415 - only where it is needed
    from despacho_services.label_printing import PrintWish  # noqa: PLC0415 - as above

    if choice is None:
        return PrintWish(start=start)
    chosen = choice_of(choice)
    return PrintWish(format=chosen.format, paper=chosen.paper, dpi=chosen.dpi, start=start)


def _show_batch(file: BatchFile, *, as_json: bool) -> None:
    shown = BatchShown(
        id=file.batch.id,
        settled=file.is_settled,
        counts={state.value: count for state, count in file.counts.items()},
        left_over=file.batch.left_over,
        lines=[
            LineShown(
                order=one.line.order_number,
                state=one.state.value,
                shipment_id=one.line.shipment_id,
                tracking_numbers=[label.tracking_number for label in one.labels],
                problem=one.line.refusal.text("en") if one.line.refusal else one.problem,
            )
            for one in file.lines
        ],
    )
    rows = [(one.order, one.state, one.tracking_numbers, one.problem) for one in shown.lines]
    counted = ", ".join(f"{count} {state}" for state, count in shown.counts.items() if count)
    head = f"Batch {shown.id}: {counted}." + (f" {shown.left_over} more are waiting." if shown.left_over else "")
    people = table(["order", "state", "tracking", "problem"], rows, empty="It has no order.")
    show(shown, as_json=as_json, people=f"{head}\n{people}")
