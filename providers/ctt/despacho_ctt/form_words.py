"""The form of an account in other languages than English: title and description of each setting."""

from __future__ import annotations

FORM_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "pt": {
        "authentication_id": (
            "AuthenticationID",
            "O GUID que abre os serviços web; os CTT enviam-no quando são ativados.",
        ),
        "client_id": (
            "Número de cliente",
            "ClientId, só algarismos.",
        ),
        "contract_id": (
            "Número do contrato",
            "ContractId, só algarismos; em regra nove que começam por 3000.",
        ),
        "user_id": (
            "UserID",
            "O segundo GUID, se os CTT o deram.",
        ),
        "distribution_channel": (
            "Canal de distribuição",
            "99 para todos, tanto quanto se sabe.",
        ),
        "base_url": (
            "Endereço dos serviços web",
            "Produção, se não disser outra coisa. Testes: http://cttexpressows.qa.ctt.pt/CTTEWSPool.",
        ),
        "weight_unit": (
            "Unidade de peso",
            (
                "Como o contrato lê um peso: gramas, ou quilos inteiros arredondados para cima. Pergunte aos CTT: nas "
                "primeiras etiquetas, compare o peso impresso."
            ),
        ),
        "declare_value": (
            "Declarar o valor",
            "Envia o valor dos artigos como DeclaredValue. Desligado, como nos exemplos da própria transportadora.",
        ),
    },
}
