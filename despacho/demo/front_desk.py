"""The hub's command line, as an operator uses it: every command with ``--json``, in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

import msgspec


class CommandFailed(RuntimeError):
    """A command ended with another code than 0; the message holds what it wrote."""


class FrontDesk:
    """Runs commands.

    Args:
        environment: The hub's settings.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    async def run(self, *arguments: str) -> Any:
        """Run ``despacho`` with these arguments and ``--json``, and return the document that it prints.

        Raises:
            CommandFailed: It did not end with 0.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "despacho", *arguments, "--json",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=self._environment,
        )  # fmt: skip
        try:
            output, errors = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode != 0:
            said = errors.decode(errors="replace").strip()
            raise CommandFailed(f"`despacho {' '.join(arguments[:3])} …` ended with {process.returncode}: {said}")
        return msgspec.json.decode(output)

    async def add_account(self, code: str, provider: str, settings: Mapping[str, object]) -> str:
        """Add an account and return its id."""
        values = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        return str((await self.run("accounts", "add", code, provider, *values))["id"])
