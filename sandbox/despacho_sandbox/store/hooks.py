"""Sends webhooks: with bounded concurrency, retried, paused, and on request held back, reordered or doubled.

Contract 2.3. Body, signature and `Jumpseller-Triggered-At` are fixed when the event happens and stay the same over all
attempts (7.11 leaves that open), so a late attempt tells of an old state. A hook is paused by failed attempts in a row; what
happens while it is paused is recorded and not sent (7.9).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterable
from datetime import timedelta
from random import Random
from typing import Any

import httpx

from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.store.delivery import Attempt, Delivery, DeliveryState
from despacho_sandbox.store.model import Hook, Store
from despacho_sandbox.store.outgoing import outgoing_client, send

RETRY_MINUTES = (1, 16, 81, 256)
"""Minutes of the sandbox clock from a failed attempt to the next: the N-th retry waits N to the fourth."""

TIMEOUT_SECONDS = 15.0
"""Real seconds that an attempt may take."""


class WebhookSender:
    """Sends the webhooks of all stores.

    Args:
        clock: Retries wait on it.
        random: Shuffles what was held back.
        concurrency: Attempts under way at once.
    """

    def __init__(self, clock: SandboxClock, random: Random, *, concurrency: int = 64) -> None:
        self.deliveries: list[Delivery] = []
        self._clock = clock
        self._random = random
        self._slots = asyncio.Semaphore(concurrency)
        self._running = False
        self._clients: list[httpx.AsyncClient] = []
        self._tasks: dict[asyncio.Task[None], Delivery | None] = {}
        self._rested = asyncio.Event()
        self._held_stores: set[str] = set()

    async def start(self) -> None:
        """Begins to send; events before this moment have waited for it."""
        self._running = True
        for delivery in self.deliveries:
            if delivery.state is DeliveryState.DUE:
                self._spawn(self._see_through(delivery), delivery)

    async def stop(self) -> None:
        """Gives up what is under way and closes the connections."""
        tasks = list(self._tasks)
        self.forget()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._running = False
        for client in self._clients:
            await client.aclose()
        self._clients.clear()

    def forget(self) -> None:
        """Drops all deliveries, as if nothing had ever been sent."""
        for task in self._tasks:
            task.cancel()
        self.deliveries.clear()
        self._held_stores.clear()

    def announce(self, store: Store, event: str, body: bytes, order_id: int | None = None) -> None:
        """Owes an event to every hook of the store that is registered for it."""
        now = self._clock.now()
        for hook in [hook for hook in store.hooks.values() if hook.event == event]:
            delivery = Delivery(
                id=len(self.deliveries) + 1, store=store, hook=hook, event=event, order_id=order_id, body=body,
                triggered_at=now, due=now,
            )  # fmt: skip
            self.deliveries.append(delivery)
            if store.code in self._held_stores:
                delivery.state = DeliveryState.HELD
            else:
                self._spawn(self._see_through(delivery), delivery)

    def hold(self, store: Store) -> None:
        """Keeps back whatever happens in this store from now on."""
        self._held_stores.add(store.code)

    def release(self, store: Store, order: str = "forward") -> list[Delivery]:
        """Sends what was held back, `forward`, `reverse` or `shuffled`, one first attempt after the other.

        Returns:
            The deliveries in the order in which they are first attempted.
        """
        self._held_stores.discard(store.code)
        held = [one for one in self.of_store(store) if one.state is DeliveryState.HELD]
        if order == "reverse":
            held.reverse()
        elif order == "shuffled":
            self._random.shuffle(held)
        for delivery in held:
            delivery.state = DeliveryState.DUE
        self._spawn(self._one_by_one(held))
        return held

    def duplicate(self, delivery: Delivery) -> None:
        """Sends a delivery once more, the very same bytes, whatever became of it."""
        self._spawn(self._send_again(delivery))

    def redeliver(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Sends at once what was not acknowledged and is not under way, with all retries ahead of it again."""
        done = (DeliveryState.ACKNOWLEDGED, DeliveryState.DUE)
        wanted = [delivery for delivery in deliveries if delivery.state not in done]
        for delivery in wanted:
            self._end_task_of(delivery)
            delivery.state, delivery.due, delivery.retries = DeliveryState.DUE, self._clock.now(), 0
            self._spawn(self._see_through(delivery), delivery)
        return wanted

    def unpause(self, hook: Hook) -> None:
        """Lets a paused hook send again; what was missed stays missed until `redeliver`."""
        hook.paused, hook.failures = False, 0

    def drop(self, hook: Hook) -> None:
        """Ends what is still owed to a hook that was deleted."""
        for delivery in self.deliveries:
            if delivery.hook is hook and delivery.state in (
                DeliveryState.DUE,
                DeliveryState.WAITING,
                DeliveryState.HELD,
            ):
                delivery.state = DeliveryState.GIVEN_UP
                self._end_task_of(delivery)

    def of_store(self, store: Store) -> list[Delivery]:
        """A store's deliveries, oldest first."""
        return [delivery for delivery in self.deliveries if delivery.store.code == store.code]

    async def idle(self) -> None:
        """Returns once nothing is under way and nothing is due; later retries are not waited for."""
        while any(delivery is None or delivery.due <= self._clock.now() for delivery in self._tasks.values()):
            self._rested.clear()
            await self._rested.wait()

    def _spawn(self, work: Coroutine[Any, Any, None], delivery: Delivery | None = None) -> None:
        if not self._running:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = delivery
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        self._rested.set()

    def _end_task_of(self, delivery: Delivery) -> None:
        for task in [task for task, its in self._tasks.items() if its is delivery]:
            task.cancel()
            del self._tasks[task]

    async def _see_through(self, delivery: Delivery) -> None:
        await self._clock.sleep_until(delivery.due)
        while await self._once(delivery):
            self._rested.set()
            await self._clock.sleep_until(delivery.due)

    async def _one_by_one(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            if await self._once(delivery):
                self._spawn(self._see_through(delivery), delivery)

    async def _send_again(self, delivery: Delivery) -> None:
        async with self._slots:
            attempt = await self._attempt(delivery, extra=True)
        if attempt.acknowledged:
            delivery.state = DeliveryState.ACKNOWLEDGED

    async def _once(self, delivery: Delivery) -> bool:
        """Makes the next attempt; True if another one is planned."""
        async with self._slots:
            if delivery.state is DeliveryState.ACKNOWLEDGED:
                return False
            if delivery.hook.paused:
                delivery.state = DeliveryState.PAUSED
                return False
            delivery.state = DeliveryState.DUE
            attempt = await self._attempt(delivery)
        if attempt.acknowledged:
            delivery.state, delivery.hook.failures = DeliveryState.ACKNOWLEDGED, 0
            return False
        self._note_failure(delivery)
        return self._plan_retry(delivery)

    def _plan_retry(self, delivery: Delivery) -> bool:
        if delivery.retries >= len(RETRY_MINUTES):
            delivery.state = DeliveryState.GIVEN_UP
            return False
        delivery.due = self._clock.now() + timedelta(minutes=RETRY_MINUTES[delivery.retries])
        delivery.retries += 1
        delivery.state = DeliveryState.WAITING
        return True

    def _note_failure(self, delivery: Delivery) -> None:
        hook, allowed = delivery.hook, delivery.store.quirks.pauses_hooks_after
        hook.failures += 1
        if allowed is not None and hook.failures >= allowed:
            hook.paused = True

    async def _attempt(self, delivery: Delivery, *, extra: bool = False) -> Attempt:
        started, at = time.monotonic(), self._clock.now()
        status, error = await self._post(delivery)
        attempt = Attempt(at, round((time.monotonic() - started) * 1000), status, error, extra)
        delivery.attempts.append(attempt)
        return attempt

    async def _post(self, delivery: Delivery) -> tuple[int | None, str | None]:
        # One client for each slot: a single pool of many connections searches them all for every request.
        client = self._clients.pop() if self._clients else outgoing_client()
        try:
            answer, error = await send(
                client,
                "POST",
                delivery.hook.url,
                seconds=TIMEOUT_SECONDS,
                body=delivery.body,
                headers=delivery.headers(),
            )
        finally:
            self._clients.append(client)
        return answer.status_code if answer is not None else None, error
