"""The rest of the API that the hub reads: the store itself, locations, products, countries, the App's state."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from despacho_sandbox.kit.asgi import Reply
from despacho_sandbox.store.gate import ApiRoute, Call, api_route
from despacho_sandbox.store.geography import Country, Region, countries
from despacho_sandbox.store.model import Location, Product, Store
from despacho_sandbox.store.oauth import OAuthServer
from despacho_sandbox.store.order import Address
from despacho_sandbox.store.order_view import decimal_amount, stamp
from despacho_sandbox.store.web import ApiError, json_answer

NOT_FOUND = {"message": "Page Not Found."}


class StoreApi:
    """Shows a store's own data.

    Args:
        oauth: Knows the App.
        opened_at: Stands as the creation date of what was there from the start.
    """

    def __init__(self, oauth: OAuthServer, opened_at: datetime) -> None:
        self._oauth = oauth
        self._opened_at = opened_at

    def routes(self) -> list[ApiRoute]:
        """The endpoints; locations open with `read_store` (schema) or `read_locations` (list of scopes), contract 3.2."""
        region = "/countries/{country}/regions/{region}"
        places = ("read_store", "read_locations")
        return [
            api_route("store.info", "GET", "/store/info.json", self.info, "read_store"),
            api_route("locations.list", "GET", "/locations.json", self.locations, *places),
            api_route("locations.get", "GET", "/locations/{id}.json", self.location, *places),
            api_route("products.list", "GET", "/products.json", self.products, "read_products"),
            api_route("products.count", "GET", "/products/count.json", self.count_products, "read_products"),
            api_route("products.get", "GET", "/products/{id}.json", self.product, "read_products"),
            api_route("countries.list", "GET", "/countries.json", self.countries),
            api_route("countries.regions", "GET", "/countries/{country}/regions.json", self.regions),
            api_route("countries.municipalities", "GET", f"{region}/municipalities.json", self.municipalities),
            api_route("countries.region", "GET", f"{region}.json", self.region),
            api_route("countries.get", "GET", "/countries/{country}.json", self.country),
            api_route(
                "apps.install-status", "GET", "/apps/{code}/install_status.json", self.install_status, "read_apps"
            ),
        ]

    def info(self, call: Call) -> Reply:
        """The store, with its `hooks_token`."""
        shown = store_object(call.store)
        wanted = {name.strip() for name in call.first("fields").split(",") if name.strip()}
        if wanted:
            shown = {key: value for key, value in shown.items() if key in wanted}
        return json_answer({"store": shown} if call.store.quirks.store_info_wrapped else shown)

    def locations(self, call: Call) -> Reply:
        """Where the store ships from."""
        return json_answer([_location(place) for place in call.page(call.store.locations)])

    def location(self, call: Call) -> Reply:
        """One location (the schema's list of one is taken for a slip)."""
        wanted = call.number("id")
        found = next((place for place in call.store.locations if place.id == wanted), None)
        if found is None:
            raise ApiError(404, {"message": "Location Not Found."})
        return json_answer(_location(found))

    def products(self, call: Call) -> Reply:
        """The catalogue."""
        return json_answer([self._product(product) for product in call.page(call.store.products)])

    def count_products(self, call: Call) -> Reply:
        """How many products there are."""
        return json_answer({"count": len(call.store.products)})

    def product(self, call: Call) -> Reply:
        """One product."""
        wanted = call.number("id")
        found = next((product for product in call.store.products if product.id == wanted), None)
        if found is None:
            raise ApiError(404, {"message": "Product Not Found."})
        return json_answer(self._product(found))

    def countries(self, _: Call) -> Reply:
        """The countries that the sandbox knows."""
        return json_answer([_country(country) for country in countries().values()])

    def country(self, call: Call) -> Reply:
        """One country."""
        return json_answer(_country(_find_country(call)))

    def regions(self, call: Call) -> Reply:
        """A country's regions."""
        return json_answer([_region(region) for region in _find_country(call).regions])

    def region(self, call: Call) -> Reply:
        """One region."""
        return json_answer(_region(_find_region(call)))

    def municipalities(self, call: Call) -> Reply:
        """A region's municipalities."""
        return json_answer([{"code": one.code, "name": one.name} for one in _find_region(call).municipalities])

    def install_status(self, call: Call) -> Reply:
        """Whether the App is installed."""
        if call.request.params["code"] != self._oauth.app.code:
            raise ApiError(404, NOT_FOUND)
        shown = {
            "app_code": self._oauth.app.code,
            "store_id": call.store.id,
            "installed": call.store.installed,
            "subscription_plan": "pro",
            "subscription_status": "active",
            "code": call.store.code,
        }
        return json_answer(shown)

    def _product(self, product: Product) -> dict[str, Any]:
        names = ("id", "name", "sku", "type", "stock")
        amounts = ("price", "weight", "length", "width", "height")
        shown = {
            **{name: getattr(product, name) for name in names},
            **{name: decimal_amount(getattr(product, name)) for name in amounts},
            "diameter": None,
            "discount": decimal_amount(product.price * 0),
            "stock_unlimited": False,
            "status": "available",
            "package_format": "box",
            "created_at": stamp(self._opened_at),
            "updated_at": stamp(self._opened_at),
            "categories": [],
            "images": [],
            "variants": [],
        }
        return {"product": shown}


def store_object(store: Store) -> dict[str, Any]:
    """`/store/info.json` without root."""
    address = store.main_location().address
    return {
        "name": store.name,
        "code": store.code,
        "currency": store.currency,
        "country": address.country,
        "timezone": store.timezone,
        "email": store.email,
        "hooks_token": store.hooks_token,
        "url": f"https://{store.code}.jumpseller.example",
        "logo": None,
        "weight_unit": store.weight_unit,
        "subscription_status": "active",
        "subscription_plan": "pro",
        "fb_pixel_id": None,
        "address": _store_address(address),
        "whatsapp_phone": None,
    }


def _store_address(address: Address) -> dict[str, Any]:
    names = ("city", "postal", "region", "country", "region_code", "country_code")
    return {"address": f"{address.address} {address.street_number}", **{name: getattr(address, name) for name in names}}


def _location(place: Location) -> dict[str, Any]:
    address = place.address
    shown = {
        "id": place.id + 1_000_000,
        "name": place.name,
        "surname": None,
        "address": address.address,
        "street_number": address.street_number,
        "complement": address.complement,
        # Live, reading gives the city percent-encoded (contract 4.6).
        "city": quote(address.city or ""),
        "postal": address.postal,
        "country": address.country_code,
        "region": address.region_code,
        "type": "location",
        "taxid": None,
        "taxid_type": None,
        "default": place.main,
        "region_format": "code",
        "municipality": address.municipality,
        "latitude": None,
        "longitude": None,
    }
    names = ("id", "name", "email", "main", "pickup_point")
    own = {name: getattr(place, name) for name in names}
    return {"location": {**own, "active": True, "is_stock_origin": place.main, "location_address": shown}}


def _country(country: Country) -> dict[str, str]:
    return {"code": country.code, "name": country.name}


def _region(region: Region) -> dict[str, str]:
    return {"code": region.code, "name": region.name, "iso": region.iso}


def _find_country(call: Call) -> Country:
    country = countries().get(call.request.params["country"].upper())
    if country is None:
        raise ApiError(404, {"message": "Country Not Found."})
    return country


def _find_region(call: Call) -> Region:
    region = _find_country(call).region(call.request.params["region"])
    if region is None:
        raise ApiError(404, {"message": "Region Not Found."})
    return region
