"""What no account or provider can do now, and documents that are not there."""

from __future__ import annotations

from typing import ClassVar

from despacho_core.errors.base import Conflict, NotAvailable, NotFound


class NoAccount(Conflict):
    """The store has no account in use that could do this."""

    code = "no-account"
    texts: ClassVar[dict[str, str]] = {
        "en": "The store has no account that can {capability}. Add one with `despacho accounts add`.",
        "es": "La tienda no tiene una cuenta que pueda {capability}. Agrega una con `despacho accounts add`.",
        "pt": "A loja não tem uma conta que possa {capability}. Adicione uma com `despacho accounts add`.",
    }


class AccountNeedsAttention(Conflict):
    """Credentials refused: nothing is sent until a person mends the account."""

    code = "account-needs-attention"
    texts: ClassVar[dict[str, str]] = {
        "en": "Account {account} needs attention: {reason}. Mend its credentials, then run `despacho accounts test {account}`.",
        "es": "La cuenta {account} requiere atención: {reason}. Corrige sus credenciales y ejecuta `despacho accounts test {account}`.",
        "pt": "A conta {account} precisa de atenção: {reason}. Corrija as credenciais e execute `despacho accounts test {account}`.",
    }


class StoreAsleep(Conflict):
    """The store has removed the App, or no longer lets us in: what is kept is shown to its session, and nothing else is done."""

    code = "store-asleep"
    texts: ClassVar[dict[str, str]] = {
        "en": "The store “{store}” does not let us in any more. Open the App in the store's admin, or give its new credentials with "
        "`despacho stores add`; then go on.",
        "es": "La tienda «{store}» ya no nos deja entrar. Abre la App en el panel de la tienda, o da sus credenciales nuevas con "
        "`despacho stores add`, y luego continúa.",
        "pt": "A loja «{store}» já não nos deixa entrar. Abra a App no painel da loja, ou dê as credenciais novas com "
        "`despacho stores add`, e depois continue.",
    }


class NotYetKnown(NotAvailable):
    """The provider acted or not, nobody knows yet; the answer is being looked up."""

    code = "not-yet-known"
    texts: ClassVar[dict[str, str]] = {
        "en": "{provider} has not answered yet; nothing is lost and nothing is done twice. Ask again in a moment.",
        "es": "{provider} aún no responde; nada se pierde ni se hace dos veces. Consulta de nuevo en un momento.",
        "pt": "{provider} ainda não respondeu; nada se perde nem se faz duas vezes. Volte a consultar dentro de momentos.",
    }


class ProviderDown(NotAvailable):
    """The provider is certainly not reachable; the hub goes on trying."""

    code = "provider-unavailable"
    texts: ClassVar[dict[str, str]] = {
        "en": "{provider} cannot be reached now: {message}. The hub goes on trying by itself.",
        "es": "{provider} no está disponible ahora: {message}. El sistema seguirá intentando por sí solo.",
        "pt": "{provider} não está disponível agora: {message}. O sistema continuará a tentar sozinho.",
    }


class DocumentMissing(NotFound):
    """The document has not been made, or cannot be had in that format."""

    code = "document-missing"
    texts: ClassVar[dict[str, str]] = {
        "en": "There is no document in the format {format} for {what} {id}. Ask again once it is ready, or choose another format.",
        "es": "No hay documento en formato {format} para {what} {id}. Consulta cuando esté listo o elige otro formato.",
        "pt": "Não há documento no formato {format} para {what} {id}. Consulte quando estiver pronto ou escolha outro formato.",
    }


class AccountRemoved(NotFound):
    """The account was removed, and nobody else can be asked for a file that was never kept here."""

    code = "account-removed"
    texts: ClassVar[dict[str, str]] = {
        "en": "The account of {what} {id} was removed, and no {format} of it was kept here. Get it from the carrier or "
        "the invoicing system itself.",
        "es": "La cuenta de {what} {id} fue eliminada y aquí no quedó guardado su {format}. Obtenlo directamente del transportista o del "
        "sistema de facturación.",
        "pt": "A conta de {what} {id} foi removida e aqui não ficou guardado o seu {format}. Obtenha-o diretamente da transportadora ou do "
        "sistema de faturação.",
    }
