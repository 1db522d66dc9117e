"""Where objects are (contract/carriers.md 2.5). Times are Lisbon's, without a zone."""

from __future__ import annotations

from collections.abc import Callable

from despacho_sandbox.ctt.accounts import Accounts
from despacho_sandbox.ctt.contracts import NUMBERS, items
from despacho_sandbox.ctt.drawing import LISBON
from despacho_sandbox.ctt.journey import follow_clock
from despacho_sandbox.ctt.ledger import Event, Ledger, Parcel
from despacho_sandbox.ctt.options import CttOptions
from despacho_sandbox.ctt.soap import ARRAYS, ENTITIES, UNREADABLE, Fault, answered, leaf, operation_element, tag
from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.kit.clock import SandboxClock

OPERATION = "GetEventosObjectos_V3"
REFUSED = "Autenticação inválida"
"""Ours: what the service says to a wrong ID is not published."""


class Tracking:
    """Answers for the events of objects, whoever sent them.

    Args:
        accounts: Whose credentials exist.
        ledger: Where the objects are.
        clock: The sandbox's clock.
        options: Reads the switches of the moment.
    """

    def __init__(
        self, accounts: Accounts, ledger: Ledger, clock: SandboxClock, options: Callable[[], CttOptions]
    ) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._clock = clock
        self._options = options

    async def events(self, request: Request) -> Reply:
        """The events of every object that is asked for; unknown ones are left out."""
        called = operation_element(request.body, OPERATION)
        if [one.tag for one in called] != ["{http://tempuri.org/}ID", "{http://tempuri.org/}NObjectos"]:
            raise Fault(UNREADABLE, f"{OPERATION} espera ID e NObjectos.")
        numbers = [str(one) for one in items(called[1], NUMBERS, lose_late=False)]
        if self._accounts.opened_by(called[0].text or "") is None:
            return self.refusal(REFUSED)
        known = [parcel for number in numbers if (parcel := self._ledger.parcels.get(number)) is not None]
        for parcel in known:
            follow_clock(parcel, self._options().journey, self._clock.now())
        missing = [number for number in numbers if number not in self._ledger.parcels]
        told = missing if self._options().unknown_as_error else []
        return _answered([self._object(one) for one in known], [f"Objeto {number} não encontrado" for number in told])

    def refusal(self, text: str) -> Reply:
        """No objects, and a reason."""
        return _answered([], [text])

    def follow(self) -> None:
        """Brings every object to where the clock says it is."""
        for parcel in self._ledger.parcels.values():
            follow_clock(parcel, self._options().journey, self._clock.now())

    def _object(self, parcel: Parcel) -> str:
        ordered = sorted(parcel.events, key=lambda event: event.at)
        events = "".join(_event(one, place, parcel) for place, one in enumerate(ordered, start=1))
        names = leaf("a:_NObjecto", parcel.number) + tag("a:_NRelable")
        if self._options().spanish_last_mile:
            events = tag("a:DadosObjectos_V3BE", tag("a:_Eventos", events))
        # Members are in alphabetical order here as well.
        return tag("a:DadosObjectos_V3BE", tag("a:_Eventos", events) + names)


def _event(event: Event, place: int, parcel: Parcel) -> str:
    members = {
        "_CodigoEvento": event.code,
        "_CodigoMotivo": event.reason,
        "_CodigoNoEvento": "",
        "_CodigoSituacao": event.situation,
        "_DataEvento": f"{event.at.astimezone(LISBON):%d-%m-%Y %H:%M:%S}",
        "_DescricaoEvento": event.text,
        "_DescricaoNoEvento": event.place,
        "_DescricaoSituacao": "",
        "_NomeReceptor": parcel.receiver if event.code == "EMI" else "",
        "_Ordem": place,
        "_PesoReal": parcel.weight_g,
        "_PesoVolumetrico": "0",
        "_Valido": "true",
    }
    return tag("a:DadosEventos_V3BE", "".join(leaf(f"a:{name}", value) for name, value in members.items()))


def _answered(objects: list[str], errors: list[str]) -> Reply:
    texts = "".join(leaf("b:string", text) for text in errors)
    inside = tag("a:_Objectos", "".join(objects)) + tag("a:_erros", texts, f' xmlns:b="{ARRAYS}"')
    return answered(OPERATION, inside, ENTITIES)
