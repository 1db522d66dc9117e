"""What an account's labels are printed on."""

from __future__ import annotations

import msgspec

from despacho_core.errors import ChoiceInvalid
from despacho_core.labels import LabelChoice
from despacho_core.stores import Account
from despacho_services.office import Office, account_of


class LabelChoices:
    """Chooses paper and printer."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def choose(
        self, store_id: str, account_id: str, *, label: str | None = None, name: str | None = None
    ) -> Account:
        """Choose what an account's labels are printed on (as :meth:`LabelChoice.parse` reads it), and rename it; None leaves as is.

        Labels that are bought already can be had on the new paper too.

        Raises:
            NotFound: No such account.
            ChoiceInvalid: No such paper or printer.
        """
        choice = choice_of(label) if label is not None else None
        async with self._office.units.begin() as work:
            account = await account_of(work, store_id, account_id)
            changed = msgspec.structs.replace(account, label=choice or account.label, name=name or account.name)
            await work.accounts.save(changed)
            await work.commit()
        return changed


def choice_of(text: str) -> LabelChoice:
    """A choice as people write it. Raises ``ChoiceInvalid``."""
    try:
        return LabelChoice.parse(text)
    except ValueError as error:
        raise ChoiceInvalid(message=str(error)) from error
