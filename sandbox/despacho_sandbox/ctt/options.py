"""What can be switched at the simulated CTT Expresso, where the sources disagree or are silent."""

from __future__ import annotations

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Journey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Clock seconds from the close-out until each event."""

    collected: Seconds = 2 * 3600
    accepted: Seconds = 4 * 3600
    dispatched: Seconds = 8 * 3600
    arrived: Seconds = 18 * 3600
    out_for_delivery: Seconds = 20 * 3600
    delivered: Seconds = 24 * 3600


class CttOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Switches and their defaults.

    Attributes:
        lose_late_members: Members out of alphabetical order are lost, as at the real service, instead of being a fault.
        closed_names_objects: EW0070 names the object that is closed already.
        unknown_as_error: An unknown object is told in `_erros`, beside being left out.
        spanish_last_mile: Events nest in an object inside the object, as Spanish deliveries are said to.
        numeric_status: `Status` is 1 or 0 instead of Success or Failure.
        range_size: How many numbers each prefix has before its range is used up.
        journey: When the clock moves parcels that are closed; None leaves them where they are.
    """

    lose_late_members: bool = False
    closed_names_objects: bool = True
    unknown_as_error: bool = False
    spanish_last_mile: bool = False
    numeric_status: bool = False
    range_size: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 1_000_000
    journey: Journey | None = Journey()
