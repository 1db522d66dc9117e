"""Pages in Spanish, Portuguese and English, through gettext catalogues. English is what stands in the templates.

A language has several catalogues, one for each part of the App (``catalogues/es/orders.po``); they are read as they are, without a
compiling step. A test extracts every message from templates and code and finds it in each of them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

LANGUAGES = ("es", "pt", "en")
NAMES = {"es": "Español", "pt": "Português", "en": "English"}
TRANSLATED = ("es", "pt")
_ONE_OR_MANY = 2


class Catalogue(msgspec.Struct, frozen=True):
    """Messages of one language by their English text; a message with a plural by its singular."""

    language: str
    texts: dict[str, str]
    plurals: dict[str, tuple[str, ...]]

    def gettext(self, message: str) -> str:
        """The text in this language; English where it is missing."""
        return self.texts.get(message, message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The form for a number: one, or any other; our three languages agree on that."""
        one, many = self.plurals.get(singular, (singular, plural))
        return one if number == 1 else many


@cache
def catalogue(language: str) -> Catalogue:
    """All messages of a language."""
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    if language in TRANSLATED:
        from babel.messages.pofile import read_po  # noqa: PLC0415 - loaded when the first page is shown

        for file in sorted(files(__package__).joinpath("catalogues", language).iterdir(), key=lambda one: one.name):
            if not file.name.endswith(".po"):
                continue
            with file.open("rb") as opened:
                for message in read_po(opened, locale=language):
                    said = message.string
                    if isinstance(message.id, tuple) and isinstance(said, tuple) and len(said) == _ONE_OR_MANY:
                        plurals[message.id[0]] = said
                    elif isinstance(message.id, str) and message.id and isinstance(said, str):
                        texts[message.id] = said
    return Catalogue(language, texts, plurals)


def marked(message: str) -> str:
    """Marks a message in code for the catalogues; it is translated where it is shown."""
    return message
