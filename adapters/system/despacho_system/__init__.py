"""What the machine gives: the clock, sealed secrets, outbound HTTP, a Redis of our own, and child processes.

Implements the small driven ports of :mod:`despacho_ports.system` and the HTTP client of a provider's toolbox. Nothing in here knows
what a store, a carrier or an invoice is.
"""
