"""Mappings survive what people type and what servers send: an answer or one of the five errors, whatever Hypothesis makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TYPE_CHECKING, Any, cast

import msgspec

from despacho_ports.carriers import ListsPickupPoints, QuotesRates
from despacho_ports.conformance.bench import Bench, Checks
from despacho_ports.conformance.expecting import outcome_of, skip
from despacho_ports.conformance.line import changing
from despacho_ports.conformance.odd import ADDRESS_FIELDS, BUYER_FIELDS, HOSTILE, mangled, odd_address, odd_document
from despacho_ports.invoicing import IssueRequest

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Texts = dict[str, str]
_SEEDS = 8
"""Odd values that every port's answers are tried with before Hypothesis draws more."""


class MappingChecks(Checks):
    """Properties. Hypothesis, a dependency of whoever runs the checks, is loaded here and not before."""

    def test_odd_names_and_addresses_are_survived(self) -> None:
        """Names, streets, places, phones and contents of any kind, in quotes, purchases, documents and searches for points."""
        asked = {
            "QuotesRates": self._quoted,
            "BuysShipments": self._bought,
            "ListsPickupPoints": self._points,
            "IssuesDocuments": self._issued,
        }
        ports = self.declared(*asked)
        if not ports:
            skip("declares nothing that takes names")

        async def story(bench: Bench, texts: Texts) -> None:
            for port in ports:
                await outcome_of(asked[port](bench, texts), f"{port} with {texts}")

        texts = _texts(*ADDRESS_FIELDS, "business_activity", "contents")
        self._hold(texts, story, [dict.fromkeys(ADDRESS_FIELDS, text) | {"contents": text} for text in HOSTILE])

    def test_odd_values_in_answers_are_survived(self) -> None:
        """The world's own answers with a value changed, doubled, of another type or cut off."""
        from hypothesis import strategies as st  # noqa: PLC0415 - see the class

        ports = self.declared()
        if not ports:
            skip("declares nothing that asks")

        async def story(bench: Bench, drawn: tuple[str, int]) -> None:
            port, seed = drawn
            ask = await bench.prepared(port)
            random = Random(seed)  # noqa: S311 - Hypothesis has drawn the seed
            bench.line.order(changing("an odd value", lambda body: mangled(body, random)))
            await outcome_of(ask(), f"{port} with an odd value in its answer (seed {seed})")
            bench.line.calm()

        known = [(port, seed) for port in ports for seed in range(_SEEDS)]
        self._hold(st.tuples(st.sampled_from(ports), st.integers(0, 2**32)), story, known)

    async def _quoted(self, bench: Bench, texts: Texts) -> object:
        sample = bench.samples.rates
        if sample is None:
            raise AssertionError("the provider declares a port that needs Samples(rates=…)")
        cart = msgspec.structs.replace(sample, destination=odd_address(sample.destination, _of(texts, ADDRESS_FIELDS)))
        return await cast("QuotesRates", bench.account).quote_rates(cart)

    async def _bought(self, bench: Bench, texts: Texts) -> object:
        request = bench.shipment()
        parcels = tuple(msgspec.structs.replace(one, contents=texts.get("contents", "")) for one in request.parcels)
        destination = odd_address(request.destination, _of(texts, ADDRESS_FIELDS))
        return await bench.make(
            "BuysShipments", msgspec.structs.replace(request, destination=destination, parcels=parcels)
        )

    async def _points(self, bench: Bench, texts: Texts) -> object:
        near = bench.samples.pickup_near
        if near is None:
            raise AssertionError("the provider declares a port that needs Samples(pickup_near=…)")
        return await cast("ListsPickupPoints", bench.account).list_pickup_points(
            odd_address(near, _of(texts, ADDRESS_FIELDS))
        )

    async def _issued(self, bench: Bench, texts: Texts) -> object:
        sold = bench.sale()
        document = odd_document(sold.document, _of(texts, BUYER_FIELDS), texts.get("contents", "x"))
        return await bench.make("IssuesDocuments", IssueRequest(reference=sold.reference, document=document))

    def _hold(
        self,
        drawn: SearchStrategy[Any],
        story: Callable[[Bench, Any], Awaitable[None]],
        known: list[Any],
    ) -> None:
        """The story for every known example and as many drawn ones, each in a world of its own, on one event loop."""
        from hypothesis import given, settings  # noqa: PLC0415 - see the class

        async def told(example: Any) -> None:
            async with self.bench() as bench:
                await story(bench, example)

        with asyncio.Runner() as runner:
            for example in known:
                runner.run(told(example))

            @settings(max_examples=self.examples, deadline=None, database=None)
            @given(drawn)
            def holds(example: Any) -> None:
                runner.run(told(example))

            holds()


def _texts(*names: str) -> SearchStrategy[Texts]:
    from hypothesis import strategies as st  # noqa: PLC0415 - see the class

    # Lone surrogates cannot come out of any UTF-8 that the hub reads.
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(HOSTILE)
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, text))


def _of(texts: Texts, names: tuple[str, ...]) -> Texts:
    return {name: text for name, text in texts.items() if name in names}
