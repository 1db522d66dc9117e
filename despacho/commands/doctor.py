"""Whether everything is as a hub needs it."""

from __future__ import annotations

import sys

import click

from despacho.commands._console import json_option, show, table


@click.command()
@click.option("--offline", is_flag=True, help="Ask nobody outside this machine.")
@json_option
def doctor(offline: bool, as_json: bool) -> None:
    """Look at everything a hub needs, and say what to do about what is wrong; exit code 1 if anything is."""
    from despacho.diagnosis import Verdict, examine  # noqa: PLC0415 - looks at everything; only for this command

    findings = examine(offline=offline)
    errors = sum(one.verdict is Verdict.ERROR for one in findings)
    rows = [(one.verdict, one.check, one.found, one.remedy) for one in findings]
    people = table(["", "what", "found", "what to do"], rows, empty="")
    summary = f"{errors} of {len(findings)} are wrong." if errors else "Nothing is wrong."
    show({"ok": not errors, "findings": findings}, as_json=as_json, people=f"{people}\n\n{summary}")
    sys.exit(1 if errors else 0)
