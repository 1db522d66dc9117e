"""Chilexpress as its documentation and its users describe it (contract/carriers.md, section 1 and Annex A)."""
