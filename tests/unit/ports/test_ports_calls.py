"""What a call proves: nothing is taken for "it did not happen" that may have happened."""

from __future__ import annotations

import inspect

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_ports.calls import Answer, lenient, pause_of, unanswered, unsettled, was_never_sent
from despacho_ports.errors import Unavailable, Uncertain

FAILURES = [
    kind
    for _, kind in inspect.getmembers(httpx, inspect.isclass)
    if issubclass(kind, httpx.RequestError) and kind not in {httpx.RequestError, httpx.TransportError}
]
BEFORE = {httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol}


@pytest.mark.parametrize("kind", FAILURES)
def test_only_what_never_left_is_certain(kind: type[httpx.RequestError]) -> None:
    error = kind("the key is abc")
    assert was_never_sent(error) is (kind in BEFORE)
    bought = unanswered("The van", error, acting=True)
    assert type(bought) is (Unavailable if kind in BEFORE else Uncertain)
    assert type(unanswered("The van", error, acting=False)) is Unavailable
    assert "abc" not in bought.message, "what was sent is not quoted"
    assert bought.message.startswith("The van ")


def test_an_address_that_is_none_was_never_called() -> None:
    assert was_never_sent(httpx.InvalidURL("no"))


def test_an_answer_that_proves_nothing_is_uncertain_only_where_something_was_done() -> None:
    assert type(unsettled("502", acting=True)) is Uncertain
    assert type(unsettled("502", acting=False)) is Unavailable


@pytest.mark.parametrize(
    ("header", "words", "seconds"),
    [
        ("12", "", 12),
        ("", "Rate limit is exceeded. Try again in 7 seconds.", 7),
        ("3", "try again in 7 seconds", 7),
        ("0", "", 1),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "", 5),
        ("", "", 5),
        ("9999999", "", 5),
    ],
)
def test_a_pause_is_the_longer_of_what_is_said(header: str, words: str, seconds: float) -> None:
    answer = Answer(429, b"", {"retry-after": header} if header else {})
    assert pause_of(answer, 5.0, words=words) == seconds


@given(
    st.binary() | st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5).map(msgspec.json.encode)
)
def test_whatever_comes_is_read_or_is_nothing(raw: bytes) -> None:
    read = lenient(raw, list[int])
    assert read is None or all(isinstance(one, int) for one in read)
