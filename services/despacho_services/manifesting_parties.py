"""How a carrier is named on the manifests of an account: nobody publishes it in a form to be read, the merchant's contract says it."""

from __future__ import annotations

import msgspec

from despacho_core.stores import Account, CarrierCompany
from despacho_services.office import Office, account_of


class ManifestParties:
    """Keeps who signs for the carrier's side."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def name_carrier(self, store_id: str, account_id: str, company: CarrierCompany) -> Account:
        """Name the carrier's company on manifests that are closed from now on; the earlier ones stay as they are.

        Raises:
            NotFound: No such account.
        """
        async with self._office.units.begin() as work:
            account = await account_of(work, store_id, account_id)
            changed = msgspec.structs.replace(account, company=company)
            await work.accounts.save(changed)
            await work.commit()
        return changed
