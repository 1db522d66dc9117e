"""Coverage calls: flat answers, without `data` (contract/carriers.md 1.2)."""

from __future__ import annotations

from despacho_sandbox.chilexpress.coverage import OFFICES, REGIONS, CoverageArea, Office, coverage_areas
from despacho_sandbox.chilexpress.wire import NO_OFFICE, Refused, flat
from despacho_sandbox.kit.asgi import Reply, Request

_OPEN = {"initialStartHour": "09:00", "initialEndHour": "13:00", "finalStartHour": "14:00", "finalEndHour": "18:30"}


async def regions(_: Request) -> Reply:
    """All sixteen regions."""
    return flat(
        regions=[
            {"regionId": region.code, "regionName": region.name, "ineRegionCode": region.number} for region in REGIONS
        ]
    )


async def areas(request: Request) -> Reply:
    """Coverage areas of one region: `type` 0 all, 1 comunas, 2 rural sectors.

    Raises:
        Refused: For an unknown region or type.
    """
    region, mode = request.query.get("regioncode", ""), request.query.get("type", "0")
    if mode not in ("0", "1", "2"):
        raise Refused("El tipo de cobertura indicado no existe")
    if all(known.code != region for known in REGIONS):
        raise Refused("No existe la región indicada")
    found = [area for area in coverage_areas().values() if area.region == region and mode in ("0", str(area.mode))]
    return flat(coverageAreas=[_area(area) for area in found])


async def offices(request: Request) -> Reply:
    """Offices of a region, or of one comuna of it. `Type` 4, Pick-Up stores of partners, are not simulated.

    Raises:
        Refused: If there is none, in the words that clients must read as an empty list.
    """
    region, county = request.query.get("regioncode"), request.query.get("countyname", "").upper()
    own = request.query.get("type", "0") in ("0", "1")
    found = [
        one for one in OFFICES if own and one.region == (region or one.region) and one.county == (county or one.county)
    ]
    if not found:
        raise Refused(NO_OFFICE)
    return flat(offices=[_office(one) for one in found])


def _area(area: CoverageArea) -> dict[str, object]:
    return {
        "countyCode": area.code,
        "countyName": area.county,
        "regionCode": area.region,
        "ineCountyCode": area.number,
        "queryMode": area.mode,
        "coverageName": area.name,
        "ind_ppd": int(area.pays_on_delivery),
        "ind_rd": int(area.takes_returns),
    }


def _office(office: Office) -> dict[str, object]:
    region = next(region.name for region in REGIONS if region.code == office.region)
    return {
        "addressId": 700000 + int(office.code),
        "officeCode": office.code,
        "officeName": office.name,
        "officeType": 3,
        "countyName": office.county,
        "regionName": region,
        "streetName": office.street,
        "streetNumber": office.number,
        "complement": "",
        "latitude": office.latitude,
        "longitude": office.longitude,
        "telephone": "",
        "distance": 0,
        "businessHour": [{"day": day, **_OPEN} for day in ("LUNES", "MARTES", "MIERCOLES", "JUEVES", "VIERNES")],
        "officeServices": [{"serviceTypeCode": 1, "serviceDescription": "ENTREGA", "serviceStatusCode": 1}],
    }
