"""docs/commands.md tells every command, argument and option that there is, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from despacho.command_line import main

DOCUMENTATION = (Path(__file__).parents[3] / "docs" / "commands.md").read_text("utf-8")
DESIGNED = {
    "serve", "web", "worker", "demo", "sandbox", "providers", "doctor", "db upgrade",
    "stores add", "stores list", "stores remove", "accounts add", "accounts list", "accounts test", "accounts remove",
    "tokens create", "tokens list", "tokens revoke", "inbox list", "inbox replay",
    "outbox list", "outbox retry", "outbox resolve",
}  # fmt: skip
"""The commands that others rely on: once public, they stay."""


def walk(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with its path."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from walk(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = {" ".join(path): command for path, command in walk(main)}
SECTIONS = dict(re.findall(r"^### `despacho ([^`]+)`\n(.*?)(?=^##|\Z)", DOCUMENTATION, re.MULTILINE | re.DOTALL))


def usage(path: str, command: click.Command) -> str:
    context = click.Context(command)
    arguments = [each.make_metavar(context) for each in command.params if isinstance(each, click.Argument)]
    return " ".join([path, *arguments])


def options(command: click.Command) -> set[str]:
    """The long names of a command's own options; --help and --json are told once for all."""
    visible = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    names = {name for each in visible for name in (*each.opts, *each.secondary_opts) if name.startswith("--")}
    return names - {"--json"}


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert sorted(SECTIONS) == sorted(usage(path, command) for path, command in COMMANDS.items())


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_is_told(path: str) -> None:
    section = SECTIONS[usage(path, COMMANDS[path])]
    rows = "\n".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(--[a-z-]+)", rows)) == options(COMMANDS[path])


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_prints_json_where_it_is_asked_to_and_explains_itself(path: str) -> None:
    assert any(each.name == "as_json" for each in COMMANDS[path].params)
    shown = CliRunner().invoke(main, [*path.split(), "--help"])
    assert shown.exit_code == 0
    assert all(each.help for each in COMMANDS[path].params if isinstance(each, click.Option))


def test_the_commands_that_others_rely_on_are_there() -> None:
    assert set(COMMANDS) >= DESIGNED
