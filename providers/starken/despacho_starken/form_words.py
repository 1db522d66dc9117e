"""The form of an account in other languages than English: title and description of each setting."""

from __future__ import annotations

FORM_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "es": {
        "company_rut": (
            "RUT de la empresa",
            "RUT de tu empresa en Starken, con o sin puntos y dígito verificador.",
        ),
        "clave": (
            "Clave de cotización y seguimiento",
            "Clave de los servicios REST, que va con el RUT de la empresa.",
        ),
        "emission_url": (
            "Dirección de la emisión",
            (
                "«Host to Host»; Starken la entrega al salir a producción y debe permitir la IP del hub. Pruebas: "
                "https://emisionh2h-qa.starken.cl/starkenh2h/servlet/aemisionh2hremrest"
            ),
        ),
        "emission_user_rut": (
            "RUT del usuario emisor",
            "El usuario que Starken creó para la emisión.",
        ),
        "emission_clave": (
            "Clave de la emisión",
            "Clave del usuario emisor.",
        ),
        "account_number": (
            "Cuenta corriente",
            "Con su dígito verificador, como 12345-6. Vacía: paga el destinatario, a precio de lista.",
        ),
        "cost_centre": (
            "Centro de costo",
            "El de la cuenta; 0 si no hay.",
        ),
        "label_url": (
            "Dirección de las etiquetas",
            (
                "Vacía: el hub dibuja las etiquetas, con los códigos de barras de Starken. Pruebas: "
                "https://apiqa.starken.cl/apiqa/etiqueta/impresionByOrdenFleteDynamic"
            ),
        ),
        "label_user": (
            "Usuario de las etiquetas",
            "El tercer par de credenciales.",
        ),
        "label_password": (
            "Clave de las etiquetas",
            "Va con el usuario de las etiquetas.",
        ),
        "label_size": (
            "Tamaño de las etiquetas",
            "«10x10» para impresoras de etiquetas (10 por 10 cm), «letter» para hojas.",
        ),
        "reference_document": (
            "Tipo de documento de referencia",
            (
                "Cómo se informa el número del pedido; Starken pide un documento sobre $50.000 de valor declarado. 28 "
                "boleta, 26 factura, 27 como otras tiendas envían números de pedido."
            ),
        ),
        "contents": (
            "Contenido",
            "Qué se envía, cuando los bultos no lo dicen.",
        ),
        "agencies": (
            "Agencias para retiro",
            (
                "Comuna y código de su agencia, como «Ñuñoa=1467; Castro=1201». En estas comunas se ofrece la entrega "
                "en agencia."
            ),
        ),
        "push_token": (
            "Token de los avisos",
            (
                "Un texto largo al azar que eliges tú y que Starken envía con cada aviso: como clave de HTTP Basic, "
                "como Bearer o en el encabezado Clave. Sin él se rechazan los avisos."
            ),
        ),
        "base_url": (
            "Dirección de cotización y seguimiento",
            "Producción si no se indica otra. Pruebas: https://restservices-qa.starken.cl/apiqa/starkenservices/rest",
        ),
    },
}
