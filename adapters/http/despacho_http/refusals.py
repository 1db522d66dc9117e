"""What the HTTP layer itself refuses, in the same form as the domain's refusals: a stable code, a status, texts in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from despacho_core.phrases import said


class Refusal(Exception):
    """A request that is no proper HTTP, or ended too early; base of the layer's own refusals.

    Keyword arguments fill the placeholders of the texts.

    Args:
        headers: Sent with the answer.
        facts: What a program may want to know; shown as ``facts`` in the problem document.
    """

    code: ClassVar[str] = "bad-request"
    status: ClassVar[int] = 400
    texts: ClassVar[dict[str, str]] = {
        "en": "The request is not understood: {message}",
        "es": "La solicitud no se entiende: {message}",
        "pt": "O pedido não se entende: {message}",
    }

    def __init__(self, *, headers: Mapping[str, str] | None = None, **facts: object) -> None:
        self.headers = dict(headers or {})
        self.facts = facts
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        """The message in ``en``, ``es`` or ``pt``."""
        return self.texts[language].format_map({name: said(fact, language) for name, fact in self.facts.items()})


class MalformedJson(Refusal):
    """The body is no JSON."""

    code = "malformed-json"
    texts: ClassVar[dict[str, str]] = {
        "en": "The body is not valid JSON: {message}",
        "es": "El cuerpo no es JSON válido: {message}",
        "pt": "O corpo não é JSON válido: {message}",
    }


class InvalidBody(Refusal):
    """JSON of another shape than the operation takes: a wrong type, an unknown or missing field."""

    code = "invalid-body"
    status = 422
    texts: ClassVar[dict[str, str]] = {
        "en": "The body does not fit at {path}: {message}. See /schema.",
        "es": "El cuerpo no corresponde en {path}: {message}. Consulta /schema.",
        "pt": "O corpo não corresponde em {path}: {message}. Consulte /schema.",
    }


class InvalidParameter(Refusal):
    """A query or path parameter that does not fit."""

    code = "invalid-parameter"
    status = 422
    texts: ClassVar[dict[str, str]] = {
        "en": "The parameter {parameter} does not fit: {message}. See /schema.",
        "es": "El parámetro {parameter} no corresponde: {message}. Consulta /schema.",
        "pt": "O parâmetro {parameter} não corresponde: {message}. Consulte /schema.",
    }


class TokenRefused(Refusal):
    """No bearer token, or none that is known and live."""

    code = "unauthorized"
    status = 401
    texts: ClassVar[dict[str, str]] = {
        "en": "Send a live token as “Authorization: Bearer …”. Make one with `despacho tokens create`.",
        "es": "Envía un token vigente como «Authorization: Bearer …». Crea uno con `despacho tokens create`.",
        "pt": "Envie um token ativo como «Authorization: Bearer …». Crie um com `despacho tokens create`.",
    }

    def __init__(self) -> None:
        super().__init__(headers={"www-authenticate": "Bearer"})


class NothingHere(Refusal):
    """No such address, or no such thing behind it."""

    code = "not-found"
    status = 404
    texts: ClassVar[dict[str, str]] = {
        "en": "There is nothing at this address.",
        "es": "No hay nada en esta dirección.",
        "pt": "Não há nada neste endereço.",
    }


class MethodNotAllowed(Refusal):
    """The address exists, but not for this method."""

    code = "method-not-allowed"
    status = 405
    texts: ClassVar[dict[str, str]] = {
        "en": "This address does not take {method}; it takes {allowed}.",
        "es": "Esta dirección no acepta {method}; acepta {allowed}.",
        "pt": "Este endereço não aceita {method}; aceita {allowed}.",
    }


class BodyTooLarge(Refusal):
    """More octets than we read."""

    code = "body-too-large"
    status = 413
    texts: ClassVar[dict[str, str]] = {
        "en": "The body is larger than {most} octets. Send less at once.",
        "es": "El cuerpo supera {most} octetos. Envía menos por vez.",
        "pt": "O corpo excede {most} octetos. Envie menos de cada vez.",
    }

    def __init__(self, most: int) -> None:
        # The rest of the body is not read, so that the connection cannot carry another request.
        super().__init__(headers={"connection": "close"}, most=most)


class UnsupportedMediaType(Refusal):
    """A body of a kind that the operation does not take."""

    code = "unsupported-media-type"
    status = 415
    texts: ClassVar[dict[str, str]] = {
        "en": "The content type must be {wanted}.",
        "es": "El tipo de contenido debe ser {wanted}.",
        "pt": "O tipo de conteúdo deve ser {wanted}.",
    }


class KeyInvalid(Refusal):
    """An ``Idempotency-Key`` that cannot be kept."""

    code = "idempotency-key-invalid"
    status = 422
    texts: ClassVar[dict[str, str]] = {
        "en": "Idempotency-Key must have 1 to {most} visible ASCII characters. A UUID is a good one.",
        "es": "Idempotency-Key debe tener de 1 a {most} caracteres ASCII visibles. Un UUID sirve.",
        "pt": "Idempotency-Key deve ter de 1 a {most} caracteres ASCII visíveis. Um UUID serve.",
    }


class KeyReused(Refusal):
    """The key belongs to another request."""

    code = "idempotency-key-reused"
    status = 422
    texts: ClassVar[dict[str, str]] = {
        "en": "This Idempotency-Key was used for another request. Use a new key for a new request.",
        "es": "Esta Idempotency-Key ya se usó en otra solicitud. Usa una clave nueva para cada solicitud.",
        "pt": "Esta Idempotency-Key já foi usada noutro pedido. Use uma chave nova para cada pedido.",
    }


class KeyInProgress(Refusal):
    """The first request with this key is still being worked on."""

    code = "idempotency-in-progress"
    status = 409
    texts: ClassVar[dict[str, str]] = {
        "en": "The first request with this Idempotency-Key is still being worked on. Ask again in {seconds} s.",
        "es": "La primera solicitud con esta Idempotency-Key aún está en curso. Consulta de nuevo en {seconds} s.",
        "pt": "O primeiro pedido com esta Idempotency-Key ainda está em curso. Volte a pedir dentro de {seconds} s.",
    }

    def __init__(self, seconds: int) -> None:
        super().__init__(headers={"retry-after": str(seconds)}, seconds=seconds)


class DatabaseUnavailable(Refusal):
    """Nothing could be kept, so nothing is acknowledged."""

    code = "database-unavailable"
    status = 503
    texts: ClassVar[dict[str, str]] = {
        "en": "The database is not available now, so nothing was done. Try again in a moment.",
        "es": "La base de datos no está disponible, por lo que no se hizo nada. Inténtalo de nuevo en un momento.",
        "pt": "A base de dados não está disponível, por isso nada foi feito. Tente de novo dentro de momentos.",
    }

    def __init__(self) -> None:
        super().__init__(headers={"retry-after": "5"})


class InternalError(Refusal):
    """Our own mistake; details are in the log alone."""

    code = "internal-error"
    status = 500
    texts: ClassVar[dict[str, str]] = {
        "en": "Something broke on our side. It is in the hub's log.",
        "es": "Algo falló de nuestro lado. Está en el registro del sistema.",
        "pt": "Algo falhou do nosso lado. Está no registo do sistema.",
    }


class ProviderRefused(Refusal):
    """A provider or the store said no to what we needed on the way."""

    code = "provider-refused"
    status = 502
    texts: ClassVar[dict[str, str]] = {
        "en": "The store or a provider refused: {message}",
        "es": "La tienda o un proveedor rechazó: {message}",
        "pt": "A loja ou um fornecedor recusou: {message}",
    }


class ProviderUnauthorized(Refusal):
    """Our credentials with a provider or the store are refused."""

    code = "provider-unauthorized"
    status = 502
    texts: ClassVar[dict[str, str]] = {
        "en": "The store or a provider refuses our credentials: {message}. Install the store or mend the account again.",
        "es": "La tienda o un proveedor rechaza nuestras credenciales: {message}. Reinstala la tienda o corrige la cuenta.",
        "pt": "A loja ou um fornecedor recusa as nossas credenciais: {message}. Reinstale a loja ou corrija a conta.",
    }


class ProviderBusy(Refusal):
    """A provider or the store wants us to wait."""

    code = "provider-rate-limited"
    status = 503
    texts: ClassVar[dict[str, str]] = {
        "en": "The store or a provider wants us to wait {seconds} s: {message}",
        "es": "La tienda o un proveedor pide esperar {seconds} s: {message}",
        "pt": "A loja ou um fornecedor pede para esperar {seconds} s: {message}",
    }


class ProviderUnavailable(Refusal):
    """A provider or the store cannot be reached; nothing happened."""

    code = "provider-unavailable"
    status = 503
    texts: ClassVar[dict[str, str]] = {
        "en": "The store or a provider cannot be reached now: {message}. Nothing happened; try again in a moment.",
        "es": "La tienda o un proveedor no está disponible: {message}. No ocurrió nada; intenta en un momento.",
        "pt": "A loja ou um fornecedor não está disponível: {message}. Nada aconteceu; tente dentro de momentos.",
    }


class ProviderUncertain(Refusal):
    """A provider or the store may have acted; nobody knows yet."""

    code = "provider-uncertain"
    status = 502
    texts: ClassVar[dict[str, str]] = {
        "en": "The store or a provider gave no clear answer: {message}. Look whether it happened before you repeat it.",
        "es": "La tienda o un proveedor no respondió con claridad: {message}. Revisa si ocurrió antes de repetir.",
        "pt": "A loja ou um fornecedor não respondeu com clareza: {message}. Veja se aconteceu antes de repetir.",
    }


class SignedOut(Refusal):
    """A part of a page, or a change, from a browser whose session has ended."""

    code = "signed-out"
    status = 401
    texts: ClassVar[dict[str, str]] = {
        "en": "Your session has ended. Open the App again.",
        "es": "Tu sesión terminó. Abre la App de nuevo.",
        "pt": "A sua sessão terminou. Abra a App novamente.",
    }


class FormNotOurs(Refusal):
    """A form without its session's token: it was shown by somebody else, or long ago."""

    code = "form-not-ours"
    status = 403
    texts: ClassVar[dict[str, str]] = {
        "en": "This form is out of date, and nothing was changed. This browser is signed in for {store} now: load the page again and "
        "repeat what you did. To work in another store, open the App again in its admin.",
        "es": "Este formulario ya no vale y no se cambió nada. Este navegador está conectado ahora a {store}: vuelve a cargar la página y "
        "repite lo que hiciste. Para trabajar en otra tienda, abre de nuevo la App en su administrador.",
        "pt": "Este formulário já não é válido e nada foi alterado. Este navegador tem agora a sessão iniciada em {store}: carregue a "
        "página de novo e repita o que fez. Para trabalhar noutra loja, abra de novo a App na administração dela.",
    }
