"""The ``despacho`` command. Groups are loaded when they are used, so that ``despacho --version`` answers at once."""

from __future__ import annotations

import importlib

import click

_COMMANDS = {
    "accounts": "accounts:accounts",
    "db": "processes:db",
    "demo": "processes:demo",
    "providers": "providers:providers",
    "sandbox": "processes:sandbox",
    "serve": "processes:serve",
    "stores": "stores:stores",
    "tokens": "tokens:tokens",
    "web": "processes:web",
    "worker": "processes:worker",
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(f"despacho.commands.{module}"), name)
        return found


@click.group(cls=_Lazy)
@click.version_option(package_name="despacho", prog_name="despacho")
def main() -> None:
    """A hub between Jumpseller stores, shipping carriers and invoicing systems."""
