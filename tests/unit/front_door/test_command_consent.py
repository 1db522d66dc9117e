"""What a merchant pastes after consenting: the bare code, or the address that the browser was led to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho.commands._consent import code_of
from despacho.commands._console import Failure

ASKED = "https://accounts.example/oauth/authorize?client_id=hub&state=st4te&scope=read_orders"
BACK = "https://hub.example/jumpseller/callback"


@given(st.text(st.characters(categories=("L", "N"), include_characters="-_"), min_size=1))
def test_a_bare_code_is_taken_as_it_is(code: str) -> None:
    assert code_of(f"  {code}\n", asked=ASKED) == code


def test_the_code_is_found_in_the_address() -> None:
    assert code_of(f"{BACK}?code=abc%2Bd&state=st4te", asked=ASKED) == "abc+d"


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        (f"{BACK}?code=abc&state=another", "another consent"),
        (f"{BACK}?code=abc", "another consent"),
        (f"{BACK}?error=access_denied&state=st4te", "not given: access_denied"),
        (f"{BACK}?state=st4te", "no code in this address"),
        ("   ", "no code"),
    ],
)
def test_what_answers_no_consent_of_ours_is_refused(pasted: str, says: str) -> None:
    with pytest.raises(Failure, match=says):
        code_of(pasted, asked=ASKED)
