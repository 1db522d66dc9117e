"""The emission's body: one flat object of scalars, with the lengths of the carrier's dictionary (contract/carriers.md 3A)."""

from __future__ import annotations

from typing import Annotated

import msgspec

Text10 = Annotated[str, msgspec.Meta(max_length=10)]
Text20 = Annotated[str, msgspec.Meta(max_length=20)]
Text30 = Annotated[str, msgspec.Meta(max_length=30)]
Text40 = Annotated[str, msgspec.Meta(max_length=40)]
Text50 = Annotated[str, msgspec.Meta(max_length=50)]
Text60 = Annotated[str, msgspec.Meta(max_length=60)]
Text80 = Annotated[str, msgspec.Meta(max_length=80)]


class Emission(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """One shipment to be made. Numbers may come as numbers or as text; everything is kept as text here."""

    rut_empresa_emisora: Text10
    rut_usuario_emisor: Text10
    clave_usuario_emisor: str
    rut_remitente: Text10 = ""
    dv_remitente: str = ""
    nombre_razon_social_remitente: Text60 = ""
    apellido_paterno_remitente: Text20 = ""
    apellido_materno_remitente: Text20 = ""
    direccion_remitente: Text50 = ""
    numeracion_direccion_remitente: Text10 = ""
    departamento_remitente: Text10 = ""
    email_remitente: Text50 = ""
    telefono_remitente: Text20 = ""
    comuna_remitente: Text30 = ""
    rut_destinatario: Text10 = ""
    dv_rut_destinatario: str = ""
    nombre_razon_social_destinatario: Text40
    apellido_paterno_destinatario: Text20 = ""
    apellido_materno_destinatario: Text20 = ""
    direccion_destinatario: Text80 = ""
    numeracion_direccion_destinatario: Text10 = ""
    departamento_direccion_destinatario: Text10 = ""
    comuna_destino: Text30
    telefono_destinatario: Text20 = ""
    email_destinatario: Text50 = ""
    nombre_contacto_destinatario: Text40 = ""
    tipo_entrega: str
    tipo_pago: str
    numero_cta_cte: str = ""
    dv_numero_cta_cte: str = ""
    centro_costo_cta_cte: str = ""
    valor_declarado: str
    contenido: Text50
    kilos_total: str
    alto: str
    ancho: str
    largo: str
    tipo_servicio: str
    tipo_documento1: str = ""
    numero_documento1: str = ""
    genera_etiqueta_documento1: str = ""
    tipo_documento2: str = ""
    numero_documento2: str = ""
    genera_etiqueta_documento2: str = ""
    tipo_documento3: str = ""
    numero_documento3: str = ""
    genera_etiqueta_documento3: str = ""
    tipo_documento4: str = ""
    numero_documento4: str = ""
    genera_etiqueta_documento4: str = ""
    tipo_documento5: str = ""
    numero_documento5: str = ""
    genera_etiqueta_documento5: str = ""
    tipo_encargo1: str
    cantidad_encargo1: str
    tipo_encargo2: str = ""
    cantidad_encargo2: str = ""
    tipo_encargo3: str = ""
    cantidad_encargo3: str = ""
    tipo_encargo4: str = ""
    cantidad_encargo4: str = ""
    tipo_encargo5: str = ""
    cantidad_encargo5: str = ""
    observacion: str = ""

    @property
    def to_agency(self) -> bool:
        """Whether the buyer collects it."""
        return self.tipo_entrega == "1"

    @property
    def documents(self) -> list[tuple[str, str, str]]:
        """Kind, number and "print a label for it" of every place for documents."""
        return [
            (
                getattr(self, f"tipo_documento{place}"),
                getattr(self, f"numero_documento{place}"),
                getattr(self, f"genera_etiqueta_documento{place}"),
            )
            for place in range(1, 6)
        ]

    @property
    def encargos(self) -> list[tuple[str, str]]:
        """Kind and number of every place for packages."""
        return [
            (getattr(self, f"tipo_encargo{place}"), getattr(self, f"cantidad_encargo{place}")) for place in range(1, 6)
        ]
