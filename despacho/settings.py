"""The hub's settings, read from environment variables named ``DESPACHO_`` and the field's name in capitals."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from despacho.secret_key import kept_key
from despacho.setting_texts import PARSERS, SECRET_KEY_BYTES
from despacho_system.destinations import Destinations, Network

if TYPE_CHECKING:
    from despacho_services.effects import EffectPolicy

PREFIX = "DESPACHO_"


class ConfigurationInvalid(ValueError):
    """Settings that the hub cannot start with. ``problems`` holds one sentence each, and never a secret's value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


_THIS_MACHINE = frozenset({"127.0.0.1", "localhost"})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator decides. Every field has a variable of its own; docs/settings.md explains them."""

    data_dir: Path
    """Folder of the embedded database, Redis socket and secret key; absolute."""
    database_url: str
    """SQLAlchemy address with an async driver: ``sqlite+aiosqlite`` or ``postgresql+asyncpg``."""
    redis_url: str | None = None
    """``redis://``, ``rediss://`` or ``unix://``; None means a Redis of our own."""
    public_url: str = "http://127.0.0.1:8000"
    """Where stores and browsers reach the hub, without a final slash."""
    secret_key: tuple[bytes, ...] = ()
    """Keys of 32 octets: the first seals, all open. Empty means the one in the data folder; see :meth:`keys`."""
    jumpseller_api_url: str = "https://api.jumpseller.com/v1"
    """The store platform's API, without a final slash."""
    jumpseller_accounts_url: str = "https://accounts.jumpseller.com"
    """Where merchants give their consent, without a final slash."""
    jumpseller_client_id: str | None = None
    """The App's OAuth2 client; None where stores are added with login and authtoken only."""
    jumpseller_client_secret: str | None = None
    """Belongs to the client id."""
    jumpseller_app_code: str | None = None
    """What the platform calls the App; with it, stores are asked whether they still have it."""
    admin_origins: tuple[str, ...] = ()
    """Origins that may show the App in a frame beside the store's own admin."""
    sandbox_url: str | None = None
    """Where a sandbox is that offers accounts to practise with, without a final slash."""
    allowed_networks: tuple[Network, ...] = ()
    """Networks that accounts may call although they are not on the internet."""
    effect_lease_seconds: float = 90.0
    """How long a process may take over one effect before it counts as dead; a call to a provider gets two thirds of it."""
    settle_after_seconds: float = 5.0
    """First wait before an uncertain effect is looked for; further looks follow after 4 and 12 times as long."""
    button_wait_seconds: float = 30.0
    """How long the platform has to attach what its button was answered, before we do it."""
    sweep_seconds: int = 5
    """How often a worker looks for work that woke nobody."""
    track_seconds: int = 60
    """How often a worker looks for shipments whose next check is due."""
    reconcile_seconds: int = 600
    """How often the stores are asked for orders that no webhook announced."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read and check; nothing is written anywhere. Empty variables count as not given.

        Raises:
            ConfigurationInvalid: All problems at once.
        """
        environment = os.environ if environment is None else environment
        values, problems = _read(environment)
        data_dir = values.setdefault("data_dir", _default_data_dir(environment))
        values.setdefault("database_url", f"sqlite+aiosqlite:///{data_dir / 'despacho.db'}")
        settings = cls(**values)
        problems += settings._disagreements()
        if problems:
            raise ConfigurationInvalid(problems)
        return settings

    @property
    def is_postgresql(self) -> bool:
        """Whether the database is a server that several hubs may share."""
        return self.database_url.startswith("postgresql")

    @property
    def admin_origin(self) -> str | None:
        """Who may show the App in a frame where it is not the platform itself: the sandbox, which is its own admin."""
        address = urlsplit(self.jumpseller_accounts_url)
        if (address.hostname or "").endswith("jumpseller.com"):
            return None
        port = f":{address.port}" if address.port else ""
        return " ".join(f"{address.scheme}://{name}{port}" for name in _names(address.hostname or ""))

    @property
    def destinations(self) -> Destinations:
        """What accounts may call beside the internet: the networks that are allowed, and the sandbox's own host and port."""
        sandbox = urlsplit(self.sandbox_url or "")
        port = sandbox.port or (443 if sandbox.scheme == "https" else 80)
        names = _names(sandbox.hostname) if sandbox.hostname else []
        return Destinations(networks=self.allowed_networks, places=frozenset((name, port) for name in names))

    def keys(self) -> tuple[bytes, ...]:
        """The secret keys, the sealing one first. On SQLite without one, a key is made in the data folder, readable by us alone.

        Raises:
            ConfigurationInvalid: The kept key is damaged, or others may read it.
        """
        if self.secret_key:
            return self.secret_key
        try:
            return (kept_key(self.data_dir, octets=SECRET_KEY_BYTES),)
        except ValueError as error:
            raise ConfigurationInvalid([str(error)]) from error

    def effect_policy(self) -> EffectPolicy:
        """How long to wait for what, as the effect runner takes it."""
        from despacho_services.effects import EffectPolicy  # noqa: PLC0415 - settings are read where no use case is needed

        return EffectPolicy(
            lease=timedelta(seconds=self.effect_lease_seconds),
            budget=timedelta(seconds=self.effect_lease_seconds * 2 / 3),
            button_wait=timedelta(seconds=self.button_wait_seconds),
            look_after=tuple(timedelta(seconds=self.settle_after_seconds * times) for times in (1, 4, 12)),
        )

    def _disagreements(self) -> list[str]:
        problems = []
        if self.is_postgresql and not self.secret_key:
            problems.append(
                "DESPACHO_SECRET_KEY: needed with PostgreSQL, where several processes share one database. "
                "Make one with `openssl rand -base64 32` and keep it safe: without it no stored credential opens."
            )
        if (self.jumpseller_client_id is None) != (self.jumpseller_client_secret is None):
            problems.append(
                "DESPACHO_JUMPSELLER_CLIENT_ID and DESPACHO_JUMPSELLER_CLIENT_SECRET: give both or neither."
            )
        return problems

    def __repr__(self) -> str:
        return f"Settings(data_dir={str(self.data_dir)!r})"


def _names(host: str) -> list[str]:
    """The same machine goes by several names, and a frame is another site only under another one."""
    return sorted(_THIS_MACHINE) if host in _THIS_MACHINE else [host]


def variables() -> dict[str, str]:
    """Every variable with the field it fills."""
    return {PREFIX + field.upper(): field for field in Settings.__struct_fields__}


def misspelt(environment: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each variable that looks like ours, names no setting, and resembles one that does."""
    given = os.environ if environment is None else environment
    known = variables()
    sentences = []
    for name in sorted(set(given) - set(known)):
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.8) if name.startswith(PREFIX) else []
        sentences += [f"{name} is no setting; did you mean {close[0]}?" for _ in close]
    return sentences


def _read(environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The values of the variables that are given and right, and what is wrong with the others."""
    values: dict[str, Any] = {}
    problems = []
    for name, field in variables().items():
        text = environment.get(name, "").strip()
        if not text:
            continue
        try:
            values[field] = PARSERS.get(field, str)(text)
        except ValueError as error:
            problems.append(f"{name}: {error}")
    return values, problems


def _default_data_dir(environment: Mapping[str, str]) -> Path:
    # The XDG specification has relative paths ignored.
    base = Path(environment.get("XDG_DATA_HOME", ""))
    return (base if base.is_absolute() else Path("~/.local/share").expanduser()) / "despacho"
