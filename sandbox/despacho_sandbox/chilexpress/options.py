"""What can be switched at the simulated Chilexpress, where the sources disagree or are silent."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Journey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Clock seconds from the sale of a label until each milestone."""

    received: Seconds = 4 * 3600
    in_transit: Seconds = 10 * 3600
    out_for_delivery: Seconds = 32 * 3600
    delivered: Seconds = 36 * 3600


class ChilexpressOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Switches and their defaults.

    Attributes:
        label_shape: How a reprint answers: like the create call, with `detail` as an object, or with the label
            straight in `data` (contract/carriers.md 1.4 knows all three).
        certificate_nested: Opening a certificate answers inside `data` instead of flat (1.5 knows both).
        tracking_lag: Clock seconds after a sale during which tracking says -1, by number and by reference.
        no_events: What `trackingEvents` is when there is nothing to tell.
        georeference_needs_key: Older samples call coverage without a key and get an answer; by default we refuse.
        requests_per_minute: Quota of each key in real seconds; None is none, because the real one is not published.
        journey: When the clock moves parcels; None leaves them where they are.
    """

    label_shape: Literal["detail-array", "detail-object", "data-label"] = "detail-array"
    certificate_nested: bool = False
    tracking_lag: Seconds = 0
    no_events: Literal["null", "list"] = "null"
    georeference_needs_key: bool = True
    requests_per_minute: Annotated[int, msgspec.Meta(ge=1)] | None = None
    journey: Journey | None = Journey()
