"""Settings that are deliberately bad, each in one thing."""

from __future__ import annotations

from typing import Annotated

import msgspec

from despacho_ports.providers import Secret
from tests.conformance.model_providers import ModelSettings


class Talkative(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that show their key."""

    api_key: Annotated[Secret, msgspec.Meta(title="API key", description="From the model's portal.")]


class Open(ModelSettings, frozen=True, kw_only=True):
    """Settings with a secret that is not marked."""

    admin_password: Annotated[str, msgspec.Meta(title="Password", description="The portal's.")] = ""


class Astray(ModelSettings, frozen=True, kw_only=True):
    """Settings with an address that the hub does not know for one, so that a change of it would take the key along."""

    base_url: Annotated[str, msgspec.Meta(title="Address", description="Where the model is.")] = "https://model.example"


class Silent(ModelSettings, frozen=True, kw_only=True):
    """Settings that do not say what a field is for."""

    size: Annotated[str, msgspec.Meta(title="Size")] = "A6"


class Stumbling(ModelSettings, frozen=True, kw_only=True):
    """Settings whose own check breaks."""

    def __post_init__(self) -> None:
        {"north": 1}[self.depot]


class Repeating(ModelSettings, frozen=True, kw_only=True):
    """Settings whose own check repeats what is wrong."""

    def __post_init__(self) -> None:
        if "4711" in self.api_key:
            raise ValueError(f"{self.api_key} is no key")
