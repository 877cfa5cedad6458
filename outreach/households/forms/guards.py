"""Checks that several forms of this feature share."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from wtforms import validators

from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _

E = TypeVar("E", bound=StrEnum)


def one_of(words: Mapping[E, str], *, none: str = "") -> list[tuple[str, str]]:
    """Choices of a select: every member by its value, after an empty one."""
    first = [("", none)] if none else []
    return first + [(member.value, str(label)) for member, label in words.items()]


def a_choice() -> validators.InputRequired:
    """Somebody must choose; nothing is chosen beforehand."""
    return validators.InputRequired(message=_("Please choose one."))


def not_chosen() -> str:
    return gettext("Not known")
