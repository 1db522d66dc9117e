"""Words and envelopes of the answers (contract/invoicing.md 9.7)."""

from __future__ import annotations

from typing import Any

import msgspec

from despacho_sandbox.kit.asgi import JSON, Reply, json_reply

_NUMBERS = msgspec.json.Encoder(decimal_format="number")

INVALID_KEY = "Invalid API key"
NOT_FOUND = "Document not found"


class Refused(Exception):
    """The service says no.

    Args:
        text: Its words.
        status: HTTP status: 422 unless said otherwise.
        field: What it objects to, for the form that names it.
    """

    def __init__(self, text: str, *, status: int = 422, field: str = "base") -> None:
        super().__init__(text)
        self.text = text
        self.status = status
        self.field = field

    def reply(self, shape: str) -> Reply:
        """The refusal as an answer, in one of the four forms that occur; only a 422 varies."""
        forms: dict[str, Any] = {
            "object": {"errors": {"error": self.text}},
            "objects": {"errors": [{"error": self.text}]},
            "texts": {"errors": [self.text]},
            "field": {self.field: [self.text]},
        }
        return json_reply(forms[shape if self.status == 422 else "object"], self.status)


class OngoingCreation(Refused):
    """409: the `proprietary_uid` is taken (contract/invoicing.md 9.3)."""

    def __init__(self, uid: str) -> None:
        super().__init__(f"There's an ongoing document creation with the provided UID {uid}", status=409)

    def reply(self, shape: str) -> Reply:  # noqa: ARG002 - this one has one form alone
        """`reason`, unlike every other refusal."""
        return json_reply({"reason": self.text}, 409)


def answered(value: object, status: int = 200) -> Reply:
    """A success; Decimals come out as JSON numbers."""
    return Reply(status, _NUMBERS.encode(value), {"content-type": JSON})
