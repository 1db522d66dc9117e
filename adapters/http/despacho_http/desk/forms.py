"""What a form brings: texts, choices and files, none of it trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.params import SkipValidation

LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class FormData:
    """The fields of a form that the door has let through."""

    fields: FormMultiDict

    def text(self, name: str, default: str = "") -> str:
        """One field's text, trimmed; ``default`` where it is missing or a file."""
        value = self.fields.get(name)
        return value.strip()[:LONGEST_TEXT] if isinstance(value, str) else default

    def texts(self, name: str) -> list[str]:
        """All values of a field that comes several times, as chosen lines do."""
        return [value.strip() for value in self.fields.getall(name, []) if isinstance(value, str) and value.strip()]

    def numbers(self, name: str) -> list[int]:
        """As :meth:`texts`, those that are whole numbers, each once."""
        return list(dict.fromkeys(int(value) for value in self.texts(name) if value.isdecimal() and len(value) < 19))

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.text(name) not in {"", "0", "false", "off"}

    async def file(self, name: str) -> tuple[str, bytes] | None:
        """An uploaded file with the media type that it claims to have; None where nothing was chosen."""
        value = self.fields.get(name)
        if not isinstance(value, UploadFile):
            return None
        content = await value.read()
        return (value.content_type, content) if content else None


Form: TypeAlias = NamedDependency[SkipValidation[FormData]]
"""The form, as a handler's parameter ``form``."""


async def provide_form(request: Request[Any, Any, Any]) -> FormData:
    """The form of a request."""
    return FormData(await request.form())
