"""Every comuna of Chile and every concelho of Portugal in every form that people and programs write it."""

import unicodedata
from collections.abc import Iterator

import pytest

from despacho_core.places import COUNTRIES, Comuna, Match, MatchedBy, comunas_of, find_comuna, regions_of
from tests.examples import THOROUGH

SHORT = {
    "San ": "Sn. ", "Santa ": "Sta. ", "Santo ": "Sto. ", "Puerto ": "Pto. ", "General ": "Gral. ", "Puente ": "Pte. ",
    "Punta ": "Pta. ", "Nueva ": "Nva. ", "Villa ": "Vla. ", "Estación ": "Est. ", "Quinta ": "Qta. ", " Francisco": " Fco.",
}  # fmt: skip

# The clear list of what does not match by itself: the name alone belongs to several places. With its region each is found.
NAMESAKES = {"San Pedro": "CL", "Lagoa": "PT", "Calheta": "PT"}
# Written before its comuna without the word "Región", these regions are as well the comuna of that name.
REGION_OR_COMUNA = {"La Serena", "Talca"}


def bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def shortened(name: str) -> str:
    for word, short in SHORT.items():
        name = name.replace(word, short)
    return name


def forms(comuna: Comuna) -> Iterator[str]:
    """The name alone, as forms, spreadsheets and hurried people write it."""
    name = comuna.name
    yield from (
        name,
        name.upper(),
        name.lower(),
        name.swapcase(),
        bare(name),
        bare(name).upper(),
        shortened(name),
        shortened(bare(name).upper()),
    )
    yield from (
        "  ".join(name.split()),
        f"\t{name} ",
        name.replace(" ", "\N{NO-BREAK SPACE}"),
        name.replace(" ", "-"),
        name.replace(" ", ""),
    )
    yield from (
        f"{name}.",
        f"“{name}”",
        f"Comuna de {name}",
        unicodedata.normalize("NFD", name),
        name.replace("'", "’"),
    )


def placed_forms(comuna: Comuna) -> Iterator[str]:
    """The name with its region, in one field."""
    name, region = comuna.name, regions_of(comuna.country)[comuna.region]
    yield from (f"{name}, {region.name}", f"{name} ({region.name})", f"{name} / {region.name}", f"{name} {region.name}")
    yield from (f"Región de {region.name} - {name}", f"REGION {bare(region.name).upper()} {bare(name).upper()}")
    yield from (
        f"{name}, {region.code}",
        f"{name}, región de {region.name}, {'Chile' if comuna.country == 'CL' else 'Portugal'}",
    )
    if comuna.country == "CL":
        yield from (f"{name}, {region.roman} Región", f"{name} - {region.roman} Región de {region.name}, Chile")


def matched(match: Match) -> str:
    return match.comuna.code if match.comuna else match.matched_by


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_name_in_every_form_is_exactly_its_own_comuna(country: str) -> None:
    missed = {}
    for comuna in comunas_of(country).values():
        for form in forms(comuna):
            match = find_comuna(form, None, country)
            if match.comuna != comuna or match.matched_by is not MatchedBy.EXACT:
                missed[form] = comuna.name
    assert set(missed.values()) == {name for name, where in NAMESAKES.items() if where == country}


@pytest.mark.parametrize("country", COUNTRIES)
def test_namesakes_are_offered_and_never_chosen_between(country: str) -> None:
    for name in (name for name, where in NAMESAKES.items() if where == country):
        match = find_comuna(name, None, country)
        assert (match.matched_by, match.comuna) == (MatchedBy.AMBIGUOUS, None)
        assert {comuna for comuna in comunas_of(country).values() if comuna.name == name} <= set(match.candidates)


@pytest.mark.parametrize("country", COUNTRIES)
def test_with_its_region_beside_it_every_form_is_its_own_comuna(country: str) -> None:
    for comuna in comunas_of(country).values():
        region = regions_of(country)[comuna.region]
        for form in forms(comuna):
            for beside in (region.name, region.code, region.platform_code, f"Región de {region.name}"):
                match = find_comuna(form, beside, country)
                assert (matched(match), match.region_differs) == (comuna.code, False), (form, beside)


@pytest.mark.parametrize("country", COUNTRIES)
def test_with_its_region_in_the_same_field_every_name_is_its_own_comuna(country: str) -> None:
    for comuna in comunas_of(country).values():
        assert {form: matched(find_comuna(form, None, country)) for form in placed_forms(comuna)} == dict.fromkeys(
            placed_forms(comuna), comuna.code
        )


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_regions_bare_name_before_the_comuna_is_understood_but_where_it_is_a_comuna_too(country: str) -> None:
    missed = set()
    for comuna in comunas_of(country).values():
        match = find_comuna(f"{regions_of(country)[comuna.region].name}, {comuna.name}", None, country)
        if match.comuna != comuna:
            assert match.matched_by is MatchedBy.AMBIGUOUS
            assert comuna in match.candidates
            missed.add(comuna.name)
    assert missed == (REGION_OR_COMUNA if country == "CL" else set())


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_official_code_is_its_comuna(country: str) -> None:
    for code, comuna in comunas_of(country).items():
        for form in (code, code.lstrip("0"), f" {code} "):
            assert find_comuna(form, None, country) == Match(
                written=form.strip(), matched_by=MatchedBy.CODE, comuna=comuna
            )


def test_initials_stand_for_the_first_word_where_no_other_name_fits() -> None:
    several = [comuna for comuna in comunas_of("CL").values() if " " in comuna.name]
    assert len(several) > 100
    missed = set()
    for comuna in several:
        first, rest = comuna.name.split(" ", maxsplit=1)
        if find_comuna(f"{first[0]}. {rest}").comuna != comuna:
            missed.add(comuna.name)
    assert missed == {"San Pedro"}


@pytest.mark.parametrize("country", COUNTRIES)
def test_one_wrong_letter_leads_to_no_other_comuna_silently(country: str) -> None:
    """Every name with each letter left out, in its region: the comuna itself, or a question. Every day one name in five."""
    settled, share = 0, 1 if THOROUGH else 5
    for comuna in list(comunas_of(country).values())[::share]:
        for place in range(1, len(comuna.name)):
            written = comuna.name[:place] + comuna.name[place + 1 :]
            match = find_comuna(written, comuna.region, country)
            assert match.comuna in {comuna, None}, written
            settled += match.comuna is not None
    assert settled > 2_000 // share
