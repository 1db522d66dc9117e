"""Delivery points as a .NET DataSet (contract/carriers.md 2.6): invented places in real towns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from despacho_sandbox.ctt.accounts import Accounts
from despacho_sandbox.ctt.soap import CLIENT, OPERATIONS, UNREADABLE, Fault, answered, leaf, operation_element, tag
from despacho_sandbox.kit.asgi import Reply, Request

REFUSED = "Autenticação inválida"
"""Ours: what the service says to a wrong ID is not published."""


class Point(msgspec.Struct, frozen=True):
    """A place to collect; degrees as the carrier writes them, with a comma."""

    code: str
    name: str
    street: str
    number: str
    postcode: str
    town: str
    latitude: str
    longitude: str
    entity: int = 1
    country: str = "PT"


POINTS = (
    Point("PT0001", "Loja CTT Exemplo Baixa", "Rua do Exemplo", "12", "1100-001", "LISBOA", "38,7108", "-9,1366"),
    Point("PT0002", "Loja CTT Exemplo Alvalade", "Avenida do Exemplo", "3", "1700-002", "LISBOA", "38,7537", "-9,1445"),
    Point("PT0003", "Papelaria Exemplo", "Rua Segunda", "7", "2800-003", "ALMADA", "38,6790", "-9,1569", entity=2),
    Point("PT0004", "Loja CTT Exemplo Sé", "Largo do Exemplo", "1", "3000-004", "COIMBRA", "40,2089", "-8,4242"),
    Point("PT0005", "Loja CTT Exemplo Aliados", "Avenida Terceira", "45", "4000-005", "PORTO", "41,1486", "-8,6110"),
    Point(
        "PT0006", "Cacifo Exemplo", "Rua Quarta", "SN", "4400-006", "VILA NOVA DE GAIA", "41,1239", "-8,6118", entity=3
    ),
    Point("PT0007", "Loja CTT Exemplo Faro", "Rua Quinta", "9", "8000-007", "FARO", "37,0165", "-7,9350"),
    Point("PT0008", "Loja CTT Exemplo Funchal", "Rua Sexta", "2", "9000-008", "FUNCHAL", "32,6487", "-16,9083"),
    Point("ES0001", "Punto Ejemplo", "Calle Primera", "5", "28001", "MADRID", "40,4203", "-3,6875", country="ES"),
)

Handler = Callable[[Request], Awaitable[Reply]]


class Points:
    """Answers the lists of delivery points.

    Args:
        accounts: Whose credentials exist.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def portugal(self, request: Request) -> Reply:
        """All points in Portugal."""
        self._asked(request, "ObterTodosPontosEntrega", "ID")
        return _answered("ObterTodosPontosEntrega", [one for one in POINTS if one.country == "PT"])

    async def spain(self, request: Request) -> Reply:
        """All points in Spain."""
        self._asked(request, "ObterTodosPontosEntregaES", "ID")
        return _answered("ObterTodosPontosEntregaES", [one for one in POINTS if one.country == "ES"])

    async def chosen(self, request: Request) -> Reply:
        """The points that fit `LOCALIDADE:..;CODIGOPOSTAL:..;ENTIDADE:..;`, each part of which may be missing."""
        operation = "ObterDadosPontosEntrega"
        parameters = self._asked(request, operation, "ID", "parametros")[1]
        wanted = dict(part.split(":", 1) for part in parameters.split(";") if ":" in part)
        fitting = [
            one
            for one in POINTS
            if one.town == wanted.get("LOCALIDADE", one.town).upper()
            and one.postcode.startswith(wanted.get("CODIGOPOSTAL", ""))
            and str(one.entity) == wanted.get("ENTIDADE", str(one.entity))
        ]
        return _answered(operation, fitting)

    def _asked(self, request: Request, operation: str, *names: str) -> list[str]:
        called = operation_element(request.body, operation)
        if [one.tag for one in called] != [f"{{{OPERATIONS}}}{name}" for name in names]:
            raise Fault(UNREADABLE, f"{operation} espera {' e '.join(names)}.")
        if self._accounts.opened_by(called[0].text or "") is None:
            raise Fault(CLIENT, REFUSED)
        return [one.text or "" for one in called]


def _answered(operation: str, points: Sequence[Point]) -> Reply:
    rows = "".join(_row(point, place) for place, point in enumerate(points))
    diffgram = tag(
        "diffgr:diffgram",
        tag("DSPontosEntrega", rows, ' xmlns=""') if rows else "",
        ' xmlns:diffgr="urn:schemas-microsoft-com:xml-diffgram-v1" xmlns:msdata="urn:schemas-microsoft-com:xml-msdata"',
    )
    schema = tag("xs:schema", "", ' id="DSPontosEntrega" xmlns:xs="http://www.w3.org/2001/XMLSchema"')
    return answered(operation, schema + diffgram, OPERATIONS)


def _row(point: Point, place: int) -> str:
    columns = {
        "PuP_x0020_ID": point.code,
        "Display_x0020_Name": point.name,
        "street_x0020_name": point.street,
        "Street_x0020_number": point.number,
        "postalcode": point.postcode,
        "town": point.town,
        "Country_x0020_Code": point.country,
        "Latitude": point.latitude,
        "Longitude": point.longitude,
        "ID_Entidade": point.entity,
    }
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        columns |= {
            f"{day}_x0020_Opening_x0020_time_x0020_1": "09:00",
            f"{day}_x0020_Closing_x0020_Time_x0020_1": "13:00",
            f"{day}_x0020_Opening_x0020_time_x0020_2": "14:00",
            f"{day}_x0020_Closing_x0020_Time_x0020_2": "18:00",
        }
    inside = "".join(leaf(name, value) for name, value in columns.items())
    return tag("TBLPontosEntrega", inside, f' diffgr:id="TBLPontosEntrega{place + 1}" msdata:rowOrder="{place}"')
