"""What all commands share: one way to print for people and for programs, and one way to fail."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

import click
import msgspec

from despacho.settings import ConfigurationInvalid, Settings
from despacho_core.errors import DomainError
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")

_ADVICE: dict[type[ProviderError], tuple[str, str]] = {
    Rejected: ("refused", "The other side refused: {0}"),
    Unauthorized: ("unauthorized", "The credentials are refused: {0} Check them, then try again."),
    RateLimited: ("rate-limited", "The other side asks for patience: {0} Try again in a while."),
    Unavailable: ("unavailable", "The other side cannot be reached: {0} Nothing was changed there; try again later."),
    Uncertain: ("uncertain", "The other side did not answer: {0} Running the command again is safe."),
}

_MOVING = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Unicode's categories of what moves the cursor, ends a line or turns the direction of writing."""


class Failure(click.ClickException):
    """A command that could not do what it was asked: exit code 1, the reason on stderr.

    With ``--json``, stdout holds ``{"error": {"code", "message"}}``, so that there is one document whatever happens.
    """

    def __init__(self, message: str, *, code: str = "failed") -> None:
        super().__init__(message)
        self.code = code
        context = click.get_current_context(silent=True)
        self._as_json = bool(context and context.params.get("as_json"))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the reason."""
        if self._as_json:
            print_json({"error": {"code": self.code, "message": self.message}})
        super().show(file)


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn what the hub refuses into a :class:`Failure`; anything else is a defect and keeps its traceback."""
    try:
        yield
    except DomainError as error:
        raise Failure(str(error), code=error.code) from error
    except ProviderError as error:
        code, text = _ADVICE[type(error)]
        raise Failure(text.format(_sentence(error.message)), code=code) from error
    except ConfigurationInvalid as error:
        raise Failure(str(error), code="configuration-invalid") from error


def read_settings() -> Settings:
    """The settings. Raises ``Failure`` with one sentence for each problem."""
    with failures_told():
        return Settings.from_environment()


def show(document: object, *, as_json: bool, people: str) -> None:
    """Print the document as JSON, or what people read."""
    if as_json:
        print_json(document)
    else:
        click.echo(people)


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> str:
    """Columns as wide as they need to be; ``empty`` says what to do where there is no row."""
    texts = [[cell_text(cell) for cell in row] for row in rows]
    if not texts:
        return empty
    texts.insert(0, [title.upper() for title in header])
    widths = [max(_width(row[column]) for row in texts) for column in range(len(header))]
    return "\n".join(_line(row, widths) for row in texts)


def cell_text(cell: object) -> str:
    """A value as people read it, on one line: what a carrier says must not move the cursor about."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}Z"
    if isinstance(cell, enum.Enum):
        return str(cell.value)
    if isinstance(cell, tuple | list):
        return ", ".join(cell_text(one) for one in cell)
    return "".join(" " if unicodedata.category(letter) in _MOVING else letter for letter in str(cell))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: accents that stand on the letter before them take none."""
    return sum(not unicodedata.combining(letter) for letter in text)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
