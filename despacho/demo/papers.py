"""Invoices come by themselves, one through the store's button, and a cancelled order gets its credit note."""

from __future__ import annotations

import asyncio

from despacho.demo.cast import CREDIT_NOTE, STORES, Placed, Twist, documents_wanted, with_twist
from despacho.demo.hub import HubRefused
from despacho.demo.narration import Act
from despacho.demo.story import PATIENCE, Seen, Story
from despacho.demo.waiting import until


async def invoices_come(story: Story) -> None:
    """Wait for all documents, while one order is cancelled and the button of another is clicked."""
    total = sum(documents_wanted(story.placed).values())
    with story.narrator.act("Invoices and credit notes", total) as act:
        await story.all_of(
            *(_clicked_twice(story, one) for one in with_twist(story.placed, Twist.BUTTON)),
            *(_cancelled(story, one) for one in with_twist(story.placed, Twist.CANCELLED)),
            until(
                "every order has its documents in the store",
                story.counted(act, lambda state: len(state["documents"])),
                within=PATIENCE,
            ),
        )


async def _cancelled(story: Story, one: Placed) -> None:
    await until(f"{one.name} has its invoice in the store", story.documents_of(one), within=PATIENCE)
    await story.world.cancel(one.store, one.id)


async def _clicked_twice(story: Story, one: Placed) -> None:
    """Both clicks at once, by a merchant who clicks again when told to try later."""
    first, second = await asyncio.gather(_clicked(story, one), _clicked(story, one))
    if first != second:
        story.findings.append(f"“Create invoice” of {one.name} gave {first} once and {second} the other time.")


async def _clicked(story: Story, one: Placed) -> str:
    public_id = ""

    async def answered() -> bool:
        nonlocal public_id
        call = await story.world.press_create_invoice(one.store, one.id)
        if call["status"] == 200:
            public_id = str(call["answer"]["public_id"])
        elif call["status"] != 503:
            raise HubRefused(f"“Create invoice” of {one.name} was answered with {call['status']}: {call['message']}")
        return bool(public_id)

    await until(f"“Create invoice” of {one.name} is answered", answered, within=PATIENCE)
    return public_id


async def open_documents(story: Story) -> None:
    """Every document is opened at the address that its store shows, as a buyer does, and kept."""
    states = {store: await story.world.store_state(store) for store in STORES}
    total = sum(len(state["documents"]) for state in states.values())
    with story.narrator.act("Documents opened by their buyers", total) as act:
        await story.all_of(*(_open_all(story, act, store, state) for store, state in states.items()))


async def _open_all(story: Story, act: Act, store: str, state: Seen) -> None:
    """One after the other: a buyer's look must not use up what the invoicing system lets the hub ask."""
    for shown in state["documents"]:
        answer = await story.desks[store].hub.public(shown["url"])
        if answer.is_success:
            folder = "credit-notes" if shown["document_type"] == CREDIT_NOTE else "invoices"
            story.output.keep(f"{folder}/{store}-{shown['order_id']}-{shown['public_id']}.pdf", answer.content)
        else:
            story.findings.append(
                f"Document {shown['public_id']} of order {shown['order_id']} of {store} does not open: "
                f"{shown['url']} answered {answer.status_code}."
            )
        act.advance()
