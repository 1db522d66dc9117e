"""Serving: uvicorn with uvloop and httptools, one process, ended in an orderly way."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

ENDING_SECONDS = 10
"""How long requests under way may take once the server is asked to stop."""

OBJECTS_BETWEEN_COLLECTIONS = (10_000, 20, 50)
"""For the garbage collector. A request leaves a hundred objects or so, which vanish by themselves: a full connection pool would set it off
every few answers (700 is Python's own first figure)."""

_ENDINGS = (signal.SIGINT, signal.SIGTERM)


def run_web(app: Any, host: str, port: int) -> int:
    """Serve until SIGTERM or SIGINT; to be called from the main thread.

    Args:
        app: What :func:`despacho_http.create_app` made.
        host: Address to listen on.
        port: Port to listen on.

    Returns:
        Exit code: 0 after an orderly end, 1 if the server never came up.
    """
    import uvicorn  # noqa: PLC0415 - the app can be tested and described without a server

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="auto",  # uvloop where there is one
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nothing here depends on who the client is; our own address is a setting
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=ENDING_SECONDS,
    )
    server = uvicorn.Server(config)
    _keep_what_is_loaded()
    with _quiet_endings():
        try:
            server.run()
        except SystemExit:  # uvicorn's way to say that the port is taken or the hub could not be opened
            return 1
    return 0 if server.started else 1


def _keep_what_is_loaded() -> None:
    """Code and tables stay as long as the process does, so the collector need not walk over them (a tenth of a busy hub's time)."""
    gc.freeze()
    gc.set_threshold(*OBJECTS_BETWEEN_COLLECTIONS)


@contextmanager
def _quiet_endings() -> Iterator[None]:
    """Uvicorn raises the signals that ended it once more when it is done; by then they have nothing to end."""
    before = {one: signal.signal(one, _nothing) for one in _ENDINGS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """The server is ending already."""
