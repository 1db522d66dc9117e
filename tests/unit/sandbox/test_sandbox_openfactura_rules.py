"""OpenFactura from the inside: RUTs, amounts to the peso, and the shape of documents."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.openfactura.arithmetic import sums, wrong_amounts
from despacho_sandbox.openfactura.companies import canonical, is_rut
from despacho_sandbox.openfactura.schema import schema_problems

Json = dict[str, Any]


@pytest.mark.parametrize(
    "rut",
    ["76795561-8", "76430498-5", "76086428-5", "12531909-2", "10000013-K", "76399932-7", "60803000-K", "11111111-1",
     "1-9", "66666666-6", "55555555-5"],
)  # fmt: skip
def test_ruts_of_the_sheet_are_good(rut: str) -> None:
    assert is_rut(rut)
    assert canonical(rut) == rut


@pytest.mark.parametrize("text", ["12.531.909-2", "125319092", "12531909-2", " 012531909-2 "])
def test_usual_ways_to_write_a_rut_mean_one(text: str) -> None:
    assert canonical(text) == "12531909-2"


@pytest.mark.parametrize("rut", ["12531909-3", "12.531.909-2", "125319092", "10000013-k", "", "-", "K-K", 125319092])
def test_a_document_takes_only_the_exact_form(rut: object) -> None:
    assert not is_rut(rut)


@pytest.mark.parametrize("text", ["", "-", "abc", "12531909-3", "٣-3"])
def test_what_is_no_rut_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no RUT"):
        canonical(text)


@given(st.integers(1, 99_999_999))
def test_one_check_digit_in_eleven_is_right(number: int) -> None:
    assert sum(is_rut(f"{number}-{digit}") for digit in "0123456789K") == 1


def boleta(*lines: Json, **totals: int) -> Json:
    return {
        "Encabezado": {
            "IdDoc": {"TipoDTE": 39, "Folio": 0, "FchEmis": "2026-11-20", "IndServicio": "3"},
            "Emisor": {
                "RUTEmisor": "76795561-8", "RznSocEmisor": "HAULMER SPA", "GiroEmisor": "VENTA POR INTERNET",
                "CdgSIISucur": "81303347", "DirOrigen": "ARTURO PRAT 527", "CmnaOrigen": "Curicó",
            },
            "Receptor": {"RUTRecep": "66666666-6"},
            "Totales": dict(totals),
        },
        "Detalle": [{"NroLinDet": n, "NmbItem": f"Item {n}", "QtyItem": 1, **line} for n, line in enumerate(lines, 1)],
    }  # fmt: skip


def factura(*lines: Json, **totals: Any) -> Json:
    made = boleta(*lines, **({"TasaIVA": "19"} | totals))
    head = made["Encabezado"]
    head["IdDoc"] = {"TipoDTE": 33, "Folio": 0, "FchEmis": "2026-11-20", "FmaPago": "1"}
    head["Emisor"] = {
        "RUTEmisor": "76795561-8", "RznSoc": "HAULMER SPA", "GiroEmis": "VENTA POR INTERNET", "Acteco": 479100,
        "DirOrigen": "ARTURO PRAT 527", "CmnaOrigen": "Curicó", "CdgSIISucur": "81303347",
    }  # fmt: skip
    head["Receptor"] = {
        "RUTRecep": "76430498-5", "RznSocRecep": "HOSTY SPA", "GiroRecep": "INFORMATICA", "DirRecep": "PRAT 527",
        "CmnaRecep": "Curicó",
    }  # fmt: skip
    return made


def line(price: Any, amount: int, quantity: Any = 1, **more: Any) -> Json:
    return {"PrcItem": price, "QtyItem": quantity, "MontoItem": amount, **more}


@pytest.mark.parametrize(
    ("gross", "net", "vat"), [(14990, 12597, 2393), (3990, 3353, 637), (1000, 840, 160), (1, 1, 0)]
)
def test_a_boleta_holds_its_vat_inside(gross: int, net: int, vat: int) -> None:
    made = boleta(line(gross, gross), MntNeto=net, IVA=vat, MntTotal=gross)
    assert wrong_amounts(made, 39) == []
    assert schema_problems(made, 39) == []


def test_the_official_example_with_an_exempt_line() -> None:
    made = boleta(line(39990, 39990), line(2990, 2990, IndExe=1), MntNeto=33605, IVA=6385, MntExe=2990, MntTotal=42980)
    assert wrong_amounts(made, 39) == []


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=10))
def test_net_and_vat_of_a_boleta_always_add_up_to_what_was_paid(prices: list[int]) -> None:
    found = sums(boleta(*(line(price, price) for price in prices)), 39)
    assert found.total == found.net + found.vat == sum(prices)
    assert abs(found.net - sum(prices) / Decimal("1.19")) <= Decimal("0.5")


@given(st.integers(1, 10**8))
def test_a_factura_adds_its_vat(net: int) -> None:
    found = sums(factura(line(net, net)), 33)
    assert found.net == net
    assert abs(found.vat - net * Decimal("0.19")) <= Decimal("0.5")


@given(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=5),
    st.sampled_from(["MntNeto", "IVA", "MntTotal"]),
    st.integers(-3, 3).filter(bool),
)
def test_one_peso_off_is_refused_by_name(prices: list[int], field: str, off: int) -> None:
    made = factura(*(line(price, price) for price in prices))
    right = sums(made, 33)
    totals: Json = {"MntNeto": right.net, "IVA": right.vat, "MntTotal": right.total, "TasaIVA": "19"}
    made["Encabezado"]["Totales"] = totals
    assert wrong_amounts(made, 33) == []
    totals[field] += off
    (issue,) = wrong_amounts(made, 33)
    assert (issue.field, issue.issue) == (field, f"Monto erróneo : {totals[field]}")


def test_the_vendors_sample_of_a_credit_note() -> None:
    assert wrong_amounts(factura(line(1500, 1500), MntNeto=1500, IVA=285, MntTotal=1785), 61) == []


def test_a_line_is_quantity_times_price_half_up_less_its_discount() -> None:
    assert wrong_amounts(boleta(line(Decimal("0.5"), 1), MntNeto=1, IVA=0, MntTotal=1), 39) == []
    reduced = boleta(line(1000, 2700, 3, DescuentoMonto=300), MntNeto=2269, IVA=431, MntTotal=2700)
    assert wrong_amounts(reduced, 39) == []
    (issue,) = wrong_amounts(boleta(line(1000, 999), MntTotal=999), 39)
    assert (issue.field, issue.issue) == ("MontoItem", "Monto erróneo : 999")


@pytest.mark.parametrize(
    ("change", "total"),
    [
        ({"TpoMov": "D", "TpoValor": "$", "ValorDR": 1000}, 9000),
        ({"TpoMov": "D", "TpoValor": "%", "ValorDR": 10}, 9000),
        ({"TpoMov": "R", "TpoValor": "$", "ValorDR": 500}, 10500),
        ({"TpoMov": "D", "TpoValor": "$", "ValorDR": 100, "IndExeDR": 1}, 9900),
    ],
)
def test_a_change_of_the_whole_document_counts_for_its_own_base(change: Json, total: int) -> None:
    made = boleta(line(8000, 8000), line(2000, 2000, IndExe=1)) if "IndExeDR" in change else boleta(line(10000, 10000))
    made["DscRcgGlobal"] = [{"NroLinDR": 1, **change}]
    assert sums(made, 39).total == total
    assert schema_problems(made | {"Encabezado": made["Encabezado"] | {"Totales": {"MntTotal": total}}}, 39) == []


def test_what_is_not_billed_is_outside_the_total_but_inside_what_is_paid() -> None:
    made = factura(
        line(1000, 1000), line(1, 1, IndExe=2), MntNeto=1000, IVA=190, MntTotal=1190, MontoNF=1, VlrPagar=1191
    )
    assert wrong_amounts(made, 33) == []
    made["Encabezado"]["Totales"]["VlrPagar"] = 1190
    assert [issue.field for issue in wrong_amounts(made, 33)] == ["VlrPagar"]


def test_what_is_not_billed_must_be_stated() -> None:
    made = factura(line(1000, 1000), line(1, 1, IndExe=2), MntNeto=1000, IVA=190, MntTotal=1190)
    assert [issue.field for issue in wrong_amounts(made, 33)] == ["MontoNF"]


def test_gross_lines_on_a_factura_and_net_lines_on_a_boleta_are_possible_when_said() -> None:
    gross = factura(line(1000, 1000), MntNeto=840, IVA=160, MntTotal=1000)
    gross["Encabezado"]["IdDoc"]["MntBruto"] = 1
    assert wrong_amounts(gross, 33) == []
    net = boleta(line(1000, 1000), MntNeto=1000, IVA=190, MntTotal=1190)
    net["Encabezado"]["IdDoc"]["IndMntNeto"] = 2
    assert wrong_amounts(net, 39) == []


def test_a_boleta_over_nothing_is_refused() -> None:
    assert [issue.field for issue in wrong_amounts(boleta(line(0, 0), MntTotal=0), 39)] == ["MntTotal"]


def test_an_affected_factura_names_its_rate() -> None:
    made = factura(line(1000, 1000), MntNeto=1000, IVA=190, MntTotal=1190)
    del made["Encabezado"]["Totales"]["TasaIVA"]
    assert [issue.field for issue in wrong_amounts(made, 33)] == ["TasaIVA"]


GOOD_BOLETA = boleta(line(1000, 1000), MntNeto=840, IVA=160, MntTotal=1000, TotalPeriodo=1000, VlrPagar=1000)
GOOD_FACTURA = factura(line(1000, 1000), MntNeto=1000, IVA=190, MntTotal=1190, MontoPeriodo=1190, VlrPagar=1190)


def test_both_models_are_good() -> None:
    assert schema_problems(GOOD_BOLETA, 39) == []
    assert schema_problems(GOOD_FACTURA, 33) == []


@pytest.mark.parametrize(
    ("kind", "path", "value", "field"),
    [
        (39, "Encabezado.IdDoc.Folio", 7, "Folio"),
        (39, "Encabezado.IdDoc.FchEmis", "2026-02-30", "FchEmis"),
        (39, "Encabezado.IdDoc.FchEmis", "20-11-2026", "FchEmis"),
        (39, "Encabezado.IdDoc.IndServicio", None, "IndServicio"),
        (39, "Encabezado.Emisor.RznSoc", "HAULMER SPA", "RznSoc"),
        (39, "Encabezado.Emisor.Acteco", 479100, "Acteco"),
        (39, "Encabezado.Emisor.GiroEmisor", None, "GiroEmisor"),
        (39, "Encabezado.Totales.TasaIVA", "19", "TasaIVA"),
        (39, "Encabezado.Totales.MontoPeriodo", 1000, "MontoPeriodo"),
        (33, "Encabezado.Totales.TotalPeriodo", 1190, "TotalPeriodo"),
        (33, "Encabezado.Totales.TasaIVA", "18", "TasaIVA"),
        (33, "Encabezado.Emisor.RznSocEmisor", "HAULMER SPA", "RznSocEmisor"),
        (33, "Encabezado.Emisor.Acteco", None, "Acteco"),
        (33, "Encabezado.Receptor.RUTRecep", "12.531.909-2", "RUTRecep"),
        (33, "Encabezado.Receptor.GiroRecep", "G" * 41, "GiroRecep"),
        (33, "Encabezado.Receptor.GiroRecep", None, "GiroRecep"),
        (33, "Encabezado.Receptor.CmnaRecep", "C" * 21, "CmnaRecep"),
        (39, "Encabezado.Totales.MntTotal", "1000", "MntTotal"),
        (39, "Encabezado.Totales.MntTotal", -1, "MntTotal"),
        (39, "Encabezado.Receptor", [], "Receptor"),
        (39, "Detalle.0.NmbItem", "N" * 81, "NmbItem"),
        (39, "Detalle.0.QtyItem", 0, "QtyItem"),
        (39, "Detalle.0.QtyItem", "1", "QtyItem"),
        (39, "Detalle.0.PrcItem", Decimal("0.1234567"), "PrcItem"),
        (39, "Detalle.0.PrcItem", Decimal("1e400"), "PrcItem"),
        (39, "Detalle.0.MontoItem", Decimal("1000.5"), "MontoItem"),
        (39, "Detalle.0.NroLinDet", 2, "NroLinDet"),
        (39, "Detalle.0.CdgItem", {"TpoCodigo": "INT1", "VlrCodigo": "V" * 36}, "VlrCodigo"),
        (39, "Detalle.0", "a line", "Detalle"),
        (39, "Referencia", "801", "Referencia"),
        (39, "Referencia", [{"NroLinRef": 1, "TpoDocRef": "801", "FolioRef": "F" * 19, "FchRef": "2026-11-20"}], "FolioRef"),
        (39, "Referencia", [{"NroLinRef": 1, "TpoDocRef": "801", "FolioRef": "1024"}], "FchRef"),
        (39, "DscRcgGlobal", [{"NroLinDR": 1, "TpoMov": "X", "TpoValor": "$", "ValorDR": 1}], "TpoMov"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(kind: int, path: str, value: Any, field: str) -> None:
    made: Any = copy.deepcopy(GOOD_BOLETA if kind == 39 else GOOD_FACTURA)
    node = made
    *way, last = path.split(".")
    for step in way:
        node = node[int(step) if step.isdigit() else step]
    if value is None:
        del node[last]
    else:
        node[int(last) if last.isdigit() else last] = value
    assert [issue.field for issue in schema_problems(made, kind)] == [field]


def test_more_than_sixty_lines_do_not_fit() -> None:
    assert [issue.field for issue in schema_problems(boleta(*[line(1, 1)] * 61, MntTotal=61), 39)] == ["Detalle"]


def test_an_exempt_document_has_only_exempt_lines() -> None:
    made = boleta(line(1, 1), line(1, 1, IndExe=1), MntExe=2, MntTotal=2)
    assert [issue.field for issue in schema_problems(made, 41)] == ["IndExe"]


def test_a_note_needs_no_more_of_its_buyer_than_a_name() -> None:
    made = copy.deepcopy(GOOD_FACTURA)
    made["Encabezado"]["Receptor"] = {"RUTRecep": "66666666-6", "RznSocRecep": "Anonimo"}
    assert schema_problems(made, 61) == []
    assert schema_problems(made, 33)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
NODES = ["Encabezado.IdDoc", "Encabezado.Emisor", "Encabezado.Receptor", "Encabezado.Totales", "Detalle.0"]
FIELDS = [
    "Folio",
    "RUTEmisor",
    "Acteco",
    "RUTRecep",
    "MntTotal",
    "QtyItem",
    "PrcItem",
    "IndExe",
    "CdgItem",
    "NroLinDet",
]


@given(st.sampled_from(NODES), st.sampled_from(FIELDS), JSON_VALUES)
def test_whatever_stands_in_a_field_the_check_itself_never_breaks(node: str, field: str, value: Any) -> None:
    made: Any = copy.deepcopy(GOOD_BOLETA)
    inner = made
    for step in node.split("."):
        inner = inner[int(step) if step.isdigit() else step]
    inner[field] = value
    if not schema_problems(made, 39):
        wrong_amounts(made, 39)
