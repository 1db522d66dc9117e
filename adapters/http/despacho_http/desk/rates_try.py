"""Try this cart: what each carrier answered, what each rule did, what the buyer would see. Nothing is kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import FormMultiDict

from despacho_core.addresses import Address
from despacho_core.area_checks import settled_area
from despacho_core.areas import Area
from despacho_core.boxes import Sides
from despacho_core.parcels import MAX_SIDE_MM, MAX_WEIGHT_G
from despacho_core.phrases import said
from despacho_core.places import COUNTRIES, comuna_of, country_of
from despacho_core.shipping_plans import HANDLING, shown
from despacho_core.stores import Store
from despacho_core.tariffs import MOST_AMOUNT
from despacho_http.access import Hub
from despacho_http.desk import rates_words as words
from despacho_http.desk.forms import FormData
from despacho_http.desk.rates import PATH
from despacho_http.desk.reading import NEEDED, Reading, reading_of, sentence
from despacho_http.desk.rendering import page
from despacho_http.desk.visitor import Visiting
from despacho_http.rate_words import nothing_offered, why
from despacho_ports.storefront import Cart, CartLine
from despacho_services.quoting import Explanation
from despacho_services.services import Services

Asked = Request[Any, Any, Any]
LONGEST_PLACE = 80
LINES = 3
"""Kinds of products that a cart on the page may hold."""


@get(f"{PATH}/try")
async def show_trial(request: Asked, services: Hub, visitor: Visiting) -> Response[str]:
    """The cart as it stands in the address, tried; a trial is a link that can be sent to somebody."""
    store = await services.office.store(visitor.store.id)
    values = {name: value for name, value in request.query_params.items() if isinstance(value, str)}
    reading = reading_of(visitor, FormData(FormMultiDict(values)))
    explanation = await explained(services, store, reading) if values.get("try") else None
    return page(
        request,
        visitor,
        "rates_try.html",
        current="rates",
        title=visitor.words("Try a cart"),
        values=values or usual_cart(store),
        errors=reading.errors,
        lines=range(1, LINES + 1),
        currency=store.currency,
        trial=result_of(explanation, visitor.language, doubt=place_doubt(reading, store)),
        words=words,
    )


def usual_cart(store: Store) -> dict[str, str]:
    """A small cart that goes to where the store is."""
    origin = store.settings.origin
    price = "15000" if store.currency == "CLP" else "25"
    place = {"place": "", "region": ""} if origin is None else {"place": origin.place, "region": origin.region or ""}
    return {**place, "country": store.country, "quantity_1": "1", "weight_1": "1", "price_1": price}


async def explained(services: Services, store: Store, reading: Reading) -> Explanation | None:
    """What comes of the cart that was written; None where it cannot be read."""
    cart = _cart(reading, store)
    return None if reading.errors else await services.quoting.explain_cart(store, cart)


def place_doubt(reading: Reading, store: Store) -> str:
    """What is doubtful about the comuna of a cart; empty where it is known, and in countries whose places are not."""
    address = _destination(reading, store)
    if not address.municipality or country_of(address) not in COUNTRIES or comuna_of(address).comuna is not None:
        return ""
    area = Area(countries=(country_of(address),), comunas=(address.municipality[:LONGEST_PLACE],))
    _, misfits = settled_area(area)
    return " ".join(sentence(str(said(one.reason, reading.language))) for one in misfits)


def result_of(explanation: Explanation | None, language: str, *, doubt: str = "") -> dict[str, object]:
    """An explanation as the page's template reads it; ``doubt`` is what :func:`place_doubt` says."""
    empty: dict[str, object] = {
        "explanation": explanation,
        "worked": None,
        "seen": [],
        "handling": HANDLING,
        "doubt": doubt,
    }
    empty |= {"nothing": "", "names": {}, "whys": {}}
    if explanation is None:
        return empty
    worked = explanation.worked
    if worked is None:
        return {**empty, "nothing": explanation.error.text(language) if explanation.error else ""}
    seen = [rate for _, rate in shown(worked.judged)]
    return {
        **empty,
        "worked": worked,
        "seen": seen,
        "nothing": "" if seen else nothing_offered(worked.answers, language),
        "names": {one.id: one.name for one in worked.shop.accounts},
        "whys": {one.account.id: why(one, language) for one in worked.answers},
    }


def _cart(reading: Reading, store: Store) -> Cart:
    place, postcode = reading.text("place"), reading.text("postcode")
    if not place and not postcode:
        reading.errors["place"] = NEEDED
    lines = [line for number in range(1, LINES + 1) if (line := _line(reading, number)) is not None]
    if not lines:
        reading.errors.setdefault("quantity_1", NEEDED)
    return Cart(origin=Address(), destination=_destination(reading, store), lines=tuple(lines), currency=store.currency)


def _destination(reading: Reading, store: Store) -> Address:
    return Address(
        country=reading.text("country").upper() or store.country,
        municipality=reading.text("place") or None,
        region=reading.text("region") or None,
        postal_code=reading.text("postcode") or None,
        street=reading.text("street") or None,
    )


def _line(reading: Reading, number: int) -> CartLine | None:
    if number > 1 and not reading.text(f"quantity_{number}"):
        return None
    quantity = reading.whole(f"quantity_{number}", 1, 999)
    weight = reading.scaled(f"weight_{number}", 1000, 1, MAX_WEIGHT_G, optional=True)
    price = reading.amount(f"price_{number}", 0, MOST_AMOUNT, optional=True)
    sides = [
        reading.scaled(f"{side}_{number}", 10, 1, MAX_SIDE_MM, optional=True) for side in ("length", "width", "height")
    ]
    known = [side for side in sides if side is not None]
    return CartLine(
        name="",
        quantity=quantity or 1,
        unit_price=price or Decimal(0),
        weight_g=weight,
        sides=Sides(*known) if len(known) == len(sides) else None,
    )


PAGES = (show_trial,)
