"""The ``despacho`` command. A command's module is imported when it is used, so that ``despacho --version`` answers at once."""

from __future__ import annotations

import importlib

import click

_COMMANDS = {
    "accounts": "accounts",
    "db": "db",
    "demo": "demo",
    "doctor": "doctor",
    "inbox": "inbox",
    "invoices": "invoices",
    "labels": "labels",
    "manifests": "manifests",
    "outbox": "outbox",
    "places": "places",
    "plans": "plans",
    "providers": "providers",
    "sandbox": "sandbox",
    "serve": "processes",
    "stores": "stores",
    "tokens": "tokens",
    "tracking": "tracking",
    "web": "processes",
    "worker": "processes",
}
"""Module within :mod:`despacho.commands` by command; the function in it is named like the command."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Names of all commands, sorted."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command, or None where there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"despacho.commands.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="despacho", prog_name="despacho")
def main() -> None:
    """A hub between Jumpseller stores, shipping carriers and invoicing systems."""
