"""What is wrong with a form: everything at once, each beside its field."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_ports.providers import MaybeWebAddress, Secret, WebAddress
from despacho_ports.settings import FieldKind, SettingsInvalid, fields_of, read_settings, secrets_at_risk
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


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """An account with two addresses and two secrets."""

    key: Secret
    token: Annotated[str, msgspec.Meta(extra={"secret": True})] = ""
    user: str = ""
    address: WebAddress = "https://api.example.com"
    labels: MaybeWebAddress = ""


GOOD = [
    "https://api.example.com",
    "https://api.example.com/",
    "http://cttexpressows.qa.ctt.pt/CTTEWSPool",
    "https://{account}.app.invoicexpress.com",
    "https://api.example.com:8443/v1/a%20b;c=d/@e",
    "https://[2606:4700::1111]:443/v1",
    "http://127.0.0.1:9900/chilexpress",
]
BAD = [
    "",
    "api.example.com",
    "//api.example.com",
    "ftp://api.example.com",
    "file:///etc/passwd",
    "https://",
    "https:///v1",
    "https://ana@api.example.com",
    "https://ana:word@api.example.com/v1",
    "https://api.example.com?x=",
    "https://api.example.com/v1?",
    "https://api.example.com#",
    "https://api.example.com/\\x",
    "https://api.example.com\\@inside",
    "https://api.example.com/a b",
    "https://api.example.com/\n",
    "https://api.example.com\n",
    " https://api.example.com",
    "https://api.example.com/é",
    "https://" + "x" * 500,
]


@pytest.mark.parametrize("address", GOOD)
def test_an_address_names_a_host_and_a_path(address: str) -> None:
    assert problems_in(Placed, {"key": "k", "address": address, "labels": address}) == []


@pytest.mark.parametrize("address", BAD)
def test_an_address_with_anything_else_is_refused_beside_its_field(address: str) -> None:
    assert problems_in(Placed, {"key": "k", "address": address}) == [FieldProblem("address", Wrong.ADDRESS)]
    with pytest.raises(SettingsInvalid, match="address must look like https"):
        read_settings(Placed, {"key": "k", "address": address})


def test_an_address_may_be_empty_where_there_may_be_none() -> None:
    assert problems_in(Placed, {"key": "k", "labels": ""}) == []


@pytest.mark.parametrize(
    ("before", "after", "at_risk"),
    [
        ({}, {"user": "ana"}, []),
        ({}, {"address": "https://api.example.com"}, []),
        ({}, {"address": "https://api.example.com/v1"}, ["key"]),
        ({"token": "t"}, {"token": "t", "labels": "https://labels.example"}, ["key", "token"]),
        ({"labels": "https://labels.example", "token": "t"}, {}, ["key", "token"]),
    ],
)
def test_secrets_are_at_risk_where_an_address_changes(
    before: dict[str, object], after: dict[str, object], at_risk: list[str]
) -> None:
    assert secrets_at_risk(Placed, {"key": "k", **before}, {"key": "k", **after}) == at_risk
