"""WTForms, told our language and our manners: text is cleaned, errors are plain sentences.

A feature's `forms.py` subclasses `Form`, and gives a frozen dataclass to its service.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import wtforms
from wtforms import validators
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # not in its stubs
from wtforms.fields.core import UnboundField

from outreach.core import i18n, text
from outreach.core.i18n import lazy_gettext as _

__all__ = [
    "Form",
    "MomentField",
    "NoSecrets",
    "Numbers",
    "SelectChoice",
    "UuidField",
    "at_most",
    "errors_of",
    "hidden_secret",
    "is_written",
    "required",
]

#: WTForms's own messages, said as we say things.
_THEIRS = {
    "Not a valid choice.": _("Please choose one from the list."),
    "Invalid Choice: could not coerce.": _("Please choose one from the list."),
    "'%(value)s' is not a valid choice for this field.": _("Please choose one from the list."),
    "This field is required.": _("Please fill this in."),
    "Not a valid integer value.": _("Please write a whole number."),
    "Not a valid float value.": _("Please write a number."),
    "Not a valid decimal value.": _("Please write a number."),
    "Not a valid date value.": _("Please choose a day."),
    "Not a valid time value.": _("Please write a time, such as 17:30."),
    "Number must be between %(min)s and %(max)s.": _(
        "Please write a number from %(min)s to %(max)s."
    ),
}


class _Texts:
    """What WTForms asks for its own messages; it fills in the placeholders itself."""

    def gettext(self, text: str) -> str:
        return str(_THEIRS.get(text) or i18n.gettext(text))

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one)


def _clean(value: Any) -> Any:
    """NFC, no control, hidden or direction-turning characters, single spaces."""
    return text.clean_lines(value) if isinstance(value, str) else value


class Form(wtforms.Form):
    """Base of every form. `data` may be trusted exactly when `validate()` was true."""

    class Meta:
        def get_translations(self, _form: object) -> _Texts:
            return _Texts()

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """Strings are cleaned before anything looks at them (passwords are not), and guarded.

            No text holds secrets; a field that is meant for numbers says so with `Numbers`.
            """
            kind, given = unbound_field.field_class, unbound_field.kwargs
            if issubclass(kind, wtforms.StringField) and not _is_secret(kind):
                filters = (_clean, *given.get("filters", ()))
                checks = list(given.get("validators") or (*unbound_field.args[1:2], ())[0])
                if is_written(kind) and not any(isinstance(c, NoSecrets) for c in checks):
                    checks.append(Numbers() if issubclass(kind, wtforms.TelField) else NoSecrets())
                changed = {**given, "filters": filters, "validators": checks}
                unbound_field = UnboundField(kind, *unbound_field.args[:1], **changed)
            return unbound_field.bind(form=form, **options)


def required() -> validators.InputRequired:
    """The field must be filled in."""
    return validators.InputRequired(message=_("Please fill this in."))


def at_most(limit: int) -> validators.Length:
    """No longer than this many characters."""
    return validators.Length(max=limit, message=_("Please use at most %(max)d characters."))


class NoSecrets:
    """Refuses a text that seems to hold what we never store: codes, cards, identity numbers."""

    def __call__(self, _form: object, field: wtforms.Field) -> None:
        found = hidden_secret(field.data or "")
        if found:
            raise validators.ValidationError(found)


class Numbers(NoSecrets):
    """For a field that is meant for numbers and checked as such, as phones or an office's codes.

    Long numbers pass; what can only be a personal identity number does not.
    """

    def __call__(self, _form: object, field: wtforms.Field) -> None:
        if _PERSONAL_ID.search(text.fold(field.data or "")):
            raise validators.ValidationError(str(_SECRETS[text.Secret.PERSONAL_ID]))


#: Twelve digits, the first three a province's code.
_PERSONAL_ID = re.compile(r"(?<![\d.+])0\d{11}(?!\d)")


def is_written(kind: type[wtforms.Field]) -> bool:
    """Whether people write text into such a field: not passwords, not what a page put there."""
    hidden = issubclass(kind, wtforms.HiddenField)
    return issubclass(kind, wtforms.StringField) and not hidden and not _is_secret(kind)


def _is_secret(kind: type[wtforms.Field]) -> bool:
    return issubclass(kind, wtforms.PasswordField)


def hidden_secret(said: str) -> str | None:
    """Why a text may not be kept, as a sentence; None when nothing in it looks secret."""
    found = text.looks_secret(said)
    return str(_SECRETS[found]) if found else None


_SECRETS = {
    text.Secret.PERSONAL_ID: _("Please leave out identity card numbers: they are never kept."),
    text.Secret.ACCOUNT: _("Please leave out card and account numbers: they are never kept."),
    text.Secret.ONE_TIME_CODE: _("Please leave out one-time codes (OTP): they are never kept."),
    text.Secret.PASSWORD: _("Please leave out passwords: they are never kept."),
}


class UuidField(wtforms.HiddenField):
    """An id in a form; empty gives None."""

    data: UUID | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        try:
            self.data = UUID(text) if text else None
        except ValueError as error:
            self.data = None
            raise ValueError(_("This form is damaged. Please load the page again.")) from error

    def _value(self) -> str:
        return str(self.data) if self.data else ""


class MomentField(wtforms.HiddenField):
    """An ISO instant with its offset, as a phone writes it; empty gives None."""

    data: datetime | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(_("This form is damaged. Please load the page again.")) from error
        if moment.tzinfo is None:
            raise ValueError(_("This form is damaged. Please load the page again."))
        try:
            self.data = moment.astimezone(UTC)
        except (OverflowError, ValueError) as error:
            raise ValueError(_("This form is damaged. Please load the page again.")) from error

    def _value(self) -> str:
        return self.data.isoformat() if self.data else ""


def errors_of(form: Form) -> dict[str, list[str]]:
    """Errors by field as plain text, for programs that sent the form."""
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}
