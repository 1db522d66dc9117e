"""Accounts with carriers and invoicing systems, without their settings; and what their labels are printed on."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import get, patch
from litestar.params import FromPath, JSONBody

from despacho_core.stores import Account, AccountState, CarrierCompany
from despacho_http.access import Hub, StoreId
from despacho_http.api.wishes import Body, Name, Text


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """An account, without its settings. ``label`` is the paper or printer of its labels, as it is chosen.

    ``company`` is how its carrier is named on manifests.
    """

    id: str
    provider: str
    provider_name: str
    name: str
    state: AccountState
    problem: str | None
    created_at: datetime
    label: str
    company: CarrierCompany


class CompanyBody(Body, frozen=True, kw_only=True):
    """Who the carrier is in law, for manifests."""

    name: Text = ""
    tax_id: Text = ""
    address: Text = ""

    def company(self) -> CarrierCompany:
        """The domain's company."""
        return CarrierCompany(name=self.name.strip(), tax_id=self.tax_id.strip(), address=self.address.strip())


class AccountBody(Body, frozen=True, kw_only=True):
    """What changes: what people call it, and ``label``: ``100x150``, ``a6``, ``100x50``, ``a4``, ``zpl-203``, ``zpl-300``.

    ``company`` names the carrier on manifests that are closed from now on, all of it at once.
    """

    name: Name | None = None
    label: Text | None = None
    company: CompanyBody | None = None


@get("/accounts")
async def list_accounts(services: Hub, store_id: StoreId) -> list[AccountView]:
    """The store's accounts, oldest first."""
    return [_view(one, services.office.provider_name(one)) for one in await services.accounts.all(store_id)]


@patch("/accounts/{account_id:str}")
async def change_account(
    services: Hub, store_id: StoreId, account_id: FromPath[str], data: JSONBody[AccountBody]
) -> AccountView:
    """Choose the paper or printer of an account's labels, or rename it. Credentials are the command line's alone."""
    account = await services.label_choices.choose(store_id, account_id, label=data.label, name=data.name)
    if data.company is not None:
        account = await services.manifest_parties.name_carrier(store_id, account_id, data.company.company())
    return _view(account, services.office.provider_name(account))


def _view(account: Account, provider_name: str) -> AccountView:
    return AccountView(
        id=account.id,
        provider=account.provider,
        provider_name=provider_name,
        name=account.name,
        state=account.state,
        problem=account.problem,
        created_at=account.created_at,
        label=account.label.name,
        company=account.company,
    )


ROUTES = (list_accounts, change_account)
