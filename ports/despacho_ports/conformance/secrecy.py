"""Secrets stay where they belong: in requests, and nowhere that a person or a log would see them."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from despacho_ports.conformance.bench import Bench, Checks
from despacho_ports.conformance.expecting import expect
from despacho_ports.conformance.line import BROKEN, LIMITED, LOST, NEVER_SENT, REFUSED
from despacho_ports.errors import ProviderError
from despacho_ports.settings import fields_of, read_settings

_SEEN = (REFUSED, LIMITED, NEVER_SENT, *LOST, BROKEN[0], BROKEN[4])
_SILENCED = ("httpx", "httpcore", "asyncio")
"""Loggers of libraries that the hub keeps quiet itself, because they log whole addresses."""


class SecrecyChecks(Checks):
    """Every secret of the settings, looked for in everything that comes out."""

    def test_secrets_stay_out_of_representations(self) -> None:
        """Neither the settings nor the open account show one in ``repr`` or ``str``."""

        async def story(bench: Bench) -> None:
            settings = read_settings(self.provider.settings, bench.world.settings)
            for shown in (settings, bench.account, self.provider):
                self._expect_none(bench, f"{shown!r} {shown}", f"the representation of {type(shown).__name__}")

        self.run(story)

    def test_secrets_stay_out_of_logs(self) -> None:
        """Nothing logged at any level, in good times and bad, holds one."""

        async def story(bench: Bench) -> None:
            with _everything_logged() as lines:
                await self._all_ports(bench, lambda _: None)
            for line in lines:
                self._expect_none(bench, line, "a line in the log")

        self.run(story)

    def test_secrets_stay_out_of_errors(self) -> None:
        """No error's text, attributes, notes or causes hold one."""

        async def story(bench: Bench) -> None:
            texts: list[str] = []
            await self._all_ports(bench, lambda error: texts.extend(_told_by(error)))
            for text in texts:
                self._expect_none(bench, text, "an error")

        self.run(story)

    async def _all_ports(self, bench: Bench, hear: Callable[[ProviderError], None]) -> None:
        for port in self.declared():
            ask = await bench.prepared(port)
            for trouble in (None, *_SEEN):
                bench.line.calm()
                if trouble is not None:
                    bench.line.order(trouble)
                try:
                    await ask()
                except ProviderError as error:
                    hear(error)
            bench.line.calm()

    def _expect_none(self, bench: Bench, text: str, where: str) -> None:
        for field in fields_of(self.provider.settings):
            value = str(bench.world.settings.get(field.name, ""))
            # What is shorter would be found by chance.
            if field.secret and len(value) >= 6:
                expect(value not in text and quote(value) not in text, f"the secret {field.name} stands in {where}")


@contextmanager
def _everything_logged() -> Iterator[list[str]]:
    root, lines = logging.getLogger(), _Lines()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    try:
        yield lines.heard
    finally:
        root.setLevel(level)
        root.removeHandler(lines)


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in _SILENCED:
            error = record.exc_info[1] if record.exc_info else None
            self.heard.append(f"{record.getMessage()} {vars(record)!r} {_told_by(error) if error else ''}")


def _told_by(error: BaseException) -> list[str]:
    told = ["".join(traceback.format_exception(error)), repr(vars(error))]
    cause: BaseException | None = error
    while cause is not None:
        told.append(f"{cause} {cause!r} {cause.args!r}")
        cause = cause.__cause__ or cause.__context__
    return told
