"""The data contracts of the requests, as WCF holds them: members in alphabetical order, each in its namespace.

At the real service a member that comes too late is silently lost (contract/carriers.md 2.1). Here it is a fault that names it, unless the
switch `lose_late_members` is on.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from despacho_sandbox.ctt.soap import ARRAYS, MODELS, SHIPMENTS, SPECIAL, UNREADABLE, Fault

Read = dict[str, Any]
"""Members by name: text, further members, or a list of either."""


class Shape(msgspec.Struct, frozen=True):
    """A data contract: its namespaces (the first is the documented one), and its members: text, a contract, or a list."""

    namespaces: tuple[str, ...]
    members: dict[str, str | Shape | ListOf]


class ListOf(msgspec.Struct, frozen=True):
    """A list of one contract, or of texts, each under the same name."""

    name: str
    item: Shape | str
    namespaces: tuple[str, ...]


TEXT = ""


def _texts(names: str) -> dict[str, str | Shape | ListOf]:
    return dict.fromkeys(names.split(), TEXT)


_PLACE = Shape(
    (SHIPMENTS,),
    _texts(
        "Address City ContactName Country Door Email Floor MobilePhone Name NonPTZipCode NonPTZipCodeLocation PTZipCode3 "
        "PTZipCode4 PTZipCodeLocation Phone Type"
    ),
)
_SPECIAL = Shape(
    (SHIPMENTS,),
    {
        "DeliveryPoint": Shape((SPECIAL,), _texts("Code Name Type")),
        "MultipleHomeDelivery": Shape((SPECIAL,), _texts("AttemptsNumber InNonDeliveryCase")),
        "TimeWindow": Shape((SPECIAL,), _texts("DeliveryDate TimeWindow")),
        **_texts("DDA ShipperInstructions SpecialServiceType Value"),
    },
)
_SHIPMENT = Shape(
    (SHIPMENTS,),
    {
        "HasSenderInformation": TEXT,
        "ReceiverData": _PLACE,
        "SenderData": _PLACE,
        "ShipmentData": Shape(
            (SHIPMENTS,),
            _texts(
                "ATCode ClientReference DeclaredValue ExportType IsDevolution Observations OriginalObject Quantity UPUCode Weight"
            ),
        ),
        "SpecialServices": ListOf("SpecialService", _SPECIAL, (SHIPMENTS,)),
    },
)
_NOTE = Shape(
    (SHIPMENTS,),
    {
        **_texts("ClientId ContractId DistributionChannelId ExtData"),
        "ShipmentCTT": ListOf("ShipmentCTT", _SHIPMENT, (SHIPMENTS,)),
        "SubProductId": TEXT,
    },
)
CREATE = Shape((MODELS,), {**_texts("AuthenticationID RequestID UserID"), "DeliveryNote": _NOTE})
CLOSE = Shape(
    (MODELS,),
    {
        **_texts("AuthenticationID ClientId ContractId DistributionChannel RequestID UserID"),
        # Nobody published the item's namespace: either of the two is taken.
        "ListOfShipmentToClose": ListOf(
            "ShipmentToClose",
            Shape((SHIPMENTS, MODELS), _texts("FirstObjectCode LastObjectCode SubProductCode")),
            (SHIPMENTS, MODELS),
        ),
    },
)
NUMBERS = ListOf("string", TEXT, (ARRAYS,))


def read(element: ET.Element, shape: Shape, *, lose_late: bool) -> Read:
    """The members of a contract; missing ones are empty.

    Args:
        element: What holds the members.
        shape: The contract.
        lose_late: Whether a member out of order is lost instead of refused.

    Raises:
        Fault: For a member that the contract does not have, or has under another namespace, or twice, or earlier.
    """
    members: Read = {name: _empty(kind) for name, kind in shape.members.items()}
    last = ""
    for one in element:
        namespace, name = _parted(one)
        if namespace not in shape.namespaces or name not in shape.members:
            raise Fault(UNREADABLE, f"Elemento inesperado {name} de {namespace}; esperado {shape.namespaces[0]}.")
        if name <= last:
            if lose_late:
                continue
            raise Fault(UNREADABLE, f"{name} vem depois de {last}: os membros seguem a ordem alfabética.")
        last = name
        members[name] = _value(one, shape.members[name], lose_late=lose_late)
    return members


def items(element: ET.Element, kind: ListOf, *, lose_late: bool) -> list[Any]:
    """The items of a list.

    Raises:
        Fault: For an item of another name or namespace.
    """
    for one in element:
        namespace, name = _parted(one)
        if namespace not in kind.namespaces or name != kind.name:
            raise Fault(UNREADABLE, f"Elemento inesperado {name} de {namespace} numa lista de {kind.name}.")
    if isinstance(kind.item, str):
        return [one.text or "" for one in element]
    return [read(one, kind.item, lose_late=lose_late) for one in element]


def _value(element: ET.Element, kind: str | Shape | ListOf, *, lose_late: bool) -> object:
    if isinstance(kind, Shape):
        return read(element, kind, lose_late=lose_late)
    if isinstance(kind, ListOf):
        return items(element, kind, lose_late=lose_late)
    if len(element):
        raise Fault(UNREADABLE, f"{_parted(element)[1]} não tem elementos.")
    return (element.text or "").strip()


def _empty(kind: str | Shape | ListOf) -> object:
    if isinstance(kind, Shape):
        return {name: _empty(inner) for name, inner in kind.members.items()}
    return [] if isinstance(kind, ListOf) else ""


def _parted(element: ET.Element) -> tuple[str, str]:
    namespace, _, name = element.tag.rpartition("}")
    return namespace.removeprefix("{"), name
