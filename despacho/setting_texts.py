"""What is written into variables, read and checked. Each parser raises ``ValueError`` with what the text must be."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from despacho_system.destinations import Network

SECRET_KEY_BYTES = 32
_DATABASES = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def _folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("must be a folder, and a file of that name exists.")
    return path


def _database(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in _DATABASES:
        raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
    if rest.strip("/") == "" or ":memory:" in rest:
        raise ValueError("must name a database that outlives the process.")
    return f"{_DATABASES[scheme]}://{rest}"


def _redis(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"redis", "rediss", "unix"} or not (
        parts.hostname or (parts.scheme == "unix" and parts.path)
    ):
        raise ValueError("must look like redis://HOST:6379/0, rediss://… or unix:///PATH")
    return text


def _web(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://hub.example.com, without ? or #")
    if parts.username or parts.password or not _port_is_right(parts):
        raise ValueError("must hold no user or password, and a port only from 1 to 65535.")
    return text.rstrip("/")


def _port_is_right(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(text.replace(",", " ").split())
    if not all(_ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError("must be origins with commas between, such as https://admin.example.com, without a path.")
    return origins


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be networks or addresses with commas between, such as 10.20.0.0/16,192.0.2.7") from None


def _keys(text: str) -> tuple[bytes, ...]:
    keys = []
    for part in text.split(","):
        try:
            key = base64.b64decode(part.strip(), altchars=b"-_" if {"-", "_"} & set(part) else None, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != SECRET_KEY_BYTES:
            raise ValueError("must be 32 octets in base64 (several with commas between, the newest first).")
        keys.append(key)
    return tuple(keys)


def _seconds(least: float, why: str = "") -> Callable[[str], float]:
    """Reads seconds up to a day; ``why`` tells what fewer than ``least`` would break."""

    def read(text: str) -> float:
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0.0
        if not least <= seconds <= 86_400:
            raise ValueError(f"must be a number of seconds from {least:g} to 86400{why}.")
        return seconds

    return read


def _round(text: str) -> int:
    """A length of time that fits evenly into a minute, an hour or a day, as a cron schedule wants it."""
    seconds = int(text) if text.isdecimal() else 0
    if not any(1 <= seconds <= whole and whole % seconds == 0 and seconds % unit == 0 for unit, whole in _ROUNDS):
        raise ValueError("must be a whole part of a minute, an hour or a day in seconds, such as 5, 60, 600 or 3600.")
    return seconds


_ROUNDS = ((1, 60), (60, 3_600), (3_600, 86_400))

PARSERS: dict[str, Callable[[str], object]] = {
    "data_dir": _folder,
    "database_url": _database,
    "redis_url": _redis,
    "public_url": _web,
    "secret_key": _keys,
    "jumpseller_api_url": _web,
    "jumpseller_accounts_url": _web,
    "sandbox_url": _web,
    "admin_origins": _origins,
    "allowed_networks": _networks,
    "effect_lease_seconds": _seconds(
        3, ": a provider has two thirds of it to answer, and the rest is for writing that down"
    ),
    "settle_after_seconds": _seconds(0.1),
    "button_wait_seconds": _seconds(
        1, ": before that, the platform cannot have attached the document that its button was given"
    ),
    "sweep_seconds": _round,
    "track_seconds": _round,
    "reconcile_seconds": _round,
}
"""By the field of :class:`despacho.settings.Settings`; any other field is a text."""
