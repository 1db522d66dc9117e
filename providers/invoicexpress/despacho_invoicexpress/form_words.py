"""The form of an account in other languages than English: title and description of each setting."""

from __future__ import annotations

FORM_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "pt": {
        "account": (
            "Conta",
            "A primeira parte do seu endereço no InvoiceXpress: «loja» de loja.app.invoicexpress.com.",
        ),
        "api_key": (
            "Chave da API",
            "Do InvoiceXpress, Conta → API. Vai no endereço de cada chamada: crie outra se alguma vez foi vista.",
        ),
        "region": (
            "Região",
            "Que IVA cobra: PT no continente, PT-AC nos Açores, PT-MA na Madeira.",
        ),
        "exemption_code": (
            "Motivo de não haver IVA",
            (
                "Código para linhas sem imposto que não dizem o motivo, como M10 (regime de isenção), M07 ou M99. "
                "Vazio: a encomenda não é faturada até alguém decidir."
            ),
        ),
        "receipt_as": (
            "Os consumidores recebem",
            "«invoice_receipt» uma fatura-recibo; «simplified_invoice» uma fatura simplificada até 1000 euros.",
        ),
        "invoice_as": (
            "As empresas recebem",
            "«invoice» uma fatura, cujo pagamento regista você; «invoice_receipt» uma fatura-recibo.",
        ),
        "sequence_id": (
            "Série",
            "Número (id) da série no InvoiceXpress; vazio para a atual.",
        ),
        "price_decimals": (
            "Casas decimais dos preços",
            "Com quantas casas a sua conta guarda preços sem IVA: em regra 4, 2 em algumas contas.",
        ),
        "base_url": (
            "Endereço da API",
            "O serviço real, se não disser outra coisa; {account} representa o nome da conta.",
        ),
    },
}
