"""Starken's corporate API as its documentation and its users describe it (contract/carriers.md, section 3A)."""
