"""Why something does not fit, in the languages of the people who read it: sentences with holes for what was written.

Where something is refused, the reason is plain English, which a program may look at (:mod:`despacho_core.phrases`). A sentence of the
table is found again by its shape, so that what raises it need not know of languages; the decoder's own messages (msgspec) are told
likewise. A test walks all places that give a reason.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

LANGUAGES = ("es", "pt")

Sentence = tuple[str, str, str]
"""English, Spanish, Portuguese; ``{name}`` is a hole, the same ones in each."""

REASONS: tuple[Sentence, ...] = (
    # accounts, names, currencies
    ("the store has no such account", "la tienda no tiene esa cuenta", "a loja não tem essa conta"),
    (
        "several accounts are with this provider; name one by its id",
        "hay varias cuentas con este proveedor; nombra una por su id",
        "há várias contas com este fornecedor; indique uma pelo id",
    ),
    ("it is there already", "ya está", "já existe"),
    ("this is no ISO 4217 currency code", "no es un código de moneda ISO 4217", "não é um código de moeda ISO 4217"),
    # numbers as people write them
    ("this is no number", "no es un número", "não é um número"),
    ("this is no whole number", "no es un número entero", "não é um número inteiro"),
    (
        "amounts in {currency} have no decimals",
        "los montos en {currency} no llevan decimales",
        "os valores em {currency} não têm casas decimais",
    ),
    (
        "amounts in {currency} have at most {digits} decimals",
        "los montos en {currency} llevan a lo más {digits} decimales",
        "os valores em {currency} têm no máximo {digits} casas decimais",
    ),
    (
        "“{written}” can be read in two ways; write {whole} or {exact}",
        "«{written}» se puede leer de dos maneras; escribe {whole} o {exact}",
        "«{written}» pode ler-se de duas maneiras; escreva {whole} ou {exact}",
    ),
    (
        "this is in {other}, and the amount is to be in {currency}",
        "esto está en {other}, y el monto va en {currency}",
        "isto está em {other}, e o valor deve estar em {currency}",
    ),
    (
        "it must be between {least} and {most}",
        "debe estar entre {least} y {most}",
        "deve estar entre {least} e {most}",
    ),
    (
        "{field} must be between {least} and {most}",
        "{field} debe estar entre {least} y {most}",
        "{field} deve estar entre {least} e {most}",
    ),
    # rows and rules
    (
        "the area names no place; name at least a country",
        "el área no nombra ningún lugar; nombra al menos un país",
        "a área não indica nenhum lugar; indique pelo menos um país",
    ),
    (
        "each bracket must end above the one before",
        "cada tramo debe terminar por encima del anterior",
        "cada escalão deve terminar acima do anterior",
    ),
    ("days_min is more than days_max", "days_min es mayor que days_max", "days_min é maior que days_max"),
    ("ending must be less than to", "ending debe ser menor que to", "ending deve ser menor que to"),
    # the sheet of a tariff
    ("there is no such column", "no existe esa columna", "não existe essa coluna"),
    ("the column is missing", "falta la columna", "falta a coluna"),
    ("the sheet is too long", "la planilla es demasiado larga", "a folha é demasiado longa"),
    ("a line needs {field}", "una línea necesita {field}", "uma linha precisa de {field}"),
    ("this is no CSV: {message}", "no es un CSV: {message}", "não é um CSV: {message}"),
    # places
    (
        "“{written}” is no comuna or concelho of {countries}",
        "«{written}» no es una comuna o concelho de {countries}",
        "«{written}» não é um concelho ou comuna de {countries}",
    ),
    (
        "“{written}” is no comuna or concelho of {countries}; name the country if it lies in another",
        "«{written}» no es una comuna o concelho de {countries}; si queda en otro país, nómbralo",
        "«{written}» não é um concelho ou comuna de {countries}; se fica noutro país, indique-o",
    ),
    (
        "“{written}” is not certain; did you mean {candidates}?",
        "«{written}» no es seguro; ¿quisiste decir {candidates}?",
        "«{written}» não é certo; queria dizer {candidates}?",
    ),
    (
        "“{written}” is no region or district of {countries}",
        "«{written}» no es una región o distrito de {countries}",
        "«{written}» não é um distrito ou região de {countries}",
    ),
    (
        "“{written}” is no region or district of {countries}; name the country if it lies in another",
        "«{written}» no es una región o distrito de {countries}; si queda en otro país, nómbralo",
        "«{written}» não é um distrito ou região de {countries}; se fica noutro país, indique-o",
    ),
    (
        "“{written}” cannot be a postcode of {countries}",
        "«{written}» no puede ser un código postal de {countries}",
        "«{written}» não pode ser um código postal de {countries}",
    ),
    (
        "“{written}” cannot be a postcode of {countries}; name the country if it lies in another",
        "«{written}» no puede ser un código postal de {countries}; si queda en otro país, nómbralo",
        "«{written}» não pode ser um código postal de {countries}; se fica noutro país, indique-o",
    ),
    ("“{written}” is too long", "«{written}» es demasiado largo", "«{written}» é demasiado longo"),
    (
        "“{written}” is no country's code",
        "«{written}» no es el código de un país",
        "«{written}» não é o código de um país",
    ),
    ("{pattern}: no postcode", "{pattern}: no es un código postal", "{pattern}: não é um código postal"),
    (
        "{pattern}: a range has two numbers of the same length",
        "{pattern}: un rango tiene dos números del mismo largo",
        "{pattern}: um intervalo tem dois números do mesmo comprimento",
    ),
    (
        "{pattern}: the range ends before it begins",
        "{pattern}: el rango termina antes de empezar",
        "{pattern}: o intervalo termina antes de começar",
    ),
    # the store's settings
    (
        "it must be two capital letters, such as CL",
        "deben ser dos letras mayúsculas, como CL",
        "devem ser duas letras maiúsculas, como PT",
    ),
    (
        "it must be a code in force, such as M99, or left-out",
        "debe ser un código vigente, como M99, o left-out",
        "deve ser um código em vigor, como M99, ou left-out",
    ),
    (
        "it must say its zone, such as 2026-11-01T12:00:00-03:00, or be a day",
        "debe decir su zona, como 2026-11-01T12:00:00-03:00, o ser un día",
        "deve indicar o fuso, como 2026-11-01T12:00:00-03:00, ou ser um dia",
    ),
    # what providers' clients say alike
    ("no answer within {most} seconds", "sin respuesta en {most} segundos", "sem resposta em {most} segundos"),
    (
        "{provider} gave no answer ({what}).",
        "{provider} no dio respuesta ({what}).",
        "{provider} não deu resposta ({what}).",
    ),
    (
        "{provider} answered HTTP {status} with what cannot be read.",
        "{provider} respondió HTTP {status} con algo que no se puede leer.",
        "{provider} respondeu HTTP {status} com algo que não se consegue ler.",
    ),
    (
        "{provider} has no such service at this address (HTTP {status}).",
        "{provider} no tiene ese servicio en esta dirección (HTTP {status}).",
        "{provider} não tem esse serviço neste endereço (HTTP {status}).",
    ),
    # what the decoder of JSON says
    ("Expected {wanted}, got {got}", "se esperaba {wanted} y llegó {got}", "esperava-se {wanted} e veio {got}"),
    (
        "Expected {wanted} of length >= {least}",
        "{wanted} debe tener un largo de {least} o más",
        "{wanted} deve ter um comprimento de {least} ou mais",
    ),
    (
        "Expected {wanted} of length <= {most}",
        "{wanted} debe tener un largo de {most} o menos",
        "{wanted} deve ter um comprimento de {most} ou menos",
    ),
    ("Expected {wanted} >= {least}", "{wanted} debe ser {least} o más", "{wanted} deve ser {least} ou mais"),
    ("Expected {wanted} <= {most}", "{wanted} debe ser {most} o menos", "{wanted} deve ser {most} ou menos"),
    (
        "Expected {wanted} matching regex {pattern}",
        "{wanted} debe tener la forma {pattern}",
        "{wanted} deve ter a forma {pattern}",
    ),
    ("Object missing required field {field}", "falta el campo {field}", "falta o campo {field}"),
    ("Object contains unknown field {field}", "no existe el campo {field}", "não existe o campo {field}"),
    ("Invalid enum value {value}", "no existe la opción {value}", "não existe a opção {value}"),
    ("Invalid value {value}", "no existe {value}", "não existe {value}"),
    ("Invalid decimal string", "no es un número", "não é um número"),
    ("Integer value out of range", "el número es demasiado grande", "o número é demasiado grande"),
    ("Input data was truncated", "el JSON está incompleto", "o JSON está incompleto"),
    ("JSON is malformed: {message}", "no es JSON válido: {message}", "não é JSON válido: {message}"),
)

_HOLE = re.compile(r"\\\{(\w+)\\\}")
_BOUNDS = frozenset({"least", "most"})
"""Holes whose numbers are written as the language does; what somebody wrote stands as it was."""
_NUMERAL = re.compile(r"-?\d{1,20}(\.\d{1,6})?")
_MARKS = {"es": (".", ","), "pt": ("\u00a0", ",")}
_GROUPED_FROM = 10_000


@lru_cache(maxsize=512)
def shape_of(sentence: str) -> re.Pattern[str]:
    """An expression that finds a sentence again, whatever stands in its holes."""
    return re.compile(_HOLE.sub(r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)


def reason_said(reason: str, language: str) -> str | None:
    """The reason as a reader of ``language`` says it; None for what is none of the table, and in English."""
    if language not in LANGUAGES:
        return None
    for shape, sentence in _shapes():
        found = shape.fullmatch(reason)
        if found is not None:
            holes = {
                name: _numeral(text, language) if name in _BOUNDS else text for name, text in found.groupdict().items()
            }
            return sentence[1 + LANGUAGES.index(language)].format_map(holes)
    return None


@cache
def _shapes() -> tuple[tuple[re.Pattern[str], Sentence], ...]:
    """Every sentence as an expression that finds it, the ones with the most words of their own first."""
    ordered = sorted(REASONS, key=lambda one: -len(re.sub(r"\{\w+\}", "", one[0])))
    return tuple((shape_of(one[0]), one) for one in ordered)


def _numeral(text: str, language: str) -> str:
    """A bound as the language writes numbers."""
    if not _NUMERAL.fullmatch(text) or ("." not in text and abs(int(text)) < _GROUPED_FROM):
        return text
    group, mark = _MARKS[language]
    whole, _, decimals = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", group) if abs(int(whole)) >= _GROUPED_FROM else whole
    return f"{grouped}{mark}{decimals}" if decimals else grouped
