"""Who looks at a page: a signed-in browser of one store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from despacho_core.stores import Store, StoreState
from despacho_http.desk.formats import Formats
from despacho_http.desk.wording import catalogue
from despacho_http.languages import spoken
from despacho_ports.records import Session


@dataclass(frozen=True)
class Visitor:
    """A browser, the store that it is signed in for, and the language of its pages."""

    session: Session
    store: Store
    language: str

    @property
    def formats(self) -> Formats:
        """How values are written for this visitor."""
        return Formats(self.store, self.language)

    def words(self, message: str) -> str:
        """A message in the visitor's language. The message is marked for the catalogues by the name of this method."""
        return catalogue(self.language).gettext(message)

    @property
    def is_asleep(self) -> bool:
        """Whether the platform does not let us in any more."""
        return self.store.state is StoreState.ASLEEP

    @property
    def actor(self) -> str:
        """Who does what is done here, for the record."""
        return self.session.person or "app"


Visiting: TypeAlias = NamedDependency[SkipValidation[Visitor]]
"""The visitor, as a handler's parameter ``visitor``."""


def language_for(session: Session, store: Store, accept_language: str | None) -> str:
    """The language of the pages: what was chosen, else the browser's if it is one of ours, else the store's."""
    return session.language or spoken(accept_language, store.language)


async def provide_visitor(request: Request[Any, Any, Any]) -> Visitor:
    """Whom the door let in."""
    visitor: Visitor = request.scope["user"]
    return visitor
