"""What goes wrong, as a page in the visitor's language; for htmx as a message at the top of the page that is there."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from despacho_http.answers import AnyRequest, log
from despacho_http.desk.rendering import own_headers, rendered
from despacho_http.desk.visitor import Visitor
from despacho_http.problems import Problem, problem_of, status_of, title
from despacho_http.refusals import InternalError, InvalidParameter, NothingHere


def on_failure(request: AnyRequest, error: Exception) -> Response[Any]:
    """The last boundary of the App's pages."""
    visitor: Visitor = request.scope["user"]
    problem = _framework(error) if isinstance(error, HTTPException) else problem_of(error)
    if isinstance(problem, InternalError):
        log.error("%s %s broke", request.method, request.scope.get("path_template", "?"), exc_info=error)
    return _page(request, visitor, problem)


def _page(request: AnyRequest, visitor: Visitor, problem: Problem) -> Response[str]:
    heading, text = title(problem.code, visitor.language), problem.text(visitor.language)
    headers = own_headers(request)
    is_part = "hx-request" in request.headers
    if is_part:
        headers |= {"hx-retarget": "#said", "hx-reswap": "innerHTML show:window:top"}
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
