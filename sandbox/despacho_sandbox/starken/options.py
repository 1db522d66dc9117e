"""What can be switched at the simulated Starken, where the sources disagree or are silent."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Journey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Clock seconds from the emission until each state."""

    received: Seconds = 4 * 3600
    in_transit: Seconds = 10 * 3600
    at_agency: Seconds = 20 * 3600
    out_for_delivery: Seconds = 24 * 3600
    delivered: Seconds = 30 * 3600


class StarkenOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Switches and their defaults.

    Attributes:
        order_number_as: How the emission writes the OF: text or number in scientific notation, or plain digits.
        lower_case_error: The emission's words stand in `descripcionError` instead of `DescripcionError`.
        packages_as_one: `Encargos` is one object that stands for all packages, instead of an array.
        refuse_in_envelope: Wrong credentials of the REST services are told with HTTP 200 instead of 401.
        emission_open: False answers the emission as to an IP address that is not on the list.
        lists_empty: The lists of cities come without a city.
        answers_in_latin_1: Texts of answers are not UTF-8.
        journey: When the clock moves parcels; None leaves them where they are.
        push_retries: Clock seconds after which a push that was not taken is sent again, one after the other; ours.
    """

    order_number_as: Literal["scientific", "number", "plain"] = "scientific"
    lower_case_error: bool = False
    packages_as_one: bool = False
    refuse_in_envelope: bool = False
    emission_open: bool = True
    lists_empty: bool = False
    answers_in_latin_1: bool = False
    journey: Journey | None = Journey()
    push_retries: tuple[Seconds, ...] = (60, 600, 3600)
