"""The store's side: its API, its OAuth2 consent, and what it sends (contract/jumpseller.md)."""

from despacho_jumpseller.messages import JumpsellerMessages
from despacho_jumpseller.storefronts import JumpsellerStorefronts, Pace
from despacho_jumpseller.tokens import App, JumpsellerConsent
from despacho_jumpseller.transport import open_client

__all__ = [
    "App",
    "JumpsellerConsent",
    "JumpsellerMessages",
    "JumpsellerStorefronts",
    "Pace",
    "open_client",
]
