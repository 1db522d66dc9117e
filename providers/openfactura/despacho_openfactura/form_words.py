"""The form of an account in other languages than English: title and description of each setting."""

from __future__ import annotations

FORM_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "es": {
        "api_key": (
            "Clave de la API",
            "Se crea en OpenFactura en Configuración → API. Una por contribuyente.",
        ),
        "rut": (
            "RUT",
            "El RUT del emisor, con o sin puntos: 76.795.561-8.",
        ),
        "razon_social": (
            "Razón social",
            "El nombre legal del emisor.",
        ),
        "giro": (
            "Giro",
            "El giro del emisor.",
        ),
        "acteco": (
            "Acteco",
            "Código de la actividad económica, seis dígitos: 479100.",
        ),
        "direccion": (
            "Dirección",
            "Dirección de la sucursal que emite.",
        ),
        "comuna": (
            "Comuna",
            "Comuna de la sucursal que emite.",
        ),
        "sucursal": (
            "Sucursal",
            "Código de la sucursal en el SII (CdgSIISucur), hasta nueve dígitos; vacío si es la única.",
        ),
        "base_url": (
            "Dirección de la API",
            "Producción si no se indica otra. Desarrollo sin cuenta: https://dev-api.haulmer.com.",
        ),
        "send_email": (
            "Correo al comprador",
            "OpenFactura envía el documento al comprador cuando el SII lo acepta.",
        ),
        "uf_value": (
            "Valor de una UF",
            (
                "En pesos. Si se indica, una boleta sobre 135 UF identifica a su comprador y el medio de pago, como "
                "debe desde 2026."
            ),
        ),
        "payment_code": (
            "Medio de pago",
            (
                "Número que se envía como MedioPago en una boleta sobre 135 UF. Su lista no está publicada: pide el "
                "correcto a OpenFactura."
            ),
        ),
        "boleta_order_number": (
            "Número de pedido en una boleta",
            (
                "«reference» lo informa como referencia de tipo 801; «description» en la primera línea, por si se "
                "rechazan las referencias."
            ),
        ),
    },
}
