"""Which of our languages a caller reads."""

from __future__ import annotations

from despacho_core.errors import LANGUAGES


def spoken(accept_language: str | None, default: str = "en") -> str:
    """The caller's preferred language among ours (``Accept-Language``, RFC 9110 12.5.4); ``default`` where none fits."""
    best, best_weight = default, 0.0
    for part in (accept_language or "")[:200].split(","):
        name, _, parameters = part.strip().partition(";")
        language = name.strip().partition("-")[0].lower()
        weight = _weight(parameters)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(float(value), 1.0)
    except ValueError:
        return 0.0
