"""What a carrier pushes: genuine ones are read from the little that is kept, forged ones are refused, nothing secret is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from despacho_core.tracking import TrackingEvent
from despacho_ports.carriers import ReceivesTracking
from despacho_ports.conformance.bench import Bench, Checks
from despacho_ports.conformance.expecting import described, expect, expect_events, expect_type, outcome_of, skip
from despacho_ports.errors import Rejected, Unauthorized
from despacho_ports.settings import fields_of

_ODD_BODIES = (b"", b"null", b"[]", b"{", b"\xff", b"<a>", b"[" * 50_000)
_CREDENTIALS = {"authorization", "proxy-authorization", "cookie"}


class PushChecks(Checks):
    """ReceivesTracking, as the hub uses it: checked at the door, then decoded from what was kept."""

    def test_forged_pushes_are_refused(self) -> None:
        """``check_push`` lets the sample through, and is ``Unauthorized`` for it without, or with changed, authentication."""
        headers, body = self._push()

        async def story(bench: Bench) -> None:
            async def checked(with_headers: Mapping[str, str], content: bytes) -> object:
                check: Callable[[Mapping[str, str], bytes], object] = _reader(bench).check_push
                return check(with_headers, content)

            expect(await checked(headers, body) is None, "check_push gives something")
            changed = {name: f"x{value}" for name, value in headers.items()}
            for forged, what in (({}, "without headers"), (changed, "with other headers")):
                for content in (body, *_ODD_BODIES):
                    outcome = await outcome_of(checked(forged, content), f"a push {what}")
                    expect(isinstance(outcome, Unauthorized), f"a push {what}: {described(outcome)}")
            for content in (body[: len(body) // 2], *_ODD_BODIES):
                outcome = await outcome_of(checked(headers, content), f"a push of {content[:20]!r}")
                expect(outcome is None or isinstance(outcome, Unauthorized), f"an odd body: {described(outcome)}")

        self.run(story)

    def test_pushes_are_read_from_what_is_kept(self) -> None:
        """``decode_tracking`` needs no header but those of ``push_headers``; what cannot be read is ``Rejected``."""
        headers, body = self._push()

        async def story(bench: Bench) -> None:
            async def pushed(content: bytes) -> object:
                return _reader(bench).decode_tracking(_kept(bench, headers), content)

            read = await outcome_of(pushed(body), "the sample push")
            expect(isinstance(read, Sequence) and read, f"the sample push: {described(read)}, no events")
            expect_events(cast("Sequence[TrackingEvent]", read))
            for odd in (*_ODD_BODIES, body[: len(body) // 2]):
                outcome = await outcome_of(pushed(odd), f"a push of {odd[:20]!r}")
                expect(isinstance(outcome, Rejected | Sequence), f"a push of {odd[:20]!r}: {described(outcome)}")

        self.run(story)

    def test_nothing_secret_of_a_push_is_kept(self) -> None:
        """``push_headers`` names no credential, and no kept header of the sample holds a secret of the settings."""
        headers, _ = self._push()

        async def story(bench: Bench) -> None:
            named = expect_type(_reader(bench).push_headers, tuple, "push_headers")
            expect(all(name == name.lower() for name in named), f"push_headers are lower-case: {named}")
            expect(not _CREDENTIALS & set(named), f"push_headers names a credential: {_CREDENTIALS & set(named)}")
            for field in fields_of(bench.provider.settings):
                secret = str(bench.world.settings.get(field.name, ""))
                for name, value in _kept(bench, headers).items():
                    told = field.secret and secret and secret in value
                    expect(not told, f"the header {name}, which is kept, holds the secret {field.name}")

        self.run(story)

    def _push(self) -> tuple[Mapping[str, str], bytes]:
        if not self.declared("ReceivesTracking"):
            skip("does not declare ReceivesTracking")
        if self.samples.push is None:
            raise AssertionError("the provider declares a port that needs Samples(push=…)")
        return self.samples.push


def _reader(bench: Bench) -> ReceivesTracking:
    return cast("ReceivesTracking", bench.account)


def _kept(bench: Bench, headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name in _reader(bench).push_headers}
