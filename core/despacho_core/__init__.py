"""The domain: orders, parcels, quotes, shipments, labels, manifests, tracking, fiscal documents, money and the two ledgers.

No I/O and no clock here: every function takes what it needs and returns a new value or raises a
:class:`despacho_core.errors.DomainError`. Only the standard library and msgspec are imported.
"""
