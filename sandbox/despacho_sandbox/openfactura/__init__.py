"""OpenFactura as its documentation and its users describe it (contract/invoicing.md, sections 1 and 2)."""
