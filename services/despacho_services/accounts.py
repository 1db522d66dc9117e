"""Accounts with carriers and invoicing systems: added, checked, tested, removed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from despacho_core.errors import Invalid, NotFound
from despacho_core.ledgers import Lane
from despacho_core.stores import Account
from despacho_ports.carriers import AccountReport, AccountTrouble, ChecksAccount
from despacho_ports.connectors import ProviderMissing
from despacho_ports.errors import ADDRESS_BARRED, ProviderError, RateLimited, Rejected, Unauthorized
from despacho_ports.providers import Provider
from despacho_ports.settings import SettingsInvalid, read_settings, secrets_at_risk
from despacho_services.identifiers import new_id, new_token
from despacho_services.office import Office, account_of


class ProviderUnknown(NotFound):
    """No installed package offers the provider."""

    code = "provider-unknown"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "No installed package offers the provider “{id}”. Run `despacho providers` to see what there is.",
        "es": "Ningún paquete instalado ofrece el proveedor «{id}». Ejecuta `despacho providers` para ver cuáles hay.",
        "pt": "Nenhum pacote instalado oferece o fornecedor «{id}». Execute `despacho providers` para ver os que há.",
    }


class SettingsRefused(Invalid):
    """The settings do not fit the provider."""

    code = "settings-invalid"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "The settings do not fit the provider “{provider}”: {message}.",
        "es": "La configuración no corresponde al proveedor «{provider}»: {message}.",
        "pt": "A configuração não corresponde ao fornecedor «{provider}»: {message}.",
    }


class SecretsWanted(Invalid):
    """An address of the account changes, and its secrets were not given for the new one."""

    code = "secrets-wanted"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "The account's address changes, so its secrets have to be given again along with it: {names}.",
        "es": "La dirección de la cuenta cambia, así que hay que entregar de nuevo sus claves junto con ella: {names}.",
        "pt": "O endereço da conta muda, por isso é preciso dar de novo as suas chaves com ele: {names}.",
    }


class Accounts:
    """A store's accounts. ``works`` is told of a store whose account was added, changed or found to work."""

    def __init__(self, office: Office, works: Callable[[str], Awaitable[None]]) -> None:
        self._office = office
        self._works = works

    async def add(
        self, store_id: str, provider_id: str, *, name: str | None, settings: Mapping[str, object]
    ) -> Account:
        """Add an account with checked settings.

        Raises:
            ProviderUnknown: The provider is not installed.
            SettingsRefused: A setting is unknown, missing or does not fit.
        """
        provider = self._checked(provider_id, settings)
        account = Account(
            id=new_id(),
            store_id=store_id,
            provider=provider_id,
            name=name or provider.name,
            key=new_token(),
            created_at=self._office.now(),
            settings=dict(settings),
        )
        async with self._office.units.begin() as work:
            await work.accounts.add(account)
            await work.commit()
        await self._works(store_id)
        return account

    async def change(
        self,
        store_id: str,
        account_id: str,
        *,
        name: str | None,
        settings: Mapping[str, object],
        whole: bool = False,
    ) -> Account:
        """Change some settings, and the name if one is given; what is not named stays. The account is used again.

        With ``whole`` the settings are all that there are: what is not named goes back to the provider's default. Whoever gives them
        has seen to it that secrets were typed again where an address changes (:meth:`AccountDesk.filled_in`).

        Raises:
            NotFound: No such account.
            ProviderUnknown: Its provider is not installed.
            SecretsWanted: An address changes and not all secrets are given along with it.
            SettingsRefused: A setting is unknown or does not fit.
        """
        async with self._office.units.begin() as work:
            account = await account_of(work, store_id, account_id)
            together = dict(settings) if whole else {**account.settings, **settings}
            provider = self._checked(account.provider, together)
            wanted = [
                one for one in secrets_at_risk(provider.settings, account.settings, together) if one not in settings
            ]
            if wanted and not whole:
                raise SecretsWanted(names=", ".join(wanted))
            changed = msgspec.structs.replace(account.mended(), name=name or account.name, settings=together)
            await work.accounts.save(changed)
            await work.outbox.hasten(store_id, account_id, now=self._office.now())
            await work.commit()
        await self._works(store_id)
        await self._office.wake(*Lane)
        return changed

    async def all(self, store_id: str) -> Sequence[Account]:
        """The store's accounts, oldest first."""
        async with self._office.units.begin(write=False) as work:
            return await work.accounts.of_store(store_id)

    async def test(self, store_id: str, account_id: str) -> AccountReport:
        """Ask the provider something harmless; an account that works again is used again, and what waited for it is due at once.

        Raises:
            NotFound: No such account.
        """
        async with self._office.units.begin(write=False) as work:
            account = await account_of(work, store_id, account_id)
        report = await self._tested(account)
        async with self._office.units.begin() as work:
            current = await work.accounts.get(store_id, account_id)
            if current is not None and report.ok:
                await work.accounts.save(current.mended())
                await work.outbox.hasten(store_id, account_id, now=self._office.now())
            await work.commit()
        if report.ok:
            await self._works(store_id)
        await self._office.wake(*Lane)
        return report

    async def remove(self, store_id: str, account_id: str) -> None:
        """Remove an account. Raises ``NotFound``."""
        async with self._office.units.begin() as work:
            await account_of(work, store_id, account_id)
            await work.accounts.remove(store_id, account_id)
            await work.commit()

    def _checked(self, provider_id: str, settings: Mapping[str, object]) -> Provider:
        try:
            provider = self._office.connectors.provider(provider_id)
        except ProviderMissing as error:
            raise ProviderUnknown(id=provider_id) from error
        try:
            read_settings(provider.settings, settings)
        except SettingsInvalid as error:
            raise SettingsRefused(provider=provider_id, message=str(error)) from error
        return provider

    async def _tested(self, account: Account) -> AccountReport:
        try:
            connector = self._office.connectors.open(account)
            if not isinstance(connector, ChecksAccount):
                return AccountReport(ok=True, message="the provider offers no test; the settings are complete")
            async with asyncio.timeout(MOST_SECONDS):
                report = await connector.check_account()
        except TimeoutError:
            message = f"no answer within {MOST_SECONDS} seconds"
            return AccountReport(ok=False, message=message, trouble=AccountTrouble.UNREACHABLE, said=message)
        except Unauthorized as error:
            said = excerpt(error.message)
            message = f"the credentials are refused: {said}"
            return AccountReport(ok=False, message=message, trouble=AccountTrouble.CREDENTIALS, said=said)
        except (ProviderMissing, SettingsInvalid, ProviderError) as error:
            said = excerpt(str(error))
            return AccountReport(ok=False, message=said, trouble=_trouble(error), said=said)
        trouble, said = None if report.ok else AccountTrouble.REFUSED, excerpt(report.message)
        return msgspec.structs.replace(report, message=said, trouble=trouble, said=said)


MOST_SAID = 300
MOST_SECONDS = 15
"""That a person waits for a test: carriers' usual answers take less than one."""


def excerpt(said: str) -> str:
    """The beginning of what an outside system said, on one line and of printable letters alone."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in said[: 4 * MOST_SAID]).split())
    return plain if len(plain) <= MOST_SAID else f"{plain[:MOST_SAID]}…"


def _trouble(error: Exception) -> AccountTrouble:
    kinds: tuple[tuple[type[Exception], AccountTrouble], ...] = (
        (ProviderMissing, AccountTrouble.NOT_INSTALLED),
        (SettingsInvalid, AccountTrouble.SETTINGS),
        (RateLimited, AccountTrouble.BUSY),
        (Rejected, AccountTrouble.REFUSED),
    )
    if isinstance(error, Rejected) and error.code == ADDRESS_BARRED:
        return AccountTrouble.ADDRESS
    return next((trouble for kind, trouble in kinds if isinstance(error, kind)), AccountTrouble.UNREACHABLE)
