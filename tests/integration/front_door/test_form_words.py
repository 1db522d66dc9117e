"""The forms of the providers that come with the hub, in the language of the people who fill them in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from despacho.provider_loader import load_providers
from despacho_ports.settings import fields_of

SPOKEN = {"CL": "es", "PT": "pt"}
PROVIDERS = load_providers().providers


@pytest.mark.parametrize("provider_id", sorted(PROVIDERS))
def test_a_form_speaks_the_language_of_every_country_that_it_is_for(provider_id: str) -> None:
    provider = PROVIDERS[provider_id]
    fields = fields_of(provider.settings)
    wanted = {SPOKEN[country] for country in provider.countries or SPOKEN}
    assert wanted <= set(provider.words)
    for language, table in provider.words.items():
        assert set(table) == {field.name for field in fields}, f"{language}: each field, and no other"
        assert all(title and description for title, description in table.values())


def test_a_language_without_words_is_english() -> None:
    provider = next(iter(PROVIDERS.values()))
    field = fields_of(provider.settings)[0]
    assert provider.said(field, "eo") == (field.title, field.help)


def checks_of(provider_id: str) -> Iterator[str]:
    """What the settings of a provider say where they do not fit, without the field that it begins with."""
    spec = find_spec(PROVIDERS[provider_id].settings.__module__)
    assert spec is not None
    for node in ast.walk(ast.parse(Path(str(spec.origin)).read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ValueError"):
            continue
        (said,) = node.args
        parts = said.values if isinstance(said, ast.JoinedStr) else [said]
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
        yield re.sub(r"^(7|[a-z]+_[a-z_]+|rut|acteco|sucursal|agencies) ", "", text)


@pytest.mark.parametrize("provider_id", sorted(PROVIDERS))
def test_what_settings_say_of_themselves_is_said_in_the_forms_languages(provider_id: str) -> None:
    provider = PROVIDERS[provider_id]
    for language in provider.words:
        assert [text for text in checks_of(provider_id) if provider.told(text, language) == text] == []


@pytest.mark.parametrize("provider_id", sorted(PROVIDERS))
def test_a_sentence_keeps_its_holes(provider_id: str) -> None:
    for table in PROVIDERS[provider_id].sentences.values():
        for said, translated in table.items():
            assert set(re.findall(r"{(\w+)}", said)) == set(re.findall(r"{(\w+)}", translated))


def test_what_a_provider_says_is_told_with_what_stood_in_it() -> None:
    chilexpress = PROVIDERS["chilexpress"]
    said = "The three keys are accepted; 5 services between Santiago and Providencia."
    assert chilexpress.told(said, "es") == "Las tres claves fueron aceptadas; 5 servicios entre Santiago y Providencia."
    assert chilexpress.told(said, "en") == said
    assert (
        chilexpress.told("Chilexpress gave no answer (ReadTimeout).", "pt")
        == "Chilexpress não deu resposta (ReadTimeout)."
    )
    assert chilexpress.told("its own words", "es") == "its own words"
