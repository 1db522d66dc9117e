"""Logging of the processes that run for long: one line a record on stderr, where a service manager picks it up."""

from __future__ import annotations

import logging
import time


def configure_logging(process: str) -> None:
    """Log to stderr from ``INFO`` on, in UTC, with the process's name in each line."""
    formatter = logging.Formatter(f"%(asctime)s {process} %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # The first three name every address that is called, and our callbacks' addresses hold secrets; the last one names its plugins.
    for chatty in ("httpx", "httpcore", "uvicorn.access", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
