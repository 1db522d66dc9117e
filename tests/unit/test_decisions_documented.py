"""The list of decisions names every record by its title, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"


def test_every_decision_is_listed_by_number_and_title() -> None:
    titles = [
        (file.name, re.match(r"# (\d+)\. (.+)", file.read_text()), file.read_text())
        for file in sorted(DECISIONS.glob("0*.md"))
    ]
    listed = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", (DECISIONS / "README.md").read_text(), re.MULTILINE)
    assert listed == [(found[1], found[2], name) for name, found, _ in titles if found]
    for name, found, text in titles:
        assert found is not None, name
        assert int(name[:4]) == int(found[1]), name
        assert re.search(r"^(\*\*Decision|## Decision)", text, re.MULTILINE), f"{name} says what was decided"
