"""A label as ZPL: read back command by command, as the printer would, from a hand-written reading of the language."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from despacho_core.addresses import Address
from despacho_core.labels import LabelChoice, PrintFormat
from despacho_documents import DocumentRenderer
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import LabelForm
from tests.examples import examples

Make = Callable[..., LabelForm]

KNOWN = {
    "^XA",
    "^XZ",
    "^CI",
    "^PW",
    "^LL",
    "^LH",
    "^FO",
    "^FT",
    "^A0",
    "^FB",
    "^FH",
    "^FD",
    "^FS",
    "^GB",
    "^BY",
    "^BC",
    "^PQ",
}


class Command(NamedTuple):
    name: str
    text: str


def commands(zpl: bytes) -> list[Command]:
    """Every command with its parameters; a caret or a tilde always starts one, whoever wrote it."""
    text = zpl.decode("utf-8")
    assert "~" not in text, "control commands act at once, in the middle of anything"
    return [Command("^" + part[:2], part[2:].rstrip("\n")) for part in text.split("^")[1:]]


def unescaped(data: str) -> str:
    """Field data under ``^FH_``: an underscore with two hexadecimal digits is a byte."""
    raw = re.sub(rb"_([0-9A-F]{2})", lambda match: bytes([int(match[1], 16)]), data.encode())
    return raw.decode()


class Field(NamedTuple):
    x: int
    y: int
    kind: str
    parameters: str
    width: int
    text: str


def fields(zpl: bytes) -> list[Field]:
    """What is printed where: texts, bars and lines."""
    found: list[Field] = []
    x = y = module = 0
    kind = parameters = text = ""
    for command in commands(zpl):
        if command.name in {"^FO", "^FT"}:
            x, y = (int(part) for part in command.text.split(","))
        elif command.name in {"^A0", "^BC", "^GB"}:
            kind, parameters = command.name, command.text
        elif command.name == "^BY":
            module = int(command.text)
        elif command.name == "^FD":
            text = unescaped(command.text)
        elif command.name == "^FS":
            found.append(Field(x, y, kind, parameters, module, text))
            kind = parameters = text = ""
    return found


def texts(zpl: bytes) -> list[str]:
    return [field.text for field in fields(zpl) if field.kind == "^A0"]


def bars(zpl: bytes) -> Field:
    (only,) = [field for field in fields(zpl) if field.kind == "^BC"]
    return only


def zpl_for(dpi: int) -> LabelChoice:
    return LabelChoice(format=PrintFormat.ZPL, dpi=dpi)


def test_it_is_one_label_in_utf_8_as_large_as_the_paper(renderer: DocumentRenderer, label_form: Make) -> None:
    zpl = renderer.label(label_form(), LabelFormat.ZPL)
    assert [command.name for command in commands(zpl)][:4] == ["^XA", "^CI", "^PW", "^LL"]
    assert zpl.startswith(b"^XA\n^CI28\n^PW800\n^LL1200\n")
    assert zpl.endswith(b"^PQ1\n^XZ\n")
    assert {command.name for command in commands(zpl)} <= KNOWN


@pytest.mark.parametrize(("dpi", "width", "length"), [(203, 800, 1200), (300, 1181, 1772), (600, 2362, 3543)])
def test_every_resolution_has_its_own_dots(label_form: Make, dpi: int, width: int, length: int) -> None:
    zpl = DocumentRenderer().label(label_form(), LabelFormat.ZPL, zpl_for(dpi))
    assert f"^PW{width}\n^LL{length}\n" in zpl.decode()


def test_a_resolution_that_no_printer_has_is_refused() -> None:
    with pytest.raises(ValueError, match="203, 300, 600"):
        zpl_for(96)


def test_it_says_the_same_as_the_pdf(renderer: DocumentRenderer, label_form: Make, paper: Any) -> None:
    pdf = paper(renderer.label(label_form(), LabelFormat.PDF)).text().replace(" ", "")
    printed = texts(renderer.label(label_form(), LabelFormat.ZPL))
    assert len(printed) > 20
    assert [text for text in printed if text.replace(" ", "") not in pdf] == []
    assert "María José Núñez Peñaloza" in printed


@pytest.mark.parametrize("code", ["42", "996801234567", "61003033117121008334040", "DD123456789PT", "A^FS~JA_5E>9"])
def test_the_printer_is_given_the_barcode_letter_for_letter(
    renderer: DocumentRenderer, label_form: Make, code: str
) -> None:
    field = bars(renderer.label(label_form(barcode=code), LabelFormat.ZPL))
    assert field.text == code
    orientation, height, *readable, mode = field.parameters.split(",")
    assert (orientation, mode) == ("N", "A")
    assert readable == ["N", "N", "N"], "the readable text is ours, once"
    assert int(height) >= 100, "12 mm and more: a hand scanner finds it at once"


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_long_barcode_stands_upright_in_bars_wide_enough_for_the_printer(label_form: Make, dpi: int) -> None:
    code = "ABCD1234EFGH5678IJKL9012MNOP3456QRST7890"
    field = bars(DocumentRenderer().label(label_form(barcode=code), LabelFormat.ZPL, zpl_for(dpi)))
    assert field.parameters.startswith("B,")
    assert field.width / dpi * 25.4 >= 0.21, "a fifth of a millimetre: what cheap scanners still resolve"


def test_a_name_cannot_steer_the_printer(renderer: DocumentRenderer, label_form: Make) -> None:
    attacks = ["^XZ^XA^FDgratis^FS", "~JA~HS", "_5EXZ", "\\&^FS", "^\x00FS\x1b", "Ñandú ^ ~ _ end"]
    plain = renderer.label(label_form(), LabelFormat.ZPL)
    for attack in attacks:
        receiver = replace(label_form().receiver, name=attack)
        form = label_form(receiver=receiver, carrier=attack, service=attack, routing=(attack,), notes=attack)
        zpl = renderer.label(form, LabelFormat.ZPL)
        names = [command.name for command in commands(zpl)]
        assert names.count("^XA") == names.count("^XZ") == 1
        assert set(names) <= KNOWN
        assert names.count("^BC") == 1
        assert bars(zpl) == bars(plain)
        assert texts(zpl).count(" ".join(attack.replace("\x00", "").replace("\x1b", "").split())) >= 2


@examples(60)
@given(name=st.text(max_size=60), street=st.text(max_size=120), dpi=st.sampled_from([203, 300, 600]))
def test_whatever_a_buyer_types_every_field_starts_on_the_label(
    label_form: Make, name: str, street: str, dpi: int
) -> None:
    receiver = replace(label_form().receiver, name=name, street=street)
    zpl = DocumentRenderer().label(label_form(receiver=receiver), LabelFormat.ZPL, zpl_for(dpi))
    dots = dpi / 25.4
    for field in fields(zpl):
        assert 0 <= field.x < 100 * dots
        assert 0 < field.y < 150 * dots
    assert bars(zpl).text == "61003033117121008334040"
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", zpl.decode())


def test_a_short_code_does_not_become_a_fence_and_stays_within_the_label(
    renderer: DocumentRenderer, label_form: Make
) -> None:
    field = bars(renderer.label(label_form(barcode="7"), LabelFormat.ZPL))
    assert field.width == 4
    assert 0 < field.x < 400


def test_a_label_without_weight_or_address_still_prints(renderer: DocumentRenderer, label_form: Make) -> None:
    form = label_form(parcel=None, routing=(), notes="", sender=Address(), receiver=Address())
    assert bars(renderer.label(form, LabelFormat.ZPL)).text == form.barcode
