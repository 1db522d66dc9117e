"""The carrier's event codes, read into the common vocabulary: the table of contract/carriers.md 2.5.

Departures: ``EMZ`` is told apart as out for delivery, and what goes back to the sender is `returned`, which the store is told as failed.
A delivery that failed (``EMH``) has not ended: there is another attempt, or the parcel waits at a counter.
"""

from __future__ import annotations

from despacho_core.tracking import Reason, TrackingStatus

STATUS_TABLE: dict[str, tuple[TrackingStatus, str]] = {
    "EMO": (TrackingStatus.REQUESTED, "Envio criado, aguarda processamento"),
    "OAU": (TrackingStatus.REQUESTED, "Aguarda entrada na rede"),
    "EMP": (TrackingStatus.IN_TRANSIT, "Recolhido"),
    "EMA": (TrackingStatus.IN_TRANSIT, "Aceitação"),
    "EMB": (TrackingStatus.IN_TRANSIT, "Receção nacional"),
    "TRA": (TrackingStatus.IN_TRANSIT, "Em tratamento"),
    "EMC": (TrackingStatus.IN_TRANSIT, "Expedição internacional"),
    "EMD": (TrackingStatus.IN_TRANSIT, "Receção internacional"),
    "EMF": (TrackingStatus.IN_TRANSIT, "Expedição nacional"),
    "EMG": (TrackingStatus.IN_TRANSIT, "Receção no centro de distribuição"),
    "EMJ": (TrackingStatus.IN_TRANSIT, "Trânsito internacional"),
    "EMK": (TrackingStatus.IN_TRANSIT, "Trânsito internacional"),
    "EMN": (TrackingStatus.IN_TRANSIT, "Erro de encaminhamento"),
    "EMR": (TrackingStatus.IN_TRANSIT, "Reimpressão de rótulo"),
    "EMT": (TrackingStatus.IN_TRANSIT, "Em trânsito"),
    "EMX": (TrackingStatus.IN_TRANSIT, "Permuta"),
    "EMY": (TrackingStatus.IN_TRANSIT, "Expedição do posto de aceitação"),
    "COB": (TrackingStatus.IN_TRANSIT, "Saída de armazém"),
    "EXO": (TrackingStatus.IN_TRANSIT, "Alfândega de exportação"),
    "EXC": (TrackingStatus.IN_TRANSIT, "Alfândega de exportação"),
    "EDA": (TrackingStatus.IN_TRANSIT, "Alfândega de importação"),
    "EDB": (TrackingStatus.IN_TRANSIT, "Retido na alfândega"),
    "EDC": (TrackingStatus.IN_TRANSIT, "Alfândega de importação"),
    "EME": (TrackingStatus.IN_TRANSIT, "Retido na alfândega"),
    "EDF": (TrackingStatus.IN_TRANSIT, "Em espera"),
    "EXB": (TrackingStatus.IN_TRANSIT, "Retido"),
    "EXD": (TrackingStatus.IN_TRANSIT, "Retido"),
    "EXX": (TrackingStatus.IN_TRANSIT, "Retido"),
    "EAE": (TrackingStatus.IN_TRANSIT, "Alteração pedida"),
    "EMH": (TrackingStatus.IN_TRANSIT, "Entrega não conseguida"),
    "EMZ": (TrackingStatus.OUT_FOR_DELIVERY, "Em distribuição"),
    "EMW": (TrackingStatus.PICKUP_AVAILABLE, "Disponível para levantamento"),
    "EDH": (TrackingStatus.PICKUP_AVAILABLE, "Chegada ao ponto de entrega"),
    "EMI": (TrackingStatus.DELIVERED, "Entrega conseguida"),
    "EZZ": (TrackingStatus.DELIVERED, "Fecho administrativo"),
    "EMM": (TrackingStatus.RETURNED, "Devolvido ao remetente"),
    "EMV": (TrackingStatus.RETURNED, "Em devolução"),
    "EDX": (TrackingStatus.FAILED, "Cancelado"),
}
"""Status and words of each code; the words stand in where the carrier sends none."""

NOT_DELIVERED = "EMH"
REASONS: dict[str, str] = {
    "10": "endereço incorreto",
    "11": "ausente ou encerrado",
    "12": "desconhecido",
    "13": "recusado",
    "14": "pediu segunda entrega",
    "15": "greve",
    "16": "não efetuada",
    "17": "mal encaminhado",
    "18": "danificado",
    "19": "artigos proibidos",
    "20": "artigos restritos",
    "21": "pagamento pendente",
    "22": "não reclamado",
    "23": "falecido",
    "24": "inacessível",
    "25": "pediu levantamento na loja",
    "26": "feriado",
    "27": "extraviado",
    "28": "mudou-se",
    "29": "tem apartado",
    "45": "sem distribuição domiciliária",
    "50": "reexpedição",
    "55": "reencaminhamento",
    "56": "sem distribuição domiciliária",
    "57": "encaminhamento",
    "58": "encaminhamento",
    "59": "encaminhamento",
    "60": "remessa incompleta",
    "61": "caixa inacessível",
    "63": "cobrança indisponível",
    "70": "pedido do destinatário",
    "99": "outros motivos",
}
"""``_CodigoMotivo`` of ``EMH``."""

HELD = "EDF"
HELD_REASONS: dict[str, str] = {
    "6": "documentação em falta",
    "10": "destinatário encerrado",
    "11": "morada em averiguação",
    "14": "danificado",
    "16": "aguarda agendamento",
    "30": "remessa incompleta",
    "42": "fora de formato",
    "44": "pré-aviso alfandegário",
}
"""``_CodigoMotivo`` of ``EDF``, as far as known."""

WAITS_AT_A_COUNTER = {"situations": frozenset("DJ"), "reasons": frozenset({"25", "29"})}
"""With one of these a failed delivery means that the buyer can collect."""

NOT_DELIVERED_FOR: dict[str, Reason] = {
    "10": Reason.ADDRESS_WRONG,
    "11": Reason.RECIPIENT_ABSENT,
    "12": Reason.ADDRESS_WRONG,
    "13": Reason.REFUSED,
    "14": Reason.RESCHEDULED,
    "15": Reason.DELAYED,
    "16": Reason.DELAYED,
    "17": Reason.DELAYED,
    "18": Reason.DAMAGED,
    "21": Reason.PAYMENT_MISSING,
    "22": Reason.UNCLAIMED,
    "24": Reason.RECIPIENT_ABSENT,
    "26": Reason.DELAYED,
    "27": Reason.LOST,
    "28": Reason.ADDRESS_WRONG,
    "70": Reason.RESCHEDULED,
}
HELD_FOR: dict[str, Reason] = {
    "6": Reason.HELD_CUSTOMS,
    "10": Reason.RECIPIENT_ABSENT,
    "11": Reason.ADDRESS_WRONG,
    "14": Reason.DAMAGED,
    "16": Reason.RESCHEDULED,
    "30": Reason.DELAYED,
    "44": Reason.HELD_CUSTOMS,
}
"""The same reasons in the hub's own words; of a known reason that is none of these it is another one."""
_IN_ITSELF = {"EDB": Reason.HELD_CUSTOMS, "EME": Reason.HELD_CUSTOMS, "EMN": Reason.DELAYED, "EDX": Reason.CANCELLED}


def status_of(code: str, reason: str = "", situation: str = "") -> TrackingStatus | None:
    """What an event means; None for a code that is not in the table.

    Args:
        code: ``_CodigoEvento``.
        reason: ``_CodigoMotivo``.
        situation: ``_CodigoSituacao``.
    """
    if code == NOT_DELIVERED and (
        situation in WAITS_AT_A_COUNTER["situations"] or reason in WAITS_AT_A_COUNTER["reasons"]
    ):
        return TrackingStatus.PICKUP_AVAILABLE
    known = STATUS_TABLE.get(code)
    return known[0] if known else None


def why(code: str, reason: str = "") -> Reason | None:
    """Why a parcel came no further, as far as the tables know; None for an event that needs no reason."""
    if code in _IN_ITSELF:
        return _IN_ITSELF[code]
    table = {NOT_DELIVERED: NOT_DELIVERED_FOR, HELD: HELD_FOR}.get(code)
    if table is None or not reason:
        return None
    return table.get(reason, Reason.OTHER)


def words_of(code: str, reason: str = "") -> str:
    """The event in words, as far as the table has any."""
    known = STATUS_TABLE.get(code)
    because = reason_of(code, reason)
    return f"{known[1] if known else code}{f' ({because})' if because else ''}"


def reason_of(code: str, reason: str) -> str:
    """Why, in words; empty where the carrier gives no reason or one that is not in the table."""
    table = {NOT_DELIVERED: REASONS, HELD: HELD_REASONS}.get(code, {})
    return table.get(reason, "")
