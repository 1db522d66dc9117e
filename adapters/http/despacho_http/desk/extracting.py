"""Keeping the catalogues complete: ``python -m despacho_http.desk.extracting`` finds every message and writes what is new into them.

For whoever changes the pages; nothing of this runs in a hub.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from despacho_http.desk.wording import TRANSLATED

HERE = Path(__file__).parent
CATALOGUES = HERE / "catalogues"
COMMON = "common"
PARTS = frozenset(
    {
        "home",
        "start",
        "orders",
        "shipments",
        "manifests",
        "invoices",
        "rates",
        "glance",
        "accounts",
        "settings",
        "activity",
    }
)
_METHODS = [("templates/**.html", "jinja2"), ("*.py", "python")]
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "marked": None,
    "words": None,
}

Identifier = str | tuple[str, ...]


def part_of(filename: str) -> str:
    """Which catalogue a file's messages belong to."""
    stem = Path(filename).stem.partition("_")[0]
    return stem if stem in PARTS else COMMON


def messages() -> dict[str, list[Identifier]]:
    """Every message of the templates and of the code, by catalogue; one that several parts say belongs to the common one."""
    said_in: dict[Identifier, set[str]] = defaultdict(set)
    found = extract_from_dir(
        HERE,
        _METHODS,
        {"**.html": {"trimmed": "true", "silent": "false"}},
        keywords=_KEYWORDS,
    )
    for filename, _line, identifier, _comments, _context in found:
        if identifier:
            said_in[identifier].add(part_of(filename))
    by_part: dict[str, list[Identifier]] = defaultdict(list)
    for identifier, parts in said_in.items():
        by_part[parts.pop() if len(parts) == 1 else COMMON].append(identifier)
    return {part: sorted(some, key=str) for part, some in sorted(by_part.items())}


def read(language: str) -> dict[Identifier, Message]:
    """All messages that a language's catalogues hold."""
    held: dict[Identifier, Message] = {}
    for file in sorted((CATALOGUES / language).glob("*.po")):
        with file.open("rb") as opened:
            held |= {_identifier(one): one for one in read_po(opened, locale=language) if one.id}
    return held


def update() -> int:
    """Bring the catalogues to what is said now; returns how many translations are missing."""
    missing = 0
    said = messages()
    for language in TRANSLATED:
        held = read(language)
        for file in (CATALOGUES / language).glob("*.po"):
            file.unlink()
        for part, identifiers in said.items():
            catalogue = Catalog(locale=language, header_comment=f"# {part}: what the App's pages say", fuzzy=False)
            for identifier in identifiers:
                earlier = held.get(identifier)
                catalogue.add(identifier, earlier.string if earlier is not None else None)
                missing += earlier is None or not all(_strings(earlier))
            with (CATALOGUES / language / f"{part}.po").open("wb") as opened:
                write_po(opened, catalogue, omit_header=True, no_location=True, width=0)
    return missing


def _identifier(message: Message) -> Identifier:
    return tuple(message.id) if isinstance(message.id, list | tuple) else str(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    said = message.string
    return tuple(said) if isinstance(said, list | tuple) else (str(said or ""),)


if __name__ == "__main__":
    print(f"{update()} messages are not translated yet")  # noqa: T201 - a tool for people
