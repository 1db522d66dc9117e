"""Values on the command line that may be secret: given as text, read from a file, or asked for without being shown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

HELP = "A VALUE of @FILE is read from the file, - is asked for without being shown, @@TEXT means @TEXT."


class Given(click.ParamType[str]):
    """A text; ``@file`` reads it from a file and ``-`` asks for it, so that secrets stay out of the shell's history."""

    name = "value"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text that is meant."""
        name = param.name if param and param.name else "value"
        try:
            return _meant(value, name)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class KeyValue(click.ParamType[tuple[str, str]]):
    """``KEY=VALUE``, as a pair. A value is never repeated in an error: it may be a secret."""

    name = "KEY=VALUE"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """The pair."""
        key, separator, text = value.partition("=")
        if not separator or not key.strip():
            self.fail("must be KEY=VALUE", param, ctx)
        try:
            return key.strip(), _meant(text, key.strip())
        except ValueError as error:
            self.fail(str(error), param, ctx)


def as_settings(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs as a table. Raises ``UsageError`` for a key that is given twice."""
    table: dict[str, str] = {}
    for key, value in pairs:
        if key in table:
            raise click.UsageError(f"“{key}” is given twice")
        table[key] = value
    return table


def _meant(text: str, name: str) -> str:
    """What is given for ``name``, read or asked for where that is wanted. Raises ``ValueError`` for a file that cannot be read."""
    if text == "-":
        return str(click.prompt(name, hide_input=True, err=True))
    if text.startswith("@@"):
        return text[1:]
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).expanduser().read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise ValueError(f"the file for {name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"the file for {name} holds no text") from None
