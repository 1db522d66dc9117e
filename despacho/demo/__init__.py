"""``despacho demo``: the whole story, played from outside against two real processes.

Nothing here reaches into the hub: it is set up through its command line, spoken to over HTTP, and judged by what the store, the
carrier and the invoicing system say afterwards.
"""

from __future__ import annotations

from despacho.demo.performance import run_demo

__all__ = ["run_demo"]
