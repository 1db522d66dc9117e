"""What an examination finds."""

from __future__ import annotations

import enum

import msgspec


class Verdict(enum.StrEnum):
    """A ``warning`` may be meant; an ``error`` keeps something from working; ``skipped`` could not or should not be looked at."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at. ``remedy`` says what to do, where there is anything to do."""

    check: str
    verdict: Verdict
    found: str
    remedy: str | None = None


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check=check, verdict=Verdict.OK, found=found)


def warning(check: str, found: str, remedy: str) -> Finding:
    """Perhaps it is meant."""
    return Finding(check=check, verdict=Verdict.WARNING, found=found, remedy=remedy)


def error(check: str, found: str, remedy: str) -> Finding:
    """Something does not work."""
    return Finding(check=check, verdict=Verdict.ERROR, found=found, remedy=remedy)


def skipped(check: str, why: str) -> Finding:
    """It was not looked at."""
    return Finding(check=check, verdict=Verdict.SKIPPED, found=why)
