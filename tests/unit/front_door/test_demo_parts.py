"""The demo's smaller parts: files, waiting, what is told, and how a process that does not come up is reported."""

from __future__ import annotations

import io
import os
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from despacho.demo.cast import NORTH, Part, Placed, Twist
from despacho.demo.evidence import Document, Evidence, Order, Webhooks
from despacho.demo.narration import Narrator
from despacho.demo.output import Output
from despacho.demo.stage import ProcessGroup, StageBroken, free_ports, hub_environment
from despacho.demo.table import counts_line, orders_table
from despacho.demo.waiting import NotInTime, until


def test_the_folder_is_cleared_and_nothing_beside_it(tmp_path: Path) -> None:
    beside = tmp_path / "kept.txt"
    beside.touch()
    folder = tmp_path / "demo-output"
    (folder / "labels").mkdir(parents=True)
    (folder / "labels" / "old.pdf").touch()
    Output(folder)
    assert beside.exists()
    assert [path.name for path in folder.iterdir()] == ["logs"]


def test_a_file_that_is_not_what_its_name_says_is_a_problem(tmp_path: Path) -> None:
    output = Output(tmp_path / "demo-output")
    assert output.keep("labels/right.pdf", b"%PDF-1.7 ...") == "labels/right.pdf"
    output.keep("labels/right.zpl", b"\n^XA^XZ")
    assert output.problems == []
    output.keep("labels/wrong.pdf", b"<html>an error page</html>")
    output.keep("labels/empty.zpl", b"")
    assert output.problems == ["labels/wrong.pdf is not a PDF document.", "labels/empty.zpl is not a ZPL document."]
    assert (output.folder / "labels/wrong.pdf").exists()


async def test_waiting_ends_as_soon_as_it_happened() -> None:
    answers = iter([False, False, True])

    async def happened() -> bool:
        return next(answers)

    await until("the third answer", happened, within=60, every=0)
    assert list(answers) == []


async def test_what_does_not_happen_in_time_is_named() -> None:
    async def never() -> bool:
        return False

    with pytest.raises(NotInTime, match=r"Not within 0 s: pigs fly\."):
        await until("pigs fly", never, within=0, every=0)


async def test_a_process_that_does_not_come_up_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    process = await ProcessGroup.start(
        "The hub", "serve", "--port", "nonsense", environment=os.environ, log=tmp_path / "hub.log"
    )
    [port] = free_ports(1)
    try:
        with pytest.raises(StageBroken, match=r"The hub ended with 2(.|\n)*'nonsense'"):
            await process.until_ready(f"http://127.0.0.1:{port}/health/ready")
    finally:
        await process.end()


def test_ports_are_different_ones() -> None:
    assert len(set(free_ports(5))) == 5


def test_settings_of_another_hub_do_not_reach_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESPACHO_DATABASE_URL", "postgresql://somewhere/real")
    monkeypatch.setenv("UNRELATED", "kept")
    told = hub_environment(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2")
    assert "DESPACHO_DATABASE_URL" not in told
    assert (told["UNRELATED"], told["DESPACHO_PUBLIC_URL"]) == ("kept", "http://127.0.0.1:1")
    assert told["DESPACHO_DATA_DIR"] == str(tmp_path)


def narrated(*, terminal: bool) -> str:
    written = io.StringIO()
    narrator = Narrator(Console(file=written, force_terminal=terminal, width=120))
    with narrator.telling(), narrator.act("Labels bought", 3) as act:
        act.advance()
        act.reached(3)
    return written.getvalue()


def test_off_a_terminal_each_act_is_one_plain_line() -> None:
    line = narrated(terminal=False)
    assert line.startswith("Labels bought: 3 of 3, ")
    assert "\x1b" not in line


def test_on_a_terminal_each_act_is_a_bar() -> None:
    assert "3/3" in narrated(terminal=True)


def test_the_table_shows_what_the_stores_say_and_what_is_not_there() -> None:
    order = Order(
        store=NORTH,
        id=1001,
        status="paid",
        shipment_status="delivered",
        to_invoice=Decimal(0),
        documents=(Document(document_type=0, public_id="61-1", url="u"),),
    )
    evidence = Evidence(orders=(order,), parcels=(), issued=(), webhooks=Webhooks(sent=3, acknowledged=2, duplicates=1))
    console = Console(file=io.StringIO(), width=140, record=True)
    placed = [Placed(Part(NORTH, twist=Twist.SILENT), 1001), Placed(Part(NORTH), 1002)]
    console.print(orders_table(placed, evidence))
    shown = console.export_text()
    assert all(text in shown for text in ("no webhook at all", "delivered", "61-1 (credit)", "missing"))
    assert counts_line(evidence).startswith("Webhooks: 3 sent, 2 acknowledged, 1 twice.")
