"""What handlers may say about the change that they are making, for the record of who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.types import Scope

_NOTE = "despacho_note"


@dataclass(frozen=True)
class Note:
    """Orders that the change is about, the id of what it made, and what else tells it apart."""

    orders: Sequence[int] = ()
    subject: str = ""
    detail: str = ""


_NOTHING = Note()


def note(request: Request[Any, Any, Any], *, orders: Sequence[int] = (), subject: str = "", detail: str = "") -> None:
    """Say more about the change that is being made than its path does."""
    request.scope["state"][_NOTE] = Note(tuple(orders), subject, detail)


def unchanged(request: Request[Any, Any, Any]) -> None:
    """Say that nothing was changed, though the answer is no error."""
    request.scope["state"][_NOTE] = None


def note_of(scope: Scope) -> Note | None:
    """What was said; None where nothing was changed."""
    said: Note | None = scope["state"].get(_NOTE, _NOTHING)
    return said
