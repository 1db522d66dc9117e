"""Accounts with carriers and invoicing systems: how they are, added, changed, tested, removed."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from despacho_core.errors import Invalid
from despacho_core.fiscal import DocumentKind
from despacho_core.stores import AccountScope, CarrierCompany
from despacho_http.access import Hub
from despacho_http.desk import accounts_words as words
from despacho_http.desk.accounts_page import account_page
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.recording_notes import note
from despacho_ports.carriers import AccountReport
from despacho_ports.providers import Provider
from despacho_ports.settings import fields_of
from despacho_services.account_desk import FilledIn
from despacho_services.accounts import ProviderUnknown

Asked = Request[Any, Any, Any]
PATH = "/app/accounts"
FIELD = "set."
"""Before the name of each of the provider's own fields, so that none of them is taken for one of ours."""
LONGEST_NAME = 80


@get(PATH)
async def list_accounts(request: Asked, services: Hub, visitor: Visiting) -> Response[str]:
    """All accounts with their health, and what one can be added with."""
    return page(
        request,
        visitor,
        "accounts.html",
        current="accounts",
        title=visitor.words("Accounts"),
        accounts=await services.account_desk.all(visitor.store.id),
        offered=services.account_desk.offered(),
        failures=services.office.connectors.failures(),
        words=words,
    )


@get(f"{PATH}/new/{{provider_id:str}}")
async def new_account(request: Asked, services: Hub, visitor: Visiting, provider_id: FromPath[str]) -> Response[str]:
    """The form of a provider."""
    provider = services.account_desk.provider(provider_id)
    return _new(request, visitor, provider, FilledIn({}), back=request.query_params.get("back", ""))


@post(f"{PATH}/new/{{provider_id:str}}")
async def add_account(
    request: Asked, services: Hub, visitor: Visiting, form: Form, provider_id: FromPath[str]
) -> Response[Any]:
    """Add an account and test it at once; what does not fit is shown beside its field."""
    desk = services.account_desk
    provider = desk.provider(provider_id)
    filled = desk.filled_in(provider, settings_in(form))
    if filled.problems:
        return _new(request, visitor, provider, filled, name=form.text("name"), back=form.text("back"), status=422)
    name = form.text("name")[:LONGEST_NAME] or None
    added = await desk.add(visitor.store.id, provider_id, name=name, settings=filled.values)
    note(request, subject=added.account.id, detail=added.account.name)
    said = [_told(visitor, provider, await services.accounts.test(visitor.store.id, added.account.id))]
    if added.checkout_problem is not None:
        said.append(
            Said(
                "warning",
                visitor.words("The store's checkout could not be told of the new services; repair it under Settings."),
            )
        )
    back = "/app/start" if form.text("back") == "start" else f"{PATH}/{added.account.id}"
    return moved(request, back, Said("success", visitor.words("The account is added.")), *said)


@get(f"{PATH}/{{account_id:str}}")
async def show_account(request: Asked, services: Hub, visitor: Visiting, account_id: FromPath[str]) -> Response[str]:
    """One account: health, settings without secrets, paper of its labels."""
    return await account_page(request, services, visitor, account_id)


@post(f"{PATH}/{{account_id:str}}")
async def change_account(
    request: Asked, services: Hub, visitor: Visiting, form: Form, account_id: FromPath[str]
) -> Response[Any]:
    """Save the provider's settings, which are tested at once; a secret that is left empty stays as it is."""
    desk, store_id = services.account_desk, visitor.store.id
    known = await desk.one(store_id, account_id)
    if known.provider is None:
        raise ProviderUnknown(id=known.account.provider)
    filled = desk.filled_in(known.provider, settings_in(form), kept=known.account.settings)
    if filled.problems:
        return await account_page(request, services, visitor, account_id, filled=filled, status=422)
    name = form.text("name")[:LONGEST_NAME] or None
    await services.accounts.change(store_id, account_id, name=name, settings=filled.values, whole=True)
    note(request, subject=account_id, detail=name or known.account.name)
    report = await services.accounts.test(store_id, account_id)
    return moved(
        request,
        f"{PATH}/{account_id}",
        Said("success", visitor.words("Saved.")),
        _told(visitor, known.provider, report),
    )


@post(f"{PATH}/{{account_id:str}}/test")
async def try_account(request: Asked, services: Hub, visitor: Visiting, account_id: FromPath[str]) -> Response[bytes]:
    """Ask the provider something harmless; an account that works is used again."""
    known = await services.account_desk.one(visitor.store.id, account_id)
    report = await services.accounts.test(visitor.store.id, account_id)
    return moved(request, f"{PATH}/{account_id}", _told(visitor, known.provider, report))


@post(f"{PATH}/{{account_id:str}}/label")
async def choose_paper(
    request: Asked, services: Hub, visitor: Visiting, form: Form, account_id: FromPath[str]
) -> Response[bytes]:
    """Choose what the account's labels are printed on."""
    await services.label_choices.choose(visitor.store.id, account_id, label=form.text("label"))
    return moved(request, f"{PATH}/{account_id}", Said("success", visitor.words("Saved.")))


@post(f"{PATH}/{{account_id:str}}/company")
async def name_carrier(
    request: Asked, services: Hub, visitor: Visiting, form: Form, account_id: FromPath[str]
) -> Response[bytes]:
    """Say how the carrier is named on manifests."""
    company = CarrierCompany(
        name=form.text("company_name")[:200],
        tax_id=form.text("company_tax_id")[:40],
        address=form.text("company_address")[:200],
    )
    await services.manifest_parties.name_carrier(visitor.store.id, account_id, company)
    return moved(request, f"{PATH}/{account_id}", Said("success", visitor.words("Saved.")))


@post(f"{PATH}/{{account_id:str}}/scope")
async def scope_account(
    request: Asked, services: Hub, visitor: Visiting, form: Form, account_id: FromPath[str]
) -> Response[bytes]:
    """Say for which documents an invoicing account is meant."""
    scope = AccountScope(
        currencies=_codes(form.text("currencies")),
        countries=_codes(form.text("countries")),
        kinds=tuple(kind for kind in DocumentKind if kind.value in form.texts("kind")),
    )
    try:
        await services.account_scopes.set(visitor.store.id, account_id, scope)
    except Invalid as error:
        return moved(request, f"{PATH}/{account_id}", Said("danger", error.text(visitor.language)))
    return moved(request, f"{PATH}/{account_id}", Said("success", visitor.words("Saved.")))


@post(f"{PATH}/{{account_id:str}}/remove")
async def remove_account(
    request: Asked, services: Hub, visitor: Visiting, account_id: FromPath[str]
) -> Response[bytes]:
    """Remove an account; its shipments and documents stay."""
    known = await services.account_desk.one(visitor.store.id, account_id)
    await services.accounts.remove(visitor.store.id, account_id)
    note(request, subject=account_id, detail=known.account.name)
    return moved(request, PATH, Said("success", visitor.words("The account is removed.")))


def settings_in(form: FormData) -> dict[str, str]:
    """The provider's own fields in a form."""
    names = {name for name in form.fields if name.startswith(FIELD)}
    return {name.removeprefix(FIELD): form.text(name) for name in names}


def _new(
    request: Asked,
    visitor: Visitor,
    provider: Provider,
    filled: FilledIn,
    *,
    back: str,
    name: str = "",
    status: int = 200,
) -> Response[str]:
    return page(
        request,
        visitor,
        "accounts_new.html",
        status=status,
        current="accounts",
        title=provider.name,
        provider=provider,
        fields=fields_of(provider.settings),
        filled=filled,
        name=name,
        stored=frozenset(),
        back=back,
        words=words,
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.upper()[:3] for part in text.replace(",", " ").replace(";", " ").split()[:50]))


def _told(visitor: Visitor, provider: Provider | None, report: AccountReport) -> Said:
    """What a test found, in plain words, and the provider's own behind them."""
    said = provider.told(report.said, visitor.language) if provider is not None else report.said
    if report.ok:
        works = visitor.words("The account works.")
        return Said("success", f"{works} {said}" if said else works)
    if report.trouble is None:
        return Said("danger", report.message)
    text = visitor.words(words.TROUBLES[report.trouble])
    return Said("danger", f"{text} “{said}”" if said else text)


PAGES = (
    list_accounts,
    new_account,
    add_account,
    show_account,
    change_account,
    try_account,
    choose_paper,
    name_carrier,
    scope_account,
    remove_account,
)
