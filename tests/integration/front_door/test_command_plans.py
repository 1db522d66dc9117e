"""``despacho plans``: a plan in and out as JSON, a tariff in and out as a spreadsheet, and refusals that say where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.front_door.conftest import Desk
from tests.town import FIRST_STORE

BOX = {"name": "S", "length_mm": 300, "width_mm": 200, "height_mm": 100}
SHEET = """account;service_code;service_name;regions;up_to_g;price;currency;days_max
chilexpress;3;Exprés;RM|V;2000;3990;CLP;1
chilexpress;3;Exprés;RM|V;5000;4990;CLP;1
;moto;En moto;RM;2000;2500;CLP;
"""


@pytest.fixture
def account(desk: Desk, carrier_settings: list[str]) -> str:
    desk.add_store()
    return str(desk.gives("accounts", "add", FIRST_STORE, "chilexpress", *carrier_settings)["id"])


def test_a_plan_goes_in_and_comes_out(desk: Desk, account: str, tmp_path: Path) -> None:
    assert desk.gives("plans", "show", FIRST_STORE)["version"] == 0
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"boxes": [BOX], "accounts": [{"account": "chilexpress", "divisor": 4000}]}))
    saved = desk.gives("plans", "set", FIRST_STORE, str(file))
    assert saved == {"version": 1, "boxes": 1, "tariff": 0, "rules": 0, "preselections": 0}
    shown = desk.gives("plans", "show", FIRST_STORE)
    assert (shown["version"], shown["plan"]["accounts"][0]["account"]) == (1, account)
    printed = desk.does("plans", "show", FIRST_STORE)
    told = desk.does("plans", "set", FIRST_STORE, "-", "--version", "1", given=printed)
    assert "Saved as version 2: 1 boxes" in told
    assert desk.gives("plans", "show", FIRST_STORE)["plan"] == shown["plan"]


def test_a_tariff_goes_through_a_spreadsheet(desk: Desk, account: str, tmp_path: Path) -> None:
    plan, sheet = tmp_path / "plan.json", tmp_path / "tariff.csv"
    plan.write_text(json.dumps({"boxes": [BOX]}))
    desk.does("plans", "set", FIRST_STORE, str(plan))
    sheet.write_bytes(SHEET.encode("cp1252"))  # as older spreadsheets write
    assert desk.gives("plans", "import-tariff", FIRST_STORE, str(sheet)) == {
        "version": 2, "boxes": 1, "tariff": 2, "rules": 0, "preselections": 0,
    }  # fmt: skip
    exported = desk.does("plans", "export-tariff", FIRST_STORE)
    assert exported.splitlines()[1].startswith(
        f"{account},3,Exprés,,Metropolitana de Santiago|Valparaíso,,,2000,3990,,CLP,,1,"
    )
    before = desk.gives("plans", "show", FIRST_STORE)["plan"]
    again = desk.run("plans", "import-tariff", FIRST_STORE, "-", given=exported)
    assert again.exit_code == 0, again.output
    assert desk.gives("plans", "show", FIRST_STORE)["plan"] == before


def test_what_does_not_fit_is_refused_with_its_place_and_changes_nothing(
    desk: Desk, account: str, tmp_path: Path
) -> None:
    file = tmp_path / "plan"
    for text, says in (
        ("{", "$"),
        (json.dumps({"boxes": [BOX, BOX]}), "$.boxes[1].name"),
        (json.dumps({"boxes": [{**BOX, "colour": "red"}]}), "colour"),
        (json.dumps({"cut_off": "2 pm"}), "$.cut_off"),
    ):
        file.write_text(text)
        failure = desk.fails("plans", "set", FIRST_STORE, str(file))
        assert failure["code"] == "shipping-plan-invalid"
        assert says in failure["message"]
    file.write_text(
        "service_code;up_to_g;price;currency;comunas;account\n3;2.000;cheap;CLP;Providencia;\n4;2000;2.990;CLP;Providensia;van\n"
    )
    message = desk.fails("plans", "import-tariff", FIRST_STORE, str(file))["message"]
    for says in (
        "line 2, price: this is no number",
        "line 3, comunas: “Providensia”",
        "line 3, account: the store has no",
    ):
        assert says in message
    file.write_text("{}")
    assert desk.fails("plans", "set", FIRST_STORE, str(file), "--version", "3")["code"] == "shipping-plan-changed"
    assert desk.fails("plans", "set", "nobody", str(file))["code"] == "not-found"
    assert desk.gives("plans", "show", FIRST_STORE)["version"] == 0
