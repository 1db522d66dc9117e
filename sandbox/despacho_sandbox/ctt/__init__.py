"""CTT Expresso's web services as its users describe them (contract/carriers.md, section 2)."""
