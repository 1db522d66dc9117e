"""Taking a label back from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from despacho.commands._beside import with_hub
from despacho.commands._console import Failure, json_option, show

if TYPE_CHECKING:
    from despacho.bootstrap import Hub

WAIT_S = 20.0


@click.command()
@click.argument("code")
@click.argument("shipment_id", metavar="SHIPMENT")
@json_option
def void(code: str, shipment_id: str, as_json: bool) -> None:
    """Void the labels of a shipment of the store CODE, or withdraw its purchase while it is not made yet."""

    async def use(hub: Hub) -> dict[str, Any]:
        store = await hub.services.installation.by_code(code)
        shipment = await hub.services.shipping.void(store.id, shipment_id, wait=WAIT_S)
        if shipment.state.value == "bought":
            raise Failure(f"The carrier keeps it: {shipment.problem}", code="carrier-refused")
        return {"id": shipment.id, "state": shipment.state.value}

    done = with_hub(use)
    show(done, as_json=as_json, people=f"Shipment {done['id']} is {done['state']}.")
