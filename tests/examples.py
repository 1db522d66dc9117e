"""How many examples Hypothesis tries: all where there is time, a quarter of them every day."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

THOROUGH = bool(os.environ.get("DESPACHO_TEST_THOROUGH"))
_USUAL = 100


def examples(count: int = _USUAL, **more: Any) -> settings:
    """Settings for so many examples, or a quarter of them every day.

    No example has a time limit: a busy machine is slow now and then, which is no fault of what is tested.
    """
    return settings(max_examples=count if THOROUGH else max(count // 4, 1), deadline=None, **more)
