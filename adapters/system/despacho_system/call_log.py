"""The call log: one line per call that went out, with nothing in it that must stay secret.

Lines go to the logger ``despacho.calls``: method, host, path, status, milliseconds. Headers, query values and bodies never; an
account's secret that stands in a path (some carriers want the key there) is replaced by dots.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from urllib.parse import quote

import httpx

logger = logging.getLogger("despacho.calls")

HIDDEN = "••••"


class CallLog:
    """Writes an account's lines.

    Args:
        account_id: Named in each line.
        secrets: The account's secret values; longer ones are looked for first, so that none is left half visible.
    """

    def __init__(self, account_id: str, secrets: Iterable[str] = ()) -> None:
        self._account_id = account_id
        given = {secret for secret in secrets if secret}
        forms = given | {quote(secret, safe="") for secret in given} | {quote(secret) for secret in given}
        self._secrets = sorted(forms, key=len, reverse=True)

    def answered(self, request: httpx.Request, status: int, seconds: float) -> None:
        """The call came back."""
        logger.info("%s %s → %d in %.0f ms", self._account_id, self._target(request), status, seconds * 1000)

    def broke(self, request: httpx.Request, reason: BaseException, seconds: float) -> None:
        """The call did not come back; only the kind of error is told, since its text may quote the address."""
        kind = type(reason).__name__
        logger.warning("%s %s → %s after %.0f ms", self._account_id, self._target(request), kind, seconds * 1000)

    def _target(self, request: httpx.Request) -> str:
        path = request.url.raw_path.partition(b"?")[0].decode("ascii", "backslashreplace")
        for secret in self._secrets:
            path = path.replace(secret, HIDDEN)
        return f"{request.method} {request.url.host}{path}"


def quiet_http_libraries() -> None:
    """Keep httpx and httpcore from writing whole addresses and headers, whatever level the root logger has."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
