"""What is declared is what is done: every port once, for real, and what it gives looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import msgspec

from despacho_core.quotes import Rate
from despacho_ports.carriers import (
    AccountReport,
    BoughtShipment,
    ClosedManifest,
    LabelDocument,
    LabelFormat,
    ListsServices,
    PickupPoint,
    ReprintsLabels,
    Service,
    TrackingReport,
)
from despacho_ports.conformance.bench import Bench, Checks
from despacho_ports.conformance.expecting import expect, expect_events, expect_type, outcome_of, skip
from despacho_ports.errors import Rejected
from despacho_ports.invoicing import IssuedDocument

_MAGIC = {LabelFormat.PDF: b"%PDF-", LabelFormat.ZPL: b"^XA", LabelFormat.JPEG: b"\xff\xd8\xff", LabelFormat.EPL: b"N"}


class BehaviourChecks(Checks):
    """Each port, asked as the hub asks it, in a world where nothing goes wrong."""

    def test_the_account_can_be_tested(self) -> None:
        """ChecksAccount: good credentials are found good, refused ones are not."""
        self._needs("ChecksAccount")

        async def story(bench: Bench) -> None:
            report = expect_type(await (await bench.prepared("ChecksAccount"))(), AccountReport, "check_account")
            expect(report.ok and report.message, "the account is found not to work, or nothing is said about it")

        self.run(story)

    def test_rates_are_quoted(self) -> None:
        """QuotesRates: at least one price, above nothing, in a declared currency, under codes that ListsServices has."""
        self._needs("QuotesRates")

        async def story(bench: Bench) -> None:
            rates = cast("Sequence[Rate]", await (await bench.prepared("QuotesRates"))())
            expect(rates, "the sample cart gets no rate")
            for rate in rates:
                expect_type(rate, Rate, "quote_rates")
                expect(rate.price.amount.is_finite() and rate.price.amount >= 0, f"{rate.price} is no price")
                known = self.provider.currencies
                expect(not known or rate.price.currency in known, f"a price in {rate.price.currency}, not declared")
            codes = [rate.service_code for rate in rates]
            expect(len(set(codes)) == len(codes), f"a service is quoted twice: {codes}")
            if self.declared("ListsServices"):
                listed = {one.code for one in cast("ListsServices", bench.account).list_services()}
                expect(listed.issuperset(codes), f"quoted but not listed: {set(codes) - listed}")

        self.run(story)

    def test_services_are_listed_without_a_call(self) -> None:
        """ListsServices: codes are unique, names readable, and nobody is asked."""
        self._needs("ListsServices")

        async def story(bench: Bench) -> None:
            services = cast("ListsServices", bench.account).list_services()
            expect(services, "no service is listed")
            named = all(expect_type(one, Service, "list_services").name and one.code for one in services)
            expect(named, "a service without code or name")
            expect(len({one.code for one in services}) == len(services), "a service code is listed twice")
            expect(bench.line.requests == 0, "listing services makes requests")

        self.run(story)

    def test_a_shipment_is_bought(self) -> None:
        """BuysShipments: one label a piece, each with a tracking number of its own, documents that are what they say; held once."""
        self._needs("BuysShipments")

        async def story(bench: Bench) -> None:
            request, bought = await bench.bought()
            pieces = list(range(1, len(request.parcels) + 1))
            expect([one.piece for one in bought.labels] == pieces, f"the labels are not those of the pieces {pieces}")
            numbers = {one.tracking_number for one in bought.labels}
            expect(all(numbers) and len(numbers) == len(pieces), f"tracking numbers are missing or doubled: {numbers}")
            for document in (document for one in bought.labels for document in one.documents):
                _expect_document(document)
            expect(
                bench.world.held(request) == 1, "World.held does not count what was bought (by our reference) as one"
            )

        self.run(story)

    def test_a_label_is_printed_again(self) -> None:
        """ReprintsLabels: the document in at least one format, ``Rejected`` in formats that there are not."""
        self._needs("ReprintsLabels")

        async def story(bench: Bench) -> None:
            label = (await bench.handles())[0]
            printed = 0
            for wanted in LabelFormat:
                asked = cast("ReprintsLabels", bench.account).reprint_label(label, wanted)
                outcome = await outcome_of(asked, f"reprint_label as {wanted}")
                if isinstance(outcome, Rejected):
                    continue
                document = expect_type(outcome, LabelDocument, f"reprint_label as {wanted}")
                expect(document.format is wanted, f"asked for {wanted}, got {document.format}")
                _expect_document(document)
                printed += 1
            expect(printed, "the label is printed in no format at all")

        self.run(story)

    def test_labels_are_voided_and_may_be_voided_again(self) -> None:
        """VoidsShipments: what is void already is no error."""
        self._needs("VoidsShipments")

        async def story(bench: Bench) -> None:
            void = await bench.prepared("VoidsShipments")
            for _ in range(2):
                expect(await void() is None, "void_shipment gives something")

        self.run(story)

    def test_labels_are_tracked(self) -> None:
        """TracksShipments: one report for each label that was asked about, events of that label alone at aware times."""
        self._needs("TracksShipments")

        async def story(bench: Bench) -> None:
            reports = cast("Sequence[TrackingReport]", await (await bench.prepared("TracksShipments"))())
            expect(reports, "no report for a label that was just bought")
            numbers = [expect_type(one, TrackingReport, "track_shipments").tracking_number for one in reports]
            expect(len(set(numbers)) == len(numbers), f"two reports about one label: {numbers}")
            for report in reports:
                expect_events(report.events, report.tracking_number)

        self.run(story)

    def test_pickup_points_are_listed(self) -> None:
        """ListsPickupPoints: each with a code of its own, a name and a place."""
        self._needs("ListsPickupPoints")

        async def story(bench: Bench) -> None:
            points = cast("Sequence[PickupPoint]", await (await bench.prepared("ListsPickupPoints"))())
            expect(points, "no point near the sample's address")
            codes = [expect_type(one, PickupPoint, "list_pickup_points").code for one in points]
            expect(all(codes) and len(set(codes)) == len(codes), "codes are missing or doubled")
            expect(all(one.name and one.address.place for one in points), "a point without name or place")

        self.run(story)

    def test_what_was_made_is_found_and_nothing_else(self) -> None:
        """FindsShipments, FindsDocuments: what was made before is found as it was given; None for a reference that nobody used."""
        making = [port for port in self.declared("BuysShipments", "IssuesDocuments") if self._can_find(port)]
        if not making:
            skip("declares nothing that finds")

        async def story(bench: Bench) -> None:
            for port in making:
                unknown = await bench.find(await bench.request_for(port))
                expect(unknown is None, f"{port}: something is found under a reference that nobody used")
                request = await bench.request_for(port)
                made = await bench.make(port, request)
                found = await bench.find(request)
                expect(
                    identity(found) == identity(made), f"{port}: {identity(found)} is found, {identity(made)} was made"
                )

        self.run(story)

    def test_documents_are_issued_once(self) -> None:
        """IssuesDocuments, CreditsDocuments: numbers that are safe in a path; the same reference again is the same document."""
        making = self.declared("IssuesDocuments", "CreditsDocuments")
        if not making:
            skip("declares nothing that issues")

        async def story(bench: Bench) -> None:
            for port in making:
                request = await bench.request_for(port)
                issued = expect_type(await bench.make(port, request), IssuedDocument, port)
                expect(issued.external_id and issued.folio, f"{port}: without an id or a folio")
                safe = msgspec.json.encode(issued.public_id).strip(b'"').decode()
                expect(
                    safe and not set(safe) & set("/\\?#% ") and safe not in {".", ".."},
                    f"{port}: the public id {issued.public_id!r} is not safe in a path",
                )
                expect(bench.world.held(request) == 1, f"{port}: World.held does not count the document as one")
                again = await bench.make(port, request)
                expect(identity(again) == identity(issued), f"{port}: the same reference gave two documents")
                expect(bench.world.held(request) == 1, f"{port}: the same reference was issued twice")

        self.run(story)

    def test_documents_are_fetched(self) -> None:
        """FetchesDocuments: a PDF."""
        self._needs("FetchesDocuments")

        async def story(bench: Bench) -> None:
            content = expect_type(await (await bench.prepared("FetchesDocuments"))(), bytes, "fetch_pdf")
            expect(content.startswith(b"%PDF-"), "what is fetched is no PDF")

        self.run(story)

    def test_closing_again_gives_the_same_close_out(self) -> None:
        """ClosesManifests: a repeated close names the same close-outs; whether their documents come again is the carrier's affair."""
        self._needs("ClosesManifests")

        async def story(bench: Bench) -> None:
            close = await bench.prepared("ClosesManifests")
            first = expect_type(await close(), ClosedManifest, "close_manifest")
            again = expect_type(await close(), ClosedManifest, "close_manifest, again")
            expect(first.references, "the close-out has no reference")
            expect(again.references == first.references, f"closed as {first.references}, then as {again.references}")
            expect(all(one.startswith(b"%PDF-") for one in first.documents + again.documents), "a document is no PDF")

        self.run(story)

    def _needs(self, port: str) -> None:
        if not self.declared(port):
            skip(f"does not declare {port}")

    def _can_find(self, port: str) -> bool:
        return bool(self.declared("FindsShipments" if port == "BuysShipments" else "FindsDocuments"))


def identity(made: object) -> object:
    """What tells one shipment or document from another: its tracking numbers by piece, or its ids."""
    if isinstance(made, BoughtShipment):
        return sorted((one.piece, one.tracking_number) for one in made.labels)
    if isinstance(made, IssuedDocument):
        return made.external_id, made.public_id
    return made


def _expect_document(document: LabelDocument) -> None:
    begins = document.content.lstrip() if document.format is LabelFormat.EPL else document.content
    expect(_MAGIC[document.format] in begins[:200], f"the label is no {document.format}: {document.content[:20]!r}")
