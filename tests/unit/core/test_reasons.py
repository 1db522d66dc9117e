"""Every reason that this part of the hub gives is said in every language: those in the code, and the decoder's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

import despacho_core
from despacho_core.bounds import Bounds
from despacho_core.errors import Misfit, PlanInvalid
from despacho_core.phrases import said
from despacho_core.reasons import LANGUAGES, REASONS, reason_said
from despacho_core.shipping_plans import ShippingPlan

HOUSE = Path(despacho_core.__file__).parent
MODULES = (
    "area_checks", "areas", "boxes", "shipping_plan_checks", "shipping_plans", "shipping_rules", "store_checks", "tariff_sheets",
    "tariffs", "written",
)  # fmt: skip
BOX = {"name": "S", "length_mm": 1, "width_mm": 1, "height_mm": 1}
ROW = {
    "service_code": "1", "service_name": "x", "currency": "EUR", "area": {"countries": ["PT"]},
    "brackets": [{"up_to_g": 1, "price": 1}],
}  # fmt: skip


def text_of(node: ast.expr) -> str | None:
    """A text of the code with something in each of its holes; None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in node.values)
    return None


def reasons_in(module: str) -> Iterator[str]:
    """Texts with a space in a module's code that are neither documentation nor a part of another text: what it may say."""
    tree = ast.parse((HOUSE / f"{module}.py").read_text())
    silent = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    silent |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in silent:
            text = text_of(node)
            if text and re.search(r"[a-z] [a-z]", text):
                yield text


@pytest.mark.parametrize("module", MODULES)
def test_every_reason_in_the_code_is_in_the_table(module: str) -> None:
    unsaid = [text for text in reasons_in(module) if reason_said(text, "es") is None]
    assert [text for text in unsaid if reason_said(f"75*: {text}", "es") is None] == [], (
        "of a postcode it is said behind it"
    )


def test_the_search_for_reasons_finds_them() -> None:
    found = {text for module in MODULES for text in reasons_in(module)}
    assert {
        "the store has no such account",
        "each bracket must end above the one before",
        "it is there already",
    } <= found
    assert reason_said(Bounds(Decimal(1), Decimal(2)).reason, "es") == "debe estar entre 1 y 2"


def holes(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("sentence", REASONS, ids=lambda one: one[0][:40])
def test_a_sentence_has_the_same_holes_in_each_language_and_is_found_by_its_shape(
    sentence: tuple[str, str, str],
) -> None:
    assert holes(sentence[0]) == holes(sentence[1]) == holes(sentence[2])
    filled = {name: f"<{name}>" for name in holes(sentence[0])}
    for language, wanted in zip(LANGUAGES, sentence[1:], strict=True):
        assert reason_said(sentence[0].format_map(filled), language) == wanted.format_map(filled)


WRONG: list[Any] = [
    {"boxes": {}}, {"boxes": [{**BOX, "length_mm": 0}]}, {"boxes": [{**BOX, "length_mm": 99_999_999}]}, {"boxes": [BOX] * 51},
    {"boxes": [{**BOX, "length_mm": 1.5}]}, {"boxes": [{**BOX, "name": ""}]}, {"boxes": [{**BOX, "name": "x" * 99}]}, {"nonsense": 1},
    {"boxes": [{}]}, {"boxes": [{**BOX, "name": None}]}, {"cut_off": "2 pm"}, {"handling_days": -1}, {"handling_days": 10**30},
    {"rules": [{"action": {"do": "sing"}}]}, {"rules": [{"action": {}}]}, {"rules": [{"action": {"do": "round", "to": "ten"}}]},
    {"rules": [{"action": {"do": "round", "to": 10, "towards": "there"}}]}, {"rules": [{"action": {"do": "round", "to": 1, "ending": 2}}]},
    {"rules": [{"action": {"do": "mark_up", "percent": 10_000}}]}, {"rules": [{"action": {"do": "add_days", "days": 0}}]},
    {"tariff": [{**ROW, "brackets": []}]}, {"tariff": [{**ROW, "area": {}}]}, {"tariff": [{**ROW, "area": {"countries": ["P"]}}]},
    {"tariff": [{**ROW, "area": {"postcodes": ["9-1"]}}]}, {"tariff": [{**ROW, "area": {"postcodes": ["?"]}}]},
    {"tariff": [{**ROW, "area": {"postcodes": ["1-22"]}}]}, {"tariff": [{**ROW, "days_min": 3, "days_max": 2}]},
    {"tariff": [{**ROW, "brackets": [{"up_to_g": 1, "price": "NaN"}]}]}, {"tariff": [{**ROW, "per_kg": -1}]},
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plan", WRONG, ids=lambda one: str(one)[:60])
def test_what_the_decoder_says_of_a_plan_is_said_in_every_language(plan: Any, language: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refusal:
        msgspec.json.decode(msgspec.json.encode(plan), type=ShippingPlan)
    reason = str(refusal.value).partition(" - at ")[0]
    assert reason_said(reason, language) not in {None, reason}


@pytest.mark.parametrize("text", [b"", b"{", b"nul", b"\xff", b"{}x", b"[1 2]"])
def test_what_the_decoder_says_of_no_json_is_said_in_every_language(text: bytes) -> None:
    with pytest.raises(msgspec.DecodeError) as refusal:
        msgspec.json.decode(text, type=ShippingPlan)
    for language in LANGUAGES:
        assert reason_said(str(refusal.value), language) not in {None, str(refusal.value)}


def test_bounds_are_written_as_the_language_does_and_what_was_typed_stands() -> None:
    bound = "it must be between 0.25 and 1000000000"
    assert said(bound, "es") == "debe estar entre 0,25 y 1.000.000.000"
    assert said(bound, "pt") == "deve estar entre 0,25 e 1\u00a0000\u00a0000\u00a0000"
    assert said(bound, "en") == bound
    two_ways = "“1.234” can be read in two ways; write 1234 or 1.23"
    assert said(two_ways, "es") == "«1.234» se puede leer de dos maneras; escribe 1234 o 1.23"


def test_a_refusal_tells_of_everything_in_the_readers_language() -> None:
    refusal = PlanInvalid.of(
        [Misfit("line 2, price", "this is no number"), Misfit("line 7, account", "the store has no such account")]
    )
    assert refusal.text("es") == (
        "El plan de despacho no corresponde en line 2, price: no es un número. line 7, account: la tienda no tiene esa cuenta."
    )
    assert refusal.facts["path"] == "line 2, price"
    assert [one.path for one in refusal.misfits] == ["line 2, price", "line 7, account"]
