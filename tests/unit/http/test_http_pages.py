"""Pages without a template engine: nothing gets in unescaped."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.tracking import TrackingStatus
from despacho_http.desk.entrance import local_path
from despacho_http.pages import Html, facts, html, joined, page
from despacho_http.tracking_words import STATUSES


@given(st.text())
def test_text_stays_text(text: str) -> None:
    shown = html("<p>{text}</p>", text=text)
    inside = shown.removeprefix("<p>").removesuffix("</p>")
    assert not {"<", ">", '"', "'"} & set(inside)


def test_html_goes_in_as_it_is_and_braces_mean_nothing() -> None:
    inner = html("<b>{name}</b>", name="{x} & y")
    assert html("<p>{inner}</p>", inner=inner) == "<p><b>{x} &amp; y</b></p>"
    assert joined([inner, Html("<br>")]) == "<b>{x} &amp; y</b><br>"


def test_a_fact_without_a_value_is_left_out() -> None:
    assert facts({"a": "1", "b": "", "c": None}) == "<dl><dt>a</dt><dd>1</dd></dl>"


def test_the_only_style_that_may_apply_is_the_pages_own() -> None:
    answer = page("T", Html(""), language="es")
    style = re.search(r"<style>(.*?)</style>", answer.content)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in str(answer.headers["content-security-policy"])
    assert "javascript" not in answer.content


def test_every_status_has_a_word_in_every_language() -> None:
    assert set(STATUSES) == set(TrackingStatus)
    assert all(set(words) == {"en", "es", "pt"} for words in STATUSES.values())


@pytest.mark.parametrize("path", ["/", "/stores", "/a/b?x=1&y=%20"])
def test_a_path_within_the_hub_is_local(path: str) -> None:
    assert local_path(path) == path


@given(st.text(max_size=30))
def test_nothing_else_is(path: str) -> None:
    led_to = local_path(path)
    assert led_to in {"/", path}
    assert led_to.startswith("/")
    assert not led_to.startswith(("//", "/\\"))
    assert led_to.isascii()
    assert led_to.isprintable()
