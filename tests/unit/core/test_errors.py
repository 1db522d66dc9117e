"""What the domain refuses: every refusal can be said, to a person in three languages and to a program by its code."""

import ast
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import despacho_core
import despacho_services
from despacho_core.errors import LANGUAGES, Conflict, DomainError, Invalid, NotAvailable, NotFound, all_errors

for module in pkgutil.iter_modules(despacho_services.__path__, "despacho_services."):
    importlib.import_module(module.name)

KINDS = (Invalid, NotFound, Conflict, NotAvailable)
ALL = all_errors()
CORE = [kind for kind in ALL if kind.__module__.startswith("despacho_core.errors.")]
BY_NAME = {kind.__name__: kind for kind in ALL}
HOUSE = Path(despacho_core.__file__).parents[2]
FLOORS = ("core", "services", "adapters", "despacho")


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


@cache
def raised() -> list[tuple[str, str, set[str]]]:
    """Every place in the hub that makes one of these errors: where, which, with which facts."""
    found = []
    for floor in FLOORS:
        for path in sorted((HOUSE / floor).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BY_NAME:
                    if any(keyword.arg is None for keyword in node.keywords):
                        continue
                    where = f"{path.relative_to(HOUSE)}:{node.lineno}"
                    found.append((where, node.func.id, {str(keyword.arg) for keyword in node.keywords}))
    return found


@pytest.mark.parametrize("kind", ALL)
def test_it_speaks_all_languages_and_says_the_same_facts_in_each(kind: type[DomainError]) -> None:
    assert set(kind.texts) == set(LANGUAGES)
    assert len({frozenset(placeholders(text)) for text in kind.texts.values()}) == 1
    assert all(text.strip() == text and text[-1] in ".}" for text in kind.texts.values())


@pytest.mark.parametrize("kind", ALL)
def test_it_can_be_said_with_its_facts_in_any_language(kind: type[DomainError]) -> None:
    facts = {name: f"<{name} {{odd}}>" for name in placeholders(kind.texts["en"])}
    error = kind(**facts)
    for language in (*LANGUAGES, "de", ""):
        said = error.text(language)
        assert all(fact in said for fact in facts.values())
    assert str(error) == error.text("en") == error.text("de")
    assert error.facts == facts


@pytest.mark.parametrize("kind", CORE)
def test_its_kind_decides_what_the_caller_may_do(kind: type[DomainError]) -> None:
    if kind is not DomainError:
        assert sum(issubclass(kind, one) for one in KINDS) == 1


def test_every_code_is_its_own_and_fit_for_an_address() -> None:
    codes = [kind.code for kind in ALL]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_every_place_that_raises_gives_the_facts_that_the_texts_need() -> None:
    wrong = [
        (where, name, needed ^ given)
        for where, name, given in raised()
        if (needed := placeholders(BY_NAME[name].texts["en"])) - given
    ]
    assert wrong == []


def test_the_search_for_raising_places_finds_some() -> None:
    found = {name for _, name, _ in raised()}
    assert {"WrongState", "LabelNotFree", "UnknownCurrency"} <= found


def test_a_refusal_without_its_facts_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        BY_NAME["LabelNotFree"](label="996801234567")


def test_all_errors_lists_every_refusal_once_by_code() -> None:
    assert sorted(set(ALL), key=lambda kind: kind.code) == ALL
    assert set(KINDS) < set(ALL)
