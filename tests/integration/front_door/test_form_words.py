"""The forms of the providers that come with the hub, in the language of the people who fill them in."""

from __future__ import annotations

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
