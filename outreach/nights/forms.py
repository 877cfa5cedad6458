"""Reads what a team wants of its nights."""

from __future__ import annotations

from datetime import time

import wtforms
from wtforms import validators

from outreach.core.forms import Form, required
from outreach.core.i18n import lazy_gettext as _
from outreach.nights.services import Wish


class HabitForm(Form):
    """Whether, for which session, and published at once."""

    plans = wtforms.BooleanField(_("Plan tomorrow every night"))
    publishes = wtforms.BooleanField(_("Publish the plan at once"))
    starts = wtforms.TimeField(_("From"), [required()])
    ends = wtforms.TimeField(_("Until"), [required()])

    def validate_ends(self, field: wtforms.TimeField) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise validators.ValidationError(str(_("The session must end after it begins.")))

    def wish(self) -> Wish:
        """Only after `validate()`."""
        return Wish(
            plans=bool(self.plans.data),
            publishes=bool(self.publishes.data),
            starts=_minutes(self.starts.data),
            ends=_minutes(self.ends.data),
        )


def _minutes(at: time | None) -> int:
    assert at is not None
    return at.hour * 60 + at.minute
