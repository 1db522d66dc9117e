"""A carrier's push at the door: the carrier's own authentication first, and only then anything is kept of it.

An account whose credentials were refused, or whose store is asleep, is not called; but it may be told: what the carrier
says about parcels stays true, and its authentication of a push does not depend on ours. So such pushes are taken in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from despacho_core.errors import AccountNeedsAttention, NotAvailable
from despacho_core.stores import Account
from despacho_ports.carriers import ReceivesTracking
from despacho_ports.errors import Unauthorized
from despacho_ports.records import NewMessage
from despacho_services.office import Office
from despacho_services.signing_in import NotSigned

CARRIER_SOURCE = "carrier"
MOST_OF_A_HEADER = 500


class PushNotAuthentic(NotSigned):
    """The push lacks the carrier's own authentication, as its account is set up; nothing of it is kept."""

    code = "push-not-authentic"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "The push does not carry the authentication that is set up for this account.",
        "es": "La notificación no trae la autenticación configurada para esta cuenta.",
        "pt": "A notificação não traz a autenticação configurada para esta conta.",
    }


class PushNotChecked(NotAvailable):
    """The account's provider is not installed or its settings do not fit, so that nobody can tell a genuine push from a forged one."""

    code = "push-not-checked"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "The push cannot be checked now, so nothing of it was kept. Send it again later.",
        "es": "La notificación no se puede verificar ahora, por lo que no se guardó. Envíala de nuevo más tarde.",
        "pt": "A notificação não pode ser verificada agora, por isso não foi guardada. Envie-a de novo mais tarde.",
    }


def listener(office: Office, account: Account) -> ReceivesTracking | None:
    """Who reads the account's pushes, whether or not the account may be called; None where its provider reads none.

    Raises:
        AccountNeedsAttention: The provider is not installed, or the settings do not fit.
    """
    connector = office.connector(account.mended())
    return connector if isinstance(connector, ReceivesTracking) else None


def authentic(office: Office, account: Account, headers: Mapping[str, str], body: bytes) -> NewMessage | None:
    """The push as it may be kept: without any header but those that decoding needs. None where the provider reads no pushes.

    Raises:
        PushNotAuthentic: It is forged.
        PushNotChecked: Nobody can say now.
    """
    try:
        reader = listener(office, account)
    except AccountNeedsAttention as error:
        raise PushNotChecked from error
    if reader is None:
        return None
    try:
        reader.check_push(headers, body)
    except Unauthorized as error:
        raise PushNotAuthentic from error
    return NewMessage(
        store_id=account.store_id,
        source=f"{CARRIER_SOURCE}:{account.id}",
        event="tracking",
        dedupe_key=f"{account.id}:{hashlib.sha256(body).hexdigest()}",
        body=body,
        headers={name: headers[name][:MOST_OF_A_HEADER] for name in reader.push_headers if name in headers},
        received_at=office.now(),
    )
