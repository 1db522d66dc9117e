"""Names of comunas, as people and stores write them, to the carrier's codes (contract/carriers.md, Annex A)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_chilexpress.coverage import code_of, coverage_code, coverage_table, region_code
from despacho_core.addresses import Address

COMUNAS = [(region.code, code, name) for region in coverage_table().regions for code, name in region.comunas.items()]
ACCENTS = {"A": "Á", "E": "É", "I": "Í", "O": "Ó", "U": "Ú", "N": "Ñ"}


def test_the_table_has_all_regions_and_as_many_comunas_as_the_annex() -> None:
    counted = {region.code: len(region.comunas) for region in coverage_table().regions}
    assert counted == {
        "R15": 1, "R1": 3, "R2": 8, "R3": 8, "R4": 11, "R5": 26, "RM": 48, "R6": 28,
        "R7": 15, "R16": 13, "R8": 25, "R9": 18, "R14": 10, "R10": 23, "R11": 5, "R12": 3,
    }  # fmt: skip
    assert len({code for _, code, _ in COMUNAS}) == len(COMUNAS) == 245


def test_every_name_of_the_table_is_its_own_comuna_wherever_it_is() -> None:
    assert [(name, coverage_code(name)) for _, _, name in COMUNAS] == [(name, code) for _, code, name in COMUNAS]


def test_sin_cobertura_is_never_an_answer() -> None:
    assert coverage_code("Sin Cobertura") is coverage_code("SCOB", "RM") is None
    assert "SCOB" not in {code for _, code, _ in COMUNAS}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Santiago", "STGO"), ("Santiago Centro", "STGO"), ("STGO", "STGO"), ("Stgo. Centro", "STGO"), ("Santiago (Centro)", "STGO"),
        ("Aysén", "PAYS"), ("Puerto Aysén", "PAYS"), ("Pto. Aisén", "PAYS"), ("Natales", "PNAT"), ("Puerto Natales", "PNAT"),
        ("Til Til", "TILT"), ("Tiltil", "TILT"), ("Til-Til", "TILT"), ("Llay-Llay", "LLAY"), ("Llaillay", "LLAY"),
        ("Concón", "CCON"), ("Con Con", "CCON"), ("Ñuñoa", "NUNO"), ("ÑUÑOA", "NUNO"), ("Nunoa", "NUNO"), ("Pto. Montt", "PMON"),
        ("Sta. Cruz", "SCRU"), ("Santa  Cruz ", "SCRU"), ("San Vicente", "SVIC"), ("San Vicente de T.T.", None),
        ("San Vicente de Tagua Tagua", "SVIC"), ("Viña del Mar", "VINA"), ("viña", "VINA"), ("Peñalolén", "PLOL"),
        ("Comuna de Las Condes", "LCON"), ("Las Condes, Santiago", "LCON"), ("Maipú - RM", "MIPU"), ("Est. Central", "ECEN"),
        ("Pte. Alto", "PALT"), ("Pta. Arenas", "PUNT"), ("Mostazal", "SFRA"), ("San Fco. de Mostazal", "SFRA"),
        ("Marchihue", "MARC"), ("Marchigüe", "MARC"), ("Cisnes", "PCIS"), ("Coihaique", "COYH"), ("San Pedro de la Paz", "SPED"),
        ("San Pedro de Atacama", "SPAT"), ("Villarica", "VILL"), ("Los Ángeles", "LANG"), ("Chillán Viejo", "CHVJ"),
        ("Arica", "ARIC"), ("Calera", "LACA"), ("La Calera", "LACA"), ("Calera de Tango", "CTAN"), ("PROV", "PROV"),
        ("P.A.C.", "PEDR"), ("Sto. Domingo", "SDGO"),
        ("Paihuano", None), ("Putre", None), ("Alhué", None), ("Isla de Pascua", None), ("Madrid", None), ("", None), ("de", None),
    ],
)  # fmt: skip
def test_names_as_people_write_them(name: str, code: str | None) -> None:
    assert coverage_code(name) == code


def test_namesakes_are_told_apart_by_their_region_and_not_guessed_without_it() -> None:
    assert coverage_code("San Pedro") is None
    assert coverage_code("San Pedro", "Región del Biobío") == "SPED"
    assert coverage_code("San Pedro", "Antofagasta") == "SPAT"
    assert coverage_code("San Pedro", "Metropolitana") is None


def test_a_region_that_was_since_divided_does_not_hide_its_comunas() -> None:
    assert coverage_code("Chillán", "Biobío") == "CHIL"
    assert coverage_code("Valdivia", "Los Lagos") == "VALD"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Región Metropolitana", "RM"), ("Region Metropolitana de Santiago", "RM"), ("12", "RM"), ("01", "R5"), ("04", "R9"),
        ("Bío Bío", "R8"), ("Región de La Araucanía", "R9"), ("O'Higgins", "R6"), ("Libertador General Bernardo O’Higgins", "R6"),
        ("Aysén", "R11"), ("Magallanes y de la Antártica Chilena", "R12"), ("Ñuble", "R16"), ("13", None), ("Lima", None),
    ],
)  # fmt: skip
def test_regions_by_name_and_by_the_platforms_known_codes(name: str, code: str | None) -> None:
    assert region_code(name) == code


def test_the_comuna_counts_before_the_city_and_a_mere_number_does_not_count() -> None:
    assert code_of(Address(country="CL", municipality="Vitacura", city="Santiago")) == "VITA"
    assert code_of(Address(country="CL", municipality="8261414", city="Providencia")) == "PROV"
    assert code_of(Address(country="CL", city="Temuco")) == "TEMU"
    assert code_of(Address(country="CL", municipality="Alhué", city="Melipilla")) is None
    assert code_of(Address(country="CL", municipality="San Pedro", region_code="12")) is None
    assert code_of(Address()) is None


def test_a_namesake_in_another_country_is_not_in_chile() -> None:
    assert code_of(Address(country="PT", municipality="Santa Cruz")) is None
    assert code_of(Address(country="", municipality="Santa Cruz")) == "SCRU"
    assert code_of(Address(country="cl", municipality="Santa Cruz")) == "SCRU"


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """A comuna's code with its name in some case, with accents anywhere they can stand, and spaces in excess."""
    _, code, name = draw(st.sampled_from(COMUNAS))
    letters = [ACCENTS.get(letter.upper(), letter) if draw(st.booleans()) else letter for letter in name]
    case = draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
    form = draw(st.sampled_from(["NFC", "NFD"]))
    spaced = draw(st.sampled_from(["  ", "\t", " - ", "\N{NO-BREAK SPACE}"])).join("".join(letters).split())
    return code, unicodedata.normalize(form, f" {case(spaced)}. ")  # type: ignore[arg-type]  # one of the four forms


@given(spellings())
def test_every_comuna_is_known_in_any_spelling(spelling: tuple[str, str]) -> None:
    code, name = spelling
    assert coverage_code(name) == code


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_has_an_answer(name: str, region: str) -> None:
    codes = {code for _, code, _ in COMUNAS}
    assert coverage_code(name, region) in {None, *codes}
