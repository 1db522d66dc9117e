"""The torture, cut short: everything dies once while a dozen orders come. `make torture` is the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.audit import audit
from tests.torture.plan import SHORT, Database, make_plan
from tests.torture.report import report
from tests.torture.story import torture

SEED = 7

# Not both at once: each takes several processes.
pytestmark = [pytest.mark.torture, pytest.mark.redis, pytest.mark.xdist_group("torture")]


async def test_nothing_is_lost_and_nothing_happens_twice(database_url: str, tmp_path: Path) -> None:
    database = Database.SQLITE if database_url.startswith("sqlite") else Database.POSTGRESQL
    plan = make_plan(SEED, database, SHORT)
    outcome = await torture(plan, database_url, tmp_path, print)
    findings = audit(outcome.evidence)
    print(report(plan, outcome, findings))
    assert outcome.at_rest
    assert findings == []
    assert set(outcome.killed) == {kill.victim for kill in plan.kills}
