"""Every route that the app has, and the door that it stands behind: asked of the app, so that a new one cannot be forgotten."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from litestar.routes import ASGIRoute, HTTPRoute

from despacho_http.access import BearerOnly
from despacho_http.desk.door import SignedIn

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Door(enum.Enum):
    """What has to be shown to come in."""

    DESK = "a session, and its token for changes"
    API = "a bearer token"
    NONE = "nothing, or what the handler itself asks for"


@dataclass(frozen=True)
class Way:
    """One method of one path, with the door before it."""

    method: str
    path: str
    door: Door
    handler: Any

    @property
    def changes(self) -> bool:
        """Whether something may be changed by it."""
        return self.method in CHANGES

    @property
    def has_ids(self) -> bool:
        """Whether its path names a thing."""
        return "{" in self.path

    @property
    def queries(self) -> set[str]:
        """Names of what its query may say, as the handler takes them."""
        taken = set()
        for name, parameter in self.handler.parsed_fn_signature.parameters.items():
            said = parameter.kwarg_definition
            taken.add(getattr(said, "name", None) or getattr(said, "query", None) or name)
        return taken - {"request", "services", "visitor", "form", "store_id"}

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def ways(app: Litestar) -> Iterator[Way]:
    """All of them."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in sorted(route.route_handler_map.items()):
                if method != "OPTIONS":
                    yield Way(method, route.path_format, _door(handler), handler)
        elif isinstance(route, ASGIRoute):
            yield Way("POST", route.path_format, _door(route.route_handler), route.route_handler)


def _door(handler: Any) -> Door:
    around = {part for layer in handler.ownership_layers for part in (layer.middleware or ())}
    if SignedIn in around:
        return Door.DESK
    return Door.API if BearerOnly in around else Door.NONE
