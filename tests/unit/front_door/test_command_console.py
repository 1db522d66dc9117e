"""What commands print: tables that nothing can disarrange, one JSON document whatever happens, and errors that say what to do."""

import json
import unicodedata
from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from despacho.commands._console import Failure, cell_text, failures_told, json_option, table
from despacho.settings import ConfigurationInvalid
from despacho_core.errors import NotFound
from despacho_core.ledgers import EffectState
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
@example([("\x1b[2J\r\n", "a\u2028b\u202e")])
def test_whatever_a_carrier_says_each_row_stays_one_line(rows: list[tuple[str, str]]) -> None:
    lines = table(["one", "two"], rows, empty="").split("\n")
    assert len(lines) == 1 + len(rows)
    moving = {
        "Cc",
        "Cf",
        "Zl",
        "Zp",
    }  # controls, among them those that turn the direction of writing, and ends of lines
    assert not any(unicodedata.category(letter) in moving for line in lines for letter in line)


@given(st.lists(st.tuples(st.text("abcñé ", max_size=9), st.text("xyz", min_size=1)), min_size=1))
def test_columns_stand_below_each_other(rows: list[tuple[str, str]]) -> None:
    lines = table(["one", "two"], rows, empty="").splitlines()
    column = lines[0].index("TWO")
    assert [line[column:] for line in lines[1:]] == [second for _, second in rows]


def test_a_table_without_rows_says_what_to_do() -> None:
    assert table(["store"], [], empty="Add one.") == "Add one."


def test_values_are_shown_as_people_read_them() -> None:
    at = datetime(2026, 3, 1, 12, 30, 5, 999, tzinfo=UTC)
    cells = (None, True, False, at, EffectState.DEAD, ("a", "b"), 7)
    assert [cell_text(cell) for cell in cells] == ["", "yes", "no", "2026-03-01 12:30:05Z", "dead", "a, b", "7"]


@click.command()
@json_option
def fails(as_json: bool) -> None:
    raise Failure("There is none.", code="not-found")


def test_a_failure_is_told_on_stderr_with_code_1() -> None:
    result = CliRunner().invoke(fails)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "Error: There is none.\n")


def test_a_program_gets_one_document_for_a_failure_too() -> None:
    result = CliRunner().invoke(fails, ["--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"error": {"code": "not-found", "message": "There is none."}}


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (Rejected("no such thing"), "refused", "refused: no such thing."),
        (Unauthorized("bad key."), "unauthorized", "refused: bad key. Check them"),
        (RateLimited("slow down", retry_after=3), "rate-limited", "Try again"),
        (Unavailable("no route"), "unavailable", "try again later"),
        (Uncertain("timed out"), "uncertain", "again is safe"),
    ],
)
def test_each_of_the_five_errors_says_what_to_do(error: ProviderError, code: str, says: str) -> None:
    with pytest.raises(Failure, match=says) as failed, failures_told():
        raise error
    assert failed.value.code == code


def test_what_the_domain_refuses_keeps_its_code() -> None:
    with pytest.raises(Failure, match="no store tienda") as failed, failures_told():
        raise NotFound(what="store", id="tienda")
    assert failed.value.code == "not-found"


def test_all_problems_of_the_settings_are_told_at_once() -> None:
    with pytest.raises(Failure, match="first\nsecond"), failures_told():
        raise ConfigurationInvalid(["first", "second"])


def test_a_defect_keeps_its_traceback() -> None:
    with pytest.raises(KeyError), failures_told():
        raise KeyError("ours")
