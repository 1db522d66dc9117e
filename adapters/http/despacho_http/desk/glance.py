"""At a glance: how the last days went, in numbers and in pictures drawn here."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter

from despacho_http.access import Hub
from despacho_http.desk import glance_words as words
from despacho_http.desk.glance_drawing import columns_of, spans_of, stacks_of
from despacho_http.desk.rendering import page
from despacho_http.desk.visitor import Visiting
from despacho_http.tracking_words import REASONS, STATUSES
from despacho_services.figures_glance import Age, Period

Days = Annotated[int, QueryParameter(ge=1, le=365)]


@get("/app/glance")
async def show_glance(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, *, days: Days = Period.MONTH.value
) -> Response[str]:
    """The last days, today included."""
    period = Period(days) if days in set(Period) else Period.MONTH
    glance = await services.figures.glance(visitor.store, period)
    language = visitor.language
    reasons = [
        (REASONS[reason][language] if reason else visitor.words("no reason was told"), count)
        for reason, count in glance.reasons
    ]
    return page(
        request,
        visitor,
        "glance.html",
        current="glance",
        title=visitor.words("At a glance"),
        glance=glance,
        periods=list(Period),
        ages=list(Age),
        words=words,
        statuses=STATUSES,
        reasons=reasons,
        orders=columns_of([(visitor.formats.day(day), count) for day, count in glance.orders]),
        standing=stacks_of(
            [(STATUSES[status][language], list(by_age.values())) for status, by_age in glance.standing.items()]
        ),
        days_taken=spans_of(
            [
                (one.name, one.days, one.slow_days)
                for one in glance.carriers
                if one.days is not None and one.slow_days is not None
            ]
        ),
        failed_for=stacks_of([(name, [count]) for name, count in reasons]),
        failed_at=stacks_of([(name or "–", [count]) for name, count in glance.places]),
    )


PAGES = (show_glance,)
