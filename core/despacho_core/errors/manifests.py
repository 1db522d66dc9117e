"""What cannot be handed over: manifests, their labels and signatures."""

from __future__ import annotations

from typing import ClassVar

from despacho_core.errors.base import Conflict, Invalid
from despacho_core.phrases import said


class ManifestEmpty(Invalid):
    """A manifest needs at least one live label."""

    code = "manifest-empty"
    texts: ClassVar[dict[str, str]] = {
        "en": "The manifest has no live label. Buy labels first, or choose labels that are on no other manifest.",
        "es": "El manifiesto no tiene etiquetas vigentes. Compra etiquetas o elige algunas que no estén en otro manifiesto.",
        "pt": "O manifesto não tem etiquetas ativas. Compre etiquetas ou escolha algumas que não estejam noutro manifesto.",
    }


class ManifestClosed(Conflict):
    """A closed manifest does not change."""

    code = "manifest-closed"
    texts: ClassVar[dict[str, str]] = {
        "en": "Manifest {manifest} is already {state}. Open a new one for further labels.",
        "es": "El manifiesto {manifest} ya está {state}. Abre uno nuevo para más etiquetas.",
        "pt": "O manifesto {manifest} já está {state}. Abra um novo para mais etiquetas.",
    }


class LabelNotFree(Conflict):
    """A label that cannot go on this manifest."""

    code = "label-not-free"
    texts: ClassVar[dict[str, str]] = {
        "en": "Label {label} cannot go on this manifest: {reason}.",
        "es": "La etiqueta {label} no puede ir en este manifiesto: {reason}.",
        "pt": "A etiqueta {label} não pode ir neste manifesto: {reason}.",
    }


class LabelsNotFree(Conflict):
    """Several labels that cannot go on this manifest, each with its reason."""

    code = "labels-not-free"
    texts: ClassVar[dict[str, str]] = {
        "en": "These labels cannot go on this manifest: {labels}. Leave them away, or send “skip”: true to have them reported.",
        "es": "Estas etiquetas no pueden ir en este manifiesto: {labels}. Quítalas, o envía «skip»: true para que se informen.",
        "pt": "Estas etiquetas não podem ir neste manifesto: {labels}. Retire-as, ou envie «skip»: true para que sejam indicadas.",
    }

    def text(self, language: str) -> str:
        """The message, each label's reason in the language too: ``labels`` is ``number: reason; number: reason``."""
        pairs = (one.partition(": ") for one in str(self.facts["labels"]).split("; "))
        labels = "; ".join(f"{name}{colon}{said(reason, language)}" for name, colon, reason in pairs)
        return (self.texts.get(language) or self.texts["en"]).format(labels=labels)


class FileTooLarge(Invalid):
    """A file that is larger than its kind may be."""

    code = "file-too-large"
    texts: ClassVar[dict[str, str]] = {
        "en": "The {what} has {octets} octets; {most} are the most. Send a smaller file.",
        "es": "El archivo de {what} tiene {octets} octetos; el máximo es {most}. Envía uno más pequeño.",
        "pt": "O ficheiro de {what} tem {octets} octetos; o máximo é {most}. Envie um mais pequeno.",
    }


class FileUnreadable(Invalid):
    """A file that is not what its kind must be."""

    code = "file-unreadable"
    texts: ClassVar[dict[str, str]] = {
        "en": "The {what} cannot be used: {reason}. Send {formats}.",
        "es": "El archivo de {what} no se puede usar: {reason}. Envía {formats}.",
        "pt": "O ficheiro de {what} não se pode usar: {reason}. Envie {formats}.",
    }
