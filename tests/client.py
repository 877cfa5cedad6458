"""A test client that looks at every page it is given, as an exacting reader would."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
LABELLED = frozenset({"input", "select", "textarea"})


class Page(HTMLParser):
    """Collects what the rules below need to know of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labels_for: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.headings = 0
        self.lang = ""
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append(f"not closed: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.lang = found.get("lang") or ""
        self.headings += tag == "h1"
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "label" and found.get("for"):
            self.labels_for.add(str(found["for"]))
        if tag in LABELLED and found.get("type") not in {"hidden", "submit", "button"}:
            self.fields.append({**found, "in_label": "yes" if "label" in self.open else None})
        self._no_foreigners(tag, found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def _no_foreigners(self, tag: str, found: dict[str, str | None]) -> None:
        for name, value in found.items():
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag} {name}> is inline")
            if name in {"src", "action"} or (name == "href" and tag == "link"):
                target = value or ""
                if target.startswith(("http:", "https:", "//")):
                    self.faults.append(f"<{tag}> calls {target}")
        if tag == "script" and "src" not in found and found.get("type") != "application/json":
            self.faults.append("<script> is inline")
        if tag == "style":
            self.faults.append("<style> is inline")


def faults(text: str) -> list[str]:
    """What is wrong with a page: structure, headings, ids, labels, foreign hosts."""
    page = Page(text)
    found = list(page.faults)
    if page.headings != 1:
        found.append(f"{page.headings} <h1>")
    if page.lang not in {"vi", "en"}:
        found.append("no language")
    found += [f"id {name} twice" for name in set(page.ids) if page.ids.count(name) > 1]
    for field in page.fields:
        labelled = (
            field["in_label"]
            or field.get("aria-label")
            or field.get("aria-labelledby")
            or field.get("id") in page.labels_for
        )
        if not labelled:
            found.append(f"field {field.get('name')} has no label")
    return found


class Inspecting(FlaskClient):
    """Raises AssertionError when a whole page it receives has a fault."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        whole = response.mimetype == "text/html" and b"<!doctype" in response.data[:200].lower()
        if whole and not 300 <= response.status_code < 400:  # a redirect is nobody's page
            found = faults(response.get_data(as_text=True))
            assert not found, f"{response.request.path}: {found}"
        return response
