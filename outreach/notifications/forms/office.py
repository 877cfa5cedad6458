"""What offices type: wordings, registrations, manners, days, opt-outs."""

from __future__ import annotations

from datetime import time
from typing import Any

import wtforms
from wtforms import validators

from outreach.core import phones
from outreach.core.forms import Form, NoSecrets, Numbers, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.messaging.models import Source
from outreach.notifications import words
from outreach.notifications.models import (
    CommuneManner,
    RegistrationState,
    ReplyWay,
)
from outreach.notifications.rules.manners import Hours
from outreach.notifications.services.manners import Told
from outreach.notifications.services.wordings import Standing


class WordingForm(Form):
    """The words of one text."""

    text = wtforms.TextAreaField(_("Wording"), [required(), at_most(600)])


class RegistrationForm(Form):
    """How far a channel is with a text."""

    channel = wtforms.SelectField(_("Channel"))
    state = wtforms.RadioField(_("How far it is"), [required()])
    reference = wtforms.StringField(_("The carrier's number for it"), [at_most(80), Numbers()])
    note = wtforms.StringField(_("Note"), [at_most(200), NoSecrets()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = [(code, str(name)) for code, name in words.CHANNELS.items()]
        self.state.choices = [(s.value, str(w[0])) for s, w in words.REGISTRATIONS.items()]

    def standing(self) -> Standing:
        """Only after `validate()`."""
        return Standing(
            self.channel.data,
            RegistrationState(self.state.data),
            self.reference.data or "",
            self.note.data or "",
        )


class MannerForm(Form):
    """How a commune is answered, and when its phones may ring."""

    way = wtforms.RadioField(_("How residents answer"), [required()])
    number = wtforms.StringField(_("Number for answers"), [at_most(20), Numbers()])
    keyword = wtforms.StringField(_("Word before the answer"), [at_most(6)])
    opens = wtforms.TimeField(_("Phones may ring from"), [required()])
    closes = wtforms.TimeField(_("Until"), [required()])
    siesta_from = wtforms.TimeField(_("Siesta from"), [required()])
    siesta_until = wtforms.TimeField(_("Siesta until"), [required()])
    weekends = wtforms.BooleanField(_("Also on Saturdays and Sundays"))
    hour_before = wtforms.BooleanField(_("Remind once more an hour before the visit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way.choices = [(way.value, str(label)) for way, label in words.WAYS.items()]

    def validate_number(self, field: wtforms.StringField) -> None:
        digits = (field.data or "").replace(" ", "")
        short = digits.isdigit() and 3 <= len(digits) <= 6
        if digits and not short and not isinstance(phones.parse(digits), phones.Phone):
            raise validators.ValidationError(gettext("This is no phone number."))

    def validate_keyword(self, field: wtforms.StringField) -> None:
        if field.data and not (field.data.isascii() and field.data.isalnum()):
            raise validators.ValidationError(gettext("Plain letters and digits only."))

    def validate_closes(self, field: wtforms.TimeField) -> None:
        if self.opens.data and field.data and field.data <= self.opens.data:
            raise validators.ValidationError(gettext("The time must end after it begins."))

    def told(self) -> Told:
        """Only after `validate()`."""
        return Told(
            way=ReplyWay(self.way.data),
            number=_number(self.number.data or ""),
            keyword=(self.keyword.data or "").upper(),
            hours=Hours(
                _minutes(self.opens.data),
                _minutes(self.closes.data),
                _minutes(self.siesta_from.data),
                _minutes(self.siesta_until.data),
                bool(self.weekends.data),
            ),
            hour_before=bool(self.hour_before.data),
        )


def _number(text: str) -> str:
    found = phones.parse(text)
    return found.e164 if isinstance(found, phones.Phone) else text.replace(" ", "")


def _minutes(at: time | None) -> int:
    assert at is not None
    return at.hour * 60 + at.minute


def shown(own: CommuneManner | None) -> dict[str, Any]:
    """A stored manner, or the installation's, as the form's values."""
    hours = Hours()
    if own is not None:
        hours = Hours(own.opens, own.closes, own.siesta_from, own.siesta_until, own.weekends)
    return {
        "way": (own.reply_way if own else ReplyWay.HOTLINE).value,
        "number": phones.display(own.reply_number) if own and own.reply_number else "",
        "keyword": own.reply_keyword if own else "",
        "opens": _time(hours.opens),
        "closes": _time(hours.closes),
        "siesta_from": _time(hours.siesta_from),
        "siesta_until": _time(hours.siesta_until),
        "weekends": hours.weekends,
        "hour_before": bool(own and own.hour_before),
    }


def _time(minute: int) -> time:
    return time(min(minute, 1439) // 60, min(minute, 1439) % 60)


class DayForm(Form):
    """A day that is not what the calendar says."""

    day = wtforms.DateField(_("Day"), [required()])
    kind = wtforms.RadioField(_("What it is"), [required()])
    note = wtforms.StringField(_("Why"), [at_most(200), NoSecrets()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, str(label)) for kind, label in words.DAY_KINDS.items()]


class PhoneForm(Form):
    """One phone number, however it is written."""

    phone = wtforms.StringField(_("Phone number"), [required(), at_most(30), Numbers()])

    def validate_phone(self, field: wtforms.StringField) -> None:
        if not isinstance(phones.parse(field.data or ""), phones.Phone):
            raise validators.ValidationError(gettext("This is no phone number."))

    @property
    def e164(self) -> str:
        """Only after `validate()`."""
        found = phones.parse(self.phone.data or "")
        assert isinstance(found, phones.Phone)
        return found.e164


class OptOutForm(PhoneForm):
    """Somebody told us that a number wants no more messages."""

    source = wtforms.RadioField(_("How they said so"), [required()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = (Source.HOTLINE, Source.PAPER, Source.VOLUNTEER)
        self.source.choices = [(one.value, str(words.SOURCES[one])) for one in offered]


class LiftForm(Form):
    """Why messages are wanted again."""

    reason = wtforms.StringField(_("Why"), [required(), at_most(200), NoSecrets()])


class TypedForm(PhoneForm):
    """A reply that somebody heard or read on another phone."""

    text = wtforms.StringField(_("What they said"), [required(), at_most(300), NoSecrets()])
