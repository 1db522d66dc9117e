"""``despacho places check``: a list of names in, what each is taken for out, and the clear list of what is not known or not served."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from despacho.command_line import main

LIST = "Ñuñoa\nSan Pedro\n\nSan Pedro;Biobío\nReñaca\tValparaíso\n  Putre ; Arica y Parinacota\nPuerto Mont;Los Lagos\nxyz\n"


def check(*arguments: str, typed: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["places", "check", *arguments], input=typed)


def told(*arguments: str, typed: str | bytes | None = None) -> Any:
    result = check(*arguments, "--json", typed=typed)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_each_name_is_told_with_what_it_is_taken_for() -> None:
    document = told("-", typed=LIST)
    assert [(one["written"], one["matched_by"], one["code"]) for one in document["places"]] == [
        ("Ñuñoa", "exact", "13120"),
        ("San Pedro", "ambiguous", None),
        ("San Pedro", "alias", "08108"),
        ("Reñaca", "alias", "05109"),
        ("Putre", "exact", "15201"),
        ("Puerto Mont", "fuzzy", "10101"),
        ("xyz", "unknown", None),
    ]
    assert (document["country"], document["carrier"], document["uncovered"]) == ("CL", None, [])
    assert document["unmatched"] == ["San Pedro", "xyz"]
    assert document["places"][1]["candidates"] == [
        "San Pedro (CL-RM)",
        "San Pedro de Atacama (CL-AN)",
        "San Pedro de la Paz (CL-BI)",
    ]


def test_without_a_list_every_place_of_the_country_is_checked() -> None:
    chile, portugal = told(), told("--country", "pt")
    assert (len(chile["places"]), chile["unmatched"]) == (346, [])
    assert (len(portugal["places"]), portugal["unmatched"], portugal["country"]) == (308, [], "PT")


def test_a_carriers_own_codes_are_shown_and_what_it_does_not_serve() -> None:
    document = told("--carrier", "chilexpress", "-", typed=LIST)
    assert [one["coverage"] for one in document["places"]] == ["NUNO", None, "SPED", "VINA", None, "PMON", None]
    assert document["uncovered"] == ["San Pedro", "Putre", "xyz"]
    assert len(told("--carrier", "chilexpress")["uncovered"]) == 346 - 245


def test_people_read_a_table_and_two_lists() -> None:
    result = check("--carrier", "chilexpress", "-", typed=LIST)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["WRITTEN", "MATCHED", "BY", "CODE", "NAME", "REGION", "CHILEXPRESS", "MAY", "BE"]
    assert lines[1].split() == ["Ñuñoa", "exact", "13120", "Ñuñoa", "CL-RM", "NUNO"]
    assert "2 of 7 match nothing for certain: San Pedro, xyz." in lines
    assert "3 of 7 are not served by chilexpress: San Pedro, Putre, xyz." in lines


def test_a_stated_region_that_is_another_is_told() -> None:
    assert "CL-RM (another is stated)" in check("-", typed="Vitacura;Biobío").stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_lists_as_spreadsheets_save_them_are_read(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "comunas.csv"
    file.write_bytes('"Ñuñoa";"Metropolitana"\r\nPeñalolén;\r\n'.encode(encoding))
    assert [one["name"] for one in told(str(file))["places"]] == ["Ñuñoa", "Peñalolén"]


def test_an_empty_list_is_no_failure() -> None:
    assert told("-", typed="\n \n")["places"] == []
    assert "The list is empty." in check("-", typed="").stdout


@pytest.mark.parametrize(
    ("carrier", "code", "words"),
    [
        ("nobody", "provider-unknown", "“nobody” is not installed"),
        ("openfactura", "coverage-unknown", "does not say where it goes"),
    ],
)
def test_a_carrier_that_cannot_be_asked_is_told(carrier: str, code: str, words: str) -> None:
    result = check("--carrier", carrier, "--json")
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == code
    assert words in error["message"]


def test_a_list_without_end_is_refused() -> None:
    result = check("-", "--json", typed=b"x\n" * 3_000_000)
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (1, "list-too-long")


def test_a_file_that_is_not_there_and_a_country_without_a_table_are_wrong_usage() -> None:
    assert check("no-such-file.txt").exit_code == check("--country", "AR").exit_code == 2
