"""Who is signed in: a browser for a store, for half a day, by a cookie of which only the digest is kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import msgspec

from despacho_core.stores import Store
from despacho_ports.records import Session
from despacho_services.identifiers import new_token
from despacho_services.office import Office

LASTS = timedelta(hours=12)
"""Signing in again costs no more than a redirect once the store has given its consent."""

LONGEST_NAME = 60


class Sessions:
    """Begins, recognises, changes and ends sessions."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def begin(self, store_id: str, *, former: str | None = None) -> str:
        """A new session of a store; returns the cookie's text, given here and never again.

        ``former`` is the cookie that the browser still has: that session ends. If it was of the same store, its language, its name and its
        token for changes go on, so that what is open in another tab still works; of another store nothing goes on. A new text at
        every sign-in, so that nobody can plant one beforehand.
        """
        text, now = new_token(), self._office.now()
        session = Session(
            digest=_digest(text), store_id=store_id, csrf=new_token(), created_at=now, expires_at=now + LASTS
        )
        async with self._office.units.begin() as work:
            if former is not None:
                earlier = await work.sessions.get(_digest(former))
                await work.sessions.remove(_digest(former))
                if earlier is not None and earlier.store_id == store_id:
                    token = earlier.csrf if earlier.expires_at > now else session.csrf
                    session = msgspec.structs.replace(
                        session, language=earlier.language, person=earlier.person, csrf=token
                    )
            await work.sessions.add(session)
            await work.commit()
        return text

    async def recognise(self, text: str) -> Session | None:
        """The session behind a cookie, None when it is unknown or has ended."""
        found = await self.signed_in(text)
        return found[0] if found is not None else None

    async def signed_in(self, text: str) -> tuple[Session, Store] | None:
        """As :meth:`recognise`, with the session's store: every page needs both, and one unit of work reads them."""
        async with self._office.units.begin(write=False) as work:
            session = await work.sessions.get(_digest(text))
            if session is None or session.expires_at <= self._office.now():
                return None
            store = await work.stores.get(session.store_id)
        return (session, store) if store is not None else None

    async def change(self, session: Session, *, language: str | None = None, person: str | None = None) -> Session:
        """The session with another language, or another name of whoever works here. Raises ``NotFound`` once it was ended."""
        changed = msgspec.structs.replace(
            session,
            language=session.language if language is None else language,
            person=session.person if person is None else " ".join(person.split())[:LONGEST_NAME],
        )
        async with self._office.units.begin() as work:
            await work.sessions.save(changed)
            await work.commit()
        return changed

    async def end(self, session: Session) -> None:
        """Sign out."""
        async with self._office.units.begin() as work:
            await work.sessions.remove(session.digest)
            await work.commit()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
