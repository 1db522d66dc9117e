"""A document's number as it stands in addresses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_services.attaching import path_safe


@pytest.mark.parametrize(
    ("number", "safe"),
    [("39-1020", "39-1020"), ("FR 2026/17", "FR-2026-17"), ("FT A/1", "FT-A-1"), ("../x", "x"), ("", "-"), ("ñ", "-")],
)
def test_a_number_is_made_safe_for_a_path(number: str, safe: str) -> None:
    assert path_safe(number) == safe


@given(st.text())
def test_whatever_a_system_calls_its_document_the_platform_can_address_it(number: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]([A-Za-z0-9._-]*[A-Za-z0-9_-])?", path_safe(number))
    assert path_safe(path_safe(number)) == path_safe(number)
