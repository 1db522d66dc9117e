"""A driver with a telephone: opens the page behind a label, and presses one of the buttons that stand there."""

from __future__ import annotations

import re
from enum import StrEnum
from html import unescape

import httpx
import msgspec

_FORM = re.compile(r"<form[^>]*>(.*?)</form>", re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
SECONDS = 15.0


class Plan(StrEnum):
    """How a parcel's way goes."""

    DELIVERED = "delivered"
    SECOND_TRY = "second_try"
    FAILED = "failed"


STEPS: dict[Plan, tuple[str, ...]] = {
    Plan.DELIVERED: ("picked_up", "out_for_delivery", "delivered"),
    Plan.SECOND_TRY: ("picked_up", "out_for_delivery", "not_delivered", "out_for_delivery", "delivered"),
    Plan.FAILED: ("picked_up", "out_for_delivery", "failed"),
}


class Pressed(msgspec.Struct, frozen=True):
    """One step that the driver wanted to say: what the page answered, or why it could not be said."""

    step: str
    status: int | None = None
    problem: str | None = None


class Parcel(msgspec.Struct, kw_only=True):
    """A parcel on the van, known by the link on its label."""

    link: str
    plan: Plan = Plan.DELIVERED
    receiver: str = ""
    reason: str = "recipient_absent"
    pressed: list[Pressed] = []

    @property
    def next_step(self) -> str | None:
        """What happens next; None at the end of the plan."""
        steps = STEPS[self.plan]
        done = len(self.pressed)
        return steps[done] if done < len(steps) else None


async def press(client: httpx.AsyncClient, parcel: Parcel) -> None:
    """Open the page and say the next step of the plan, once; what comes of it is noted on the parcel."""
    step = parcel.next_step
    if step is None:
        return
    try:
        page = await client.get(parcel.link, timeout=SECONDS)
        form = next((form for form in forms_in(page.text) if form.get("step") == step), None)
        if form is None:
            pressed = Pressed(step, page.status_code, "the page has no such button")
        else:
            further = {"receiver": parcel.receiver, "reason": parcel.reason}
            answer = await client.post(parcel.link, data={**form, **further}, timeout=SECONDS)
            pressed = Pressed(step, answer.status_code, None if answer.status_code == 303 else "not recorded")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        pressed = Pressed(step, None, f"{type(error).__name__}: {error}")
    parcel.pressed = [*parcel.pressed, pressed]


def forms_in(page: str) -> list[dict[str, str]]:
    """The hidden fields of every form on a page."""
    return [{name: unescape(value) for name, value in _HIDDEN.findall(form)} for form in _FORM.findall(page)]
