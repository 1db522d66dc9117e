"""Runnable simulators of the world around the hub: the store, the carriers and the invoicing systems.

Nothing of the hub is imported here, so that a mistake is never mirrored on both sides.
"""
