"""``despacho doctor``: whether everything is as a hub needs it, and what to do where it is not."""

from __future__ import annotations

from despacho.diagnosis.examination import examine
from despacho.diagnosis.findings import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine"]
