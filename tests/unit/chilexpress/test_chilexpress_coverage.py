"""Names of comunas, as people and stores write them, to the carrier's codes (contract/carriers.md, Annex A)."""

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_chilexpress.coverage import code_of, coverage_table
from despacho_core.addresses import Address
from despacho_core.places import comunas_of

# contract/carriers.md, Annex A, region by region, in the carrier's own spelling.
ANNEX = """
CL-AP: ARIC=Arica
CL-TA: AHOS=Alto Hospicio, IQUI=Iquique, POZO=Pozo Almonte
CL-AN: ANTO=Antofagasta, CALA=Calama, MARI=Maria Elena, MEJI=Mejillones, SPAT=San Pedro De Atacama, SGOR=Sierra Gorda,
  TALT=Taltal, TOCO=Tocopilla
CL-AT: CALD=Caldera, CHAN=Chanaral, COPI=Copiapo, DIEG=Diego De Almagro, FREI=Freirina, HUAS=Huasco, TAMA=Tierra
  Amarilla, VALL=Vallenar
CL-CO: ANDA=Andacollo, COMB=Combarbala, COQU=Coquimbo, ILLA=Illapel, LASE=La Serena, LVIL=Los Vilos, MOPA=Monte
  Patria, OVAL=Ovalle, PUNI=Punitaqui, SALA=Salamanca, VICU=Vicuna
CL-VS: ALGA=Algarrobo, CART=Cartagena, CASA=Casablanca, CCON=Concon, QSCO=El Quisco, TABO=El Tabo, HIJU=Hijuelas,
  LACA=La Calera, LACR=La Cruz, LALI=La Ligua, LIMA=Limache, LLAY=Llay Llay, LAND=Los Andes, NOGA=Nogales, OLMU=Olmue,
  PUCH=Puchuncavi, QLTA=Quillota, QUIL=Quilpue, QUIN=Quintero, SANT=San Antonio, SFEL=San Felipe, SMAR=Santa Maria,
  SDGO=Santo Domingo, VALP=Valparaiso, VALE=Villa Alemana, VINA=Vina Del Mar
CL-RM: BUIN=Buin, CTAN=Calera De Tango, LOSC=Cerrillos, CNAV=Cerro Navia, COLI=Colina, CCHA=Conchali, CRCV=Curacavi,
  ELBO=El Bosque, ELMO=El Monte, ECEN=Estacion Central, HUEC=Huechuraba, INDE=Independencia, IMAI=Isla De Maipo,
  LACI=La Cisterna, LAFL=La Florida, LAGR=La Granja, LAPI=La Pintana, LARE=La Reina, LAMP=Lampa, LCON=Las Condes,
  LOBA=Lo Barnechea, LOES=Lo Espejo, LOPR=Lo Prado, MACU=Macul, MIPU=Maipu, MELI=Melipilla, NUNO=Nunoa, PHUR=Padre
  Hurtado, PAIN=Paine, PEDR=Pedro Aguirre Cerda, PENA=Penaflor, PLOL=Penalolen, PIRQ=Pirque, PROV=Providencia,
  PUDA=Pudahuel, PALT=Puente Alto, QILI=Quilicura, QNOR=Quinta Normal, RECO=Recoleta, RENC=Renca, SBER=San Bernardo,
  SJOA=San Joaquin, SMIG=San Miguel, SRAM=San Ramon, STGO=Santiago Centro, SCOB=Sin Cobertura, TALA=Talagante,
  TILT=Til Til, VITA=Vitacura
CL-LI: CHEP=Chepica, CHIM=Chimbarongo, CODE=Codegua, COIN=Coinco, COLT=Coltauco, DONI=Donihue, GRAN=Graneros, LCAB=Las
  Cabras, LCHE=Litueche, LOLO=Lolol, MACH=Machali, MALO=Malloa, MARC=Marchigue, NANC=Nancagua, OLIV=Olivar,
  PALM=Palmilla, PERA=Peralillo, PEUM=Peumo, PICD=Pichidegua, PICH=Pichilemu, QTIL=Quinta De Tilcoco, RANC=Rancagua,
  RENG=Rengo, REQU=Requinoa, SFER=San Fernando, SFRA=San Francisco De Mostazal, SVIC=San Vicente De Tagua Tagua,
  SCRU=Santa Cruz
CL-ML: CAUQ=Cauquenes, COLB=Colbun, CONS=Constitucion, CURI=Curico, HUAL=Hualane, LINA=Linares, LONG=Longavi,
  MOLI=Molina, PARR=Parral, ROME=Romeral, SCLE=San Clemente, SJAV=San Javier, TALC=Talca, TENO=Teno, VALG=Villa Alegre
CL-NB: BULN=Bulnes, CHIL=Chillan, CHVJ=Chillan Viejo, COEL=Coelemu, COIC=Coihueco, ECAR=El Carmen, PEMU=Pemuco,
  PINT=Pinto, QULL=Quillon, QUIR=Quirihue, SCAR=San Carlos, SIGN=San Ignacio, YUNG=Yungay
CL-BI: ARAU=Arauco, CABR=Cabrero, CANE=Canete, CHIG=Chiguayante, CONC=Concepcion, CORO=Coronel, CURA=Curanilahue,
  HPEN=Hualpen, HAQI=Hualqui, LAJA=Laja, LEBU=Lebu, ALAM=Los Alamos, LANG=Los Angeles, LOTA=Lota, MULC=Mulchen,
  NACI=Nacimiento, NEGR=Negrete, PENC=Penco, SPED=San Pedro De La Paz, SANR=San Rosendo, SBAR=Santa Barbara,
  THNO=Talcahuano, TOME=Tome, TUCA=Tucapel, YUMB=Yumbel
CL-AR: ANGO=Angol, CARA=Carahue, COLL=Collipulli, CURC=Curacautin, FRER=Freire, GORB=Gorbea, LAUT=Lautaro,
  LONC=Loncoche, NVAI=Nueva Imperial, PLCA=Padre Las Casas, PITR=Pitrufquen, PUCO=Pucon, PURE=Puren, RNCO=Renaico,
  TEMU=Temuco, TRAI=Traiguen, VICT=Victoria, VILL=Villarrica
CL-LR: FUTR=Futrono, LAUN=La Union, LRAN=Lago Ranco, LANC=Lanco, LLAG=Los Lagos, MRQN=Mariquina, PAIL=Paillaco,
  PANG=Panguipulli, RIOB=Rio Bueno, VALD=Valdivia
CL-LL: ACHA=Achao, ANCU=Ancud, CALB=Calbuco, CAST=Castro, CHAI=Chaiten, CHON=Chonchi, DALC=Dalcahue, FRES=Fresia,
  FRUT=Frutillar, HORP=Hornopiren, LLAN=Llanquihue, LMUE=Los Muermos, MAUL=Maullin, OSOR=Osorno, PMON=Puerto Montt,
  POCT=Puerto Octay, PVAR=Puerto Varas, PURR=Purranque, PUYG=Puyehue, QUEL=Quellon, QUEM=Quemchi, RNEG=Rio Negro,
  SPAB=San Pablo
CL-AI: CHCH=Chile Chico, COCH=Cochrane, COYH=Coyhaique, PAYS=Puerto Aysen, PCIS=Puerto Cisnes
CL-MA: PNAT=Natales, PORV=Porvenir, PUNT=Punta Arenas
"""
_REGIONS = re.findall(r"^(CL-..): (.+(?:\n  .+)*)", ANNEX, flags=re.MULTILINE)
COMUNAS = [
    (region, *pair.split("=")) for region, pairs in _REGIONS for pair in re.split(r",\s+", pairs) if "SCOB" not in pair
]
ACCENTS = {"A": "Á", "E": "É", "I": "Í", "O": "Ó", "U": "Ú", "N": "Ñ"}


# What the published table leaves out: a comuna here is one to which nothing is quoted or bought.
NOT_COVERED = """
Camarones, Putre, General Lagos, Camiña, Colchane, Huara, Pica, Ollagüe, Alto del Carmen, La Higuera, Paiguano, Canela, Río
Hurtado, Juan Fernández, Isla de Pascua, Calle Larga, Rinconada, San Esteban, Cabildo, Papudo, Petorca, Zapallar, Catemu,
Panquehue, Putaendo, San José de Maipo, Alhué, María Pinto, San Pedro, La Estrella, Navidad, Paredones, Placilla, Pumanque,
Curepto, Empedrado, Maule, Pelarco, Pencahue, Río Claro, San Rafael, Chanco, Pelluhue, Licantén, Rauco, Sagrada Familia,
Vichuquén, Retiro, Yerbas Buenas, Cobquecura, Ninhue, Portezuelo, Ránquil, Treguaco, Ñiquén, San Fabián, San Nicolás, Florida,
Santa Juana, Contulmo, Tirúa, Antuco, Quilaco, Quilleco, Alto Biobío, Cunco, Curarrehue, Galvarino, Melipeuco, Perquenco,
Saavedra, Teodoro Schmidt, Toltén, Vilcún, Cholchol, Ercilla, Lonquimay, Los Sauces, Lumaco, Corral, Máfil, Cochamó, Curaco de
Vélez, Puqueldón, Queilén, San Juan de la Costa, Futaleufú, Palena, Lago Verde, Guaitecas, O'Higgins, Tortel, Río Ibáñez, Laguna
Blanca, Río Verde, San Gregorio, Cabo de Hornos, Antártica, Primavera, Timaukel, Torres del Paine
"""


def coverage_code(name: str, region: str = "") -> str | None:
    return code_of(Address(country="CL", municipality=name, region=region))


def test_the_annex_was_read_whole() -> None:
    assert Counter(region.removeprefix("CL-") for region, _, _ in COMUNAS) == {
        "AP": 1, "TA": 3, "AN": 8, "AT": 8, "CO": 11, "VS": 26, "RM": 48, "LI": 28,
        "ML": 15, "NB": 13, "BI": 25, "AR": 18, "LR": 10, "LL": 23, "AI": 5, "MA": 3,
    }  # fmt: skip


def test_every_comuna_of_the_annex_has_its_own_code_and_no_other_has_one() -> None:
    assert sorted(coverage_table().comunas.values()) == sorted(code for _, code, _ in COMUNAS)
    assert len(set(coverage_table().comunas.values())) == len(COMUNAS) == 245


def test_every_name_of_the_annex_is_its_own_comuna_wherever_it_is() -> None:
    assert [(name, coverage_code(name)) for _, _, name in COMUNAS] == [(name, code) for _, code, name in COMUNAS]


def test_every_name_of_the_annex_lies_in_its_region() -> None:
    places = {code: comunas_of("CL")[cut] for cut, code in coverage_table().comunas.items()}
    for region, code, name in COMUNAS:
        assert coverage_code(name, region) == code
        assert places[code].region == region


def test_what_is_not_covered_is_a_written_list() -> None:
    uncovered = [comuna.name for comuna in comunas_of("CL").values() if comuna.code not in coverage_table().comunas]
    assert uncovered == NOT_COVERED.replace("\n", " ").strip().split(", ")
    assert {coverage_code(comuna) for comuna in uncovered} == {None}


def test_sin_cobertura_is_never_an_answer() -> None:
    assert coverage_code("Sin Cobertura") is coverage_code("SCOB", "RM") is None
    assert "SCOB" not in coverage_table().comunas.values()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Santiago", "STGO"), ("Santiago Centro", "STGO"), ("STGO", "STGO"), ("Stgo. Centro", "STGO"), ("Santiago (Centro)", "STGO"),
        ("Aysén", "PAYS"), ("Puerto Aysén", "PAYS"), ("Pto. Aisén", "PAYS"), ("Natales", "PNAT"), ("Puerto Natales", "PNAT"),
        ("Til Til", "TILT"), ("Tiltil", "TILT"), ("Til-Til", "TILT"), ("Llay-Llay", "LLAY"), ("Llaillay", "LLAY"),
        ("Concón", "CCON"), ("Con Con", "CCON"), ("Ñuñoa", "NUNO"), ("ÑUÑOA", "NUNO"), ("Nunoa", "NUNO"), ("Pto. Montt", "PMON"),
        ("Sta. Cruz", "SCRU"), ("Santa  Cruz ", "SCRU"), ("San Vicente", "SVIC"), ("San Vicente de T.T.", "SVIC"),
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


def test_the_comuna_counts_before_the_city_and_a_mere_number_does_not_count() -> None:
    assert code_of(Address(country="CL", municipality="Vitacura", city="Santiago")) == "VITA"
    assert code_of(Address(country="CL", municipality="8269999", city="Providencia")) == "PROV"
    assert code_of(Address(country="CL", municipality="8261414", city="Santiago")) == "PROV"  # a code that is published
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
