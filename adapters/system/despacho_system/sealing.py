"""Secrets at rest: AES-256-GCM, one text per secret, bound to the place where it lies.

The text is ``base64(version ‖ nonce ‖ ciphertext ‖ tag)``: one octet 1, twelve random octets, the rest as the cipher gives it.
Random nonces of 96 bits are safe for 2³² secrets under one key (NIST SP 800-38D, 8.3), far beyond what a hub ever stores.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16


class SecretClosed(ValueError):
    """A secret that does not open: sealed with another key or for another place, or damaged."""


class Sealer:
    """Implements :class:`despacho_ports.system.Secrets`.

    To rotate, put the new key first and the old one behind it: everything still opens, and whatever is saved again is sealed
    with the new key.

    Args:
        key: 32 octets; seals and opens.
        older: Keys that only open.

    Raises:
        ValueError: A key of another length.
    """

    def __init__(self, key: bytes, *older: bytes) -> None:
        self._keys = (key, *older)
        if any(len(each) != KEY_BYTES for each in self._keys):
            raise ValueError(f"a secret key has {KEY_BYTES} octets")

    def seal(self, plain: bytes, *, context: str) -> str:
        """Ciphertext as text; sealing the same twice gives two texts."""
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = self._ciphers[0].encrypt(nonce, plain, _bound_to(context))
        return base64.b64encode(_VERSION + nonce + ciphertext).decode("ascii")

    def open(self, sealed: str, *, context: str) -> bytes:
        """Plain octets.

        Raises:
            SecretClosed: Wrong key or place, a later version, or damaged text. The message repeats none of it.
        """
        # Imported late: one-shot commands open nothing and need not pay for it.
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see above

        raw = _raw(sealed)
        nonce, ciphertext = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, ciphertext, _bound_to(context))
            except InvalidTag:
                continue
        raise SecretClosed("the secret does not open: sealed with another key or for another place, or damaged")

    @cached_property
    def _ciphers(self) -> Sequence[AESGCM]:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as in `open`

        return [AESGCM(key) for key in self._keys]

    def __repr__(self) -> str:
        return f"Sealer({len(self._keys)} keys)"


def _bound_to(context: str) -> bytes:
    return context.encode()


def _raw(sealed: str) -> bytes:
    try:
        raw = base64.b64decode(sealed, validate=True)
    except (ValueError, binascii.Error):
        raise SecretClosed("the secret is damaged: not base64") from None
    if len(raw) < 1 + _NONCE_BYTES + _TAG_BYTES:
        raise SecretClosed("the secret is damaged: too short")
    if raw[:1] != _VERSION:
        raise SecretClosed(f"the secret is of version {raw[0]}, which this release cannot open")
    return raw
