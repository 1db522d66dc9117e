"""Envelopes: members in WCF's order whatever order they are given in, and answers that cannot harm."""

import time
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_ctt.soap import (
    NAMESPACES,
    Contract,
    Many,
    Member,
    children,
    envelope,
    found,
    local_name,
    parsed,
    raw_of,
    text_of,
)

NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12).map(
    "N".__add__
)
TEXTS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=30)
PREFIXES = st.sampled_from(["ctt", "ctt1", "ctt2"])
MEMBERS: st.SearchStrategy[Member] = st.recursive(
    TEXTS,
    lambda inner: (
        st.builds(Contract, PREFIXES, st.dictionaries(NAMES, inner, max_size=5))
        | st.builds(
            Many, PREFIXES, NAMES, st.lists(inner.filter(lambda one: not isinstance(one, Many)), max_size=3).map(tuple)
        )
    ),
    max_leaves=12,
)


def in_order(element: ET.Element, contract: Contract) -> bool:
    names = [local_name(one) for one in element]
    inside = [
        in_order(one, inner) for one in element if isinstance(inner := contract.members[local_name(one)], Contract)
    ]
    return names == sorted(names) and all(inside)


@given(st.dictionaries(NAMES, MEMBERS, max_size=6))
def test_members_are_always_in_alphabetical_order_and_empty_ones_left_out(members: dict[str, Member]) -> None:
    contract = Contract("ctt", members)
    root = ET.fromstring(envelope("Op", Input=contract))
    inside = root[0][0][0]
    assert in_order(inside, contract)
    told = {local_name(one) for one in inside}
    assert told == {
        name for name, one in members.items() if one != "" and not (isinstance(one, Many) and not one.items)
    }
    assert all(one.tag.startswith(f"{{{NAMESPACES['ctt']}}}") for one in inside)


@given(TEXTS)
def test_text_comes_out_as_it_went_in(text: str) -> None:
    root = parsed(envelope("Op", ID=text))
    assert raw_of(found(root, "Op"), "ID") == text


def test_capitals_come_before_small_letters_as_in_net() -> None:
    written = envelope("Op", Input=Contract("ctt1", {"Phone": "1", "PTZipCode4": "2", "PTZipCode3": "3"})).decode()
    assert written.index("PTZipCode3") < written.index("PTZipCode4") < written.index("Phone")


def test_parameters_keep_their_own_order() -> None:
    written = envelope("Op", ID="x", Author="y").decode()
    assert written.index("tem:ID") < written.index("tem:Author")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "body",
    [
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l11;</x>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32", "cp037"])
def test_no_document_type_is_ever_looked_at(body: str, encoding: str) -> None:
    begun = time.monotonic()
    assert parsed(body.encode(encoding)) is None
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"<x>", b"<x>&e;</x>", b"<x/><y/>", b"\xff\xfe<", b"<x>\x00</x>", b"plain"]
)
def test_what_is_no_xml_is_nothing(body: bytes) -> None:
    assert parsed(body) is None


def test_a_declared_encoding_is_not_believed_but_a_byte_order_mark_is_no_obstacle() -> None:
    root = parsed('\ufeff<?xml version="1.0" encoding="iso-8859-1"?><x>ção</x>'.encode())
    assert root is not None
    assert root.text == "ção"
    broken = parsed(b"<x>\xe7</x>")
    assert broken is not None
    assert broken.text == "\ufffd"


def test_a_very_deep_answer_is_read_or_refused_but_breaks_nothing() -> None:
    deep = b"<a>" * 20_000 + b"</a>" * 20_000
    root = parsed(deep)
    assert root is None or found(root, "nothing") is None


@given(st.binary(max_size=200))
def test_any_bytes_are_an_element_or_nothing(body: bytes) -> None:
    root = parsed(body)
    assert root is None or isinstance(local_name(root), str)


def test_names_are_read_without_namespace_and_as_net_meant_them() -> None:
    root = parsed(b'<r xmlns="urn:a" xmlns:b="urn:b"><PuP_x0020_ID>1</PuP_x0020_ID><b:c> two\n lines </b:c><c/></r>')
    assert text_of(root, "PuP ID") == "1"
    assert [text_of(one) for one in children(root, "c")] == ["two lines", ""]
    assert text_of(root, "missing", "deeper") == ""
