"""What the App tells a visitor after a change: it travels to the next page in a cookie."""

from __future__ import annotations

import base64

import httpx
import msgspec

from despacho_http.desk.cookies import SAID


def told(answer: httpx.Response) -> tuple[str, str]:
    """Kind and text of what was said with a redirect; both empty where nothing was."""
    assert answer.status_code == 303, answer.text
    name, _, rest = answer.headers.get("set-cookie", "").partition("=")
    if name != SAID:
        return "", ""
    kind, text = msgspec.json.decode(base64.urlsafe_b64decode(rest.partition(";")[0]), type=list[tuple[str, str]])[0]
    return kind, text
