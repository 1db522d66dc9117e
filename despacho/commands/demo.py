"""The whole story, played against the sandbox."""

from __future__ import annotations

import contextlib
import importlib
import sys
from pathlib import Path

import click
import msgspec

from despacho.commands._console import Failure, json_option, print_json

SUMMARY = Path("demo-output") / "summary.json"


@click.command()
@click.option("--keep-running", is_flag=True, help="Leave hub and sandbox up at the end, and print their addresses.")
@json_option
def demo(keep_running: bool, as_json: bool) -> None:
    """Play the whole story for 30 orders of two stores against the sandbox, and check what came of it."""
    try:
        story = importlib.import_module("despacho.demo")
        run_demo = story.run_demo
    except (ModuleNotFoundError, AttributeError) as error:
        raise Failure("The demo is not part of this installation.", code="demo-missing") from error
    if not as_json:
        sys.exit(run_demo(keep_running=keep_running))
    with contextlib.redirect_stdout(sys.stderr):
        code: int = run_demo(keep_running=keep_running)
    _print_summary()
    sys.exit(code)


def _print_summary() -> None:
    try:
        print_json(msgspec.json.decode(SUMMARY.read_bytes()))
    except (FileNotFoundError, msgspec.DecodeError) as error:
        raise Failure(f"The demo left no {SUMMARY}.", code="demo-failed") from error
