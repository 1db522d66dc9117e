"""Switches of a simulator that can be read and changed while it runs."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from despacho_sandbox.kit.asgi import Reply, Request, json_reply
from despacho_sandbox.kit.control import control_route
from despacho_sandbox.kit.routing import Route

OptionsT = TypeVar("OptionsT", bound=msgspec.Struct)


class Switchboard(Generic[OptionsT]):
    """Holds a simulator's options and offers them under `/_sandbox/options`: GET reads, PATCH changes some.

    Args:
        defaults: An instance of the options with nothing changed.
    """

    def __init__(self, defaults: OptionsT) -> None:
        self._defaults = defaults
        self.current: OptionsT = defaults

    def reset(self) -> None:
        """Back to the defaults."""
        self.current = self._defaults

    def change(self, changes: dict[str, Any]) -> None:
        """Changes some options.

        Raises:
            msgspec.ValidationError: For an unknown name or a senseless value; nothing is changed then.
        """
        merged = {**msgspec.to_builtins(self.current), **changes}
        self.current = msgspec.convert(merged, type=type(self._defaults))

    def routes(self) -> tuple[Route, ...]:
        """The two routes, for `Simulator.controls`."""

        def read(_: Request) -> Reply:
            return json_reply(self.current)

        def patch(request: Request) -> Reply:
            self.change(msgspec.json.decode(request.body, type=dict[str, Any]))
            return json_reply(self.current)

        return (control_route("GET", "options", read), control_route("PATCH", "options", patch))
