"""The five errors of a provider: what the hub may conclude from each."""

import inspect

import pytest

from despacho_ports import errors
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain

FIVE = {Rejected, Unauthorized, RateLimited, Unavailable, Uncertain}


def test_there_are_five_and_no_other() -> None:
    declared = {kind for _, kind in inspect.getmembers(errors, inspect.isclass)}
    assert declared == FIVE | {ProviderError}
    assert set(ProviderError.__subclasses__()) >= FIVE


def test_none_is_taken_for_another() -> None:
    for kind in FIVE:
        assert [other for other in FIVE if issubclass(kind, other)] == [kind]


@pytest.mark.parametrize("kind", [Rejected, Unauthorized, Unavailable, Uncertain])
def test_the_providers_own_words_are_kept(kind: type[ProviderError]) -> None:
    error = kind("Comuna sin cobertura")
    assert error.message == str(error) == "Comuna sin cobertura"


def test_a_refusal_names_what_it_objected_to() -> None:
    error = Rejected("RUT inválido", field="rut", code="OF-08")
    assert (error.message, error.field, error.code, error.not_found) == ("RUT inválido", "rut", "OF-08", False)


def test_no_such_thing_is_told_from_other_refusals() -> None:
    assert Rejected("no existe", not_found=True).not_found
    assert not Rejected("no").not_found


def test_a_limit_says_how_long_to_wait() -> None:
    error = RateLimited("too many requests", retry_after=2.5)
    assert (error.message, error.retry_after) == ("too many requests", 2.5)
    with pytest.raises(TypeError):
        RateLimited("without saying when")  # type: ignore[call-arg]  # that it cannot be left out is the point
