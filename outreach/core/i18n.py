"""Two languages, English in the code and Vietnamese first for people, without a build step.

Catalogues are one `.po` a feature; they are merged and compiled in memory the first time they are
asked for. The language is a context variable, so that jobs can speak as well as requests.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Self, cast

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations

LANGUAGES = ("vi", "en")
DEFAULT = "vi"
FOLDER = Path(__file__).resolve().parents[1] / "translations"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language being spoken now: `vi` or `en`."""
    return _language.get()


def speak(name: str) -> None:
    """Speak this language for the rest of the context (a request, a job); unknown ones are `vi`."""
    _language.set(name if name in LANGUAGES else DEFAULT)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak another language for a while, as for a text message to somebody else."""
    token = _language.set(name if name in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(token)


def catalogue(name: str) -> Catalog:
    """Every feature's messages of one language in one catalogue; the first translation stands."""
    merged = Catalog(locale=name)
    for _path, message in _entries(name):
        if merged.get(message.id) is None:
            merged.add(message.id, message.string, flags=message.flags)
    return merged


def disputed(name: str) -> list[str]:
    """Messages that two features translate differently, for the test that allows none."""
    merged = catalogue(name)
    return [
        f"{path.name}: {message.id!r} is {message.string!r}, elsewhere {known.string!r}"
        for path, message in _entries(name)
        if (known := merged.get(message.id)) is not None and known.string != message.string
    ]


def _entries(name: str) -> Iterator[tuple[Path, Message]]:
    for path in sorted((FOLDER / name).glob("*.po")):
        with path.open("rb") as file:
            yield from ((path, message) for message in read_po(file, locale=name) if message.id)


@cache
def _translations(name: str) -> Translations:
    if name == "en":
        return Translations(None)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(name))
    compiled.seek(0)
    return Translations(fp=compiled)


class Both(str):  # noqa: SLOT000 - a `str` with an attribute has a dictionary
    """A text that people wrote in both languages; as a `str` it is the English one."""

    vi: str

    def __new__(cls, en: str, vi: str = "") -> Self:
        made = super().__new__(cls, en)
        made.vi = vi
        return made


def gettext(message: str, **values: object) -> str:
    """The message in the language being spoken, with `%(name)s` filled in."""
    if isinstance(message, Both):
        return message.vi if language() == "vi" else str(message)
    found = _translations(language()).gettext(message)
    return found % values if values else found


def marked(message: str) -> str:
    """The message itself: it is translated elsewhere, by `gettext`. Import it as `_`."""
    return message


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The form for `n`; `%(n)s` is always available."""
    return _translations(language()).ngettext(one, many, n) % {"n": n, **values}


def lazy_gettext(message: str, **values: object) -> str:
    """A text that is translated when it is shown: for form labels and class attributes."""
    return cast("str", LazyProxy(gettext, message, enable_cache=False, **values))
