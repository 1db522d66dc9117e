"""Labels, manifests and plain invoices: one layout, drawn as PDF and, where a label printer wants it, as ZPL.

Importing this package is cheap: the drawing libraries are loaded with the first document.
"""

from __future__ import annotations

from despacho_documents.marks import LabelSize
from despacho_documents.renderer import DocumentRenderer

__all__ = ["DocumentRenderer", "LabelSize"]
