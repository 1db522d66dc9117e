"""How checks speak: expectations with words, and outcomes that are an answer or one of the five errors."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TypeVar, cast

from despacho_core.tracking import TrackingEvent
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain

T = TypeVar("T")

FIVE = (Rejected, Unauthorized, RateLimited, Unavailable, Uncertain)


def expect(condition: object, message: str) -> None:
    """Fail with these words unless the condition holds.

    Raises:
        AssertionError: It does not.
    """
    if not condition:
        raise AssertionError(message)


def expect_type(value: object, kind: type[T], what: str) -> T:
    """The value, if it is of the type.

    Raises:
        AssertionError: It is of another.
    """
    expect(isinstance(value, kind), f"{what} gave {type(value).__name__}, not {kind.__name__}")
    return cast("T", value)


async def outcome_of(asked: Awaitable[object], when: str) -> object:
    """What was answered, or the error if it is one of the five.

    Raises:
        AssertionError: Anything else was raised.
    """
    try:
        return await asked
    except FIVE as error:
        return error
    except ProviderError as error:
        raise AssertionError(
            f"{when}: raised {type(error).__name__}, a base or a relative of the five errors"
        ) from error
    except Exception as error:  # the provider call is one of the house's three boundaries
        raise AssertionError(f"{when}: raised {type(error).__name__} ({error}), none of the five errors") from error


def described(outcome: object) -> str:
    """An outcome for a message: the error's name, or that there was an answer."""
    return type(outcome).__name__ if isinstance(outcome, ProviderError) else f"an answer ({type(outcome).__name__})"


def expect_events(events: Sequence[TrackingEvent], tracking_number: str | None = None) -> None:
    """Events are what they say they are: of a tracking number (of this one, if it is given), at an aware time.

    Raises:
        AssertionError: One is not.
    """
    for event in events:
        expect_type(event, TrackingEvent, "tracking")
        expect(event.occurred_at.tzinfo is not None, "an event at a time without a zone")
        expect(event.tracking_number, "an event without a tracking number")
        known = tracking_number in {None, event.tracking_number}
        expect(known, f"{event.tracking_number} in the report of {tracking_number}")


def skip(reason: str) -> None:
    """Leave a check out, and say why."""
    import pytest  # noqa: PLC0415 - a dependency of whoever runs the checks, not of the hub

    pytest.skip(reason)
