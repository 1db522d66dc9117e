"""What people write where a comuna should stand, what it is taken for, and what is asked back."""

import pytest

from despacho_core.places import Match, MatchedBy, find_comuna


def told(match: Match) -> str:
    """How it matched, and what: "alias Viña del Mar", "ambiguous La Florida | Florida"."""
    if match.comuna is not None:
        return f"{match.matched_by} {match.comuna.name}{' elsewhere' if match.region_differs else ''}"
    return " ".join((match.matched_by, " | ".join(comuna.name for comuna in match.candidates))).strip()


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        # the name, with what stands around it
        ("Ñuñoa, RM", "", "exact Ñuñoa"), ("Región Metropolitana - Ñuñoa", "", "exact Ñuñoa"), ("NUNOA (SANTIAGO)", "", "exact Ñuñoa"),
        ("Las Condes, Santiago", "", "exact Las Condes"), ("Santiago, Las Condes", "", "exact Las Condes"),
        ("Peñalolén Santiago Chile", "", "exact Peñalolén"), ("7750000 Ñuñoa", "", "exact Ñuñoa"), ("Ñuñoa 7750000", "", "exact Ñuñoa"),
        ("Viña del Mar, Valparaíso", "", "exact Viña del Mar"), ("Valparaíso - Viña del Mar", "", "exact Viña del Mar"),
        ("Padre Las Casas / Temuco", "", "exact Padre Las Casas"), ("Hualpén, Concepción", "", "exact Hualpén"),
        ("San Pedro RM", "", "exact San Pedro"), ("San Pedro, VIII Región", "", "alias San Pedro de la Paz"),
        ("San Pedro de Atacama Antofagasta", "", "exact San Pedro de Atacama"), ("La Serena, Coquimbo", "", "exact La Serena"),
        ("Labranza, Temuco", "", "alias Temuco"), ("Santiago (Centro)", "", "alias Santiago"),
        ("Temuco, sector Pueblo Nuevo", "", "exact Temuco"), ("Villa Frei, Maipú", "", "exact Maipú"),
        ("Hualpenn, Concepción", "", "fuzzy Hualpén"),
        # other names, localities, initials, articles
        ("Reñaca", "", "alias Viña del Mar"), ("Rapa Nui", "", "alias Isla de Pascua"), ("P. Arenas", "", "alias Punta Arenas"),
        ("PAC", "", "alias Pedro Aguirre Cerda"), ("Serena", "", "alias La Serena"), ("Las Andes", "", "alias Los Andes"),
        ("Alto Bío Bío", "", "exact Alto Biobío"), ("La Calera", "", "alias Calera"), ("Pto. Natales", "", "alias Natales"),
        ("Cerro Castillo", "Aysén", "alias Río Ibáñez"), ("Cerro Castillo", "Magallanes", "alias Torres del Paine"),
        # misspellings
        ("Providensia", "", "fuzzy Providencia"), ("Vallparaiso", "", "fuzzy Valparaíso"), ("Antofagsata", "", "fuzzy Antofagasta"),
        ("Puerto Mont", "Los Lagos", "fuzzy Puerto Montt"), ("Puerto Mont, Los Lagos", "", "fuzzy Puerto Montt"),
        ("Pto. Mnott, Los Lagos", "", "fuzzy Puerto Montt"), ("Quilcura RM", "", "fuzzy Quilicura"),
        ("Hualpin", "Biobío", "alias Hualpén"),
        # the region of old
        ("Chillán", "Biobío", "exact Chillán"), ("Valdivia", "X Región", "exact Valdivia"), ("Arica", "Tarapacá", "exact Arica"),
        # an address that contradicts itself, with no other comuna that it could mean
        ("Temuco", "Metropolitana", "exact Temuco elsewhere"), ("Vitacura", "Biobío", "exact Vitacura elsewhere"),
        # codes
        ("13120", "", "code Ñuñoa"), ("4101", "", "code La Serena"), ("8261414", "12", "code Providencia"),
        ("8261495", "03", "code Calama"),
    ],
)  # fmt: skip
def test_what_is_meant_is_found(written: str, region: str, expected: str) -> None:
    assert told(find_comuna(written, region)) == expected


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        # two comunas
        ("San Pedro", "", "ambiguous San Pedro | San Pedro de Atacama | San Pedro de la Paz"),
        ("San Pedro", "Maule", "ambiguous San Pedro | San Pedro de Atacama | San Pedro de la Paz"),
        ("Providencia, Ñuñoa", "", "ambiguous Providencia | Ñuñoa"), ("Valparaíso, Santiago", "", "ambiguous Valparaíso | Santiago"),
        ("Coquimbo, La Serena", "", "ambiguous Coquimbo | La Serena"), ("Cerro Castillo", "", "ambiguous Río Ibáñez | Torres del Paine"),
        # one comuna by name and another by region
        ("Florida", "Metropolitana", "ambiguous La Florida | Florida"), ("La Florida", "Biobío", "ambiguous Florida | La Florida"),
        ("Calera", "Atacama", "ambiguous Caldera | Calera"), ("Colina", "Maule", "ambiguous Molina | Colina"),
        ("O'Higgins", "O'Higgins", "unknown O'Higgins"),
        # nearly two, or nearly one but not surely
        ("Calda", "", "ambiguous Calama | Caldera | Calera"), ("Puerto Mont", "", "unknown Puerto Montt"),
        ("San Marcos", "", "unknown San Carlos"),
        ("Providensia", "Maule", "unknown Providencia"), ("Reñaca", "Los Lagos", "ambiguous Viña del Mar | Renca | Renaico"),
        ("Tagua", "", "ambiguous San Vicente | Talca | Tirúa"), ("Villa Las Palmas de Ovalle Sur", "", "unknown Ovalle"),
        # the name of a region or a city around something unknown
        ("Cerro Alegre, Valparaíso", "", "unknown Valparaíso"), ("Xyz, Los Lagos", "", "unknown Los Lagos"),
        # none
        ("Madrid", "", "unknown"), ("", "", "unknown"), ("de", "", "unknown"), ("...", "", "unknown"), ("99999", "", "unknown"),
        ("8269999", "", "unknown"), ("13", "", "unknown"), ("²", "", "unknown"), ("Región Metropolitana", "", "unknown"),
    ],
)  # fmt: skip
def test_what_is_in_doubt_is_asked_back_with_what_it_may_be(written: str, region: str, expected: str) -> None:
    assert told(find_comuna(written, region)) == expected


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        ("Gaia", "", "alias Vila Nova de Gaia"), ("V. N. Gaia", "", "alias Vila Nova de Gaia"),
        ("Vila Nova de Gaia, Porto", "", "exact Vila Nova de Gaia"),
        ("Sto. Tirso", "", "exact Santo Tirso"), ("Póvoa do Varzim", "", "exact Póvoa de Varzim"), ("Lisbon", "", "alias Lisboa"),
        ("1250-096 LISBOA", "", "exact Lisboa"), ("Cascais, Lisboa", "", "exact Cascais"), ("Queluz", "", "alias Sintra"),
        ("Lagoa", "Faro", "exact Lagoa"), ("Lagoa (Açores)", "", "alias Lagoa"), ("Calheta", "Madeira", "exact Calheta"),
        ("Concelho de Oeiras", "", "exact Oeiras"), ("Portimâo", "", "exact Portimão"), ("Guimaraes", "Braga", "exact Guimarães"),
        ("Matosinhs", "Porto", "fuzzy Matosinhos"), ("1106", "", "code Lisboa"), ("Moura", "Évora", "ambiguous Mora | Mourão | Moura"),
        ("Braga, Porto", "", "ambiguous Braga | Porto"), ("Lagoa", "", "ambiguous Lagoa | Lagoa"), ("Ñuñoa", "", "unknown"),
    ],
)  # fmt: skip
def test_concelhos_of_portugal_are_found_in_the_same_way(written: str, region: str, expected: str) -> None:
    assert told(find_comuna(written, region, "PT")) == expected


def test_a_country_without_a_table_has_no_comunas() -> None:
    assert find_comuna("Santiago", None, "AR") == Match(written="Santiago", matched_by=MatchedBy.UNKNOWN)


def test_nothing_is_found_in_nothing() -> None:
    assert find_comuna(None, None) == Match(written="", matched_by=MatchedBy.UNKNOWN)
