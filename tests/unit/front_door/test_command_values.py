"""Values that may be secret: as text, from a file, or asked for; never shown and never repeated in an error."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from despacho.commands._values import Given, KeyValue, as_settings

SECRET = "c0ffee-is-a-secret"


@click.command()
@click.option("--set", "pairs", multiple=True, type=KeyValue())
@click.option("--token", type=Given())
def shows(pairs: tuple[tuple[str, str], ...], token: str | None) -> None:
    click.echo(repr((as_settings(pairs), token)))


def told(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(shows, arguments, input=given)


@given(
    key=st.text(st.characters(exclude_characters="=", exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc")), min_size=1),
    value=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_a_pair_is_parted_at_its_first_equals_sign(key: str, value: str) -> None:
    plain = f"@{value}" if value.startswith("@") else value
    if value != "-":
        assert KeyValue().convert(f"{key}={plain}", None, None) == (key.strip(), value)


def test_a_value_is_read_from_a_file_without_the_line_s_end(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SECRET}\n", "utf-8")
    assert told("--set", f"api_key=@{tmp_path}/key", "--token", f"@{tmp_path}/key").stdout == (
        f"({{'api_key': '{SECRET}'}}, '{SECRET}')\n"
    )


def test_a_value_is_asked_for_without_being_shown() -> None:
    result = told("--set", "api_key=-", "--token", "-", given=f"{SECRET}\nother\n")
    assert result.stdout == f"({{'api_key': '{SECRET}'}}, 'other')\n"
    assert result.stderr.splitlines() == ["api_key: ", "token: "]


def test_a_value_that_begins_with_an_at_sign_is_written_with_two() -> None:
    assert told("--set", "name=@@home").stdout == "({'name': '@home'}, None)\n"


@pytest.mark.parametrize("given", [SECRET, f"={SECRET}", f" ={SECRET}"])
def test_a_text_that_is_no_pair_is_wrong_usage_and_not_repeated(given: str) -> None:
    result = told("--set", given)
    assert result.exit_code == 2
    assert "must be KEY=VALUE" in result.stderr
    assert SECRET not in result.output


def test_a_key_given_twice_is_wrong_usage() -> None:
    result = told("--set", "a=1", "--set", "a=2")
    assert result.exit_code == 2
    assert "“a” is given twice" in result.stderr


def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\xff\xd8")
    assert "api_key cannot be read: No such file" in told("--set", f"api_key=@{tmp_path}/none").stderr
    assert "token holds no text" in told("--token", f"@{tmp_path}/picture").stderr
    assert told("--token", f"@{tmp_path}/picture").exit_code == 2
