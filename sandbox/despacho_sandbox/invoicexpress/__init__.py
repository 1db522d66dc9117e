"""InvoiceXpress as its official OpenAPI document and its users describe it (contract/invoicing.md, sections 8 and 9)."""
