"""What holds of matching whatever is written: it answers, it is steady, it guesses nothing."""

import unicodedata
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.places import COUNTRIES, Comuna, MatchedBy, comuna_of, comunas_of, find_comuna, region_of
from despacho_core.places_words import distance, key_of, plain

ACCENTS = {"A": "Á", "E": "É", "I": "Í", "O": "Ó", "U": "Ü", "N": "Ñ", "C": "Ç"}
COMUNAS = [comuna for country in COUNTRIES for comuna in comunas_of(country).values()]
WITHOUT = {MatchedBy.AMBIGUOUS, MatchedBy.UNKNOWN}
texts = (
    st.text(max_size=60)
    | st.text(max_size=300)
    | st.lists(st.sampled_from([one.name for one in COMUNAS]), max_size=4).map(" - ".join)
)


@st.composite
def spellings(draw: st.DrawFn) -> tuple[Comuna, str]:
    """A comuna with its name in some case, accents anywhere they can stand, and spaces and full stops in excess."""
    comuna = draw(st.sampled_from(COMUNAS))
    letters = [ACCENTS.get(letter.upper(), letter) if draw(st.booleans()) else letter for letter in comuna.name]
    cased = draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))("".join(letters))
    between = draw(st.sampled_from(["  ", "\t", " - ", "-", ". ", "\N{NO-BREAK SPACE}"]))
    form = draw(st.sampled_from(["NFC", "NFD", "NFKC"]))
    return comuna, unicodedata.normalize(form, f" {between.join(cased.split())}. ")  # type: ignore[arg-type]  # one of the four


@given(spellings())
def test_every_comuna_is_known_in_any_spelling_in_its_region(spelling: tuple[Comuna, str]) -> None:
    comuna, written = spelling
    match = find_comuna(written, comuna.region, comuna.country)
    assert (match.matched_by, match.comuna) == (MatchedBy.EXACT, comuna)


@given(texts, texts, st.sampled_from(["CL", "PT", "AR", ""]))
def test_any_text_has_an_answer_and_always_the_same(written: str, region: str, country: str) -> None:
    match = find_comuna(written, region, country)
    assert find_comuna(f"\n {written[:190].strip()} ", region, country) == find_comuna(written[:190], region, country)
    assert (match.comuna is None) == (match.matched_by in WITHOUT)
    assert match.matched_by is not MatchedBy.AMBIGUOUS or len(match.candidates) > 1
    assert match.comuna is None or not match.candidates
    assert len(match.candidates) <= 6


@given(st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=30), st.sampled_from(COUNTRIES))
def test_no_random_text_is_exactly_a_comuna(written: str, country: str) -> None:
    match = find_comuna(written, None, country)
    if match.comuna is not None and match.matched_by is MatchedBy.EXACT:
        letters = plain(written).replace(" ", "")
        assert key_of(match.comuna.name) in key_of(written) or plain(match.comuna.name).replace(" ", "") in letters


@given(texts, texts, texts, st.sampled_from(["", "CL", "PT", "Chile"]))
def test_any_address_has_an_answer(municipality: str, city: str, region: str, country: str) -> None:
    address = Address(country=country, municipality=municipality, city=city, region=region, postal_code=city)
    match = comuna_of(address)
    found = region_of(address)
    assert match.comuna is None or (found is not None and found.code == match.comuna.region)


@given(st.sampled_from(COMUNAS), st.data())
def test_a_misspelt_name_is_the_comuna_itself_or_a_question_or_another_name(
    comuna: Comuna, data: st.DataObject
) -> None:
    place = data.draw(st.integers(1, len(comuna.name) - 1))
    written = comuna.name[:place] + data.draw(st.sampled_from("aeiourstlnm ")) + comuna.name[place + 1 :]
    match = find_comuna(written, comuna.region, comuna.country)
    assert match.comuna in {comuna, None} or match.matched_by is not MatchedBy.FUZZY


@given(st.text("ABCD", max_size=6), st.text("ABCD", max_size=6), st.integers(0, 3))
def test_the_distance_is_a_distance(one: str, other: str, limit: int) -> None:
    found = distance(one, other, limit)
    assert found == distance(other, one, limit)
    assert 0 <= found <= limit + 1
    assert (found == 0) == (one == other)
    assert distance(one, other, 9) == found or found == limit + 1


def test_a_swap_of_neighbours_is_one_step() -> None:
    assert [distance("MAIPU", other, 2) for other in ("MAIPU", "MIAPU", "MAPU", "MAIPUU", "MAIPO", "PAINE")] == [
        0,
        1,
        1,
        1,
        1,
        3,
    ]


def test_no_two_comunas_of_a_region_are_so_near_that_one_misspelling_is_silently_the_other() -> None:
    """The nearest pairs, all a question when misspelt between them."""
    near = [
        (one, other)
        for one, other in combinations(COMUNAS, 2)
        if one.region == other.region and distance(key_of(one.name), key_of(other.name), 1) == 1
    ]
    assert {one.country for one, _ in near} <= {"CL", "PT"}
    for one, other in near:
        assert find_comuna(one.name, one.region, one.country).comuna == one
        assert find_comuna(other.name, other.region, other.country).comuna == other
