"""What is wrong with a form: everything at once, each beside its field."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from despacho_ports.providers import Secret
from despacho_ports.settings import FieldKind, SettingsInvalid, fields_of, read_settings
from despacho_ports.settings_checks import FieldProblem, Wrong, problems_in


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """One field of each kind."""

    key: Annotated[Secret, msgspec.Meta(pattern="^[a-z]{8}$")]
    card: Annotated[str, msgspec.Meta(pattern="^[0-9]+$")]
    channel: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    prices: Literal["list", "contract"] = "list"
    note: Annotated[str, msgspec.Meta(max_length=5)] = ""
    declare: bool = False
    either: str | int = ""

    def __post_init__(self) -> None:
        if self.note == "bad":
            raise ValueError("note is not what it should be")
        if self.note == "odd":
            raise ValueError("these do not go together")


RIGHT: dict[str, object] = {"key": "abcdefgh", "card": "123"}


def wrong(**changes: object) -> dict[str, Wrong]:
    return {one.name: one.wrong for one in problems_in(Form, {**RIGHT, **changes})}


def test_a_form_says_what_each_field_is_filled_in_with() -> None:
    kinds = {one.name: (one.kind, one.choices, one.longest) for one in fields_of(Form)}
    assert kinds["channel"] == (FieldKind.NUMBER, (), None)
    assert kinds["prices"] == (FieldKind.CHOICE, ("contract", "list"), None)
    assert kinds["note"] == (FieldKind.TEXT, (), 5)
    assert kinds["declare"] == (FieldKind.FLAG, (), None)
    assert kinds["either"] == (FieldKind.TEXT, (), None)


def test_everything_wrong_is_told_at_once_in_the_forms_order() -> None:
    found = problems_in(Form, {"card": "x", "channel": "many", "prices": "free", "note": "too long"})
    assert found == [
        FieldProblem("key", Wrong.MISSING),
        FieldProblem("card", Wrong.FORM),
        FieldProblem("channel", Wrong.NUMBER),
        FieldProblem("prices", Wrong.CHOICE),
        FieldProblem("note", Wrong.LENGTH),
    ]
    assert wrong(channel="100") == {"channel": Wrong.NUMBER}
    assert wrong(key="") == {"key": Wrong.MISSING}
    assert wrong(channel="7", declare=True, either=5) == {}


def test_what_concerns_the_whole_is_told_beside_the_field_that_it_begins_with() -> None:
    assert problems_in(Form, {**RIGHT, "note": "bad"}) == [FieldProblem("note", Wrong.FORM, "is not what it should be")]
    assert problems_in(Form, {**RIGHT, "note": "odd"}) == [FieldProblem("", Wrong.FORM, "these do not go together")]


@given(
    st.dictionaries(
        st.sampled_from(sorted(Form.__struct_fields__)),
        st.one_of(st.text(max_size=12), st.integers(-5, 200), st.booleans()),
    )
)
def test_a_form_without_problems_is_one_that_is_taken(values: dict[str, object]) -> None:
    try:
        read_settings(Form, values)
    except SettingsInvalid:
        assert problems_in(Form, values)
    else:
        assert [one for one in problems_in(Form, values) if one.wrong is not Wrong.MISSING] == []


def test_no_value_is_repeated_in_what_is_said() -> None:
    assert "s3cr3t" not in str(problems_in(Form, {**RIGHT, "key": "s3cr3t", "prices": "s3cr3t"}))
