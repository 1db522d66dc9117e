"""Transactions that the database gave up are done over, a few times."""

from __future__ import annotations

import pytest

from despacho_http.problems import problem_of, status_of
from despacho_ports.records import Contended
from despacho_services import doing_over
from despacho_services.doing_over import TIMES, done_over


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doing_over, "FIRST_WAIT_S", 0.0)


class Crowded:
    """A transaction that is given up so many times."""

    def __init__(self, times: int) -> None:
        self.left, self.begun = times, 0

    async def __call__(self) -> int:
        self.begun += 1
        if self.left:
            self.left -= 1
            raise Contended("deadlock detected")
        return self.begun


@pytest.mark.parametrize("times", range(TIMES))
async def test_what_was_given_up_is_done_over(times: int) -> None:
    assert await done_over(Crowded(times)) == times + 1


async def test_not_for_ever() -> None:
    crowded = Crowded(1_000)
    with pytest.raises(Contended):
        await done_over(crowded)
    assert crowded.begun == TIMES


def test_who_asked_in_vain_is_told_to_ask_again_and_not_that_something_broke() -> None:
    problem = problem_of(Contended("deadlock detected"))
    assert (problem.code, status_of(problem)) == ("database-unavailable", 503)
