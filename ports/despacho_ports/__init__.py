"""The ports: what the hub asks of the outside world, and what a provider package may offer.

Providers import this package and :mod:`despacho_core`, nothing else of the hub.
"""
