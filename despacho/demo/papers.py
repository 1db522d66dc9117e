"""Invoices come by themselves, one through the store's button, and a cancelled order gets its credit note."""

from __future__ import annotations

import asyncio

from despacho.demo.cast import CREDIT_NOTE, Placed, Twist, documents_wanted, with_twist
from despacho.demo.evidence import Evidence
from despacho.demo.hub import HubRefused
from despacho.demo.story import PATIENCE, Story
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


async def fetch_documents(story: Story, evidence: Evidence) -> None:
    """Open every document at the address that the store shows, as a buyer does, and keep it."""
    shown = [(order, document) for order in evidence.orders for document in order.documents]
    with story.narrator.act("Documents opened as buyers do", len(shown)) as act:
        for order, document in shown:
            answer = await story.desks[order.store].hub.public(document.url)
            if answer.is_success:
                kind = "credit-notes" if document.document_type == CREDIT_NOTE else "invoices"
                story.output.keep(f"{kind}/{order.store}-{order.id}-{document.public_id}.pdf", answer.content)
            else:
                story.findings.append(
                    f"Document {document.public_id} of order {order.id} of {order.store} does not open: "
                    f"{document.url} answered {answer.status_code}."
                )
            act.advance()
