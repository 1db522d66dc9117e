"""Labels from the command line: bought for many orders, printed into one file, brought back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from despacho.bootstrap import open_hub
from despacho.command_line import main
from despacho.settings import Settings
from tests.integration.front_door.conftest import Desk, World
from tests.town import FIRST_STORE, IMPATIENT, Silence

FLEET = ("--set", "fleet_name=Vans", "--set", "services=day:Mismo día", "--label", "a6")


@pytest.fixture
def account(desk: Desk) -> str:
    """A store with a fleet of its own."""
    desk.add_store()
    return str(desk.gives("accounts", "add", FIRST_STORE, "own-fleet", *FLEET)["id"])


def placed(world: World, count: int) -> list[int]:
    """Orders of the store; the world has a loop of its own, in which the platform tells of them."""

    async def place() -> list[int]:
        return [world.sandbox.store.place_order(FIRST_STORE).id for _ in range(count)]

    return asyncio.run_coroutine_threadsafe(place(), world._loop).result(20)


def worked(desk: Desk) -> None:
    """What the hub's worker does beside the commands."""

    async def work() -> None:
        async with open_hub(Settings.from_environment(desk.environment), Silence(), policy=IMPATIENT) as hub:
            for _ in range(3):
                await hub.services.work.look_at_everything()

    asyncio.run(work())


def test_labels_for_many_orders_are_bought_followed_and_printed(
    desk: Desk, world: World, account: str, tmp_path: Path
) -> None:
    first, *_, last = numbers = placed(world, 3)
    assert numbers == list(range(first, last + 1))
    wish = ("--account", account, "--service", "day")
    batch = desk.gives("labels", "buy", FIRST_STORE, "--orders", f"{first}-{last},{first}", *wish)
    assert batch["counts"] == {"waiting": 3, "bought": 0, "rejected": 1, "uncertain": 0, "voided": 0}
    assert "stands in the batch already" in batch["lines"][3]["problem"]
    worked(desk)
    batch = desk.gives("labels", "show", FIRST_STORE, batch["id"])
    assert batch["counts"]["bought"] == 3
    assert "3 bought" in desk.does("labels", "show", FIRST_STORE, batch["id"])

    file = tmp_path / "labels.pdf"
    done = desk.gives("labels", "print", FIRST_STORE, str(file), "--batch", batch["id"], "--order", "number")
    assert (done["labels"], done["replaced"], done["left_out"]) == (3, [], [])
    pages = PdfReader(file).pages
    assert [round(float(page.mediabox.width) * 25.4 / 72) for page in pages] == [105] * 3, "as the account is set"
    desk.does("labels", "print", FIRST_STORE, str(file), "--orders", f"{last},{first}", "--as", "a4", "--start", "3")
    assert len(PdfReader(file).pages) == 1
    desk.does("labels", "print", FIRST_STORE, str(file), "--orders", str(first), "--as", "zpl-300-100x50")
    assert file.read_bytes().startswith(b"^XA\n^CI28\n^PW1181")

    slips = tmp_path / "slips.pdf"
    desk.does("labels", "slips", FIRST_STORE, str(slips), "--batch", batch["id"], "--size", "100x150")
    assert len(PdfReader(slips).pages) == 3

    back = desk.gives("labels", "return", FIRST_STORE, str(first))
    assert back["state"] == "bought"
    assert desk.fails("labels", "return", FIRST_STORE, str(first))["code"] == "order-already-shipped"
    assert desk.gives("labels", "void", FIRST_STORE, back["id"]) == {"id": back["id"], "state": "voided"}
    assert desk.fails("labels", "void", FIRST_STORE, back["id"])["code"] == "wrong-state"


def test_what_is_wrong_is_told(desk: Desk, account: str, tmp_path: Path) -> None:
    file = str(tmp_path / "x.pdf")
    assert desk.fails("labels", "show", FIRST_STORE, "nobody")["code"] == "not-found"
    assert desk.fails("labels", "buy", FIRST_STORE, "--orders", "1-501")["code"] == "batch-too-large"
    assert desk.fails("labels", "buy", FIRST_STORE, "--all-paid")["code"] == "batch-empty"
    assert desk.fails("labels", "print", FIRST_STORE, file, "--orders", "1")["code"] == "nothing-to-print"
    assert (
        desk.fails("labels", "print", FIRST_STORE, file, "--orders", "1", "--as", "a5")["code"]
        == "label-choice-invalid"
    )
    assert not Path(file).exists()
    assert desk.fails("accounts", "set", account, "--label", "zpl-150")["code"] == "label-choice-invalid"
    assert desk.gives("accounts", "list", FIRST_STORE)[0]["label"] == "a6"
    desk.does("accounts", "set", account, "--label", "zpl-300")
    assert desk.gives("accounts", "list", FIRST_STORE)[0]["label"] == "zpl-300"


@pytest.mark.parametrize(
    "arguments",
    [
        ["buy", "shop"],
        ["buy", "shop", "--orders", "1", "--all-paid"],
        ["buy", "shop", "--orders", "5-1"],
        ["buy", "shop", "--orders", "1-9999999"],
        ["buy", "shop", "--orders", "one"],
        ["buy", "shop", "--orders", ","],
        ["print", "shop", "x.pdf"],
        ["print", "shop", "x.pdf", "--orders", "1", "--batch", "b"],
        ["slips", "shop", "x.pdf", "--orders", "1", "--size", "a6"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["labels", *arguments], env={"DESPACHO_DATA_DIR": str(tmp_path)})
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []
