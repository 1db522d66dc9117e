"""The words inside refusals are there in every language, and nothing else is touched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from despacho_core.errors import OrderNotPaid, OrderWithoutAddress, WrongState
from despacho_core.phrases import PHRASES, said
from despacho_core.shipments import ShipmentState


def test_every_language_knows_the_same_words() -> None:
    assert PHRASES["es"].keys() == PHRASES["pt"].keys()


def test_a_refusal_is_whole_in_the_language_of_its_reader() -> None:
    refusal = WrongState(what="shipment", id="abc", state=ShipmentState.REJECTED.value, action="be voided")
    assert refusal.text("en") == "The shipment abc is rejected; it cannot be voided now."
    assert refusal.text("es") == "No se puede anular el envío abc: está rechazado."
    assert refusal.text("pt") == "Não se pode anular o envio abc: está recusado."


def test_a_list_is_said_word_by_word() -> None:
    refusal = OrderWithoutAddress(order=7, missing="street, municipality")
    assert "falta: calle, comuna" in refusal.text("es")
    assert "falta: rua, concelho" in refusal.text("pt")


def test_a_program_still_finds_the_plain_words() -> None:
    refusal = OrderNotPaid(order=7, status="pending_payment")
    assert refusal.facts == {"order": 7, "status": "pending_payment"}


@given(
    fact=st.one_of(st.integers(), st.none(), st.text(alphabet="ABC123-_")),
    language=st.sampled_from(["en", "es", "pt", "fr"]),
)
def test_what_is_no_word_of_ours_stays_as_it_is(fact: object, language: str) -> None:
    assert said(fact, language) == fact
