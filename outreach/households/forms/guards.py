"""Checks that several forms of this feature share."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import wtforms
from wtforms import validators

from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.core.text import Secret, looks_secret

E = TypeVar("E", bound=StrEnum)

_SECRETS = {
    Secret.PERSONAL_ID: _("This looks like a personal identity number. We never keep those."),
    Secret.ACCOUNT: _("This looks like a card or account number. We never keep those."),
    Secret.ONE_TIME_CODE: _("This looks like a one-time code. Never write it down anywhere."),
    Secret.PASSWORD: _("This looks like a password. Never write it down anywhere."),
}


def no_secrets(_form: wtforms.Form, field: wtforms.StringField) -> None:
    """A note that others read must not hold what opens somebody's account."""
    secret = looks_secret(field.data or "")
    if secret is not None:
        raise validators.ValidationError(str(_SECRETS[secret]))


def one_of(words: Mapping[E, str], *, none: str = "") -> list[tuple[str, str]]:
    """Choices of a select: every member by its value, after an empty one."""
    first = [("", none)] if none else []
    return first + [(member.value, str(label)) for member, label in words.items()]


def a_choice() -> validators.InputRequired:
    """Somebody must choose; nothing is chosen beforehand."""
    return validators.InputRequired(message=_("Please choose one."))


def not_chosen() -> str:
    return gettext("Not known")
