"""Numbers of documents as people write them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_services.settling_documents import LONGEST_NUMBER, DocumentNumberInvalid, document_number


@pytest.mark.parametrize(
    ("written", "public_id", "folio"),
    [
        ("39-1020", "39-1020", "1020"),
        (" folio 39-0001020 ", "39-1020", "1020"),
        ("N° 1020", "1020", "1020"),
        ("#001020", "1020", "1020"),
        ("fr 2026/17", "FR-2026-17", "FR 2026/17"),
        ("FR  G/6", "FR-G-6", "FR G/6"),
        ("FR-2026-17", "FR-2026-17", "FR-2026-17"),
    ],
)
def test_a_number_is_taken_as_it_stands_on_the_document(written: str, public_id: str, folio: str) -> None:
    assert document_number(written) == (public_id, folio)


@pytest.mark.parametrize("written", ["", "folio", "FR", "1\u200b", "1\x00", "٣", "1" * (LONGEST_NUMBER + 1)])
def test_what_has_no_digit_or_cannot_be_seen_is_no_number(written: str) -> None:
    with pytest.raises(DocumentNumberInvalid):
        document_number(written)


@given(st.text(max_size=60) | st.from_regex(r"(folio |n° ?|#)?[A-Za-z0-9 /.-]{0,30}", fullmatch=True))
def test_a_public_number_is_safe_in_a_path_and_stands_for_itself(written: str) -> None:
    try:
        public_id, folio = document_number(written)
    except DocumentNumberInvalid:
        return
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,40}", public_id)
    assert folio
    assert document_number(public_id)[0] == public_id
