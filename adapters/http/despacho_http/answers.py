"""Answers beside Litestar's own: problem documents for every exception, and plain ASGI answers for the light routes."""

from __future__ import annotations

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException, ValidationException
from litestar.types import ExceptionHandlersMap, Scope, Send

from despacho_http.bodies import MOST_OCTETS
from despacho_http.frames import frames_for
from despacho_http.languages import spoken
from despacho_http.pages import html, page
from despacho_http.problems import MEDIA_TYPE, Problem, document, headers_of, problem_of, status_of, title
from despacho_http.refusals import (
    BodyTooLarge,
    DatabaseUnavailable,
    InternalError,
    InvalidParameter,
    MethodNotAllowed,
    NothingHere,
    Refusal,
)

log = logging.getLogger("despacho.http")

AnyRequest = Request[Any, Any, Any]
_METHODS = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")


def language_of(scope: Scope, default: str = "en") -> str:
    """The caller's language."""
    accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), None)
    return spoken(accepted.decode("latin-1") if accepted else None, default)


def problem_answer(problem: Problem, language: str) -> Response[bytes]:
    """A problem document as Litestar's answer."""
    return Response(
        document(problem, language),
        status_code=status_of(problem),
        media_type=MEDIA_TYPE,
        headers=headers_of(problem) | {"cache-control": "no-store"},
    )


def problem_page(request: AnyRequest, problem: Problem, language: str) -> Response[str]:
    """The same for a person at a browser, with a way back to the App."""
    content = html('<p>{text}</p><p><a href="/">Despacho</a></p>', text=problem.text(language))
    heading = title(problem.code, language)
    return page(
        heading,
        content,
        language=language,
        status=status_of(problem),
        frames=frames_for(request.app),
        headers=headers_of(problem),
    )


def _answer(request: AnyRequest, problem: Problem) -> Response[Any]:
    """A page for a browser that asked for one, a problem document for everybody else."""
    is_browser = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if is_browser and not request.scope["path"].startswith("/api/"):
        return problem_page(request, problem, language_of(request.scope))
    return problem_answer(problem, language_of(request.scope))


def on_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """The answer to any exception: the last boundary, where what nobody expected is logged."""
    problem = problem_of(error)
    note_failure(request, error, problem)
    return _answer(request, problem)


def note_failure(request: AnyRequest, error: Exception, problem: Problem) -> None:
    """Log what only the operator can mend."""
    route = request.scope.get("path_template", "?")
    if isinstance(problem, InternalError):
        log.error("%s %s broke", request.method, route, exc_info=error)
    elif isinstance(problem, DatabaseUnavailable):
        log.warning("%s %s: %s", request.method, route, error)


def on_framework_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What Litestar itself refuses."""
    problem = _framework_problem(request, error)
    return on_error(request, error) if problem is None else _answer(request, problem)


def _framework_problem(request: AnyRequest, error: HTTPException) -> Refusal | None:
    if isinstance(error, NotFoundException):
        return NothingHere()
    if isinstance(error, MethodNotAllowedException):
        allowed = ", ".join(_allowed(request))
        return MethodNotAllowed(method=request.method, allowed=allowed, headers={"allow": allowed})
    if isinstance(error, ValidationException):
        [first, *_] = error.extra if isinstance(error.extra, list) and error.extra else [{}]
        return InvalidParameter(parameter=first.get("key", "?"), message=first.get("message", error.detail))
    if error.status_code == 413:
        return BodyTooLarge(MOST_OCTETS)
    return Refusal(message=error.detail) if error.status_code < 500 else None


def _allowed(request: AnyRequest) -> list[str]:
    found = []
    for method in _METHODS:
        try:
            request.app.asgi_router.handle_routing(path=request.scope["path"], method=method)
        except HTTPException:
            continue
        found.append(method)
    return found


async def send_answer(send: Send, status: int, body: bytes, content_type: str, **headers: str) -> None:
    """A whole answer, straight to the server. Header names have underscores for hyphens."""
    raw = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    raw += [(name.replace("_", "-").encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def send_problem(scope: Scope, send: Send, problem: Problem) -> None:
    """A problem document, straight to the server."""
    headers = {name.replace("-", "_"): value for name, value in headers_of(problem).items()}
    body = document(problem, language_of(scope))
    await send_answer(send, status_of(problem), body, MEDIA_TYPE, cache_control="no-store", **headers)


EXCEPTION_HANDLERS: ExceptionHandlersMap = {HTTPException: on_framework_error, Exception: on_error}
