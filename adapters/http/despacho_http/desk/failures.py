"""What goes wrong, as a page in the visitor's language; for htmx as a message at the top of the page that is there."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from despacho_http.answers import AnyRequest, language_of, note_failure, problem_page
from despacho_http.desk.rendering import own_headers, rendered
from despacho_http.desk.visitor import Visitor
from despacho_http.pages import html
from despacho_http.problems import Problem, headers_of, problem_of, status_of, title
from despacho_http.refusals import InternalError, InvalidParameter, NothingHere

_AT_THE_TOP = {"hx-retarget": "#said", "hx-reswap": "innerHTML show:window:top"}
"""Where htmx puts it: as a message above the page that is there."""


def on_failure(request: AnyRequest, error: Exception) -> Response[Any]:
    """The last boundary of the App's pages; it may come before anybody knows who the visitor is."""
    problem = _framework(error) if isinstance(error, HTTPException) else problem_of(error)
    note_failure(request, error, problem)
    visitor = request.scope.get("user")
    return _page(request, visitor, problem) if isinstance(visitor, Visitor) else _page_for_anybody(request, problem)


def _page_for_anybody(request: AnyRequest, problem: Problem) -> Response[Any]:
    language = language_of(request.scope, "es")
    if "hx-request" not in request.headers:
        return problem_page(request, problem, language)
    words = html('<p class="alert alert-danger" role="alert">{text}</p>', text=problem.text(language))
    headers = own_headers(request) | headers_of(problem) | _AT_THE_TOP
    return Response(str(words), status_code=status_of(problem), media_type="text/html", headers=headers)


def _page(request: AnyRequest, visitor: Visitor, problem: Problem) -> Response[str]:
    heading, text = title(problem.code, visitor.language), problem.text(visitor.language)
    is_part = "hx-request" in request.headers
    # Any admin may show it: of one that is still open for another store, this is what tells so.
    headers = own_headers(request) | headers_of(problem) | (_AT_THE_TOP if is_part else {})
    values: dict[str, object] = {
        "title": heading,
        "heading": heading,
        "text": text,
        "current": "",
        "part": is_part,
        "said": [],
        "here": request.scope["path"],
    }
    body = rendered(visitor, "failure.html", values)
    return Response(body, status_code=status_of(problem), media_type="text/html", headers=headers)


def _framework(error: HTTPException) -> Problem:
    if error.status_code == 404:
        return NothingHere()
    if error.status_code < 500:
        extra = error.extra if isinstance(error.extra, list) and error.extra else [{}]
        return InvalidParameter(parameter=extra[0].get("key", "?"), message=extra[0].get("message", error.detail))
    return InternalError()


FAILURES: ExceptionHandlersMap = {HTTPException: on_failure, Exception: on_failure}
