"""What a form of the list says of the orders that were chosen in it."""

from __future__ import annotations

import hashlib
from typing import Annotated

from litestar.params import QueryParameter

from despacho_core.errors import BatchEmpty
from despacho_http.desk.forms import FormData

Numbers = Annotated[str, QueryParameter(max_length=10_000)]
"""Orders that were chosen, as an address carries them."""

Ids = Annotated[str, QueryParameter(max_length=2_000)]


def chosen_orders(form: FormData) -> list[int]:
    """The chosen orders. Raises ``BatchEmpty``."""
    numbers = form.numbers("order")
    if not numbers:
        raise BatchEmpty
    return numbers


def batch_key(form: FormData, wanted: str) -> str | None:
    """The form's own key together with what is wanted: a page that a browser kept may be sent again with another choice."""
    given = form.text("key")
    if not given:
        return None
    return f"app:{hashlib.sha256(f'{given} {wanted}'.encode()).hexdigest()}"
