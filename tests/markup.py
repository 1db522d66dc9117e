"""What a page is made of, read as a browser reads it: elements, forms and links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

_FIELDS = frozenset({"input", "select", "textarea", "button"})
_LINKS = ("href", "src", "action", "formaction", "data", "hx-get", "hx-post")


@dataclass(frozen=True)
class Element:
    """A start tag."""

    tag: str
    attributes: dict[str, str]

    @property
    def scripted(self) -> bool:
        """Whether it is a script or a style of the page's own, which the policy forbids."""
        inline = self.tag == "style" or (self.tag == "script" and not self.attributes.get("src"))
        named = any(name == "style" or name.startswith(("on", "hx-on")) for name in self.attributes)
        led = any(
            self.attributes.get(name, "").strip().lower().startswith(("javascript:", "vbscript:")) for name in _LINKS
        )
        return inline or named or led


@dataclass
class PageForm:
    """A form that changes something: where it goes, and what it sends as it stands."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)


class Markup(HTMLParser):
    """A page that was read."""

    def __init__(self, text: str, path: str = "/") -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.forms: list[PageForm] = []
        self._forms_by_id: dict[str, PageForm] = {}
        self.words: list[str] = []
        self._path = urlsplit(path).path
        self._form: PageForm | None = None
        self._select: tuple[PageForm, str] | None = None
        self.feed(text)
        self.close()

    @property
    def text(self) -> str:
        """What is read, without tags."""
        return "".join(self.words)

    def links(self) -> set[str]:
        """Local addresses that the page leads to or loads by itself, without their fragments."""
        found = (
            one.attributes[name]
            for one in self.elements
            for name in ("href", "src", "data", "hx-get")
            if name in one.attributes and one.tag != "form"
        )
        return {link.partition("#")[0] for link in found if link.startswith("/")}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One more element."""
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append(Element(tag, attributes))
        if tag == "form":
            self._open_form(attributes)
        elif tag == "option" and self._select is not None:
            form, name = self._select
            chosen = "selected" in attributes or not any(one == name for one, _ in form.fields)
            if chosen:
                form.fields = [pair for pair in form.fields if pair[0] != name]
                form.fields.append((name, attributes.get("value", "")))
        elif tag in _FIELDS:
            self._add_field(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        """A form or a select that is over."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """Text."""
        self.words.append(data)

    def _open_form(self, attributes: dict[str, str]) -> None:
        self._form = PageForm(attributes.get("action") or self._path)
        if attributes.get("method", "get").lower() == "post":
            self.forms.append(self._form)
        if "id" in attributes:
            self._forms_by_id[attributes["id"]] = self._form

    def _add_field(self, tag: str, attributes: dict[str, str]) -> None:
        """A field of the form around it, or of the one that it names; a button that leads elsewhere is a form of its own."""
        form = self._forms_by_id.get(attributes["form"]) if "form" in attributes else self._form
        name, kind = attributes.get("name", ""), attributes.get("type", tag)
        if form is None:
            return
        if tag == "button" and "formaction" in attributes:
            self.forms.append(PageForm(attributes["formaction"], form.fields, form.kinds))
        if not name:
            return
        form.kinds[name] = kind
        if tag == "select":
            self._select = (form, name)
        elif kind != "file":
            form.fields.append((name, attributes.get("value", "1" if kind in {"checkbox", "radio"} else "")))
