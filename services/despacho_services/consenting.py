"""The OAuth2 ``state``: a sealed text that the browser carries itself, so that nothing is kept of those who never come back.

It names the browser that began, where that browser wanted to go, and until when it holds; nobody but the hub can read or make one.
What comes back is remembered once the platform has stood by its code, so that it comes back once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from despacho_core.errors import Conflict
from despacho_ports.records import ConsentUsed
from despacho_ports.system import Secrets
from despacho_services.identifiers import new_token
from despacho_services.office import Office

CONSENT_MINUTES = 15
LONGEST_STATE = 1_500
"""Letters; the longest that is made has about 1,000."""

_PLACE = "consent"
_URL_SAFE = str.maketrans("+/", "-_")
_USUAL = str.maketrans("-_", "+/")


class ConsentUnknown(Conflict):
    """An OAuth2 answer that nobody asked for, or that came too late or twice."""

    code = "consent-unknown"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "This consent was not asked for by this browser, or is too old. Start the installation again.",
        "es": "Esta autorización no fue pedida por este navegador o ya venció. Comienza de nuevo la instalación.",
        "pt": "Esta autorização não foi pedida por este navegador ou já expirou. Recomece a instalação.",
    }


class ConsentState(msgspec.Struct, frozen=True, array_like=True):
    """What a ``state`` says. ``browser`` is the digest of the browser's cookie, ``until`` in seconds since 1970."""

    nonce: str
    browser: str
    return_to: str
    until: int

    @property
    def expires_at(self) -> datetime:
        """When it ends, aware UTC."""
        return datetime.fromtimestamp(self.until, UTC)


class ConsentStates:
    """Makes, reads and uses up states."""

    def __init__(self, office: Office, secrets: Secrets) -> None:
        self._office = office
        self._secrets = secrets

    def new(self, *, browser: str, return_to: str) -> str:
        """A state for a browser, as text that goes into an address."""
        until = self._office.now() + timedelta(minutes=CONSENT_MINUTES)
        state = ConsentState(new_token(), browser, return_to, int(until.timestamp()))
        sealed = self._secrets.seal(msgspec.msgpack.encode(state), context=_PLACE)
        return sealed.rstrip("=").translate(_URL_SAFE)

    async def opened(self, text: str, *, browser: str) -> ConsentState:
        """What a state says that came back to the browser it was made for.

        Raises:
            ConsentUnknown: It is not ours, another browser's, too old, or was used.
        """
        state = self._read(text)
        if state is None or state.browser != browser or state.expires_at <= self._office.now():
            raise ConsentUnknown
        async with self._office.units.begin(write=False) as work:
            if await work.consents.was_used(state.nonce):
                raise ConsentUnknown
        return state

    async def use_up(self, state: ConsentState) -> None:
        """Remember that it was used. Raises ``ConsentUnknown`` if somebody else did in the meantime."""
        async with self._office.units.begin() as work:
            used = ConsentUsed(nonce=state.nonce, expires_at=state.expires_at)
            is_first = await work.consents.use(used, now=self._office.now())
            await work.commit()
        if not is_first:
            raise ConsentUnknown

    def _read(self, text: str) -> ConsentState | None:
        if len(text) > LONGEST_STATE:
            return None
        try:
            sealed = text.translate(_USUAL) + "=" * (-len(text) % 4)
            return msgspec.msgpack.decode(self._secrets.open(sealed, context=_PLACE), type=ConsentState)
        except (ValueError, msgspec.DecodeError):
            return None
