"""Adding a document up again: OF-10 with the wrong fields (contract/invoicing.md 1.3)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from despacho_sandbox.openfactura.schema import net_lines
from despacho_sandbox.openfactura.wire import Issue

VAT = Decimal("0.19")


class Sums(msgspec.Struct, frozen=True):
    """What a document's lines come to, in whole pesos; `not_billed` is outside the total."""

    net: int
    vat: int
    exempt: int
    not_billed: int

    @property
    def total(self) -> int:
        """What is charged."""
        return self.net + self.vat + self.exempt


def whole(amount: Decimal) -> int:
    """Pesos, half rounded up."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def sums(dte: dict[str, Any], kind: int) -> Sums:
    """Adds up a document whose schema is right."""
    bases = {"affected": 0, "exempt": 0, "not_billed": 0}
    for line in dte["Detalle"]:
        bases[_base_of(line.get("IndExe"))] += line["MontoItem"]
    changes = dict.fromkeys(bases, 0)
    for change in dte.get("DscRcgGlobal", []):
        base = _base_of(change.get("IndExeDR"))
        value = Decimal(change["ValorDR"])
        pesos = whole(value if change["TpoValor"] == "$" else bases[base] * value / 100)
        changes[base] += pesos if change["TpoMov"] == "R" else -pesos
    affected = bases["affected"] + changes["affected"]
    net_given = net_lines(kind, dte["Encabezado"]["IdDoc"])
    net = affected if net_given else whole(affected / (1 + VAT))
    vat = whole(net * VAT) if net_given else affected - net
    return Sums(net, vat, bases["exempt"] + changes["exempt"], bases["not_billed"] + changes["not_billed"])


def wrong_amounts(dte: dict[str, Any], kind: int) -> list[Issue]:
    """Every amount that does not follow from the lines."""
    found = [
        _wrong("MontoItem", line["MontoItem"]) for line in dte["Detalle"] if line["MontoItem"] != _line_amount(line)
    ]
    if found:
        return found
    right, totals = sums(dte, kind), dte["Encabezado"]["Totales"]
    payable = right.total + right.not_billed
    expected = {"MntNeto": right.net, "IVA": right.vat, "MntExe": right.exempt, "MntTotal": right.total}
    found = [_wrong(name, totals.get(name)) for name, value in expected.items() if totals.get(name, 0) != value]
    not_billed = totals.get("MontoNF", totals.get("MntNF", 0))
    if not_billed != right.not_billed:
        found.append(_wrong("MontoNF", not_billed))
    # SaldoAnterior is not simulated: whoever sends it must not send VlrPagar.
    repeated = [name for name in ("VlrPagar", "MontoPeriodo", "TotalPeriodo") if totals.get(name, payable) != payable]
    found += [_wrong(name, totals[name]) for name in repeated]
    if right.net and kind not in (39, 41) and "TasaIVA" not in totals:
        found.append(Issue("TasaIVA", "Campo requerido en Totales"))
    if kind in (39, 41) and right.total < 1:
        found.append(_wrong("MntTotal", right.total))
    return found


def _line_amount(line: dict[str, Any]) -> int:
    product = whole(Decimal(line["QtyItem"]) * Decimal(line["PrcItem"]))
    discount: int = line.get("DescuentoMonto", 0)
    surcharge: int = line.get("RecargoMonto", 0)
    return product - discount + surcharge


def _base_of(exemption: object) -> str:
    if exemption is None:
        return "affected"
    return "not_billed" if str(exemption) == "2" else "exempt"


def _wrong(field: str, given: object) -> Issue:
    return Issue(field, f"Monto erróneo : {'' if given is None else given}")
