"""Secrets at rest: they come back, only with the right key, only at the place they were sealed for."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_system.sealing import KEY_BYTES, Sealer

KEY = bytes(range(KEY_BYTES))
OTHER = bytes(reversed(range(KEY_BYTES)))


@given(plain=st.binary(max_size=300), context=st.text(max_size=40))
def test_what_was_sealed_opens_again_at_its_place(plain: bytes, context: str) -> None:
    sealer = Sealer(KEY)
    assert sealer.open(sealer.seal(plain, context=context), context=context) == plain


@given(context=st.text(max_size=20), elsewhere=st.text(max_size=20))
def test_moved_to_another_row_it_does_not_open(context: str, elsewhere: str) -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal(b"authtoken", context=context)
    if elsewhere != context:
        with pytest.raises(ValueError, match="another place"):
            sealer.open(sealed, context=elsewhere)


@given(at=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
def test_no_single_octet_can_be_changed_unnoticed(at: int, flip: int) -> None:
    sealer = Sealer(KEY)
    raw = bytearray(base64.b64decode(sealer.seal(b"api key of the carrier", context="account:1")))
    raw[at % len(raw)] ^= flip
    with pytest.raises(ValueError, match="the secret"):
        sealer.open(base64.b64encode(raw).decode(), context="account:1")


def test_the_same_secret_never_looks_the_same_twice() -> None:
    sealer = Sealer(KEY)
    assert sealer.seal(b"token", context="store:1") != sealer.seal(b"token", context="store:1")


def test_the_plain_text_is_nowhere_in_the_sealed_one() -> None:
    assert b"authtoken" not in base64.b64decode(Sealer(KEY).seal(b"authtoken", context="store:1"))


def test_a_rotated_key_seals_while_the_old_one_still_opens() -> None:
    old = Sealer(OTHER).seal(b"token", context="store:1")
    rotated = Sealer(KEY, OTHER)
    assert rotated.open(old, context="store:1") == b"token"
    resealed = rotated.seal(b"token", context="store:1")
    assert Sealer(KEY).open(resealed, context="store:1") == b"token"
    with pytest.raises(ValueError, match="another key"):
        Sealer(OTHER).open(resealed, context="store:1")


@pytest.mark.parametrize("damaged", ["", "AQ==", "not base64!", "AQ" + "A" * 30 + "\n" + "A" * 40])
def test_a_damaged_text_is_said_to_be_damaged(damaged: str) -> None:
    with pytest.raises(ValueError, match="damaged"):
        Sealer(KEY).open(damaged, context="store:1")


def test_a_text_of_a_later_version_is_not_guessed_at() -> None:
    later = base64.b64encode(b"\x02" + bytes(60)).decode()
    with pytest.raises(ValueError, match="version 2"):
        Sealer(KEY).open(later, context="store:1")


@pytest.mark.parametrize("key", [b"", b"short", bytes(31), bytes(33)])
def test_a_key_has_thirty_two_octets(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 octets"):
        Sealer(key)
    with pytest.raises(ValueError, match="32 octets"):
        Sealer(KEY, key)


def test_its_keys_do_not_show_when_it_is_printed() -> None:
    assert repr(Sealer(KEY)) == "Sealer(1 keys)"
