"""Every word of the App in all three languages."""

from __future__ import annotations

import ast
import re

import pytest

from despacho_http.desk.extracting import HERE, Identifier, messages, part_of, read
from despacho_http.desk.wording import TRANSLATED, catalogue

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def said() -> list[Identifier]:
    """Every message of the pages."""
    return [identifier for some in messages().values() for identifier in some]


def test_the_pages_say_something(said: list[Identifier]) -> None:
    assert "Orders" in said


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_no_other(said: list[Identifier], language: str) -> None:
    held = read(language)
    assert [one for one in said if one not in held] == [], "run `make catalogues`"
    assert [one for one in held if one not in set(said)] == [], "run `make catalogues`"
    empty = [one for one, message in held.items() if not all(_texts(message.string))]
    assert empty == []
    assert [one for one, message in held.items() if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_every_placeholder(language: str) -> None:
    for identifier, message in read(language).items():
        wanted = set(_PLACEHOLDER.findall(_texts(identifier)[-1]))
        for text in _texts(message.string)[-1:]:
            assert set(_PLACEHOLDER.findall(text)) == wanted, identifier


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_message_is_found_where_it_is_shown(language: str) -> None:
    words = catalogue(language)
    for identifier, message in read(language).items():
        if isinstance(identifier, tuple):
            one, many = _texts(message.string)
            assert words.ngettext(identifier[0], identifier[1], 1) == one
            assert words.ngettext(identifier[0], identifier[1], 7) == many
        else:
            assert words.gettext(identifier) == message.string


def test_english_is_what_stands_in_the_templates() -> None:
    assert catalogue("en").gettext("Orders") == "Orders"
    assert catalogue("en").ngettext("one order", "many orders", 2) == "many orders"


@pytest.mark.parametrize(
    ("file", "part"),
    [("templates/orders_one.html", "orders"), ("orders.py", "orders"), ("templates/base.html", "common")],
)
def test_a_file_has_its_catalogue(file: str, part: str) -> None:
    assert part_of(file) == part


def _texts(said: object) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, list | tuple) else (str(said or ""),)


def test_no_message_hides_in_a_formatted_text_where_the_extractor_does_not_look() -> None:
    hidden = [
        f"{file.name}:{call.lineno}"
        for file in HERE.glob("*.py")
        for text in ast.walk(ast.parse(file.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "words"
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []
