"""What keeps visitors of a home safe, as it is typed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import wtforms
from wtforms import validators

from outreach.accounts.models import User
from outreach.core.forms import Form, NoSecrets, at_most
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.households.models import Household
from outreach.households.services import Safety


def _uuid(value: object) -> UUID:
    return UUID(str(value))


class SafetyForm(Form):
    """Ticks, names and why."""

    never_alone = wtforms.BooleanField(_("Never alone: only two people together go there"))
    not_after_dark = wtforms.BooleanField(_("Not after dark: the visit ends while it is light"))
    visitor = wtforms.SelectMultipleField(_("Only these people may go there"), coerce=_uuid)
    reason = wtforms.TextAreaField(_("Why"), [at_most(300), NoSecrets()])

    def offer(self, people: Sequence[User]) -> SafetyForm:
        """Who can be named."""
        self.visitor.choices = [(one.id, one.name) for one in people]
        return self

    def validate_reason(self, field: wtforms.TextAreaField) -> None:
        rules = (self.never_alone.data, self.not_after_dark.data, self.visitor.data)
        if any(rules) and not (field.data or "").strip():
            raise validators.ValidationError(
                gettext("Write why, so that whoever goes there understands it.")
            )

    def safety(self) -> Safety:
        """What a service takes; only after `validate()`."""
        return Safety(
            never_alone=bool(self.never_alone.data),
            not_after_dark=bool(self.not_after_dark.data),
            visitor_ids=frozenset(self.visitor.data or ()),
            reason=(self.reason.data or "").strip(),
        )


def shown(home: Household) -> dict[str, Any]:
    """What is stored, as the form's values."""
    return {
        "never_alone": home.in_pairs_only,
        "not_after_dark": home.not_after_dark,
        "visitor": [one.id for one in home.visitors],
        "reason": home.safety_reason,
    }
