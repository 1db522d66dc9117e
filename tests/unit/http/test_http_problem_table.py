"""Every problem type is complete: a title and a text in three languages, a status, a line in the documentation."""

from __future__ import annotations

import re
import string
from pathlib import Path

import msgspec
import pytest

from despacho_core.errors import LANGUAGES, CarrierRefused, DomainError, NotFound, NotYetKnown, OrderNotPaid, all_errors
from despacho_http import create_app
from despacho_http.problems import all_problems, document, headers_of, problem_of, status_of
from despacho_http.refusals import BodyTooLarge, InternalError, KeyInProgress, Refusal
from despacho_http.titles import TITLES
from despacho_ports.errors import RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_ports.records import NotAccepted
from despacho_services.reception import NotSigned

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "problems.md"


def refusals(kind: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [kind, *(below for one in kind.__subclasses__() for below in refusals(one))]


def test_every_type_has_a_title_and_no_title_is_left_over() -> None:
    assert callable(create_app)  # so that everything that can refuse is loaded
    assert {problem.code for problem in all_problems()} == set(TITLES)
    assert all(len(titles) == len(LANGUAGES) and all(titles) for titles in TITLES.values())


def test_the_documentation_lists_every_type_and_no_other() -> None:
    lines = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| (.+?) \| (.+) \|$", DOCUMENTATION.read_text(), re.MULTILINE)
    documented = [(code, int(status), title, meaning) for code, status, title, meaning in lines]
    assert documented == [(one.code, one.status, one.title, one.meaning) for one in all_problems()]


def test_a_code_has_one_status_whoever_refuses() -> None:
    statuses: dict[str, set[int]] = {}
    kinds: list[type[DomainError | Refusal]] = [*all_errors(), *refusals()]
    for kind in kinds:
        statuses.setdefault(kind.code, set()).add(status_of(kind))
    assert {code: found for code, found in statuses.items() if len(found) > 1} == {}


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: str(kind.code))
def test_a_refusal_says_the_same_in_every_language(kind: type[Refusal]) -> None:
    def placeholders(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert set(kind.texts) == set(LANGUAGES)
    assert len({frozenset(placeholders(text)) for text in kind.texts.values()}) == 1


def test_a_document_says_what_it_is_in_the_callers_language() -> None:
    shown = msgspec.json.decode(document(OrderNotPaid(order=1020, status="canceled"), "es"))
    assert shown == {
        "type": "urn:despacho:problem:order-not-paid",
        "title": "Pedido no pagado",
        "status": 409,
        "detail": "El pedido 1020 está anulado, no pagado. Se puede facturar cuando esté pagado.",
        "facts": {"order": 1020, "status": "canceled"},
    }


def test_facts_are_plain_and_cannot_hide_the_problem_itself() -> None:
    shown = msgspec.json.decode(document(CarrierRefused(provider="C", message="no", status=object, type=1), "en"))
    assert shown["type"] == "urn:despacho:problem:carrier-refused"
    assert shown["status"] == 422
    assert shown["facts"]["status"] == "<class 'object'>"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotSigned(), 401, "not-signed"),
        (NotFound(what="order", id=1), 404, "not-found"),
        (NotYetKnown(provider="C"), 503, "not-yet-known"),
        (Rejected("no"), 502, "provider-refused"),
        (Unauthorized("no"), 502, "provider-unauthorized"),
        (RateLimited("wait", retry_after=1.2), 503, "provider-rate-limited"),
        (Unavailable("down"), 503, "provider-unavailable"),
        (Uncertain("?"), 502, "provider-uncertain"),
        (NotAccepted("full"), 503, "database-unavailable"),
        (ZeroDivisionError("secret"), 500, "internal-error"),
    ],
)
def test_every_error_becomes_a_problem(error: Exception, status: int, code: str) -> None:
    problem = problem_of(error)
    assert (status_of(problem), problem.code) == (status, code)
    assert "secret" not in problem.text("en")


def test_who_may_come_again_is_told_when() -> None:
    assert headers_of(problem_of(RateLimited("wait", retry_after=1.2))) == {"retry-after": "2"}
    assert headers_of(problem_of(NotAccepted("full"))) == {"retry-after": "5"}
    assert headers_of(NotYetKnown(provider="C")) == {"retry-after": "5"}
    assert headers_of(KeyInProgress(7)) == {"retry-after": "7"}
    assert headers_of(BodyTooLarge(1)) == {"connection": "close"}
    assert headers_of(NotFound(what="order", id=1)) == headers_of(InternalError()) == {}


def test_the_kind_of_a_refusal_decides_its_status() -> None:
    assert {status_of(kind) for kind in all_errors()} == {401, 403, 404, 409, 413, 422, 503}
    assert status_of(DomainError()) == 422
