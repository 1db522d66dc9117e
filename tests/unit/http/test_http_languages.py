"""Which language a caller is spoken to in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_http.languages import spoken


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("es", "es"),
        ("es-CL,es;q=0.9,en;q=0.8", "es"),
        ("pt-PT", "pt"),
        ("PT_br", "en"),
        ("de,fr;q=0.9", "en"),
        ("de, pt;q=0.3, es;q=0.5", "es"),
        ("es;q=0, pt;q=0.1", "pt"),
        ("es;q=x, pt;q=0.1", "pt"),
        ("es; q=0.4 , en ; q=0.6", "en"),
        ("esperanto", "en"),
        ("*", "en"),
    ],
)
def test_the_one_that_is_liked_best_among_ours(accepted: str | None, language: str) -> None:
    assert spoken(accepted) == language


def test_where_none_fits_the_places_own_counts() -> None:
    assert spoken("de", "pt") == "pt"
    assert spoken(None, "es") == "es"


@given(st.text())
def test_whatever_is_sent_it_is_one_of_ours(accepted: str) -> None:
    assert spoken(accepted) in {"en", "es", "pt"}
