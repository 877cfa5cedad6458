"""Both languages are complete: every message in code and templates has its Vietnamese."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract

from outreach.core import i18n

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def messages() -> dict[str, str]:
    """Every message id with a place where it is used."""
    found: dict[str, str] = {}
    for folder, pattern, method in (("outreach", "*.py", "python"), ("templates", "*", "jinja2")):
        for path in sorted((ROOT / folder).rglob(pattern)):
            if not path.is_file() or (method == "jinja2" and path.suffix not in {".html", ".txt"}):
                continue
            options = {"trimmed": "false"} if method == "jinja2" else {}
            file = io.BytesIO(path.read_bytes())
            for line, ids, _comments, _context in extract(method, file, KEYWORDS, options=options):
                first = ids[0] if isinstance(ids, tuple) else ids
                if first:
                    found[first] = f"{path.relative_to(ROOT)}:{line}"
    for path in sorted((ROOT / "outreach").rglob("*.toml")):
        for text in said(tomllib.loads(path.read_text(encoding="utf-8"))):
            found[text] = str(path.relative_to(ROOT))
    return found


def said(value: object, key: str = "") -> Iterator[str]:
    """What data says to people: its labels and what never to ask, at any depth."""
    if isinstance(value, dict):
        for inner, part in value.items():
            yield from said(part, inner)
    elif isinstance(value, list):
        for part in value:
            yield from said(part, key)
    elif isinstance(value, str) and key in {"label", "never_ask"}:
        yield value


def test_every_message_has_its_vietnamese() -> None:
    catalogue = i18n.catalogue("vi")
    missing = []
    for message, place in messages().items():
        known = catalogue.get(message)
        text = known.string if known else ""
        if not (text if isinstance(text, str) else all(text or [""])):
            missing.append(f"{place} {message!r}")
    assert missing == []


def test_a_message_has_one_translation_everywhere() -> None:
    assert i18n.disputed("vi") == []


def test_no_translation_is_left_over() -> None:
    used = messages()
    left = [m.id for m in i18n.catalogue("vi") if m.id]
    assert [m for m in left if (m[0] if isinstance(m, tuple) else m) not in used] == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    for message in i18n.catalogue("vi"):
        if message.id:
            problems = [str(e) for e in message.check()]
            assert problems == [], message.id
