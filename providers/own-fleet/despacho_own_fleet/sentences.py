"""What this package says to merchants (checks of its settings, tests of an account) in other languages than English."""

from __future__ import annotations

SENTENCES: dict[str, dict[str, str]] = {
    "es": {
        "name 1 to {most} services, as “code:Name”, with commas between": (
            "nombra de 1 a {most} servicios, como «código:Nombre», separados por comas"
        ),
        "a service's code is there twice": ("el código de un servicio está dos veces"),
        "a service is written as “code:Name”, the code in small letters, digits and hyphens": (
            "un servicio se escribe «código:Nombre», el código con minúsculas, dígitos y guiones"
        ),
        "{fleet}: {services}; numbers like {example}": ("{fleet}: {services}; números como {example}"),
    },
    "pt": {
        "name 1 to {most} services, as “code:Name”, with commas between": (
            "indique de 1 a {most} serviços, como «código:Nome», separados por vírgulas"
        ),
        "a service's code is there twice": ("o código de um serviço está duas vezes"),
        "a service is written as “code:Name”, the code in small letters, digits and hyphens": (
            "um serviço escreve-se «código:Nome», o código com minúsculas, algarismos e hífenes"
        ),
        "{fleet}: {services}; numbers like {example}": ("{fleet}: {services}; números como {example}"),
    },
}
"""By language, then by the English sentence; settings' own checks without the field that they begin with."""
