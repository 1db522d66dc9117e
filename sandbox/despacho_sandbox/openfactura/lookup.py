"""What can be asked about companies: one's own, its folios, and any taxpayer (contract/invoicing.md 2.7).

The names inside `sucursales` are not published; ours are guesses.
"""

from __future__ import annotations

from datetime import timedelta

from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.openfactura.companies import Companies, Company, Taxpayer, canonical
from despacho_sandbox.openfactura.emission import RESOLUTION
from despacho_sandbox.openfactura.wire import Issue, Refused, answered


class Lookup:
    """Answers questions about companies.

    Args:
        companies: Who is known.
        clock: The sandbox's clock.
    """

    def __init__(self, companies: Companies, clock: SandboxClock) -> None:
        self._companies = companies
        self._clock = clock

    def organization(self, company: Company, _: Request) -> Reply:
        """The company of the key."""
        own = {
            "cdgSIISucur": company.branch_code,
            "glosaDescriptiva": company.activity,
            "direccionRegional": company.commune,
            "resolucion": RESOLUTION,
            "nombreFantasia": company.name,
            "web": "",
        }
        return answered(_public(company) | own)

    def folios(self, company: Company, _: Request) -> Reply:
        """How many folios the company of the key has left."""
        expires = (self._clock.now() + timedelta(days=180)).date().isoformat()
        return answered(
            {
                "documentos": [
                    {"dte": kind, "disponibles": left, "vencimiento": expires}
                    for kind, left in sorted(company.folios.items())
                ]
            }
        )

    def taxpayer(self, _: Company, request: Request) -> Reply:
        """Anybody.

        Raises:
            Refused: If the RUT is none, or nobody is known under it (404, assumed).
        """
        try:
            found = self._companies.taxpayer(canonical(request.params["rut"]))
        except ValueError as error:
            raise Refused("OF-20", [Issue("rut", str(error))]) from error
        if found is None:
            raise Refused("OF-20", [Issue("rut", "Contribuyente no encontrado")], status=404)
        return answered(_public(found))


def _public(taxpayer: Taxpayer) -> dict[str, object]:
    branch = taxpayer.branch_code if isinstance(taxpayer, Company) else None
    return {
        "rut": taxpayer.rut,
        "razonSocial": taxpayer.name,
        "email": taxpayer.email,
        "telefono": "",
        "direccion": taxpayer.address,
        "comuna": taxpayer.commune,
        "sucursales": [{"cdgSIISucur": branch, "direccion": taxpayer.address, "comuna": taxpayer.commune}],
        "actividades": [
            {
                "giro": taxpayer.activity,
                "actividadEconomica": taxpayer.activity,
                "codigoActividadEconomica": str(taxpayer.activity_code),
                "actividadPrincipal": True,
            }
        ],
    }
