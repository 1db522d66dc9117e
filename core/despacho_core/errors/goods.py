"""What cannot be quoted or sent: money, parcels, places, and the plan of how a store ships."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec

from despacho_core.errors.base import Conflict, Invalid
from despacho_core.phrases import said

MOST_MISFITS = 50
"""Told of one plan or sheet, beside the first: more than a person mends in one go."""


class UnknownCurrency(Invalid):
    """A currency code outside ISO 4217."""

    code = "unknown-currency"
    texts: ClassVar[dict[str, str]] = {
        "en": "“{currency}” is not an ISO 4217 currency code. Use the store's own, for example CLP or EUR.",
        "es": "«{currency}» no es un código de moneda ISO 4217. Usa el de la tienda, por ejemplo CLP o EUR.",
        "pt": "«{currency}» não é um código de moeda ISO 4217. Use o da loja, por exemplo CLP ou EUR.",
    }


class CurrenciesDiffer(Invalid):
    """Two amounts in different currencies met."""

    code = "currencies-differ"
    texts: ClassVar[dict[str, str]] = {
        "en": "Amounts in {one} and {other} cannot be combined. Use one currency.",
        "es": "No se pueden combinar montos en {one} y {other}. Usa una sola moneda.",
        "pt": "Não se podem combinar valores em {one} e {other}. Use uma só moeda.",
    }


class InvalidParcel(Invalid):
    """A parcel without positive, plausible weight and sides."""

    code = "invalid-parcel"
    texts: ClassVar[dict[str, str]] = {
        "en": "Parcel {piece}: {field} is {value}; it must be between {least} and {most} {unit}. Correct it and try again.",
        "es": "Bulto {piece}: {field} es {value}; debe estar entre {least} y {most} {unit}. Corrígelo e intenta de nuevo.",
        "pt": "Volume {piece}: {field} é {value}; deve estar entre {least} e {most} {unit}. Corrija e tente de novo.",
    }


class NothingToShip(Invalid):
    """No physical product, or no parcel."""

    code = "nothing-to-ship"
    texts: ClassVar[dict[str, str]] = {
        "en": "There is nothing to ship: no physical product is in it. Add a parcel or choose another order.",
        "es": "No hay nada que despachar: no tiene productos físicos. Agrega un bulto o elige otro pedido.",
        "pt": "Não há nada para enviar: não tem produtos físicos. Adicione um volume ou escolha outra encomenda.",
    }


class Misfit(msgspec.Struct, frozen=True):
    """One thing that does not fit: where it stands (``$.tariff[2].area.comunas[0]``, ``line 7, price``), and why, in English."""

    path: str
    reason: str


class PlanInvalid(Invalid):
    """A shipping plan that cannot be meant so; says where.

    Where several things were found, ``path`` and ``reason`` are the first one's and the fact ``further`` holds the others.
    """

    code = "shipping-plan-invalid"
    texts: ClassVar[dict[str, str]] = {
        "en": "The shipping plan does not fit at {path}: {reason}.",
        "es": "El plan de despacho no corresponde en {path}: {reason}.",
        "pt": "O plano de envio não corresponde em {path}: {reason}.",
    }

    @classmethod
    def of(cls, misfits: Sequence[Misfit]) -> PlanInvalid:
        """The refusal of a plan with these misfits, at least one."""
        first, *others = misfits
        further = {"further": tuple(others[:MOST_MISFITS])} if others else {}
        return cls(path=first.path, reason=first.reason, **further)

    @property
    def misfits(self) -> tuple[Misfit, ...]:
        """Everything that does not fit."""
        further: Iterable[Misfit] = self.facts.get("further", ())  # type: ignore[assignment]  # ours, see above
        return (Misfit(str(self.facts["path"]), str(self.facts["reason"])), *further)

    def text(self, language: str) -> str:
        """The message, one sentence for each thing that does not fit."""
        others = [f"{one.path}: {said(one.reason, language)}." for one in self.misfits[1:]]
        return " ".join((super().text(language), *others))


class SettingInvalid(Invalid):
    """A setting of the store outside what it may be."""

    code = "setting-wrong"
    texts: ClassVar[dict[str, str]] = {
        "en": "The setting {setting} does not fit: {reason}.",
        "es": "El ajuste {setting} no corresponde: {reason}.",
        "pt": "A definição {setting} não corresponde: {reason}.",
    }


class PlanChanged(Conflict):
    """Somebody else saved the shipping plan meanwhile."""

    code = "shipping-plan-changed"
    texts: ClassVar[dict[str, str]] = {
        "en": "The shipping plan was changed meanwhile: it is at version {there}, not {expected}. Read it again and repeat the change.",
        "es": "El plan de despacho cambió entretanto: está en la versión {there}, no {expected}. Léelo de nuevo y repite el cambio.",
        "pt": "O plano de envio mudou entretanto: está na versão {there}, não {expected}. Leia-o de novo e repita a alteração.",
    }


class OrderUnreadable(Invalid):
    """The store does not give the order out, or in a form that cannot be read."""

    code = "order-unreadable"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} cannot be read from the store: {message}. Look at it in the store's admin, then ask again.",
        "es": "El pedido {order} no se puede leer desde la tienda: {message}. Revísalo en el panel de la tienda y vuelve a pedirlo.",
        "pt": "A encomenda {order} não pode ser lida da loja: {message}. Verifique-a no painel da loja e peça de novo.",
    }


class OrderWithoutAddress(Invalid):
    """The order says nowhere to deliver to."""

    code = "order-without-address"
    texts: ClassVar[dict[str, str]] = {
        "en": "Order {order} has no complete delivery address (missing: {missing}). Complete it in the store, then try again.",
        "es": "El pedido {order} no tiene dirección de entrega completa (falta: {missing}). Complétala en la tienda e intenta otra vez.",
        "pt": "A encomenda {order} não tem morada de entrega completa (falta: {missing}). Complete-a na loja e tente de novo.",
    }


class OriginMissing(Invalid):
    """The store has not said where parcels leave from."""

    code = "origin-missing"
    texts: ClassVar[dict[str, str]] = {
        "en": "The store has no origin address. Set where parcels leave from in the store's locations.",
        "es": "La tienda no tiene dirección de origen. Indica desde dónde salen los bultos en las sucursales de la tienda.",
        "pt": "A loja não tem morada de origem. Indique de onde saem os volumes nas localizações da loja.",
    }
