"""The guide to the App says what is so: the scopes to register, the parts that there are, the pictures that are kept."""

from __future__ import annotations

import re
from pathlib import Path

from despacho_http.desk.navigation import PARTS
from despacho_jumpseller.tokens import SCOPES

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "app.md").read_text("utf-8")
MOST_OCTETS = 120_000


def test_the_documented_scopes_are_those_that_are_asked_for() -> None:
    row = next(line for line in GUIDE.splitlines() if line.startswith("| Scopes |"))
    assert tuple(re.findall(r"`(\w+)`", row)) == SCOPES


def test_every_part_of_the_app_is_documented() -> None:
    assert [title for _, _, title in PARTS if f"**{title}**" not in GUIDE] == []


def test_every_picture_is_in_the_documentation_and_small() -> None:
    kept = {path.name: path for path in (DOCS / "pictures").iterdir()}
    assert set(re.findall(r"\]\(pictures/([\w-]+\.png)\)", GUIDE)) == set(kept)
    for name, path in kept.items():
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG"), name
        assert len(content) < MOST_OCTETS, name
