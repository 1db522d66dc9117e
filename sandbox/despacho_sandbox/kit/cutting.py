"""Lets an application cut its connection without a single byte of answer, which plain ASGI cannot."""

from __future__ import annotations

from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ABORT = "despacho.abort"
"""Key in the scope's `extensions`: a function without arguments that drops the connection at once."""


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with the connection's `abort` offered to the application as an ASGI extension."""

    def on_message_begin(self) -> None:
        """Called for each new request on the connection."""
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)["extensions"] = {ABORT: self.transport.abort}
