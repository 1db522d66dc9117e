"""Rules, sources and what became of a rate, in words for the catalogues."""

from __future__ import annotations

from despacho_core.quotes import RateSource
from despacho_core.shipping_rules import Towards
from despacho_http.desk.wording import marked

Mark = tuple[str, str]

RULES: dict[str, str] = {
    "mark_up": marked("Add to the price"),
    "round": marked("Round the price"),
    "free": marked("Make it free"),
    "hide": marked("Do not offer it"),
    "rename": marked("Say it in my own words"),
    "add_days": marked("Promise it later"),
}
"""Every kind of rule by its tag; a test compares the table with the rules that there are."""

DONE: dict[str, str] = {
    "mark_up": marked("changed the price"),
    "round": marked("rounded the price"),
    "free": marked("made it free"),
    "hide": marked("hid it"),
    "rename": marked("renamed it"),
    "add_days": marked("made it later"),
}

TOWARDS: dict[Towards, str] = {
    Towards.UP: marked("Up"),
    Towards.NEAREST: marked("To the nearest"),
    Towards.DOWN: marked("Down"),
}

SOURCES: dict[RateSource, Mark] = {
    RateSource.CARRIER: (marked("Asked just now"), "success"),
    RateSource.CACHE: (marked("Answer of a few minutes ago"), "success"),
    RateSource.STALE: (marked("Old answer, since it cannot be asked now"), "warning"),
    RateSource.TARIFF: (marked("Your tariff"), "info"),
}

SECTIONS: dict[str, str] = {
    "boxes": marked("Box"),
    "tariff": marked("Row of the tariff"),
    "rules": marked("Rule"),
    "preselections": marked("Which service takes an order"),
}
