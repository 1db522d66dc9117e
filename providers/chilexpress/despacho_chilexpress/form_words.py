"""The form of an account in other languages than English: title and description of each setting."""

from __future__ import annotations

FORM_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "es": {
        "key_coverage": (
            "Clave de Coberturas",
            (
                "Clave de suscripción del producto «Coberturas» (georreferencia) en el portal de desarrolladores de "
                "Chilexpress."
            ),
        ),
        "key_rating": (
            "Clave de Cotizador",
            "Clave de suscripción del producto «Cotizador».",
        ),
        "key_shipping": (
            "Clave de Envíos",
            (
                "Clave de suscripción del producto «Envíos» (órdenes de transporte): etiquetas, certificados y "
                "seguimiento."
            ),
        ),
        "customer_card": (
            "Tarjeta Cliente (TCC)",
            "Número de la Tarjeta Cliente Chilexpress, solo dígitos. 18578680 es la tarjeta pública de prueba.",
        ),
        "company_rut": (
            "RUT de la empresa",
            (
                "RUT de la empresa dueña de la tarjeta, con o sin puntos y dígito verificador. 96756430 es la empresa "
                "pública de prueba."
            ),
        ),
        "base_url": (
            "Dirección de la API",
            (
                "Producción si no se indica otra. Pruebas: https://testservices.wschilexpress.com o "
                "https://qaservices.wschilexpress.com."
            ),
        ),
        "rates": (
            "Precios",
            "«business» cotiza los precios del contrato de la tarjeta, «courier» los de lista.",
        ),
        "certificates": (
            "Certificados",
            (
                "«each» pone cada envío en su propio certificado, de modo que un manifiesto cierra justo lo que "
                "lleva. «together» pone los envíos del día en uno, que se cierra entero: para muchos bultos al día y "
                "pocas anulaciones."
            ),
        ),
        "seller_rut": (
            "RUT del vendedor",
            "RUT del vendedor en un marketplace; DEFAULT para todos los demás.",
        ),
        "source_channel": (
            "Canal de origen",
            "Número que Chilexpress dio a la integración; 0 si no hay.",
        ),
        "declared_content": (
            "Contenido declarado",
            "Código de lo que se envía: 1 artículos personales, 2 educación, 4 vestuario, 5 otros, 7 tecnología.",
        ),
        "sender_name": (
            "Nombre del remitente",
            "Contacto para devoluciones; si queda vacío, el nombre del origen.",
        ),
        "sender_phone": (
            "Teléfono del remitente",
            (
                "Contacto para devoluciones; si queda vacío, el teléfono del origen. Reemplaza el de un comprador que "
                "no dejó ninguno."
            ),
        ),
        "sender_email": (
            "Correo del remitente",
            "Contacto para devoluciones; si queda vacío, el correo del origen.",
        ),
    },
}
