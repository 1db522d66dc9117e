"""Regions as stores, forms and people write them."""

import pytest

from despacho_core.places import find_region


@pytest.mark.parametrize(
    ("written", "code"),
    [
        # by name
        ("Región Metropolitana", "CL-RM"), ("Region Metropolitana de Santiago", "CL-RM"), ("REGION METROPOLITANA", "CL-RM"),
        ("Santiago", "CL-RM"),
        ("Bío Bío", "CL-BI"), ("Región del Bío-Bío", "CL-BI"), ("Región de La Araucanía", "CL-AR"), ("Araucania", "CL-AR"),
        ("O'Higgins", "CL-LI"),
        ("Libertador General Bernardo O’Higgins", "CL-LI"), ("Lib. Gral. Bernardo O'Higgins", "CL-LI"), ("Aysén", "CL-AI"),
        ("Aisén del Gral. C. Ibáñez del Campo", "CL-AI"),
        ("Magallanes y de la Antártica Chilena", "CL-MA"), ("Ñuble", "CL-NB"), ("Tarapaca", "CL-TA"), ("Arica", "CL-AP"),
        ("  los  ríos ", "CL-LR"),
        # by the platform's codes, which are FIPS (contract/jumpseller.md 4.6)
        ("12", "CL-RM"), ("01", "CL-VS"), ("1", "CL-VS"), ("04", "CL-AR"), ("03", "CL-AN"), ("14", "CL-LL"), ("17", "CL-LR"),
        ("18", "CL-NB"),
        # by ISO 3166-2, Roman numeral, ordinal and number said aloud
        ("CL-RM", "CL-RM"), ("cl-vs", "CL-VS"), ("RM", "CL-RM"), ("VS", "CL-VS"), ("R.M.", "CL-RM"), ("V", "CL-VS"),
        ("V Región", "CL-VS"),
        ("Región XIV", "CL-LR"), ("VIII Región del Biobío", "CL-BI"), ("8va Región", "CL-BI"), ("8va", "CL-BI"), ("1ra región", "CL-TA"),
        ("Octava Región", "CL-BI"), ("Décima", "CL-LL"), ("Región 8", "CL-BI"), ("13 región", "CL-RM"),
        ("IX Región de La Araucanía", "CL-AR"),
        # neither: codes of another numbering, contradictions, other places
        ("13", None), ("09", None), ("99", None), ("Región 17", None), ("V Región del Maule", None), ("Lima", None), ("", None),
        ("Región", None), ("8261414", None),
    ],
)  # fmt: skip
def test_regions_of_chile(written: str, code: str | None) -> None:
    found = find_region(written)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Lisboa", "PT-11"), ("Distrito de Lisboa", "PT-11"), ("Lisbon", "PT-11"), ("Setubal", "PT-15"),
        ("Região Autónoma dos Açores", "PT-20"),
        ("Azores", "PT-20"), ("Ilha da Madeira", "PT-30"), ("pt-13", "PT-13"), ("PT 13", "PT-13"), ("14", "PT-11"), ("11", "PT-09"),
        ("V", None), ("RM", None),
    ],
)  # fmt: skip
def test_districts_and_autonomous_regions_of_portugal(written: str, code: str | None) -> None:
    found = find_region(written, "PT")
    assert (found.code if found else None) == code


def test_a_country_without_a_table_has_no_regions() -> None:
    assert find_region("Santiago", "AR") is find_region("Santiago", "") is None
