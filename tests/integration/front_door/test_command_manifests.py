"""Manifests from the command line, from open to checked."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from pypdf import PdfReader, PdfWriter

from despacho.bootstrap import Hub, open_hub
from despacho.settings import Settings
from despacho.silence import Silence
from despacho_core.shipments import LabelState
from despacho_sandbox.kit.server import Sandbox
from tests.handover import HandOver, drawn, pages
from tests.integration.front_door.conftest import Desk
from tests.town import FIRST_STORE, settled_store

T = TypeVar("T")


def at(desk: Desk, use: Callable[[Hub], Awaitable[T]]) -> T:
    """Use the hub that the desk works beside."""

    async def used() -> T:
        async with open_hub(Settings.from_environment(desk.environment), Silence()) as hub:
            return await use(hub)

    return asyncio.run(used())


@pytest.fixture
def shop(desk: Desk, sandbox: Sandbox) -> tuple[Desk, str, list[str]]:
    """A hub whose store has an account without a close-out (what its provider else does is no matter), two live labels and a void one."""

    async def use(hub: Hub) -> tuple[str, list[str]]:
        store = await settled_store(hub, sandbox, FIRST_STORE)
        account = await hub.services.accounts.add(
            store.id, "paper", name="Van", settings={"issuer_name": "Panadería São João", "tax_id": "76.795.561-8"}
        )
        counter = HandOver(hub, store, account, account)
        labels = [*await counter.labels(2), *await counter.labels(1, state=LabelState.VOIDED)]
        return account.id, [label.id for label in labels]

    account_id, labels = at(desk, use)
    return desk, account_id, labels


def closed(desk: Desk, account_id: str) -> str:
    """A closed manifest."""
    opened = desk.gives("manifests", "open", FIRST_STORE, "--account", account_id)
    manifest_id = str(opened["id"])
    assert desk.gives("manifests", "close", manifest_id)["state"] == "closed"
    return manifest_id


def test_labels_are_chosen_and_what_is_left_out_is_told(shop: tuple[Desk, str, list[str]]) -> None:
    desk, account, [first, _, void] = shop
    chosen = ("--label", first, "--label", void)
    assert desk.fails("manifests", "open", FIRST_STORE, "--account", account, *chosen)["code"] == "label-not-free"
    opened = desk.gives("manifests", "open", FIRST_STORE, "--account", account, *chosen, "--skip")
    assert (opened["state"], opened["labels"]) == ("open", 1)
    assert [one["reason"] for one in opened["left_out"]] == ["voided"]
    assert [one["id"] for one in desk.gives("manifests", "list", "--state", "open")] == [opened["id"]]
    assert "no manifest" in desk.does("manifests", "list", "--state", "closed")
    assert desk.gives("manifests", "discard", str(opened["id"]))["state"] == "discarded"
    assert desk.fails("manifests", "close", "nobody")["code"] == "not-found"


def test_it_is_signed_written_and_checked(shop: tuple[Desk, str, list[str]], tmp_path: Path) -> None:
    desk, account, _ = shop
    manifest = closed(desk, account)
    (tmp_path / "drawing.png").write_bytes(drawn())
    drawing = ("--drawing", str(tmp_path / "drawing.png"))
    desk.gives("manifests", "sign", manifest, "--party", "merchant", "--name", "Rosa Díaz", *drawing)
    signed = desk.gives("manifests", "sign", manifest, "--party", "carrier", "--name", "Luis Vera")
    assert signed["state"] == "signed"
    file = tmp_path / "signed.pdf"
    desk.gives("manifests", "pdf", manifest, "--output", str(file))
    check = desk.gives("manifests", "verify", str(file))
    assert (check["labels"], check["printed"], check["known"], check["unchanged"]) == (2, True, True, True)
    assert "as it was signed" in desk.does("manifests", "verify", str(file))
    assert desk.fails("manifests", "pdf", manifest, "--carrier")["code"] == "document-missing"
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(with_a_page_more(file.read_bytes()))
    assert desk.gives("manifests", "verify", str(forged), "--offline")["unchanged"] is None
    refused = desk.fails("manifests", "verify", str(forged))
    assert refused["code"] == "manifest-not-genuine"
    assert "changed after it was signed" in refused["message"]


def test_the_carriers_company_is_named(shop: tuple[Desk, str, list[str]]) -> None:
    desk, account, _ = shop
    named = desk.gives("manifests", "carrier", account, "--name", "Reparto Sur SpA", "--tax-id", "76.795.561-8")
    assert named == {"name": "Reparto Sur SpA", "tax_id": "76.795.561-8", "address": ""}
    assert desk.fails("manifests", "carrier", "nobody")["code"] == "not-found"


def with_a_page_more(document: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(document)))
    writer.add_blank_page(200, 200)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_the_scan_of_the_paper_signs_for_both(shop: tuple[Desk, str, list[str]], tmp_path: Path) -> None:
    desk, account, _ = shop
    manifest = closed(desk, account)
    (tmp_path / "paper.pdf").write_bytes(pages(1))
    (tmp_path / "paper.txt").write_bytes(b"signed")
    assert desk.fails("manifests", "sign", manifest, "--scan", str(tmp_path / "paper.txt"))["code"] == "file-unreadable"
    assert desk.gives("manifests", "sign", manifest, "--scan", str(tmp_path / "paper.pdf"))["state"] == "signed"


@pytest.mark.parametrize("content", [b"", b"signed", b"%PDF-1.7\nbroken", pages(1)])
def test_a_file_that_is_no_signed_manifest_is_told_from_one(desk: Desk, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "some.pdf"
    file.write_bytes(content)
    assert desk.fails("manifests", "verify", str(file), "--offline")["code"] == "manifest-not-genuine"
