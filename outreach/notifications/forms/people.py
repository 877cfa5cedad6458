"""What residents type on the public page, and what callers note."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from wtforms import validators

from outreach.core.forms import Form, NoSecrets, Numbers, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.notifications import words
from outreach.notifications.models import CallResult
from outreach.notifications.services.calls import Told


def _digits(text: Any) -> Any:
    return "".join(c for c in text if c.isdigit()) if isinstance(text, str) else text


class CheckForm(Form):
    """The code from the message, and the end of the phone it came to."""

    code = wtforms.StringField(
        _("Visit code, 4 digits"), [required(), Numbers()], filters=[_digits]
    )
    digits = wtforms.StringField(
        _("Last 3 digits of the phone that got the message"),
        [required(), Numbers()],
        filters=[_digits],
    )

    def validate_code(self, field: wtforms.StringField) -> None:
        _exactly(field, 4)

    def validate_digits(self, field: wtforms.StringField) -> None:
        _exactly(field, 3)


def _exactly(field: wtforms.StringField, count: int) -> None:
    if not (field.data and field.data.isascii() and len(field.data) == count):
        raise validators.ValidationError(gettext("Please type %(n)s digits.", n=count))


class CallForm(Form):
    """What came of a call."""

    result = wtforms.RadioField(_("What came of it"), [required()])
    note = wtforms.StringField(_("Why, or what was said"), [at_most(200), NoSecrets()])
    again_on = wtforms.DateField(_("Call again on"), [validators.Optional()])
    again_at = wtforms.TimeField(_("At"), [validators.Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in words.RESULTS if one is not CallResult.NOT_NEEDED]
        self.result.choices = [(one.value, str(words.RESULTS[one])) for one in offered]

    def validate_note(self, field: wtforms.StringField) -> None:
        if self.result.data == CallResult.REMOVED and not field.data:
            raise validators.ValidationError(gettext("Please say why they are taken off the list."))

    def validate_again_on(self, field: wtforms.DateField) -> None:
        if self.result.data == CallResult.LATER and not (field.data and self.again_at.data):
            raise validators.ValidationError(gettext("Please say when to call again."))

    def told(self, zone: ZoneInfo) -> Told:
        """Only after `validate()`."""
        again = None
        if self.again_on.data and self.again_at.data:
            again = datetime.combine(self.again_on.data, self.again_at.data, zone).astimezone(UTC)
        return Told(CallResult(self.result.data), self.note.data or "", again)
