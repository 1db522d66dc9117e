"""What the emission refuses (contract/carriers.md 3A). Only the words "Comuna invalida" with their 12 are published; the rest is ours."""

from __future__ import annotations

import re
from decimal import Decimal

from despacho_sandbox.starken.accounts import Account
from despacho_sandbox.starken.asked import Emission
from despacho_sandbox.starken.cities import AGENCIES, Agency, city_of
from despacho_sandbox.starken.wire import Refused

DOCUMENT_ABOVE = 50_000
_AMOUNT = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")
_WHOLE = re.compile(r"[0-9]{1,10}")
_DOCUMENTS = {"26", "27", "28"}


def check(asked: Emission, account: Account) -> None:
    """Refuses what cannot be made; the first thing that is wrong is told.

    Raises:
        Refused: Something is wrong.
    """
    _check_kinds(asked)
    _check_receiver(asked)
    _check_payment(asked, account)
    _check_package(asked)
    _check_documents(asked)


def agency_asked_for(asked: Emission) -> Agency | None:
    """The agency behind `@<code>`; None where the destination is a comuna.

    Raises:
        Refused: There is no such agency, or one is named with delivery to the door.
    """
    if not asked.comuna_destino.startswith("@"):
        return None
    code = asked.comuna_destino.removeprefix("@")
    agency = AGENCIES.get(int(code)) if _WHOLE.fullmatch(code) else None
    if agency is None or not asked.to_agency:
        raise Refused(13, "Agencia de destino invalida")
    return agency


def _check_kinds(asked: Emission) -> None:
    if asked.tipo_entrega not in {"1", "2"}:
        raise Refused(20, "Tipo de entrega invalido")
    if asked.tipo_servicio not in {"0", "1"}:
        raise Refused(21, "Tipo de servicio invalido")
    for comuna in (asked.comuna_remitente, asked.comuna_destino):
        if not comuna.startswith("@") and comuna and city_of(comuna) is None:
            raise Refused(12, "Comuna invalida")
    if asked.to_agency and not asked.comuna_destino.startswith("@"):
        raise Refused(13, "Agencia de destino invalida")
    if not asked.comuna_destino:
        raise Refused(12, "Comuna invalida")


def _check_receiver(asked: Emission) -> None:
    if not asked.nombre_razon_social_destinatario:
        raise Refused(22, "Nombre del destinatario es obligatorio")
    surnames = asked.apellido_paterno_destinatario and asked.apellido_materno_destinatario
    if asked.rut_destinatario and not (asked.dv_rut_destinatario and surnames):
        raise Refused(23, "Rut del destinatario requiere digito verificador y apellidos")
    if asked.rut_destinatario and asked.dv_rut_destinatario != _digit(asked.rut_destinatario):
        raise Refused(24, "Rut del destinatario invalido")
    if asked.to_agency:
        return
    for value, name in (
        (asked.direccion_destinatario, "Direccion"),
        (asked.numeracion_direccion_destinatario, "Numeracion"),
        (asked.telefono_destinatario, "Telefono"),
    ):
        if not value:
            raise Refused(25, f"{name} del destinatario es obligatorio")


def _check_payment(asked: Emission, account: Account) -> None:
    if asked.tipo_pago not in {"2", "3"}:
        raise Refused(26, "Tipo de pago invalido")
    if asked.tipo_pago == "2":
        if f"{asked.numero_cta_cte}-{asked.dv_numero_cta_cte}" != account.account_number:
            raise Refused(27, "Cuenta corriente invalida")
        if asked.centro_costo_cta_cte != account.cost_centre:
            raise Refused(28, "Centro de costo no existe")


def _check_package(asked: Emission) -> None:
    for value, name in (
        (asked.alto, "Alto"),
        (asked.ancho, "Ancho"),
        (asked.largo, "Largo"),
        (asked.kilos_total, "Kilos"),
    ):
        if not _AMOUNT.fullmatch(value) or not Decimal(value):
            raise Refused(29, f"{name} invalido")
    if not asked.contenido:
        raise Refused(30, "Contenido es obligatorio")
    used = [(kind, count) for kind, count in asked.encargos if kind or count]
    if not used or not all(kind == "29" and _WHOLE.fullmatch(count) and 0 < int(count) <= 99 for kind, count in used):
        raise Refused(31, "Encargo invalido")


def _check_documents(asked: Emission) -> None:
    if not _WHOLE.fullmatch(asked.valor_declarado):
        raise Refused(32, "Valor declarado invalido")
    used = [one for one in asked.documents if any(one)]
    for kind, number, prints in used:
        if kind not in _DOCUMENTS or not number or prints not in {"S", "N"}:
            raise Refused(33, "Documento de referencia invalido")
    if int(asked.valor_declarado) > DOCUMENT_ABOVE and not used:
        raise Refused(34, "Valor declarado mayor a 50.000 requiere documento de referencia")


def _digit(rut: str) -> str:
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(rut)))
    return "0123456789K0"[11 - total % 11]
