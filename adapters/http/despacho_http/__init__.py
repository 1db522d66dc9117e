"""The HTTP adapter: the platform's callbacks, the REST API, pages, health and metrics, over the hub's use cases.

Litestar is known in here alone: everybody else makes the app with :func:`create_app` and serves it with :func:`run_web`.
"""

from __future__ import annotations

from despacho_http.app import create_app
from despacho_http.server import run_web

__all__ = ["create_app", "run_web"]
