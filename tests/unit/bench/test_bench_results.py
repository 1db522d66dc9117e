"""What ``make bench`` leaves behind has the shape that others read, and its load is what it says it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.__main__ import MEASURES, main
from bench.ground import SENDER
from bench.messages import NUMBER_AT, NUMBER_DIGITS, NUMBERS_FROM, OCTETS, body_of, headers_of, requests_of, signed
from bench.results import Measure, results_json, table, write
from despacho_jumpseller import JumpsellerMessages

FAST = Measure(name="fast", value=12.3456789, unit="ms", reach=20, note="rounds 12, 13")
SLOW = Measure(name="slow", value=0.5, unit="of bare", reach=0.55, at_least=True)
SEEN = Measure(name="seen", value=1234567.0, unit="req/s")


def test_every_measure_has_exactly_value_unit_reach_and_met() -> None:
    assert json.loads(results_json([FAST, SLOW, SEEN])) == {
        "fast": {"value": 12.35, "unit": "ms", "reach": 20, "met": True},
        "slow": {"value": 0.5, "unit": "of bare", "reach": 0.55, "met": False},
        "seen": {"value": 1235000.0, "unit": "req/s", "reach": None, "met": None},
    }


@pytest.mark.parametrize(
    ("value", "at_least", "met"),
    [(9, False, True), (10, False, True), (11, False, False), (10, True, True), (9, True, False)],
)
def test_a_reach_is_met_on_its_own_side(value: float, at_least: bool, met: bool) -> None:
    assert Measure(name="one", value=value, unit="s", reach=10, at_least=at_least).met is met


def test_the_table_says_what_was_wanted_and_what_is_missed() -> None:
    rows = table([FAST, SLOW, SEEN]).splitlines()
    assert rows[2] == "| fast | 12.35 ms | ≤ 20 | yes |"
    assert rows[3] == "| slow | 0.5 of bare | ≥ 0.55 | NO |"
    assert rows[4] == "| seen | 1,235,000 req/s | – | – |"
    assert rows[-1] == "- `fast`: rounds 12, 13"


def test_results_and_table_are_left_in_a_folder(tmp_path: Path) -> None:
    write([FAST], tmp_path / "bench-output")
    assert json.loads((tmp_path / "bench-output" / "results.json").read_text())["fast"]["met"] is True
    assert "| fast |" in (tmp_path / "bench-output" / "table.md").read_text("utf-8")


def test_a_measure_that_there_is_not_is_named_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quoting", "nonsense"]) == 2
    told = capsys.readouterr().err
    assert "nonsense" in told
    assert "webhooks" in told


def test_every_message_has_4_kb_is_json_and_differs() -> None:
    bodies = [body_of(number) for number in (0, 1, 999_999)]
    assert {len(body) for body in bodies} == {OCTETS}
    assert [json.loads(body)["order"]["id"] - NUMBERS_FROM for body in bodies] == [0, 1, 999_999]
    assert bodies[2][NUMBER_AT : NUMBER_AT + NUMBER_DIGITS] == str(NUMBERS_FROM + 999_999).encode()


def test_every_message_is_signed_as_the_platform_does() -> None:
    body, signature = signed(SENDER, 7)
    assert JumpsellerMessages().is_signed(body, signature, SENDER.hooks_token)
    request = requests_of(SENDER, "hub", 7, 1)[0]
    head, _, sent = request.partition(b"\r\n\r\n")
    assert sent == body
    assert f"Jumpseller-Hmac-Sha256: {signature}".encode() in head
    assert headers_of(SENDER, 7, signature)["Jumpseller-Store-Code"] == SENDER.code


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_is_documented(name: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / "bench.md").read_text("utf-8")
    assert f"`{name}`" in text
