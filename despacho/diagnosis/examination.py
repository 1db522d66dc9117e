"""The whole examination, from the ground up: what stands on something broken is not looked at."""

from __future__ import annotations

import asyncio

from despacho.diagnosis import database, hub, machine
from despacho.diagnosis.findings import Finding, Verdict, error, ok, warning
from despacho.settings import ConfigurationInvalid, Settings, misspelt


def examine(*, offline: bool = False) -> list[Finding]:
    """Look at everything; changes nothing but an account's state, which a successful test mends.

    Args:
        offline: Ask nobody outside: no store, no carrier, no invoicing system, not the public address.
    """
    try:
        settings = Settings.from_environment()
    except ConfigurationInvalid as invalid:
        return [
            error("settings", problem, "Correct the variable; docs/settings.md explains it.")
            for problem in invalid.problems
        ]
    findings = [ok("settings", f"data in {settings.data_dir}")]
    findings += [warning("settings", sentence, "Correct its name, or remove it.") for sentence in misspelt()]
    foundation = [
        machine.data_folder(settings),
        machine.secret_key(settings),
        *asyncio.run(database.findings(settings)),
    ]
    findings += foundation
    findings += asyncio.run(machine.surroundings(settings, offline=offline))
    findings += hub.providers()
    if all(one.verdict in {Verdict.OK, Verdict.WARNING} for one in foundation):
        findings += asyncio.run(hub.findings(settings, offline=offline))
    return findings
