"""Anybody may do anything to manifests in any order: no label is ever on two, and what is signed stays as it was."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from despacho_core.errors import DomainError
from despacho_core.manifests import ManifestState, Party
from despacho_core.shipments import Label, LabelState
from despacho_services.manifesting import ManifestContents
from tests.databases import fresh_sqlite
from tests.examples import examples
from tests.handover import Closing, HandOver, drawn, open_handover, pages

T = TypeVar("T")
S = ManifestState
SCAN = pages(1)
DRAWING = drawn()


class Desk(RuleBasedStateMachine):
    """A hub with a real database; what is believed of it is written down beside it."""

    labels = Bundle("labels")
    manifests = Bundle("manifests")

    def __init__(self) -> None:
        super().__init__()
        Closing.refusal, Closing.documents = None, ()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        self.opening = open_handover(fresh_sqlite(folder), folder)
        self.desk: HandOver = self.runner.run(self.opening.__aenter__())
        self.void: set[str] = set()
        self.on: dict[str, str | None] = {}
        self.states: dict[str, ManifestState] = {}
        self.sealed: dict[str, tuple[ManifestContents, bytes]] = {}

    def teardown(self) -> None:
        self.runner.run(self.opening.__aexit__(None, None, None))
        self.runner.close()
        self.folder.cleanup()

    def does(self, attempt: Awaitable[T]) -> T | None:
        """What came of it; None where it was refused."""

        async def tried() -> T | None:
            try:
                return await attempt
            except DomainError:
                return None

        return self.runner.run(tried())

    @property
    def store(self) -> str:
        return self.desk.store.id

    @initialize(target=labels, count=st.integers(2, 5))
    def some_labels_are_there(self, count: int) -> object:
        return self.labels_are_bought(count)

    @rule(target=labels, count=st.integers(1, 3))
    def labels_are_bought(self, count: int) -> object:
        bought = self.runner.run(self.desk.labels(count, self.desk.closing))
        self.on |= {label.id: None for label in bought}
        return multiple(*bought)

    @rule(label=labels)
    def one_is_voided(self, label: Label) -> None:
        voided = self.does(self.desk.services.shipping.void(self.store, label.shipment_id, wait=5))
        assert (voided is not None) == (self.on[label.id] is None and label.id not in self.void)
        if voided is not None:
            self.void.add(label.id)

    @rule(target=manifests)
    def one_is_opened_over_all_that_are_free(self) -> object:
        free = {label for label, on in self.on.items() if on is None and label not in self.void}
        opened = self.does(self.desk.services.manifesting.open(self.store, self.desk.closing.id))
        assert {label.id for label in opened.labels} == free if opened else not free
        return self._opened(opened)

    @rule(target=manifests, some=st.lists(labels, min_size=1, max_size=4), skip=st.booleans())
    def one_is_opened_over_some(self, some: list[Label], skip: bool) -> object:
        ids = [label.id for label in some]
        opened = self.does(self.desk.services.manifesting.open(self.store, self.desk.closing.id, ids, skip=skip))
        fit = {one for one in ids if self.on[one] is None and one not in self.void}
        assert (opened is not None) == (bool(fit) if skip else fit == set(ids))
        if opened is not None:
            left_out = {one.label_id for one in opened.manifest.left_out}
            assert left_out == set(ids) - fit, "what was asked for is on it or reported"
        return self._opened(opened)

    def _opened(self, opened: ManifestContents | None) -> object:
        if opened is None:
            return multiple()
        self.states[opened.manifest.id] = S.OPEN
        self.on |= {label.id: opened.manifest.id for label in opened.labels}
        return opened.manifest.id

    @rule(manifest=manifests, some=st.lists(labels, min_size=1, max_size=3), skip=st.booleans())
    def labels_are_added(self, manifest: str, some: list[Label], skip: bool) -> None:
        ids = [label.id for label in some]
        added = self.does(self.desk.services.manifesting.add(self.store, manifest, ids, skip=skip))
        fit = {one for one in ids if self.on[one] in {None, manifest} and one not in self.void}
        assert (added is not None) == (self.states[manifest] is S.OPEN and (bool(fit) if skip else fit == set(ids)))
        if added is not None:
            self.on |= dict.fromkeys(fit, manifest)

    @rule(manifest=manifests, label=labels)
    def one_is_taken_off(self, manifest: str, label: Label) -> None:
        taken = self.does(self.desk.services.manifesting.take_off(self.store, manifest, label.id))
        assert (taken is not None) == (self.states[manifest] is S.OPEN and self.on[label.id] == manifest)
        if taken is not None:
            self.on[label.id] = None

    @rule(manifest=manifests)
    def one_is_discarded(self, manifest: str) -> None:
        discarded = self.does(self.desk.services.manifesting.discard(self.store, manifest))
        assert (discarded is not None) == (self.states[manifest] is S.OPEN)
        if discarded is not None:
            self.states[manifest] = S.DISCARDED
            self.on |= {label: None for label, on in self.on.items() if on == manifest}

    @rule(manifest=manifests, refuses=st.booleans())
    def one_is_closed(self, manifest: str, refuses: bool) -> None:
        Closing.refusal = "no" if refuses else None
        was_open = self.states[manifest] is S.OPEN and manifest in self.on.values()
        closed = self.does(self.desk.services.manifesting.close(self.store, manifest, wait=10))
        assert (closed is not None) == was_open
        if closed is not None:
            state = closed[0].manifest.state
            assert state is (S.OPEN if refuses else S.CLOSED)
            self.states[manifest] = state

    @rule(manifest=manifests, party=st.sampled_from(Party), draws=st.booleans())
    def somebody_signs(self, manifest: str, party: Party, draws: bool) -> None:
        drawing = DRAWING if draws else None
        signing = self.desk.services.signing
        before = self._contents(manifest).manifest
        signed = self.does(signing.sign(self.store, manifest, party=party, name="Ana", role="", drawing=drawing))
        assert (signed is not None) == (before.state is S.CLOSED and party in before.unsigned)
        self._signed(manifest)

    @rule(manifest=manifests)
    def the_paper_is_scanned(self, manifest: str) -> None:
        signing = self.desk.services.signing
        signed = self.does(signing.sign_on_paper(self.store, manifest, scan=SCAN, signatories={}))
        assert (signed is not None) == (self.states[manifest] is S.CLOSED)
        self._signed(manifest)

    @rule(manifest=manifests, label=labels, on_paper=st.booleans())
    def one_is_handed_over_and_somebody_has_second_thoughts(self, manifest: str, label: Label, on_paper: bool) -> None:
        self.one_is_closed(manifest, refuses=False)
        if on_paper:
            self.the_paper_is_scanned(manifest)
        else:
            for party in Party:
                self.somebody_signs(manifest, party, draws=True)
        self.one_is_taken_off(manifest, label)
        self.one_is_voided(label)
        self.labels_are_added(manifest, [label], skip=True)

    def _signed(self, manifest: str) -> None:
        contents = self._contents(manifest)
        if contents.manifest.state is S.SIGNED and manifest not in self.sealed:
            document = self.runner.run(self.desk.services.manifesting.document(self.store, manifest))
            self.sealed[manifest] = (contents, document)
        self.states[manifest] = contents.manifest.state

    def _contents(self, manifest: str) -> ManifestContents:
        return self.runner.run(self.desk.services.manifesting.get(self.store, manifest))

    @invariant()
    def every_label_is_where_it_is_believed_to_be(self) -> None:
        for name, on in self.on.items():
            label = self.runner.run(self.desk.label(name))
            assert label.manifest_id == on
            assert (label.state is LabelState.VOIDED) == (name in self.void)
            assert on is None or name not in self.void

    @invariant()
    def what_is_signed_stays_as_it_was(self) -> None:
        for manifest, (contents, document) in self.sealed.items():
            assert self._contents(manifest) == contents
            assert self.runner.run(self.desk.services.manifesting.document(self.store, manifest)) == document


TestDesk = Desk.TestCase
TestDesk.settings = examples(20, stateful_step_count=25)
