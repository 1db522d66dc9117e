"""Every refusal as a problem document (RFC 9457): one table of types, one way from an exception to an answer.

The ``type`` of a problem is ``urn:despacho:problem:<code>`` and never changes; docs/problems.md lists them all.
"""

from __future__ import annotations

import math

import msgspec

from despacho_core.errors import (
    LANGUAGES,
    Conflict,
    DomainError,
    FileTooLarge,
    Invalid,
    NotAvailable,
    NotFound,
    StoreAsleep,
    all_errors,
)
from despacho_http import refusals
from despacho_http.refusals import Refusal
from despacho_http.titles import TITLES
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable
from despacho_ports.records import NotAccepted
from despacho_services.reception import NotSigned

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:despacho:problem:"

_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotSigned, 401),
    (StoreAsleep, 403),
    (FileTooLarge, 413),
    (Invalid, 422),
    (NotFound, 404),
    (Conflict, 409),
    (NotAvailable, 503),
    (DomainError, 422),
)

Problem = Refusal | DomainError
"""What can be told to a caller: a code, texts in three languages, facts."""


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of an answer that refuses. ``facts`` are what a program may want to know of this occurrence."""

    type: str
    title: str
    status: int
    detail: str
    facts: dict[str, object] = {}


class ProblemType(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table."""

    code: str
    status: int
    title: str
    meaning: str


def problem_of(error: Exception) -> Problem:
    """The problem that an exception stands for; :class:`refusals.InternalError` for one that nobody expected."""
    if isinstance(error, Refusal | DomainError):
        return error
    if isinstance(error, ProviderError):
        return _provider_problem(error)
    return refusals.DatabaseUnavailable() if isinstance(error, NotAccepted) else refusals.InternalError()


def status_of(problem: Problem | type[Problem]) -> int:
    """The HTTP status of a problem or of its class."""
    kind = problem if isinstance(problem, type) else type(problem)
    if issubclass(kind, Refusal):
        return kind.status
    return next(status for base, status in _STATUS if issubclass(kind, base))


def headers_of(problem: Problem) -> dict[str, str]:
    """Headers that go with a problem."""
    if isinstance(problem, Refusal):
        return problem.headers
    return {"retry-after": "5"} if isinstance(problem, NotAvailable) else {}


def document(problem: Problem, language: str) -> bytes:
    """The problem document as JSON."""
    return msgspec.json.encode(
        ProblemDocument(
            type=PREFIX + problem.code,
            title=title(problem.code, language),
            status=status_of(problem),
            detail=problem.text(language),
            facts={name: _plain(value) for name, value in problem.facts.items()},
        )
    )


def title(code: str, language: str) -> str:
    """The title of a type."""
    return TITLES[code][LANGUAGES.index(language)]


def all_problems() -> list[ProblemType]:
    """Every type that an answer can have, by code. The domain's four kinds are never raised themselves."""
    bases = {base for base, _ in _STATUS} - {NotSigned, StoreAsleep, NotFound, FileTooLarge}
    kinds: list[type[Problem]] = [kind for kind in all_errors() if kind not in bases]
    kinds += _refusals(Refusal)
    found = {
        kind.code: ProblemType(
            code=kind.code,
            status=status_of(kind),
            title=title(kind.code, "en"),
            meaning=(kind.__doc__ or "").strip().partition("\n")[0],
        )
        for kind in reversed(kinds)
    }
    return sorted(found.values(), key=lambda one: one.code)


def _refusals(kind: type[Refusal]) -> list[type[Refusal]]:
    return [kind, *(below for one in kind.__subclasses__() for below in _refusals(one))]


def _provider_problem(error: ProviderError) -> Refusal:
    if isinstance(error, RateLimited):
        seconds = max(1, math.ceil(error.retry_after))
        return refusals.ProviderBusy(message=error.message, seconds=seconds, headers={"retry-after": str(seconds)})
    if isinstance(error, Rejected):
        return refusals.ProviderRefused(message=error.message)
    if isinstance(error, Unauthorized):
        return refusals.ProviderUnauthorized(message=error.message)
    if isinstance(error, Unavailable):
        return refusals.ProviderUnavailable(message=error.message, headers={"retry-after": "5"})
    return refusals.ProviderUncertain(message=error.message)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [msgspec.to_builtins(one) for one in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
