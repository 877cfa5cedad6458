"""What administrators type about how a commune writes."""

from __future__ import annotations

import re
from typing import Any

import wtforms
from wtforms import ValidationError, validators

from outreach.core.forms import Form, SelectChoice, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.messaging.models import CommuneSms
from outreach.messaging.services.communes import HabitFacts

#: As carriers register names: up to 11 letters, digits, and - _ . or space; not only digits.
SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ._-]{3,11}")
MOST = 1_000_000_000


class HabitsForm(Form):
    trial = wtforms.RadioField(
        _("Who is really written to"),
        [required()],
        choices=[
            SelectChoice("yes", _("Only our own people (trial mode)")),
            SelectChoice("no", _("Residents who agreed to it")),
        ],
        default="yes",
    )
    monthly_budget = wtforms.IntegerField(
        _("Budget a month, in đồng"),
        [validators.Optional(), validators.NumberRange(min=0, max=MOST)],
    )
    sender = wtforms.StringField(_("Sender's name"), [at_most(11)])

    def validate_sender(self, field: wtforms.StringField) -> None:
        if field.data and not SENDER.fullmatch(field.data):
            raise ValidationError(
                gettext("A sender's name has 3 to 11 letters or digits without accents.")
            )

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if self.trial.data == "no" and self.monthly_budget.data is None:
            self.monthly_budget.errors = [
                gettext("Please set a budget before residents are written to.")
            ]
            return False
        return good

    def facts(self) -> HabitFacts:
        """What was typed; call it after `validate()` was true."""
        return HabitFacts(
            trial=self.trial.data != "no",
            sender=self.sender.data or "",
            monthly_budget=self.monthly_budget.data,
        )


def stored(row: CommuneSms | None) -> dict[str, object]:
    """The form's values as they are kept."""
    if row is None:
        return {}
    return {
        "trial": "yes" if row.trial else "no",
        "monthly_budget": row.monthly_budget,
        "sender": row.sender,
    }
