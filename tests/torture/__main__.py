"""``python -m tests.torture``: kill everything, again and again, and see whether anything is lost or happens twice."""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from tests import databases
from tests.servers import Session, session_folder, start_postgresql
from tests.torture.audit import Finding, audit
from tests.torture.plan import SHORT, WHOLE, Database, Plan, make_plan
from tests.torture.report import report
from tests.torture.story import torture


def main() -> int:
    """Torture on the databases asked for; 1 if anything is wrong."""
    options = _options()
    seed = random.randrange(10**6) if options.seed is None else options.seed
    databases_asked = list(Database) if options.database == "both" else [Database(options.database)]
    print(f"Torture with --seed {seed}", flush=True)
    session = Session()
    try:
        found = [_on(make_plan(seed, one, options.size), keep=options.keep) for one in databases_asked]
    finally:
        session.end()
    wrong = sum(len(findings) for findings in found)
    print(f"\nSeed {seed}: {f'{wrong} findings' if wrong else 'all is well'}", flush=True)
    return 1 if wrong else 0


def _on(plan: Plan, *, keep: bool) -> list[Finding]:
    # Short, because a socket lives in it.
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{plan.database.value:<10} {time.monotonic() - begun:6.1f} s  {text}", flush=True)

    # So that SIGTERM unwinds as Ctrl-C does, and no process is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    outcome = asyncio.run(torture(plan, _database(plan.database, folder), folder, say))
    findings = audit(outcome.evidence)
    print(f"\n{report(plan, outcome, findings)}\n", flush=True)
    if findings or keep:
        print(f"Logs and data are in {folder}", flush=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return findings


def _database(database: Database, folder: Path) -> str:
    """The address of an empty, migrated, durable database."""
    if database is Database.SQLITE:
        return databases.fresh_sqlite(folder)
    server = start_postgresql(session_folder(), durable=True)
    databases.prepare_postgresql(server)
    return server.url(databases.create_postgresql(server))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--database", choices=[*Database, "both"], default="both")
    parser.add_argument("--seed", type=int, help="repeats the plan of an earlier torture")
    parser.add_argument("--orders", type=int, help=f"{WHOLE.orders} if left out")
    parser.add_argument("--seconds", type=float, help=f"length of the storm, {WHOLE.seconds:.0f} if left out")
    parser.add_argument("--short", action="store_true", help="the cut that runs with the everyday tests")
    parser.add_argument("--keep", action="store_true", help="keep logs and data even if all is well")
    options = parser.parse_args()
    size = SHORT if options.short else WHOLE
    options.size = msgspec.structs.replace(
        size, orders=options.orders or size.orders, seconds=options.seconds or size.seconds
    )
    return options


if __name__ == "__main__":
    sys.exit(main())
